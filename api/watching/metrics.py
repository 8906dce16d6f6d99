"""Metrics in Prometheus' form: what was asked, how long it took, and where the service stands.

Their labels have few values: fields of the schema, codes of errors, routes. Nothing that a caller
makes up becomes one. Reference: the exposition format of Prometheus, and OpenMetrics 1.0.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from graph.model.access import RefusedWrite
from graph.workspace import Workspace
from schema.slots import Slots
from schema.watch import Observed

# Seconds since 1970 of each label's first use: twice as many series, which nothing of ours asks for.
disable_created_metrics()  # type: ignore[no-untyped-call]

METRICS_PATH: Final = "/metrics"
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
OK: Final = "OK"


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a service whose state is looked at whenever metrics are asked for."""

    workspace: Workspace
    slots: Slots
    open_streams: Callable[[], int]


class Metrics:
    """What one service counts. Belongs to one event loop, but for refused writes."""

    def __init__(self, parts: Parts) -> None:
        self.registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        self.registry.register(_State(parts))
        self._requests = Counter(
            "headwater_http_requests",
            "Requests that were answered, by route, method and status.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self._operations = Counter(
            "headwater_operations",
            "GraphQL operations that ended, by type, field of the root and outcome: OK, or the code"
            " of the first error.",
            ("type", "field", "code"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "headwater_operation_seconds",
            "How long queries and mutations took, by type and field of the root.",
            ("type", "field"),
            registry=self.registry,
            buckets=_BUCKETS,
        )
        self._refused_writes = Counter(
            "headwater_refused_writes",
            "Writes that were refused, by command and code.",
            ("command", "code"),
            registry=self.registry,
        )

        # Looking a child up by its labels costs more than counting.
        self._request = cache(lambda *named: self._requests.labels(*map(str, named)))
        self._operation = cache(self._operations.labels)
        self._time = cache(self._seconds.labels)

    def requested(self, route: str, method: str, status: int) -> None:
        """Count a request."""
        self._request(route, method, status).inc()

    def observed(self, operation: Observed) -> None:
        """Count an operation."""
        code = operation.codes[0] if operation.codes else OK
        self._operation(operation.type, operation.field, code).inc()
        if operation.type in {"query", "mutation"}:
            self._time(operation.type, operation.field).observe(operation.took_ns / 1e9)

    def refused(self, write: RefusedWrite) -> None:
        """Count a write that was refused."""
        self._refused_writes.labels(write.command, write.code).inc()

    async def __call__(self, request: Request) -> Response:
        """Answer a request for the metrics."""
        encode, media = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(self.registry), headers={"Content-Type": media})


class _State(Collector):
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def collect(self) -> Iterator[Metric]:
        workspace, slots = self._parts.workspace, self._parts.slots
        snapshot, contact = workspace.snapshot(), workspace.contact
        nodes, relationships = snapshot.count()
        for name, words, value in (
            ("snapshot_revision", "The revision that is served.", snapshot.revision),
            (
                "snapshot_age_seconds",
                "How long ago the snapshot was known to be the newest.",
                contact.age_s,
            ),
            (
                "log_lag_revisions",
                "How many revisions the snapshot was behind the ledger at the last look.",
                contact.behind,
            ),
            (
                "database_up",
                "Whether the database answered at the last look: 1 or 0.",
                contact.trouble is None,
            ),
            ("nodes", "Nodes of the graph.", nodes),
            ("relationships", "Relationships of the graph.", relationships),
            ("writes_waiting", "Writes that wait for their turn.", workspace.writes_waiting),
            ("open_streams", "Open subscriptions and WebSockets.", self._parts.open_streams()),
            ("analyses_running", "Heavy analyses that compute now.", slots.running),
            ("analyses_waiting", "Operations that wait for an analysis to begin.", slots.waiting),
        ):
            yield GaugeMetricFamily(f"headwater_{name}", words, value)
        yield CounterMetricFamily(
            "headwater_store_retries",
            "Transactions that were tried again: after a conflict, or a broken connection.",
            workspace.retries,
        )

"""Traces by OpenTelemetry, sent over OTLP: a request's joins that of its caller.

Where they go is said by OpenTelemetry's own variables, such as OTEL_EXPORTER_OTLP_ENDPOINT. Imported
only where they are on. Reference: W3C Trace Context; OpenTelemetry's semantic conventions for GraphQL.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

from opentelemetry import propagate
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import SpanKind, Status, StatusCode
from starlette.datastructures import Headers

from schema.watch import Observed


class Traces:
    """Makes spans of requests and of operations, and sends them aside."""

    def __init__(self, exporter: SpanExporter | None = None) -> None:
        resource = Resource.create({"service.version": version("headwater")})
        # The name that the environment gives the service, if it does, goes before ours.
        if str(resource.attributes["service.name"]).startswith("unknown_service"):
            resource = resource.merge(Resource({"service.name": "headwater"}))
        self._provider = TracerProvider(resource=resource)
        self._provider.add_span_processor(BatchSpanProcessor(exporter or OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("headwater")

    @contextmanager
    def request(self, name: str, headers: Headers, id_: str) -> Iterator[None]:
        """Have what happens in the body be a part of a request's trace."""
        context = propagate.extract(dict(headers))
        attributes = {"headwater.request_id": id_}
        with self._tracer.start_as_current_span(
            name, context, SpanKind.SERVER, attributes, record_exception=False
        ):
            yield

    def observed(self, operation: Observed) -> None:
        """Note an operation that ended, as a part of the trace of its request."""
        span = self._tracer.start_span(
            f"{operation.type or 'refused'} {operation.field}".strip(),
            attributes={
                "graphql.operation.type": operation.type,
                "headwater.field": operation.field,
                "headwater.codes": operation.codes,
            },
            start_time=operation.began_ns,
        )
        if operation.codes:
            span.set_status(Status(StatusCode.ERROR, ",".join(operation.codes)))
        span.end(operation.began_ns + operation.took_ns)

    def close(self) -> None:
        """Send what is left, for a few seconds at most."""
        self._provider.force_flush(3_000)
        self._provider.shutdown()

"""Traces join those of the caller, and go where OpenTelemetry's variables say."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from api.settings import Settings
from graph.workspace import Workspace
from tests.api.listening import served

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@contextmanager
def collector() -> Iterator[tuple[str, list[ExportTraceServiceRequest]]]:
    """Take in what is sent over OTLP."""
    taken: list[ExportTraceServiceRequest] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["content-length"]))
            taken.append(ExportTraceServiceRequest.FromString(sent))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *words: object) -> None:
            del words

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", taken
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_request_is_a_part_of_the_trace_of_its_caller_and_its_operation_a_part_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with collector() as (url, taken):
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
        with served(Workspace.in_memory(), Settings(traces=True)) as host:
            headers = {"traceparent": f"00-{TRACE}-{PARENT}-01", "X-Request-Id": "r1"}
            for query in ("{ teams { totalCount } }", "{ nope }"):
                answer = httpx.post(
                    f"http://{host}/graphql", json={"query": query}, headers=headers
                )
                assert answer.status_code == 200
    resources = [each.resource for sent in taken for each in sent.resource_spans]
    named = {a.key: a.value.string_value for a in resources[0].attributes}
    assert named["service.name"] == "headwater"
    spans = [
        span
        for sent in taken
        for resource in sent.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    assert {span.trace_id.hex() for span in spans} == {TRACE}
    requests = [span for span in spans if span.kind == Span.SPAN_KIND_SERVER]
    assert [span.name for span in requests] == ["POST /graphql"] * 2
    assert {span.parent_span_id.hex() for span in requests} == {PARENT}
    operations = [span for span in spans if span.kind != Span.SPAN_KIND_SERVER]
    assert [span.name for span in operations] == ["query teams", "refused"]
    assert [span.status.code for span in operations] == [
        Status.STATUS_CODE_UNSET,
        Status.STATUS_CODE_ERROR,
    ]
    assert {span.parent_span_id for span in operations} == {span.span_id for span in requests}
    for operation, request in zip(operations, requests, strict=True):
        assert request.start_time_unix_nano <= operation.start_time_unix_nano
        assert operation.end_time_unix_nano <= request.end_time_unix_nano + 1_000_000

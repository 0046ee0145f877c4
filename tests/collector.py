"""An OpenTelemetry collector as a test holds it: takes OTLP over HTTP, decodes it, keeps the spans."""

import gzip
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status


@dataclass(frozen=True, slots=True)
class Heard:
    """One span, as it came."""

    service: str
    span: Span

    @property
    def name(self) -> str:
        return self.span.name

    @property
    def failed(self) -> bool:
        return self.span.status.code == Status.STATUS_CODE_ERROR

    @property
    def about(self) -> dict[str, str | int]:
        return {one.key: one.value.string_value or one.value.int_value for one in self.span.attributes}


@dataclass(slots=True)
class Collector:
    """What was heard by now. Set `refuses` and it answers 400."""

    endpoint: str = ""
    refuses: bool = False
    heard: list[Heard] = field(default_factory=list)

    def take(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            [service] = [one.value.string_value for one in resource.resource.attributes if one.key == "service.name"]
            self.heard += [Heard(service, span) for scope in resource.scope_spans for span in scope.spans]

    def traces(self) -> dict[bytes, list[Heard]]:
        """By trace, in order of their beginning; a span that was said again counts once."""
        found: dict[bytes, dict[bytes, Heard]] = defaultdict(dict)
        for one in list(self.heard):
            found[one.span.trace_id][one.span.span_id] = one
        return {
            name: sorted(spans.values(), key=lambda one: (one.span.start_time_unix_nano, one.name))
            for name, spans in found.items()
        }

    def trace_with(self, name: str) -> list[Heard] | None:
        """The first trace that has a span of this name."""
        found = [spans for spans in self.traces().values() if any(one.name == name for one in spans)]
        return found[0] if found else None


@contextmanager
def collecting() -> Iterator[Collector]:
    collector = Collector()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.take(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(400 if collector.refuses else 200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.end_headers()
            self.wfile.write(ExportTraceServiceResponse().SerializeToString())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as above
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    collector.endpoint = f"http://127.0.0.1:{server.server_port}/v1/traces"
    thread = threading.Thread(target=server.serve_forever, name="collector")
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

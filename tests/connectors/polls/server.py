"""A small HTTP server that answers as a test says, and what a poller makes of one answer."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

from connectors.polls.port import Answer
from connectors.resolver import InventoryResolver
from correlator.events import moment
from streams.bootstrap.polls import asked
from streams.poll_settings import Poll as Part
from streams.settings import Settings
from tests.connectors.house import NOW_US, WORLD

Answers = Callable[[str, dict[str, str], bytes], tuple[int, Any]]  # path, headers, body -> status, JSON


@dataclass(frozen=True)
class Server:
    url: str


@contextmanager
def serves(answers: Answers, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    class Answering(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, said = answers(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            encoded = msgspec.json.encode(said)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(encoded)))
            self.end_headers()
            self.wfile.write(encoded)

        do_GET = do_POST = answer  # noqa: N815  # as the library names them

        def log_message(self, *_: Any) -> None:
            """Nothing is said of it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Server(f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}")
        finally:
            server.shutdown()
            thread.join()


def asked_once(name: str, answers: Answers, **part: Any) -> Answer:
    """By `[polls.NAME]` with this part, of a server that answers so."""
    resolver = InventoryResolver(WORLD.topology, {})

    async def once(server: Server) -> Answer:
        system = asked(Settings(polls={name: Part(url=server.url, **part)}), name, WORLD.topology, resolver)
        try:
            return await system.ask(moment(NOW_US))
        finally:
            await system.close()

    with serves(answers) as server:
        return asyncio.run(once(server))

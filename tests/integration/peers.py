"""A mail server and a gateway on real sockets, each in a mood that a test may change while it listens."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

import msgspec

Mood = Literal["well", "busy", "refuses", "hangs"]


@dataclass(slots=True)
class Peer:
    """What a server took, and how it behaves."""

    mood: Mood = "well"
    port: int = 0
    took: list[str] = field(default_factory=list)  # addresses, one for each message it took
    asked: int = 0  # how often it was asked to take one, or was left hanging
    over: threading.Event = field(default_factory=threading.Event)

    def hang(self) -> None:
        """Say nothing until the test ends."""
        self.asked += 1
        self.over.wait()


@contextmanager
def mail_server(mood: Mood = "well", port: int = 0) -> Iterator[Peer]:
    """As much of RFC 5321 as a client needs."""
    peer = Peer(mood)

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            if peer.mood == "hangs":
                peer.hang()
                return
            self.say("220 mail.example")
            to = ""
            while line := self.rfile.readline().decode().strip():
                match line[:4].upper():
                    case "EHLO":
                        self.say("250 mail.example")
                    case "RCPT":
                        peer.asked += 1
                        to = line.partition("<")[2].partition(">")[0]
                        self.say({"busy": "451 4.3.0 later", "refuses": "550 5.1.1 nobody"}.get(peer.mood, "250 ok"))
                    case "DATA":
                        self.say("354 go on")
                        while self.rfile.readline() not in (b".\r\n", b""):
                            pass
                        peer.took.append(to)
                        self.say("250 2.0.0 queued as 1")
                    case "QUIT":
                        self.say("221 bye")
                        return
                    case _:
                        self.say("250 ok")

        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    with serving(Server(("127.0.0.1", port), Talk), peer):
        yield peer


@contextmanager
def gateway(mood: Mood = "well", port: int = 0) -> Iterator[Peer]:
    """Takes messages by POST, as docs/add-a-channel.md describes it."""
    peer = Peer(mood)

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's name
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if peer.mood == "hangs":
                peer.took.append(msgspec.json.decode(body)["to"])
                peer.hang()
                return
            peer.asked += 1
            status = {"busy": 503, "refuses": 400}.get(peer.mood, 200)
            if status == 200:
                peer.took.append(msgspec.json.decode(body)["to"])
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing: the test's output is its own."""

    class Gateway(ThreadingHTTPServer):
        daemon_threads = True

    with serving(Gateway(("127.0.0.1", port), Door), peer):
        yield peer


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is no error of the test."""


@contextmanager
def serving(server: socketserver.TCPServer, peer: Peer) -> Iterator[None]:
    peer.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield
    finally:
        peer.over.set()
        server.shutdown()
        thread.join()
        server.server_close()

"""A system subscribes to the running service: it is away, the service is restarted, and no event is lost."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from streams.channel_settings import Hub
from streams.settings import Channels
from tests.certificates import Authority
from tests.integration.house import Live, all_done, living, settings, until

HUB = "/tmf-api/troubleTicket/v5/hub"


@dataclass(slots=True)
class Listener:
    """A subscriber's server. `away`: it answers 503."""

    away: bool = True
    asked: int = 0
    took: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""


@contextmanager
def listening(authority: Authority) -> Iterator[Listener]:
    listener = Listener()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's name
            body = self.rfile.read(int(self.headers["Content-Length"]))
            listener.asked += 1
            if not listener.away:
                listener.took.append(json.loads(body))
            self.send_response(503 if listener.away else 204)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing: the test's output is its own."""

    pair = authority.pair()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pair.certificate, pair.key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True)
    listener.url = f"https://localhost:{server.server_address[1]}/told"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def complain(live: Live, name: str) -> str:
    body = {"id": name, "channel": "phone", "customer": "CU-1", "text": f"internet mati total {name}"}
    answer = live.post("/complaints", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["number"])


def test_events_outlive_a_subscriber_that_is_away_and_a_restart(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    hub = Hub(hosts=["localhost"], authorities=str(authority.file))
    given = settings(tmp_path, channels=Channels(hub=hub), clock_factor=20, log="error")
    with listening(authority) as listener:
        with living(given) as live:
            answer = live.post(HUB, {"callback": listener.url, "query": "eventType=TroubleTicketCreateEvent"})
            assert answer.status_code == 201, answer.text
            token, made = live.token, answer.json()
            until("subscription", lambda: live.get(HUB) == [made])
            first = complain(live, "c-1")
            until("attempt", lambda: listener.asked)
        listener.away = False
        with living(given) as live:
            again = Live(live.running, live.settings, token)
            assert again.get(HUB) == [made]
            until("event", lambda: [one for one in listener.took if one["subject"] == first])
            until("end", lambda: all_done(given))
    assert len({one["id"] for one in listener.took}) == len(listener.took), "a stable id: nothing came twice"
    [told] = listener.took
    assert told["type"] == "org.tmforum.TroubleTicketCreateEvent"
    assert told["data"]["event"]["troubleTicket"]["id"] == first

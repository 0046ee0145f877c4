"""The audit's trail over HTTP: each line arrives once, in order, whatever goes down; a changed trail is not sent."""

import re
import subprocess
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from connectors.access.audit_export import MOST, Export
from connectors.access.audit_trail import AuditTrail
from connectors.ports import PortError, Unusable
from tests.integration.command import environment, write
from tests.integration.house import SIMPUL


class Archive:
    """A server that keeps what it is sent, while it is well."""

    def __init__(self) -> None:
        self.well = True
        self.kept: list[str] = []
        self.bearer: str | None = None
        archive = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                archive.bearer = self.headers.get("Authorization")
                if archive.well:
                    archive.kept += body.splitlines()
                self.send_response(204 if archive.well else 503)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/audit"

    @property
    def lines(self) -> list[int]:
        return [int(found[1]) for one in self.kept if (found := re.search(r' line="(\d+)"', one))]


@pytest.fixture
def archive() -> Iterator[Archive]:
    made = Archive()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def grown(path: Path, lines: int) -> AuditTrail:
    trail = AuditTrail(path)
    for number in range(lines):
        trail.add({"at": "2026-03-01T00:00:00Z", "door": "POST /commands", "status": 202, "name": f"n{number}"})
    return trail


def send(config: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [*SIMPUL, "audit", "send", *words, "--host", "noc-1", "--config", str(config)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment())


def test_it_goes_on_after_an_outage_where_it_ended(tmp_path: Path, archive: Archive) -> None:
    config, data = write(tmp_path), tmp_path / "data"
    data.mkdir()
    secret = tmp_path / "token"
    secret.write_text("a-token\n")
    grown(data / "audit.jsonl", 3)
    assert send(config, archive.url, "--token-file", str(secret)).returncode == 0
    assert archive.lines == [1, 2, 3]
    assert archive.bearer == "Bearer a-token"
    assert re.match(r"<110>1 2026-03-01T00:00:00Z noc-1 simpul - audit \[", archive.kept[0])
    grown(data / "audit.jsonl", 2)
    archive.well = False
    away = send(config, archive.url)
    assert away.returncode == 2
    assert "answers 503" in away.stderr
    archive.well = True
    assert send(config, archive.url).returncode == 0
    assert send(config, archive.url).returncode == 0
    assert archive.lines == [1, 2, 3, 4, 5], "each once"


def test_batches_follow_one_another(tmp_path: Path) -> None:
    sent: list[Sequence[str]] = []
    export = Export(grown(tmp_path / "a.jsonl", MOST + 7), tmp_path / "sent", "noc-1", sent.append)
    assert [export.send() for _ in range(3)] == [MOST, 7, 0]
    assert [len(one) for one in sent] == [MOST, 7]


def test_what_is_not_kept_there_is_sent_again(tmp_path: Path) -> None:
    def refuse(batch: Sequence[str]) -> None:
        raise PortError("away")

    sent: list[Sequence[str]] = []
    trail, place = grown(tmp_path / "a.jsonl", 2), tmp_path / "sent"
    with pytest.raises(PortError, match="away"):
        Export(trail, place, "noc-1", refuse).send()
    assert Export(trail, place, "noc-1", sent.append).send() == 2


@pytest.mark.parametrize("old", [b"n0", b"n1"])
def test_a_trail_that_was_changed_is_not_sent(tmp_path: Path, old: bytes) -> None:
    sent: list[Sequence[str]] = []
    trail = grown(tmp_path / "a.jsonl", 2)
    export = Export(trail, tmp_path / "sent", "noc-1", sent.append)
    if old == b"n1":  # the last line that was sent
        export.send()
    trail.path.write_bytes(trail.path.read_bytes().replace(old, b"xx"))
    with pytest.raises(Unusable, match="simpul audit verify"):
        export.send()
    assert len(sent) == (old == b"n1")


def test_a_line_that_is_still_being_written_waits(tmp_path: Path) -> None:
    sent: list[Sequence[str]] = []
    trail = grown(tmp_path / "a.jsonl", 2)
    whole = trail.path.read_bytes()
    trail.path.write_bytes(whole[:-5])
    export = Export(trail, tmp_path / "sent", "noc-1", sent.append)
    assert export.send() == 1
    trail.path.write_bytes(whole)
    assert export.send() == 1


def test_it_is_sent_in_clear_to_nobody_else(tmp_path: Path) -> None:
    said = send(write(tmp_path), "http://archive.example.net/audit")
    assert said.returncode == 2
    assert "https" in said.stderr

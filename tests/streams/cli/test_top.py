"""`simpul top` at the small doors of processes, as they are served."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp
from typer.testing import CliRunner, Result

from connectors.metrics import EDGE_DATAGRAMS_TAKEN, EVENTS_FOLDED, EVENTS_JOURNALED, MESSAGES_SENT, SOLVES, Counted
from connectors.telemetry.metrics import PrometheusCounter
from streams.cli.service import Service
from streams.cli.top import COLUMNS, watched
from streams.processes.figures import Figures, Lag, Standing, Waiting, shown_by_domain, shown_waiting
from streams.processes.health_door import probe
from streams.vitals import Reading, counted, rate
from tests.connectors.serving import serving
from tests.streams.cli.everything import app

STANDING = Standing(1234, {("suspected", "Minor"): 7, ("open", "Critical"): 3, ("clearing", "Major"): 1}, unexplained=7)
WAITING = Waiting({("phone", "queued"): 1_000_000, ("phone", "sent"): 5, ("email", "dead"): 2}, 0, 7_200_000_000, 500)


@dataclass
class Doors:
    """Processes that count a step more each time that they are asked."""

    stack: ExitStack
    urls: list[str] = field(default_factory=list)
    wrong: dict[str, str | None] = field(default_factory=lambda: {"inflow": None})

    def open(self, counter: PrometheusCounter, *counts: Counted) -> None:
        def exposition() -> bytes:
            for metric in counts:
                counter.count(metric, *("phone" for _ in metric.labels), n=1_000_000)
            return counter.exposition()

        self.serve(probe(lambda: self.wrong, exposition))

    def serve(self, door: ASGIApp) -> None:
        self.urls.append(self.stack.enter_context(serving(door)))

    def worker(self) -> None:
        counter, figures = PrometheusCounter("worker"), Figures(STANDING, Lag(5, 9, 90_000_000))
        shown_by_domain(counter, lambda: {"java": figures, "papua": Figures(Standing(), Lag(1, 1, 0))})
        self.open(counter, EVENTS_JOURNALED, EVENTS_FOLDED, SOLVES)

    def dispatch(self) -> None:
        counter = PrometheusCounter("dispatch")
        shown_waiting(counter, lambda: {"java": WAITING})
        self.open(counter, MESSAGES_SENT)

    def top(self, *words: str, columns: int = 80) -> Result:
        given = [word for url in self.urls for word in ("--url", url)]
        environment = {"COLUMNS": str(columns), "SIMPUL_TOKEN": ""}
        return CliRunner(env=environment).invoke(app, ["top", *given, "--every", "0.2", *words])

    def told(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.top("--json").stdout)
        return found


@pytest.fixture
def doors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Doors]:
    monkeypatch.chdir(tmp_path)  # no simpul.toml and no data folder but this test's
    with ExitStack() as stack:
        yield Doors(stack)


def test_a_row_a_process_that_fits_eighty_columns(doors: Doors) -> None:
    doors.worker()
    doors.dispatch()
    doors.open(PrometheusCounter("edge"), EDGE_DATAGRAMS_TAKEN)
    said = doors.top("--once")
    assert said.exit_code == 0, said.output
    head, columns, *rows, unexplained = said.output.splitlines()
    assert head.startswith("Simpul 3 processes, all well")
    assert max(map(len, (columns, *rows))) <= 80
    assert tuple(columns.split()) == COLUMNS
    worker, dispatch, edge = (row.split() for row in rows)
    assert [worker[1], worker[3], *worker[6:8]] == ["well", "2m", "1234", "4"]
    assert dispatch[2:4] == ["1.0M", "2h"]
    assert edge[0].startswith("edge:")
    assert unexplained == "Major or critical alarms that no incident explains: 7"


def test_rates_are_of_what_each_process_does(doors: Doors) -> None:
    doors.worker()
    doors.dispatch()
    worker, dispatch = doors.told()
    assert worker["process"] == "worker"
    for name in ("taken_per_s", "folded_per_s", "solves_per_s"):
        assert worker[name] > 1000
        assert dispatch[name] is None
    assert worker["sent_per_s"] is None
    assert dispatch["sent_per_s"] > 1000
    assert (dispatch["waiting"], dispatch["oldest_s"]) == (1_000_500, 7200)
    assert dispatch["memory_bytes"] > 1_000_000


def test_one_that_is_not_well_says_why(doors: Doors) -> None:
    doors.worker()
    doors.wrong["inflow"] = "the brokers take nothing"
    said = doors.top("--once")
    assert said.exit_code == 0
    assert "1 not well" in said.output
    assert "worker: inflow: the brokers take nothing" in said.output


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_one_of_several_that_does_not_answer(doors: Doors) -> None:
    doors.worker()
    doors.urls.append(f"http://127.0.0.1:{free_port()}")
    said = doors.top("--once")
    assert said.exit_code == 1
    assert "1 not well" in said.output
    assert "nothing answers at" in said.output
    assert "1234" in said.output


def stranger() -> ASGIApp:
    door = FastAPI()

    @door.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "UP"}

    return door


def locked() -> ASGIApp:
    """A door whose figures need a token."""

    async def metrics(_: Request) -> JSONResponse:
        return JSONResponse({"error": {"reason": "a token is needed", "remedy": "give one"}}, 401)

    return Starlette(routes=[Route("/metrics", metrics), Mount("/", probe(dict, bytes))])


@pytest.mark.parametrize(
    ("door", "words"),
    [
        (stranger, "does not speak as Simpul does"),
        (locked, "a token is needed\nGive one with --token or SIMPUL_TOKEN"),
        (lambda: probe(dict, lambda: b"other_total 1\n"), "has no figures of Simpul"),
        (lambda: probe(dict, lambda: b"<html>"), "has no figures of Simpul"),
    ],
)
def test_a_door_that_says_nothing_of_use(doors: Doors, door: Callable[[], ASGIApp], words: str) -> None:
    doors.serve(door())
    said = doors.top("--once")
    assert said.exit_code == 1
    assert words in said.output


@pytest.mark.parametrize("others", [0, 1])
@pytest.mark.parametrize("url", ["http://[::1", "nonsense", "http://127.0.0.1:99999"])
def test_an_address_that_is_none(doors: Doors, url: str, others: int) -> None:
    for _ in range(others):
        doors.worker()
    doors.urls.append(url)
    said = doors.top("--once")
    assert said.exit_code == 1
    assert f"{url} cannot be asked" in said.output or "nothing answers at" in said.output


def test_nobody_there(doors: Doors) -> None:
    doors.urls.append(f"http://127.0.0.1:{free_port()}")
    said = doors.top("--once")
    assert said.exit_code == 1
    assert "nothing answers at" in said.output


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("http://127.0.0.1:8088", "simpul_token"),
        ("https://noc.example.net", "simpul_token"),
        ("http://10.0.0.9:8089", None),  # in clear: only where it is asked for
    ],
)
def test_a_token_is_not_sent_where_it_could_be_overheard(url: str, sent: str | None) -> None:
    watch = watched(Service(url, "simpul_token"))
    assert watch.asked.token == sent
    assert watch.token == (None if sent else "simpul_token")


def test_a_process_that_started_anew_did_not_count_backwards() -> None:
    before, now = (
        Reading("edge", at_s, {EDGE_DATAGRAMS_TAKEN.name: [({}, n)]}) for at_s, n in ((10.0, 500.0), (12.0, 80.0))
    )
    numbers = count()
    assert rate(before, now, counted(EDGE_DATAGRAMS_TAKEN)) == 40
    assert rate(now, now, lambda _: next(numbers)) is None

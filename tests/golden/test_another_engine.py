"""Golden nights by the command, with the naive engine of the tests: other verdicts, in the same seven files."""

import gc
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from streams.replay import replay
from tests.golden.journals.nights import FIGURES, Night, all_nights
from tests.golden.journals.restarts import restarted
from tests.scenarios.stage import NETWORKS
from tests.streams.cli.everything import app

NAIVE = "tests.correlator.inference.engines.naive:Naive"
NIGHTS = [
    *all_nights("back-again", "drawn-four-faults", "orders-on-incidents", "planned-work", "put-away"),
    *all_nights("merged-with-complaints", "shift-book-one", "storm-on-a-mesh", "two-inventories"),
]
FILES = ("alerts", "incidents", "notifications", "rca", "rejected", "tickets")
Row = dict[str, Any]
Play = Callable[..., dict[str, list[Row]]]


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Play]:
    """Runs `simpul replay` on a network and events; the rows of its files."""

    def ran(inventories: list[Path], policies: list[Path], events: bytes, *options: str) -> dict[str, list[Row]]:
        (tmp_path / "events.jsonl").write_bytes(events)
        given = [f"--inventory={path}" for path in inventories] + [f"--policy={path}" for path in policies]
        given += [f"--events={tmp_path / 'events.jsonl'}", f"--out={tmp_path / 'out'}", *options]
        done = CliRunner().invoke(app, ["replay", *given])
        assert done.exit_code == 0, done.output
        rows = {path.stem: path.read_text().splitlines() for path in sorted((tmp_path / "out").iterdir())}
        return {name: [json.loads(line) for line in lines] for name, lines in rows.items()}

    yield ran
    gc.unfreeze()  # the command leaves the collector off: it ends with its process
    gc.enable()


def by_naive(play: Play, night: Night) -> dict[str, list[Row]]:
    paths = [sorted(night.folder.glob(f"{word}*.json"), key=lambda path: len(path.name)) for word in GIVEN]
    files = play(*paths, night.data(), f"--engine={NAIVE}")
    [summary] = files["summary"]
    files["summary"] = [{name: value for name, value in summary.items() if name not in FIGURES}]
    return files


GIVEN = ("inventory", "policy")


@pytest.mark.parametrize("night", NIGHTS, ids=lambda night: night.name)
def test_the_seven_files_are_as_the_contract_has_them(play: Play, night: Night) -> None:
    files = by_naive(play, night)
    assert files.keys() == {*FILES, "summary"}
    for name, rows in files.items():
        assert {shape(row) for row in rows} <= shapes(name), name
    counted = {"incidents": "incidents", "tickets": "tickets", "notifications": "notifications", "rejected": "rejected"}
    assert {name: files["summary"][0][name] for name in counted} == {
        name: len(files[file]) for name, file in counted.items()
    }


def shape(row: Row) -> frozenset[str]:
    return frozenset(row)


def shapes(name: str) -> set[frozenset[str]]:
    """The fields of such rows, as the engine of the service has them written."""
    found = set()
    for night in all_nights():
        path = night.expected / f"{name}.{'json' if name == 'summary' else 'jsonl'}"
        found |= {shape(json.loads(line)) for line in path.read_text().splitlines()}
    return found


@pytest.mark.parametrize("night", NIGHTS, ids=lambda night: night.name)
def test_restarts_change_nothing(play: Play, night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    once = by_naive(play, night)
    monkeypatch.setattr(replay, "Replay", restarted(night))
    assert by_naive(play, night) == once


@pytest.mark.parametrize("options", [(), (f"--engine={NAIVE}",), ("--engine=noisy-or",)], ids=str)
def test_a_plain_cut_is_found(play: Play, options: tuple[str, ...]) -> None:
    told = [("AGG-4/bts2", "loss_of_signal"), ("BTS-2", "device_unreachable")]
    alarms = [
        {"type": "alarm", "id": f"a-{n}", "time": f"2026-03-02T10:00:0{n}+07:00", "source": "nms", "state": "raised"}
        | {"object": name, "alarm_type": kind, "severity": "major"}
        for n, (name, kind) in enumerate(told)
    ]
    events = "\n".join(json.dumps(alarm) for alarm in alarms).encode()
    files = play([NETWORKS / "kota.json"], [], events, *options)
    assert files["rejected"] == []
    [incident] = files["incidents"]
    assert incident["status"] == "open"
    assert "LK-BTS2" in incident["root"]["equivalent"]
    assert incident["alarms"] == ["a-0", "a-1"]
    assert [ticket["id"] for ticket in files["tickets"]] == [incident["ticket"]["id"]]
    assert incident["explanation"]

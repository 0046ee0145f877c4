"""`simpul replay`, as it is typed: what cannot be read or written is told before the work begins."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from correlator.policy import Policy
from streams.replay.replay import Given, replay
from tests.correlator.service_desk.house import TOPOLOGY
from tests.streams.cli.everything import app
from tests.topology.loaders.small import SOUND


@pytest.mark.parametrize("out", ["a-file", "a-file/below", "/proc/none"])
def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, out: str) -> None:
    (tmp_path / "inventory.json").write_text(json.dumps(SOUND))
    (tmp_path / "a-file").write_text("")
    (tmp_path / "events.jsonl").write_text("")
    given = ["--inventory", f"{tmp_path}/inventory.json", "--events", f"{tmp_path}/events.jsonl"]
    ran = CliRunner().invoke(app, ["replay", *given, "--out", str(tmp_path / out)])
    assert ran.exit_code == 2, ran.output
    assert "cannot write into" in ran.stderr
    assert "--out" in ran.stderr


@pytest.mark.parametrize(
    ("engine", "told"),
    [
        ("", "there is no engine "),
        ("best", "there is no engine best. There are: noisy-or; or package.module:Class names one of your own"),
        ("no.such.module:Engine", "engine no.such.module:Engine cannot be imported: No module named 'no'"),
        (".relative:Engine", "there is no engine .relative:Engine."),
        ("correlator.inference.engine:Best", "correlator.inference.engine has no class Best"),
        ("correlator.inference.engines:DEFAULT", "correlator.inference.engines has no class DEFAULT"),
    ],
)
def test_an_engine_that_cannot_be_had_is_told(tmp_path: Path, engine: str, told: str) -> None:
    given = ["--inventory", str(tmp_path / "none.json"), "--out", str(tmp_path / "out")]
    ran = CliRunner().invoke(app, ["replay", *given, "--engine", engine])
    assert ran.exit_code == 2, ran.output
    assert told in ran.stderr
    assert "There are: noisy-or" in ran.stderr


@pytest.mark.parametrize(("days", "tickets"), [(1, 2), (7, 1)])
def test_a_complaint_is_a_repeat_for_as_long_as_the_policy_says(days: int, tickets: int) -> None:
    line = {"type": "complaint", "id": "c-1", "channel": "phone", "customer": "CU-1", "text": "internet mati"}
    lines = [json.dumps({**line, "time": f"2026-03-{day:02}T10:00:00+07:00"}) for day in (3, 6)]
    run = replay(Given([TOPOLOGY], [Policy(remember_days=days)]), "\n".join(lines).encode(), 0)
    numbers = [row.number for row in run.state.tickets.values()]
    assert len(numbers) == len(set(numbers)) == tickets

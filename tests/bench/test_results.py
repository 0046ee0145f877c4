"""Figures beside their limits: what falls short says so, in the page and in the exit status."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import bench.__main__ as command
from bench import replaying
from bench.results import kept, page
from bench.rows import Row


@pytest.mark.parametrize(
    ("row", "keeps"),
    [
        (Row("replay", 30_000, "events/s", 30_000), True),
        (Row("replay", 29_999, "events/s", 30_000), False),
        (Row("what-if", 0.5, "ms", 0.5), True),
        (Row("what-if", 0.51, "ms", 0.5), False),
        (Row("lost", 1, "traps", 0), False),
        (Row("memory", 1e9, "MB", None), True),
    ],
)
def test_a_limit_is_the_most_and_of_a_rate_the_least(row: Row, keeps: bool) -> None:
    assert kept(row) is keeps


def test_the_page_names_the_day_the_machine_the_seed_and_what_falls_short() -> None:
    rows = [Row("replay", 12_345.6, "events/s", 30_000, "24.3 s"), Row("what-if", 0.0414, "ms", 0.5)]
    text = page([("replaying", rows)], datetime(2026, 3, 1, 8, 2, tzinfo=UTC), "full", 7)
    assert "2026-03-01 08:02" in text
    assert "seed: 7" in text
    assert "Python 3." in text
    assert "| replay | 12,346 events/s | 30,000 events/s | **falls short** | 24.3 s |" in text
    assert "| what-if | 0.0414 ms | 0.5 ms | kept |  |" in text


def test_a_part_or_a_quick_run_leaves_the_page_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(command, "RESULTS", tmp_path / "RESULTS.md")
    monkeypatch.setattr(command, "measured", lambda name, scale: [Row(name, 1, scale, 0)])
    for arguments in (["--quick"], ["--only", "replaying"]):
        monkeypatch.setattr("sys.argv", ["bench", *arguments])
        assert command.main() == 1, "a figure over its limit is told by the exit status"
        assert not (tmp_path / "RESULTS.md").exists()
    monkeypatch.setattr("sys.argv", ["bench"])
    assert command.main() == 1
    assert "## latency" in (tmp_path / "RESULTS.md").read_text()


def test_a_small_storm_is_replayed_and_judged() -> None:
    rows = {row.what: row for row in replaying.run("smoke")}
    assert rows["replay, whole process"].figure > 0
    assert rows["alarm lines under no settled incident"].figure > 30
    assert rows["of these, root found"].figure > 50

"""Figures beside their limits: what falls short says so, in the page and in the exit status."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench import Row, replaying
from bench.__main__ import MODULES, apart, main
from bench.results import Section, kept, page


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


def test_the_page_names_the_day_the_machine_the_load_the_seed_and_what_falls_short() -> None:
    rows = [
        Row("replay", 12_345.6, "events/s", 30_000, "24.3 s"),
        Row("what-if", 0.0414, "ms", 0.5),
        Row("caught up", float("inf"), "s", 60),
        Row("caught up soon", 3.4e-7, "s", 60),
    ]
    text = page([Section("replaying", rows, 3.21, 65.4)], datetime(2026, 3, 1, 8, 2, tzinfo=UTC), "full", 7)
    assert "2026-03-01 08:02" in text
    assert "seed: 7" in text
    assert "Python 3." in text
    assert "Load average before: 3.2." in text
    assert "| replay | 12,346 events/s | 30,000 events/s | **falls short** | 24.3 s |" in text
    assert "| what-if | 0.0414 ms | 0.5 ms | kept |  |" in text
    assert "| caught up soon | < 0.001 s | 60 s | kept |  |" in text
    assert "| caught up | never | 60 s | **falls short** |  |" in text


def over(name: str, scale: str) -> list[Row]:
    return [Row(name, 1, scale, 0)]


@pytest.mark.parametrize("arguments", [["--quick"], ["--only", "replaying"]])
def test_a_part_or_a_quick_run_leaves_the_page_alone(arguments: list[str], tmp_path: Path) -> None:
    assert main(arguments, over, tmp_path / "RESULTS.md") == 1, "a figure over its limit is told by the exit status"
    assert not (tmp_path / "RESULTS.md").exists()


def test_a_whole_run_writes_every_module(tmp_path: Path) -> None:
    assert main([], over, tmp_path / "RESULTS.md") == 1
    text = (tmp_path / "RESULTS.md").read_text()
    assert [name for name in MODULES if f"## {name}" not in text] == []


def test_a_module_that_fails_is_a_line_that_falls_short() -> None:
    rows = apart("no_such_module", "smoke")
    assert [kept(row) for row in rows] == [False]


def test_a_small_storm_is_replayed_and_judged() -> None:
    rows = {row.what: row for row in replaying.run("smoke")}
    assert rows["replay, whole process"].figure > 0
    assert rows["alarm lines under no settled incident"].figure > 30
    assert rows["of these, root found"].figure > 50
    assert rows["storm on a mesh-11, 901 resources (topozoo/Abilene)"].figure > 0

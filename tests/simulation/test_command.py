"""`simpul simulate`: what it tells of a seed, and how it ends."""

from typer.testing import CliRunner

from streams.cli.simulating import lines, summary
from streams.simulation.many import Tally, simulate_many
from streams.simulation.simulation import NightResult
from tests.streams.cli.everything import app


def breaks_at_8(seed: int) -> NightResult:
    return NightResult(seed, ["unique: a number twice"] if seed == 8 else [])


def tallied(processes: int) -> tuple[Tally, list[str]]:
    told: list[str] = []
    tally = simulate_many(range(7, 10), processes, lambda verdict: told.extend(lines(verdict)), breaks_at_8)
    return tally, told


def test_a_broken_law_is_told_with_the_line_that_shows_it_again() -> None:
    tally, told = tallied(1)
    assert told == ["seed 8: unique: a number twice", "again: simpul simulate --seed 8"]
    assert summary(tally) == ["3 nights, 1 broke a law; faults injected: none", "  unique: 1 night, as 8"]


def test_processes_tell_the_same_in_the_same_order() -> None:
    assert tallied(2) == tallied(1)


def test_many_violations_of_one_seed_are_cut_short() -> None:
    told = lines(NightResult(1, [f"time: {n}" for n in range(20)]))
    assert told[-2:] == ["seed 1: and 8 more", "again: simpul simulate --seed 1"]


def test_the_command_ends_with_1_where_a_law_was_broken() -> None:
    found = CliRunner().invoke(app, ["simulate", "--seed", "1", "--processes", "1"])
    assert "1 night, " in found.output
    assert found.exit_code == (1 if "again: simpul simulate --seed 1" in found.output else 0)

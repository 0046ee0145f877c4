"""`make mutants`, on a package of one page: what a test notices, what none does, what hangs, what no test runs."""

import subprocess
from pathlib import Path

import pytest

from dev.mutants.__main__ import LEAST_PERCENT, enough, main, summary, survivors
from dev.mutants.places import Mutant, Place, draw, operators, places
from dev.mutants.run import Ground, Judged, Trouble, Verdict, judge

SHOP = """
LEAST = 3


def enough(count: int | None) -> bool:
    return count is not None and count >= LEAST


def summed(most: int) -> int:
    total = 0
    while total != most:
        total = total + 1
    return total


def never() -> int:
    return 2


def free(weight: int) -> bool:
    return weight > 1000
"""
TESTS = """
from shop.rules import enough, free, summed


def test_enough() -> None:
    assert [enough(n) for n in (None, 2, 3, 4)] == [False, False, True, True]


def test_summed() -> None:
    assert summed(5) == 5


def test_free() -> None:
    assert not free(5)
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for name, text in {
        "pyproject.toml": "[tool.pytest.ini_options]\n",
        "shop/__init__.py": "",
        "shop/rules.py": SHOP,
        "checks/test_shop.py": TESTS,
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    return tmp_path


def ground(shop: Path) -> Ground:
    return Ground(shop, "shop", ("checks",), slack_s=2)


def test_each_mutant_is_judged(shop: Path) -> None:
    said: list[str] = []
    judged = judge(ground(shop), 100, 1, said.append)
    became: dict[str, set[Verdict]] = {}
    for one in judged:
        became.setdefault(SHOP.split("\n")[one.mutant.line - 1].strip(), set()).add(one.verdict)
    assert became["LEAST = 3"] == {"killed"}
    assert became["return count is not None and count >= LEAST"] == {"killed"}
    assert became["return 2"] == {"not run"}
    assert became["total = total + 1"] == {"timed out"}
    assert "survived" in became["return weight > 1000"]
    assert said[0].startswith("3 tests pass without a change")
    assert (shop / "shop/rules.py").read_text() == SHOP


def test_nothing_is_said_where_the_tests_fail_anyway(shop: Path) -> None:
    (shop / "checks/test_shop.py").write_text(TESTS + "    assert free(5)\n")
    with pytest.raises(Trouble, match="fail without any change"):
        judge(ground(shop), 1, 1, lambda _: None)


def test_nothing_is_said_where_the_tests_run_nothing_of_it(shop: Path) -> None:
    (shop / "checks/test_shop.py").write_text("def test_nothing() -> None: ...\n")
    with pytest.raises(Trouble, match="run no line of shop"):
        judge(ground(shop), 1, 1, lambda _: None)


def test_a_seed_draws_the_same_twice(shop: Path) -> None:
    drawn = [draw(shop, "shop", 3, seed) for seed in (1, 1, 2, 3)]
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2] or drawn[0] != drawn[3]
    assert all(len(mutants) == 3 for mutants in drawn)


def test_a_place_counts_once(shop: Path) -> None:
    drawn = draw(shop, "shop", 100, 1)
    assert sum(mutant.line == 2 for mutant in drawn) == 1
    assert len({mutant.text for mutant in drawn}) == len(drawn)


def found(text: str) -> list[Place]:
    return places("some.py", text, operators())


@pytest.mark.parametrize(
    "text",
    [
        "def f(a: int | None) -> int | None: ...",
        "a: int | None",
        "from typing import TypeAlias\nA: TypeAlias = int | str",
        "A = int | tuple[str, ...]",
        "class A:\n    __slots__ = (1 + 1, 2)",
        "if TYPE_CHECKING:\n    a = 1",
        "b = isinstance(a, int | str)",
        "class A(Struct, frozen=True): ...",
        '"""2 > 1"""',
    ],
)
def test_what_nobody_runs_is_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    ["def f(a: int = 1): ...", "a: int = 1 ", "A = x | {1}", "isinstance(a[0], int)", "é = '…' if x > y else z"],
)
def test_what_is_run_is_found(text: str) -> None:
    assert found(text)


def test_equality_is_not_made_identity() -> None:
    names = {name for place in found("a == b") for name, _ in place.changes}
    assert "ReplaceComparisonOperator_Eq_NotEq" in names
    assert not [name for name in names if name.endswith(("_Is", "_IsNot"))]


def judged(*verdicts: Verdict) -> list[Judged]:
    return [Judged(Mutant("a/b.py", 7, "Op", "", "-x\n+y", range(1)), verdict) for verdict in verdicts]


def test_what_was_not_run_counts_as_alive() -> None:
    dead = judged(*["killed"] * (LEAST_PERCENT - 1), "timed out")
    assert enough([*dead, *judged(*["survived"] * 14, "not run")])
    assert not enough([*dead, *judged(*["survived"] * 15, "not run")])


def test_the_report_names_survivors_and_figures() -> None:
    every = judged("killed", "timed out", "survived", "not run")
    assert survivors(every) == "a/b.py:7 survived: Op\n-x\n+y\n\na/b.py:7 not run: Op\n-x\n+y\n\n"
    assert summary(every).split("\n")[-1] == "all: 1 killed, 1 timed out, 1 survived, 1 not run: 50 % died"


def test_it_wants_to_know_the_tests() -> None:
    with pytest.raises(SystemExit):
        main(["--seed", "1"])

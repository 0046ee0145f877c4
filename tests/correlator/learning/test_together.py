"""What keeps failing with a root that cannot explain it, by tables of beginnings."""

import pytest

from correlator.learning.history import Cause, Word
from correlator.learning.suspicions import Suspicion, suspicions
from tests.correlator.learning.past import cause, past, word

SPAN, LINK, END = "SP-w-side1", "LK-w-side5", "AGG-w/s5"
NEAR = 90 / 86_400  # days
Found = list[tuple[str, str, int, int]]


def cuts(times: int, span: str = SPAN, *, fault: bool = True) -> list[Cause]:
    return [cause(f"INC-{span}-{n}", span, day=1 + n, fault=fault) for n in range(times)]


def ends(*days: float, name: str = END, by: str = "") -> list[Word]:
    return [word(name, day=day, by=by) for day in days]


def found(words: list[Word], causes: list[Cause]) -> Found:
    return [(one.root, one.thing, one.together, one.times) for one in suspicions(past(words, causes))]


def test_what_comes_along_most_times_is_proposed_with_how_seldom_chance_does_that() -> None:
    [one] = suspicions(past(ends(1, 2, 3, 7.5), cuts(4)))
    assert one[:5] == (SPAN, LINK, 3, 4, 4), "a port stands for its link"
    assert one == Suspicion(SPAN, LINK, 3, 4, 4, one.chance)
    each = 4 * 2 * 90 / (10 * 86_400)  # that one of its beginnings is near by chance
    assert one.chance == pytest.approx(4 * each**3 * (1 - each) + each**4, rel=0.01)


@pytest.mark.parametrize(
    ("words", "causes", "proposed"),
    [
        pytest.param(ends(1, 2, 3), cuts(3), True, id="three of three"),
        pytest.param(ends(1, 2), cuts(3), False, id="twice may be chance"),
        pytest.param(ends(1, 2), cuts(2), False, id="of two cuts nothing is said"),
        pytest.param(ends(1, 2, 3), cuts(5), True, id="three of five"),
        pytest.param(ends(1, 2, 3), cuts(6), False, id="three of six: mostly it does not come along"),
        pytest.param(ends(1 + NEAR, 2 - NEAR, 3), cuts(3), True, id="within a minute and a half"),
        pytest.param(ends(1 + 1.02 * NEAR, 2, 3), cuts(3), False, id="later than that"),
        pytest.param(ends(1 - 1.02 * NEAR, 2, 3), cuts(3), False, id="before that"),
        pytest.param(ends(1, 1 + NEAR / 2, 2), cuts(3), False, id="what begins twice in a minute began once"),
        pytest.param(ends(1, 2, 3, by="INC-SP-w-side1-0"), cuts(3), False, id="the root explained it"),
        pytest.param(ends(1, 2, 3), cuts(3, fault=False), False, id="no fault at all"),
        pytest.param(ends(1, 2, 3, name="AGG-w/s1"), cuts(3), False, id="the inventory has it that it fails with it"),
        pytest.param(ends(1, 2, 3, name="strange"), cuts(3), False, id="no row names it"),
        pytest.param(ends(*(n / 300 for n in range(3000))), cuts(4), False, id="what begins all the time"),
    ],
)
def test_when_it_is_proposed(words: list[Word], causes: list[Cause], proposed: bool) -> None:
    assert bool(found(words, causes)) == proposed


def test_what_planned_work_silenced_counts_for_nothing() -> None:
    words = [word(END, day=day, apart=day == 3) for day in (1, 2, 3)]
    assert found(words, cuts(3)) == []


def test_one_root_is_called_by_its_fibre_whatever_it_was_called_each_time() -> None:
    alike = ("LK-w-side1", SPAN)
    causes = [cause(f"INC-{n}", root, *alike, day=1 + n) for n, root in enumerate(("LK-w-side1", SPAN, "LK-w-side1"))]
    assert found(ends(1, 2, 3), causes) == [(SPAN, LINK, 3, 3)]
    named = [cause(f"INC-{n}", "LK-w-side1", *alike, day=1 + n, confirmed=True) for n in range(3)]
    assert found(ends(1, 2, 3), named) == [("LK-w-side1", LINK, 3, 3)], "as a person called it"


def test_of_two_that_come_along_with_each_other_the_surer_one_is_the_root() -> None:
    """Each opened incidents of its own; one was cut a fourth time without the other."""
    one = [cause(f"INC-{SPAN}-{n}", SPAN, SPAN, "LK-w-side1", day=1 + n) for n in range(3)]
    two = [cause(f"INC-SP-w-side5-{n}", "SP-w-side5", "SP-w-side5", LINK, day=1 + n) for n in range(4)]
    words = [
        *(word("AGG-w/s1", day=1 + n, by=f"INC-{SPAN}-{n}") for n in range(3)),
        *(word(END, day=1 + n, by=f"INC-SP-w-side5-{n}") for n in range(4)),
    ]
    assert found(words, one + two) == [(SPAN, LINK, 3, 3)]


def test_of_two_roots_that_bring_a_thing_along_the_one_that_explains_more_is_named() -> None:
    words = [
        *ends(1, 2, 3),
        *(word("AGG-w/s2", day=1 + n, by=f"INC-SP-w-side2-{n}") for n in range(3)),
        *(word("HUB-w/s2", day=1 + n, by=f"INC-SP-w-side2-{n}") for n in range(3)),
        *(word("AGG-w/s1", day=1 + n, by=f"INC-{SPAN}-{n}") for n in range(3)),
    ]
    told = [one for one in found(words, cuts(3) + cuts(3, "SP-w-side2")) if one[1] == LINK]
    assert told == [("SP-w-side2", LINK, 3, 3)]


def test_what_hangs_by_a_thing_that_is_proposed_is_not_proposed_beside_it() -> None:
    """The station is lost since its aggregation is: one row is missing, not two."""
    words = [word(name, "device_unreachable", day=day) for name in ("BTS-w-4", "AGG-w") for day in (1, 2, 3)]
    assert found(words, cuts(3, "SP-e-side1")) == [("SP-e-side1", "AGG-w", 3, 3)]


def test_an_incident_that_ended_in_another_is_no_root_of_its_own() -> None:
    causes = [cause(f"INC-{n}", SPAN, day=1 + n, into="INC-X" if n == 2 else None) for n in range(3)]
    assert found(ends(1, 2, 3), causes) == []

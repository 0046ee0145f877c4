"""A mirror does what its own domain says of the incident, also where the inventories of the two differ."""

from copy import deepcopy
from typing import Any

import pytest

from correlator import kernel
from correlator.events import Handover, Ruling, moment
from correlator.state import State
from streams.simulation.memory import differences, snapshot
from tests.correlator.country import Regions
from tests.correlator.test_domains import country, olt_is_lost
from tests.regions import NATIONAL

GONE = "OLT-T1-X"  # no inventory here has it


def rule(them: Regions, number: int, status: Any, root: str, **more: Any) -> None:
    """A region's word to the national domain about its incident IN-9."""
    now = moment(them.now_us)
    ruling = Ruling(incident="IN-9", status=status, root=root, since=now, opened=now, **more)
    them.tell(NATIONAL, Handover(time=now, domain="timur", number=number, what=ruling))


def mirrors(them: Regions) -> list[tuple[str, str]]:
    return [(row.root, row.status) for row in them.mirrors(NATIONAL)]


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        ("open", "open"),
        ("clearing", "clearing"),
        ("resolved", "resolved"),
        ("closed", "closed"),
        ("merged", "closed"),  # into one that nobody here has heard of
    ],
)
def test_a_mirror_follows_though_its_root_has_another_name_by_now(said: str, becomes: str) -> None:
    them = country()
    rule(them, 1, "open", "OLT-T1")
    them.wait(60)
    rule(them, 2, said, GONE)
    assert mirrors(them) == [("OLT-T1", becomes)], "and the root that is known here stays"


def test_a_mirror_that_clears_is_back_though_its_root_has_another_name_by_now() -> None:
    them = country()
    rule(them, 1, "open", "OLT-T1")
    rule(them, 2, "clearing", GONE)
    rule(them, 3, "open", GONE)
    assert mirrors(them) == [("OLT-T1", "open")]


def test_no_mirror_begins_of_a_root_that_is_unknown_here() -> None:
    them = country()
    rule(them, 1, "open", GONE)
    rule(them, 2, "resolved", GONE)
    assert mirrors(them) == []
    said = [one for one in them.seats[NATIONAL].effects if "unknown_root" in repr(one)]
    assert len(said) == 2


def test_what_yields_to_a_mirror_claims_nothing_any_more_as_after_a_restart() -> None:
    them = country()
    olt_is_lost(them, "T1")
    them.wait(60)
    now = moment(them.now_us)
    ruling = Ruling(incident="IN-9", status="open", root="MT-T", since=now, opened=now)
    them.tell("timur", Handover(time=now, domain=NATIONAL, number=1, what=ruling))
    seat = them.seats["timur"]
    assert [row.status for row in seat.state.incidents.values() if not row.home] == ["merged"]
    woken = State(deepcopy(seat.state.tables))
    kernel.wake(woken, seat.world)
    assert differences(snapshot(seat.state), snapshot(woken)) == []

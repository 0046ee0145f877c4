"""When a settled root yields: to what explains clearly more, told at the same time, and to nothing else."""

from typing import Any

import pytest

from correlator.events import AlarmType
from correlator.inference.port import Complaint, Hypothesis, OutOfSight, Standing, TakeOver
from tests.correlator.inference.telling import START_US, Telling, at_us, standing, together

Alarms = list[tuple[str, AlarmType]]
LINKS: Alarms = [(f"AGG-1/{end}", "loss_of_signal") for end in ("bts1", "olt1a", "olt1b", "olt2a", "olt2b")]
LOST: Alarms = [(name, "device_unreachable") for name in ("BTS-1", "OLT-1", "OLT-2")]
FIRST, REST = [LINKS[0], LOST[0]], [*LINKS[1:], *LOST[1:]]


class Settled(Telling):
    """IN-1 opened on BTS-1 at once; later the rest of what hangs by the span MT-MN is told."""

    def __init__(self, later: float = 20, rest: Alarms = REST, *, faults: Any = None, **more: Any) -> None:
        super().__init__(**(faults or {}))
        self.held = self.all_told(*FIRST)
        self.one: Standing = self.settle("IN-1", "BTS-1", self.held, **({"peak": 2} | more))
        self.search(10)
        self.later = later
        self.new = self.all_told(*rest, since=later)

    def better(self) -> list[TakeOver]:
        now = self.later + 60
        return self.engine.better(self.search(now), lambda _: self.one, at_us(now))


def test_a_parent_takes_over_what_it_explains_clearly_better() -> None:
    wire = Settled()
    offer, *_ = wire.better()
    assert (offer.hypothesis.root, offer.incidents) == ("MT-MN", ["IN-1"])
    assert set(map(id, offer.hypothesis.speaks)) == set(map(id, [*wire.held, *wire.new]))
    assert offer.hypothesis.gain == pytest.approx(-14_172_966 + 8 * 6_802_506 + together(8), abs=1)


@pytest.mark.parametrize(
    "wire",
    [
        pytest.param(lambda: Settled(movable=False), id="a person pinned the root"),
        pytest.param(lambda: Settled(live=False), id="the incident is over"),
        pytest.param(lambda: Settled(rest=LINKS[1:2], later=200), id="little more is told, and late"),
        pytest.param(lambda: Settled(rest=[]), id="nothing more is told"),
        pytest.param(lambda: Settled(faults={"reroot_odds": 99.0}), id="it is not clearly better"),
        pytest.param(lambda: Settled(later=400), id="what is new began minutes later"),
    ],
)
def test_a_settled_root_stays(wire: Any) -> None:
    assert wire().better() == []


@pytest.mark.parametrize(("later", "moves"), [(300, True), (300.000001, False)])
def test_how_long_after_it_may_be_the_same_fault(later: float, moves: bool) -> None:
    assert bool(Settled(later=later).better()) is moves


@pytest.mark.parametrize(("opened", "moves"), [(400, True), (100, False)])
def test_by_our_clock_as_well(opened: float, moves: bool) -> None:
    """What is new began 340 s after what it holds; it opened so long before the search at 400."""
    wire = Settled(later=340, opened_us=at_us(opened - 300 if moves else opened - 300.000001))
    assert bool(wire.better()) is moves


@pytest.mark.parametrize(
    ("root", "names"),
    [
        pytest.param("MT-MN", ["IN-1"], id="all that it holds hangs by it"),
        pytest.param("BTS-1", ["IN-1"], id="it is the root already"),
        pytest.param("OLT-1", [], id="nothing of it does"),
        pytest.param("NIX", [], id="nobody knows it"),
    ],
)
def test_what_a_root_swallows(root: str, names: list[str]) -> None:
    wire = Settled()
    assert wire.engine.swallowed(root, lambda _: wire.one) == names
    pinned = standing("IN-1", "BTS-1", movable=False)
    assert wire.engine.swallowed(root, lambda _: pinned) == []


def test_what_a_root_does_not_explain() -> None:
    wire = Settled()
    beyond = wire.engine.roots.beyond("OLT-1", [*wire.held, *wire.new])
    assert {one.key for one in beyond} == {
        one.key for one in wire.all_told(LINKS[0], *LINKS[3:], LOST[0], LOST[2], since=wire.later)
    }
    assert wire.engine.roots.beyond("MT-MN", [*wire.held, *wire.new]) == []


# Which of those that are alike


def street(**more: Any) -> tuple[Telling, Standing]:
    """An incident on the cabinet of a street, with the feeder's link dark."""
    wire = Telling()
    told = wire.all_told(
        ("OLT-1/pon-1", "loss_of_signal"), *((f"ONT-11-{n:02}", "device_unreachable") for n in range(1, 9))
    )
    return wire, wire.settle("IN-1", "CAB-11", told, **more)


def test_a_monitor_names_one_of_those_that_are_alike() -> None:
    wire, one = street()
    assert "FD-11" in wire.engine.roots.alike("CAB-11")
    assert wire.engine.sharper(one, START_US) is None, "nothing tells them apart"
    monitor = wire.told("FD-11", "fiber_break", since=200)
    assert monitor is not None
    wire.engine.accounts.own(monitor, "IN-1")
    assert wire.search(260).renamed == ["IN-1"]
    named = wire.engine.sharper(one, at_us(260))
    assert named is not None
    assert (named.root, len(named.speaks)) == ("FD-11", 10)
    assert wire.engine.sharper(standing("IN-1", "FD-11"), at_us(260)) is None, "it is the root already"


@pytest.mark.parametrize("more", [{"live": False}, {"clearing": True}, {"movable": False}])
def test_no_other_is_named_where_the_root_may_not_move(more: dict[str, Any]) -> None:
    wire, _ = street()
    monitor = wire.told("FD-11", "fiber_break", since=200)
    assert monitor is not None
    wire.engine.accounts.own(monitor, "IN-1")
    assert wire.engine.sharper(standing("IN-1", "CAB-11", **more), at_us(260)) is None


def test_whether_something_is_about_the_root_itself() -> None:
    wire, _ = street()
    monitor, lost = wire.told("FD-11", "fiber_break"), wire.told("ONT-11-01", "device_unreachable")
    assert monitor is not None
    assert lost is not None
    names = wire.engine.roots.names_root
    assert (names("CAB-11", [lost, monitor]), names("CAB-11", [lost]), names("NIX", [monitor])) == (True, False, False)


# What a person says


def test_what_a_person_says_explains_all_of_it() -> None:
    wire = Settled()
    found = wire.engine.assume("OLT-2", [*wire.held, *wire.new], at_us(90))
    assert (found.root, found.confidence_ppm, len(found.speaks), found.alternatives) == ("OLT-2", 1_000_000, 8, ())


def test_a_person_may_blame_lost_mains_alone() -> None:
    wire = Telling()
    told = wire.told("OLT-1", "power_failure")
    assert told is not None
    assert wire.engine.weigh("OLT-1", [told], at_us(90)) is None
    found = wire.engine.assume("OLT-1", [told], at_us(90))
    assert (found.root, found.speaks, found.gain, found.share) == ("OLT-1", [told], -13_900_000, 1.0)


# Where callers alone tell


class Called(Telling):
    """IN-1 opened on the street's feeder since four of eight called; of the next street so many call, too."""

    def __init__(self, beside: int, **more: Any) -> None:
        super().__init__()
        onts = (f"ONT-{street}-{n:02}" for street in ("11", "12") for n in range(1, 9))
        unseen = (self.topology.find(name) for name in ("OLT-1", *onts))
        self.engine.observe(OutOfSight(tuple(one for one in unseen if one is not None)))
        self.one = self.settle("IN-1", "FD-11", **more)
        self.calls = [self._call(f"CU-11-{n:02}", 60) for n in range(1, 5)]
        self.called(*(f"CU-12-{n:02}" for n in range(1, 1 + beside)), since=120)

    def _call(self, customer: str, since: float) -> Complaint:
        services = tuple(int(n) for n in self.topology.services_of(self.topology.customer_index[customer]))
        return Complaint(f"call of {customer}", services, at_us(since), 1000)

    def again(self, now: float = 300) -> Hypothesis | None:
        return self.engine.heard_again(self.one, self.calls, at_us(now))


def test_by_those_who_called_first_it_stays() -> None:
    found = Called(beside=0).again()
    assert found is not None
    assert "FD-11" in (found.root, *found.members)


def test_when_the_next_street_calls_too_it_is_what_both_hang_by() -> None:
    wire = Called(beside=4)
    found = wire.again()
    assert found is not None
    assert found.root == "OLT-1"
    assert found.speaks == []
    assert found.alternatives, "it says what else it may be"
    assert set(wire.engine.roots.complaints_for("FD-11")) == set(), "they are its own again, and speak for nobody"


def test_when_they_called_so_long_ago_that_they_tell_of_nothing_it_stays() -> None:
    assert Called(beside=4).again(3 * 3600) is not None
    assert Called(beside=4).again(5 * 3600) is None


@pytest.mark.parametrize("more", [{"movable": False}, {"live": False}, {"clearing": True}])
def test_what_is_over_or_a_persons_stays(more: dict[str, bool]) -> None:
    assert Called(beside=4, **more).again() is None

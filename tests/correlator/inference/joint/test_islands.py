"""Two cuts in a ring: devices that no single failure cuts off, and the joint root.

CORE-C - AGG-2 - AGG-3 - CORE-D over LK-CQ, LK-QR and LK-RD; AGG-4 and, behind it, BTS-2 hang at AGG-3.
"""

from typing import Any

import pytest

from correlator.events import AlarmType
from correlator.inference.port import KnownUp
from tests.correlator.inference.telling import LATE, Telling, any_of, together
from topology.compile import compile_inventory
from topology.model import Customer, Device, Inventory, Link, Service, Site, Span

Alarms = list[tuple[str, AlarmType]]
WORD = 6_802_506
C, D = ("CORE-C/agg2", "loss_of_signal"), ("CORE-D/agg3", "loss_of_signal")
# the far end of each, which tells it as long as it has the other way round
FAR = {C: ("AGG-2/west", "loss_of_signal"), D: ("AGG-3/east", "loss_of_signal")}
LOST: Alarms = [(name, "device_unreachable") for name in ("AGG-2", "AGG-3", "AGG-4", "BTS-2")]
SPANS = {"LK-CQ": -12_900_000 - 1_832_581, "LK-RD": -12_900_000 - 1_609_438}  # of 50 km, and ln(8/50), ln(10/50)
BOTH = {*SPANS}


def island(first: tuple[str, Any] = C, second: tuple[str, Any] = D, lost: Alarms = LOST, **faults: Any) -> Telling:
    wire = Telling(**faults)
    wire.all_told(first, FAR[first], since=LATE - 60)
    wire.told(*second, since=LATE - 50)
    wire.all_told(*lost, since=LATE - 45)
    return wire


@pytest.mark.parametrize(
    ("first", "second", "roots"),
    [pytest.param(C, D, ["LK-CQ", "LK-RD"], id="C first"), pytest.param(D, C, ["LK-RD", "LK-CQ"], id="D first")],
)
def test_who_is_cut_off_is_down_in_the_later_of_the_two(first: Any, second: Any, roots: list[str]) -> None:
    found = island(first, second).found()
    assert [one.root for one in found] == roots
    assert [one.besides for one in found] == [(roots[1],), (roots[0],)]
    kinds = [["link_end"] * 2, ["device"] * 4 + ["link_end"]]
    assert [sorted(told.kind for told in one.speaks) for one in found] == kinds
    assert [one.gain - one.prior for one in found] == [2 * WORD + together(2), 5 * WORD + together(5)]
    # the link, the ports at both ends, and its span: of 8 km, of 10 km
    alike = {root: any_of(-14_500_000, -15_000_000, -15_000_000, span) for root, span in SPANS.items()}
    assert [one.prior for one in found] == pytest.approx([alike[root] for root in roots], abs=1_000)
    assert [one.confidence_ppm for one in found] == [1_000_000, 1_000_000]  # none is believed without the other


def test_two_words_of_one_moment_are_in_the_order_of_the_names() -> None:
    wire = Telling()
    wire.all_told(D, C, FAR[C], *LOST, since=LATE - 60)
    assert wire.roots() == ["LK-CQ", "LK-RD"]


def test_two_sites_that_fail_explain_one_dark_end_each_as_well() -> None:
    """A site fails more often than a link: with no word from the far end of the first they are likelier."""
    wire = Telling()
    wire.told(*C, since=LATE - 60)
    wire.told(*D, since=LATE - 50)
    wire.all_told(*LOST, since=LATE - 45)
    assert wire.roots() == ["R", "Q"]


@pytest.mark.parametrize(
    "wire",
    [
        pytest.param(lambda: island(largest_joint=1), id="more links lead to it than the policy tries"),
        pytest.param(
            lambda: island(C, ("AGG-2", "device_unreachable"), []), id="one device is lost behind a dark link"
        ),
        pytest.param(lambda: island(lost=[]), id="nobody is lost"),
        pytest.param(lambda: island(lost=LOST[:3]), id="one behind it lives"),
    ],
)
def test_what_is_no_joint_root(wire: Any) -> None:
    assert not any(one.besides for one in wire().found())


def test_the_other_way_may_be_lit_and_not_carry() -> None:
    """The block of a ring that does not open; it was so before the cut, and nobody can tell."""
    found = {one.root: one for one in island(second=("BTS-1", "device_unreachable")).found()}
    cut, idle = found["LK-CQ"], found["LK-RD"]
    assert (cut.besides, idle.besides, idle.members) == (("LK-RD",), ("LK-CQ",), ("LK-RD",))
    assert idle.prior == -5_000_000
    assert sorted(told.kind for told in idle.speaks) == ["device"] * 4


def test_it_may_be_the_next_link_while_the_poller_goes_its_round() -> None:
    """LK-QR does not carry, or LK-RD does not and AGG-3 is lost as well: which of them is known when it is asked."""
    wire = Telling()
    wire.all_told(C, FAR[C], since=LATE - 60)
    wire.all_told(("AGG-2", "device_unreachable"), ("AGG-1", "device_unreachable"), since=LATE - 45)
    assert not any(one.besides and one.odds >= 6_000_000 for one in wire.found())


def test_two_links_are_as_many_as_a_policy_of_two_allows() -> None:
    assert {one.root for one in island(largest_joint=2).found()} == BOTH


def test_a_cut_that_an_incident_has_already_is_not_taken_again() -> None:
    wire = Telling()
    cut = wire.told(*C, since=0)
    wire.settle("IN-1", "LK-CQ", [cut] if cut else [])
    wire.told(*D, since=LATE - 50)
    wire.all_told(*LOST, since=LATE - 45)
    [found] = wire.found()
    assert (found.besides, found.gain - found.prior) == ((), 5 * WORD + together(5))
    assert (found.root, found.alternatives[0][0]) == ("R", "LK-RD")


def test_a_dark_link_that_another_incident_holds_makes_no_joint_root() -> None:
    wire = island()
    for held in wire.all_told(C, FAR[C], since=LATE - 60):
        wire.engine.accounts.own(held, "IN-9")
    assert not any(one.besides for one in wire.found())


def test_devices_that_an_incident_holds_are_no_island() -> None:
    wire = island()
    for told in wire.all_told(*LOST, since=LATE - 45):
        wire.engine.accounts.own(told, "IN-9")
    assert not any(one.besides for one in wire.found())


def test_a_single_root_that_explains_it_better_stays() -> None:
    """AGG-3's own site: what it cuts off is told, and its link to AGG-2 as well."""
    wire = Telling()
    wire.all_told(("AGG-2/east", "loss_of_signal"), D, *LOST[1:], since=LATE - 60)
    assert [one.besides for one in wire.found()] == [()]


def test_nothing_is_joined_where_nothing_changed() -> None:
    wire = island()
    assert {one.root for one in wire.found()} == BOTH
    wire.all_told(("AGG-1/bts1", "loss_of_signal"), ("BTS-1", "device_unreachable"), since=LATE - 60)
    assert wire.roots() == ["BTS-1"]


# Two devices between two gateways, and the leaves that hang at one: three routers of customers

RING = Inventory(
    sites=tuple(Site(id=name, kind="pop") for name in ("A", "B", "C", "D")),
    spans=(
        Span(id="S-A", a="A", b="C", tier="metro", length_km=50),
        Span(id="S-B", a="B", b="D", tier="metro", length_km=50),
        Span(id="S-M", a="C", b="D", tier="metro", length_km=50),
    ),
    devices=(
        Device(id="A1", site="A", role="core", tier="backbone", gateway=True),
        Device(id="B1", site="B", role="core", tier="backbone", gateway=True),
        Device(id="C1", site="C", role="aggregation", tier="metro"),
        Device(id="D1", site="D", role="aggregation", tier="metro"),
        *(Device(id=f"R{n}", site="C", role="cpe", tier="drop") for n in (1, 2, 3)),
    ),
    links=(
        Link(id="L-A", a="A1/c", b="C1/a", tier="metro", routes=(("S-A",),)),
        Link(id="L-B", a="B1/c", b="D1/b", tier="metro", routes=(("S-B",),)),
        Link(id="L-M", a="C1/m", b="D1/m", tier="metro", routes=(("S-M",),)),
        *(Link(id=f"L-{n}", a=f"C1/r{n}", b=f"R{n}/up", tier="drop") for n in (1, 2, 3)),
    ),
)


@pytest.mark.parametrize("routers", [("R1", "R2", "R3"), ("R1", "R2"), ("R1",), ()])
def test_routers_of_customers_are_told_with_the_island_and_not_missed(routers: tuple[str, ...]) -> None:
    """Nobody polls them: who of them is told is down by the later cut."""
    wire = Telling(compile_inventory(RING))
    wire.told("A1/c", since=LATE - 60)
    wire.told("C1/a", since=LATE - 60)
    wire.told("B1/c", since=LATE - 50)
    wire.all_told(*((name, "device_unreachable") for name in ("C1", "D1", *routers)), since=LATE - 50)
    first, second = wire.found()
    assert (first.besides, second.besides) == ((second.root,), (first.root,))
    assert ("S-A" in first.members, "S-B" in second.members) == (True, True)
    words = 3 + len(routers)
    worth = [2 * WORD + together(2), words * WORD + together(words)]
    assert [one.gain - one.prior for one in (first, second)] == worth
    assert (first.share, second.share) == (1.0, 1.0)


# A node with two ways up: did it fail, or did both of its links?

PROBED, ROUTERS = 10, ("R1", "R2", "R3", "R4", "R5", "R6")
TWO_WAYS = Inventory(
    sites=tuple(Site(id=name, kind="pop") for name in ("A", "C")),
    spans=tuple(Span(id=f"S-{n}", a="A", b="C", tier="metro", length_km=5) for n in (1, 2)),
    devices=(
        Device(id="A1", site="A", role="core", tier="backbone", gateway=True),
        Device(id="C1", site="C", role="aggregation", tier="metro"),
        *(Device(id=name, site="C", role="cpe", tier="drop") for name in ROUTERS),
    ),
    links=(
        *(Link(id=f"L-{n}", a=f"A1/{n}", b=f"C1/up{n}", tier="metro", routes=((f"S-{n}",),)) for n in (1, 2)),
        *(Link(id=f"L-{name}", a=f"C1/{name}", b=f"{name}/up", tier="drop") for name in ROUTERS),
    ),
    customers=tuple(Customer(id=f"CU-{n}", segment="business") for n in range(PROBED)),
    services=tuple(Service(id=f"SV-{n}", customer=f"CU-{n}", product="dia", attach=("C1",)) for n in range(PROBED)),
)


def test_what_is_known_to_work_counts_against_two_links_as_against_the_node() -> None:
    wire = Telling(compile_inventory(TWO_WAYS))
    for n in range(PROBED):  # whose probes find them up
        wire.engine.observe(KnownUp(f"SV-{n} service_down", f"SV-{n}", "service_down", True))
    wire.all_told(("A1/1", "link_down"), ("A1/2", "link_down"), since=LATE - 60)
    wire.all_told(*((name, "device_unreachable") for name in ("C1", *ROUTERS)), since=LATE - 60)
    [found] = wire.found()
    assert ("C1" in found.members, found.besides) == (True, ())

"""A switch comes back, and clears of the lines below it are lost: the outage comes to rest, whatever is lost."""

from functools import cache
from itertools import combinations

import pytest

from tests.correlator.incidents.night import Night
from topology.compile import compile_inventory
from topology.graph import Topology
from topology.model import Customer, Device, Inventory, Link, Service, Site, Span

LINES = 6  # at each switch
CHANGES = 5  # of status, after the last event: three of the incident, and two of one more
LOST = "device_unreachable"
PORT, SWITCH = ("AGG/1", "link_down"), ("SW-1", LOST)
END = 6 * 3600
SUBSETS = [lost for many in range(3, LINES + 1) for lost in combinations(range(LINES), many)]


@cache
def town() -> Topology:
    """CORE* - AGG - SW-1, SW-2, each with a business's router at the end of each of its lines."""
    switches = (1, 2)
    lines = [(switch, line) for switch in switches for line in range(LINES)]
    homes = [f"{switch}-{line}" for switch, line in lines]
    return compile_inventory(
        Inventory(
            sites=(
                Site(id="DC", kind="datacenter"),
                Site(id="POP", kind="pop"),
                *(Site(id=f"CAB-{switch}", kind="cabinet") for switch in switches),
                *(Site(id=f"H-{home}", kind="customer") for home in homes),
            ),
            spans=(
                Span(id="MT", a="DC", b="POP", tier="metro", length_km=20),
                *(Span(id=f"FE-{one}", a="POP", b=f"CAB-{one}", tier="distribution", length_km=3) for one in switches),
                *(
                    Span(id=f"DR-{one}-{line}", a=f"CAB-{one}", b=f"H-{one}-{line}", tier="drop", length_km=0.5)
                    for one, line in lines
                ),
            ),
            devices=(
                Device(id="CORE", site="DC", role="core", tier="backbone", gateway=True),
                Device(id="AGG", site="POP", role="aggregation", tier="metro"),
                *(
                    Device(id=f"SW-{one}", site=f"CAB-{one}", role="aggregation", tier="distribution")
                    for one in switches
                ),
                *(Device(id=f"CPE-{home}", site=f"H-{home}", role="cpe", tier="drop") for home in homes),
            ),
            links=(
                Link(id="LK", a="CORE/1", b="AGG/0", tier="metro", routes=(("MT",),)),
                *(
                    Link(id=f"LK-{one}", a=f"AGG/{one}", b=f"SW-{one}/0", tier="distribution", routes=((f"FE-{one}",),))
                    for one in switches
                ),
                *(
                    Link(
                        id=f"LK-{one}-{line}",
                        a=f"SW-{one}/{line + 1}",
                        b=f"CPE-{one}-{line}/0",
                        tier="drop",
                        routes=((f"DR-{one}-{line}",),),
                    )
                    for one, line in lines
                ),
            ),
            services=tuple(
                Service(id=f"SV-{home}", customer=f"CU-{home}", product="dia", attach=(f"CPE-{home}",))
                for home in homes
            ),
            customers=tuple(Customer(id=f"CU-{home}", segment="business") for home in homes),
        )
    )


def cut() -> Night:
    """The switch is cut off; a poller calls it lost, and its lines, one after the other."""
    night = Night(town())
    night.at(3)
    night.says(*PORT, source="snmp:AGG")
    night.at(61)
    night.says(*SWITCH, source="poller", severity="major")
    for line in range(LINES):
        night.at(69 + 8 * line)
        tell(night, line)
    return night


def tell(night: Night, line: int) -> None:
    night.says(f"CPE-1-{line}", LOST, source="poller", severity="major")


def repair(night: Night, lost: tuple[int, ...], clears: str, crew: str) -> None:
    """Half an hour later. `lost`: lines whose clear never comes; `crew`: when it calls, if it does."""
    night.at(1790)
    if crew == "before":
        night.repaired("FE-1")
    night.at(1800)
    if "switch" in clears:
        night.says(*SWITCH, "cleared", source="poller")
    night.at(1802)
    if "port" in clears:
        night.says(*PORT, "cleared", source="snmp:AGG")
    for line in range(LINES):
        if line not in lost:
            night.at(1805 + 5 * line)
            night.says(f"CPE-1-{line}", LOST, "cleared", source="poller")
    night.at(1860)
    if crew == "after":
        night.repaired("FE-1")


def changes(night: Night) -> int:
    return sum(len(row.verdicts) for row in night.state.incidents.values())


@pytest.mark.parametrize("crew", ["", "before", "after"])
@pytest.mark.parametrize("clears", ["switch port", "switch", "port", ""])
def test_it_comes_to_rest_whichever_clears_are_lost(clears: str, crew: str) -> None:
    for lost in SUBSETS:
        night = cut()
        repair(night, lost, clears, crew)
        before, known = changes(night), len(night.state.incidents)
        night.at(END)
        assert changes(night) - before <= CHANGES, lost
        assert len(night.state.incidents) - known <= 1, lost


@pytest.mark.parametrize("crew", ["", "before", "after"])
def test_what_is_told_again_for_hours_is_one_incident_more(crew: str) -> None:
    lost = (0, 2, 4)
    night = cut()
    repair(night, lost, "switch port", crew)
    for seconds in range(2100, END, 300):
        night.at(seconds)
        for line in lost:
            tell(night, line)
    [_, more] = night.state.incidents.values()
    assert [status for status, _, _ in night.history(more)] == ["suspected", "open"]


def test_a_second_cut_counts_with_the_words_that_were_left() -> None:
    night = cut()
    repair(night, (0, 1, 2), "switch port", "after")
    night.at(7203)
    night.says(*PORT, source="snmp:AGG")
    night.at(7261)
    night.says(*SWITCH, source="poller", severity="major")
    night.at(END)
    [_, more] = night.state.incidents.values()
    assert more.status == "open"
    assert more.customers_down == LINES


def test_who_calls_since_counts_with_the_words_that_were_left() -> None:
    night = cut()
    repair(night, (0, 1, 2, 3), "switch port", "after")
    for line in range(4):
        night.at(4000 + 400 * line)
        night.calls(f"CU-1-{line}")
    night.at(END)
    [_, more] = night.state.incidents.values()
    assert more.status == "open"

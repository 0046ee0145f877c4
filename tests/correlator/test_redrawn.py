"""By a new inventory what stands is another domain's: the outage ends where it was decided, and is told of once."""

import msgspec
import pytest

from correlator.effects import Campaign
from tests.correlator.country import Regions
from tests.correlator.test_domains import OLTS, country
from tests.regions import two_regions
from topology.model import Inventory

CUT = (("PE-T/8", "loss_of_signal"), ("AG-T", "device_unreachable"), ("OLT-T1", "device_unreachable"))


def moved() -> Inventory:
    """The metro site of Timur is Barat's."""
    inventory = two_regions(OLTS)
    sites = (msgspec.structs.replace(row, region="Barat") if row.id == "MET-T" else row for row in inventory.sites)
    return msgspec.structs.replace(inventory, sites=tuple(sites))


def told(them: Regions) -> list[tuple[str, str]]:
    campaigns = [(name, one) for name, seat in them.seats.items() for one in seat.effects if isinstance(one, Campaign)]
    return [(name, one.kind) for name, one in campaigns if one.kind in ("outage", "restored")]


@pytest.mark.parametrize("back", [False, True], ids=["for good", "and back before the end"])
def test_an_outage_ends_where_it_was_decided_though_the_end_comes_in_elsewhere(back: bool) -> None:
    them = country()
    for name, kind in CUT:
        them.alarm(name, kind)
    them.wait(120)
    [(home, incident)] = them.opened()
    assert told(them) == [(home, "outage")]
    them.change(moved())
    them.wait(600)
    if back:
        them.change(two_regions(OLTS))
        them.wait(60)
    for name, kind in CUT:
        them.alarm(name, kind, state="cleared")
    them.wait(3600)
    assert incident.status == "closed"
    assert told(them) == [(home, "outage"), (home, "restored")]
    standing = [row.object for seat in them.seats.values() for row in seat.state.alarms.values() if row.active]
    assert standing == []


def test_what_comes_again_in_between_is_not_sent_to_and_fro_for_ever() -> None:
    them = country()
    for name, kind in CUT:
        them.alarm(name, kind)
    them.wait(120)
    for inventory in (moved(), two_regions(OLTS)) * 2:
        them.change(inventory)
        them.wait(60)
    before = sum(len(seat.journal) for seat in them.seats.values())
    for name, kind in CUT:
        them.alarm(name, kind)
    them.wait(10)
    assert sum(len(seat.journal) for seat in them.seats.values()) - before < 30

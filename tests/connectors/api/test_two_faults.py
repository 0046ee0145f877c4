"""Two faults together take a service down: whoever asks, by customer or by service, hears the same."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from correlator.customers import pack
from correlator.events import MINUTE_US
from correlator.policy import Policy
from correlator.rows.service_desk import AudienceRow, Spell
from correlator.world import World
from tests.connectors.api.doorway import Door
from tests.connectors.house import CUT_US, INVENTORY, incident
from topology.compile import compile_inventory
from topology.model import Customer, Inventory, Service

BANK = 3  # by number
EARLIER, LATER = "IN-000001", "IN-000002"
TAKES = {EARLIER: ("SV-1", "SV-2", "SV-ATM"), LATER: ("SV-BANK",)}


def network() -> Inventory:
    """The bank's SV-BANK has two legs and needs one, its SV-ATM hangs at the first of them, its SV-WEB at none."""
    services = (
        *INVENTORY.services,
        Service(id="SV-BANK", customer="CU-BANK", product="dia", attach=("DPS-CR1/7", "JKT-CR1/7"), need=1),
        Service(id="SV-ATM", customer="CU-BANK", product="vpn", attach=("DPS-CR1/6",)),
        Service(id="SV-WEB", customer="CU-BANK", product="cloud", attach=("JKT-CR1/6",)),
    )
    customers = (*INVENTORY.customers, Customer(id="CU-BANK", segment="enterprise"))
    return msgspec.structs.replace(INVENTORY, services=services, customers=customers)


@pytest.fixture
def door(tmp_path: Path) -> Door:
    """C-77 is cut, and a minute later the port of the other leg goes dark."""
    door = Door(tmp_path, world=World(compile_inventory(network()), Policy()))
    earlier = incident(opened_us=CUT_US + MINUTE_US)
    later = incident(id=LATER, root="JKT-CR1/7", opened_us=CUT_US + 2 * MINUTE_US)
    leave(door, earlier, [0, 1, BANK])
    leave(door, later, [BANK])
    return door


def leave(door: Door, row: Any, down: Sequence[int], ever: Sequence[int] | None = None) -> None:
    """As the kernel leaves an incident."""
    now, then = (pack(np.asarray(some, dtype=np.int32)) for some in (down, down if ever is None else ever))
    named = door.house.world().topology.service_named
    services = sorted(number for name in TAKES[row.id] if (number := named(name)) is not None)
    spell = Spell(pack(np.asarray(services)), until_us=0 if down or row.resolved_us else CUT_US + 4 * MINUTE_US)
    audience = AudienceRow(row.id, now, then, spells=(spell,))
    door.house.commit([("incidents", row.id, row), ("audiences", row.id, audience)])


def test_a_handover_counts_who_is_down_by_both_once(door: Door) -> None:
    """As the board does."""
    since = "2026-03-01T00:00:00%2B07:00"
    sections = door.ask("GET", f"/handover?since={since}").json()["sections"]
    [summary] = next(one["rows"] for one in sections if one["name"] == "summary")
    down = door.ask("GET", "/incidents").json()["customers_down_now"]
    assert (summary["open"], summary["down"], down) == (2, 3, 3)


def asked(door: Door, query: str) -> tuple[list[str], bool]:
    """The outages, and whether one is said to be over."""
    said = door.ask("GET", f"/outages/affected?{query}").json()
    return [one["incident"] for one in said["outages"]], "sudah teratasi" in said["sentence"]["id"]


@pytest.mark.parametrize(
    ("query", "outages"),
    [
        ("customer=CU-BANK", [EARLIER, LATER]),
        ("service=SV-BANK", [LATER]),  # as the contract has it: down in the later one
        ("service=SV-ATM", [EARLIER]),
        ("service=SV-WEB", []),
        ("service=SV-1", [EARLIER]),
    ],
)
def test_a_service_without_a_leg_left_is_down(door: Door, query: str, outages: list[str]) -> None:
    assert asked(door, query) == (outages, False)


def test_a_complaint_about_it_is_answered_with_the_outage(door: Door) -> None:
    said = door.ask("POST", "/complaints", json={"channel": "phone", "service": "SV-BANK", "text": "mati"}).json()
    assert said["known_incident"]["incident"] == LATER


@pytest.mark.parametrize("status", ["clearing", "resolved"])
def test_once_the_first_is_repaired_it_works_again(door: Door, status: Any) -> None:
    ended = {"clearing_us": CUT_US + 4 * MINUTE_US, "resolved_us": CUT_US + 5 * MINUTE_US}
    leave(door, incident(opened_us=CUT_US + MINUTE_US, status=status, **ended), [], [0, 1, BANK])
    later = incident(id=LATER, root="JKT-CR1/7", opened_us=CUT_US + 2 * MINUTE_US)
    leave(door, later, [], [BANK])
    for query in ("customer=CU-BANK", "service=SV-BANK", "service=SV-ATM"):
        assert asked(door, query) == ([], True), query
    assert asked(door, "service=SV-WEB") == ([], False)


def test_once_both_are_repaired_it_is_over(door: Door) -> None:
    over = {"status": "resolved", "resolved_us": CUT_US + 5 * MINUTE_US}
    leave(door, incident(opened_us=CUT_US + MINUTE_US, **over), [], [0, 1, BANK])
    leave(door, incident(id=LATER, root="JKT-CR1/7", opened_us=CUT_US + 2 * MINUTE_US, **over), [], [BANK])
    assert asked(door, "service=SV-BANK") == ([], True)

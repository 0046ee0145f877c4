"""A cut between two regions, with real brokers, workers and a real database: one outage, whoever owns which domain."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from correlator.effects import Campaign
from correlator.faults.policy import FaultPolicy
from correlator.policy import Policy
from tests.integration.house import until
from tests.integration.street import Street, checks, opened
from tests.regions import DOMAINS, NATIONAL, two_regions

OLTS = 2
POLICY = Policy(domains=DOMAINS, faults=FaultPolicy(settle_s=8, hold_s=2))
ROUTERS = (("PE-B/1", "loss_of_signal"), ("PE-B/2", "loss_of_signal"))
REGION = tuple((name, "device_unreachable") for name in ("AG-T", "OLT-T1", "OLT-T2", "CPE-T"))


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    with opened(tmp_path, (two_regions(OLTS), POLICY), DOMAINS.names) as made:
        yield made


def say(street: Street, door: httpx.Client, told: tuple[tuple[str, str], ...], state: str = "raised") -> None:
    bodies = [
        {"source": "poller", "object": name, "alarm_type": kind, "severity": "critical", "state": state}
        for name, kind in told
    ]
    street.post(door, "/alarms", bodies).raise_for_status()


def incidents(street: Street, door: httpx.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = street.get(door, "/incidents")["incidents"]
    return [one for one in found if one["opened_at"]]


def test_one_outage_though_its_owners_are_killed(street: Street) -> None:
    first, second = street.made.start(), street.made.start()
    with street.open() as door:
        until("workers of all domains", lambda: not checks(door))
        called = {"id": "c-1", "channel": "phone", "customer": "C-T1-1", "text": "internet mati total"}
        number = street.post(door, "/complaints", called).raise_for_status().json()["number"]
        say(street, door, ROUTERS)
        say(street, door, REGION)
        [outage] = until("the outage", lambda: [one for one in incidents(street, door) if one["ticket"]])
        assert (outage["id"][:5], outage["root"]["id"]) == ("IN-00", "CD-SEA")
        until("its complaint", lambda: street.get(door, f"/tickets/{number}")["incident"] == outage["id"])
        said = street.get(door, "/outages/affected", customer="C-T2-1")
        assert [one["incident"] for one in said["outages"]] == [outage["id"]]
        first.kill()
        second.kill()
        street.made.start()
        say(street, door, ROUTERS, "cleared")
        say(street, door, REGION, "cleared")
        until("its end", lambda: street.get(door, f"/incidents/{outage['id']}")["status"] == "resolved")
        until("its end in each region", lambda: ends(street) == dict.fromkeys(DOMAINS.names[1:], "resolved"))
        assert [one["id"] for one in incidents(street, door)] == [outage["id"]]
    for domain in DOMAINS.names[1:]:
        assert not street.made.store.effects(domain, ("campaign",))
    told = [one.kind for one in street.made.store.effects(NATIONAL, ("campaign",)) if isinstance(one, Campaign)]
    assert sorted(told) == ["outage", "restored"]


def ends(street: Street) -> dict[str, str]:
    """How the mirrors of it stand, by domain."""
    rows = {domain: dict(street.made.store.rows(domain, "incidents")) for domain in DOMAINS.names[1:]}
    return {domain: row.status for domain, some in rows.items() for row in some.values() if row.home}

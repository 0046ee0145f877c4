"""A cut between two regions, with real brokers, workers and a real database: one outage, whoever owns which domain."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from bench.sharing import shares, told
from bench.storm.national import national
from bench.storm.storms import storm
from correlator.effects import Campaign
from correlator.events import Event, Frame, Handover
from correlator.policy import Policy
from correlator.policy.faults import FaultPolicy
from correlator.world import World
from streams.replay.recorded import replay_journal
from streams.replay.replay import Given
from tests.integration.distributed.crew import crew
from tests.integration.distributed.street import Street, checks, opened
from tests.integration.distributed.test_workers import KINDS, written
from tests.integration.house import AWAKE, until
from tests.integration.killed.audit import folded_afresh
from tests.regions import DOMAINS, NATIONAL, two_regions
from topology.compile import compile_inventory

OLTS = 2
POLICY = msgspec.structs.replace(AWAKE, domains=DOMAINS, faults=FaultPolicy(settle_s=8, hold_s=2))
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


def door_has(street: Street, door: httpx.Client, number: str) -> str | None:
    """The id of this ticket."""
    answer = door.get(f"/tickets/{number}", headers={"Authorization": f"Bearer {street.admin}"})
    return None if answer.status_code == 404 else answer.json()["id"]


def incidents(street: Street, door: httpx.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = street.get(door, "/incidents")["incidents"]
    return [one for one in found if one["opened_at"]]


def test_one_outage_though_its_owners_are_killed(street: Street) -> None:
    first, second = street.made.start(), street.made.start()
    with street.open() as door:
        until("workers of all domains", lambda: not checks(door))
        called = {"id": "c-1", "channel": "phone", "customer": "C-T1-1", "text": "internet mati total"}
        number = street.post(door, "/complaints", called).raise_for_status().json()["number"]
        first_id = until("its ticket", lambda: door_has(street, door, number))
        say(street, door, ROUTERS)
        say(street, door, REGION)
        [outage] = until("the outage", lambda: [one for one in incidents(street, door) if one["ticket"]])
        assert (outage["id"][:5], outage["root"]["id"]) == ("IN-00", "CD-SEA")
        until("its complaint", lambda: street.get(door, f"/tickets/{number}")["incident"] == outage["id"])
        note = {
            "id": "k-1",
            "action": "note",
            "target": first_id,
            "arguments": {"text": "again"},
            "reason": "he called",
        }
        street.post(door, "/commands", note).raise_for_status()
        until("the note", lambda: street.get(door, "/commands/k-1")["state"] == "done")
        assert "note" in [entry["action"] for entry in street.get(door, f"/tickets/{number}")["trail"]]
        said = street.get(door, "/outages/affected", customer="C-T2-1")
        assert [one["incident"] for one in said["outages"]] == [outage["id"]]
        first.kill()
        second.kill()
        street.made.start()
        until("its message", lambda: street.made.store.effects(NATIONAL, ("campaign",)))
        say(street, door, ROUTERS, "cleared")
        say(street, door, REGION, "cleared")
        until("its end", lambda: street.get(door, f"/incidents/{outage['id']}")["status"] == "resolved")
        until("its end in each region", lambda: ends(street) == dict.fromkeys(DOMAINS.names[1:], "resolved"))
        assert [one["id"] for one in incidents(street, door)] == [outage["id"]]
    for domain in DOMAINS.names[1:]:
        assert not street.made.store.effects(domain, ("campaign",))
    told = [one.kind for one in street.made.store.effects(NATIONAL, ("campaign",)) if isinstance(one, Campaign)]
    assert sorted(told) == ["outage", "restored"]


def test_recorded_journals_give_the_same_bytes_each_through_rebalances(tmp_path: Path) -> None:
    """Handovers are records like any other: each domain's fold is a function of its own journal."""
    inventory = national(4_000, 1)
    policy = Policy(domains=shares(inventory))
    world = World(compile_inventory(inventory), policy)
    country = told(world.topology, policy, storm(inventory, 400, 8, 3).lines)
    handed = sum(isinstance(event, Handover) for seat in country.seats.values() for event in events(seat.journal))
    assert handed > 20, "the storm has to put it to the test"
    with crew(tmp_path, (inventory, policy), domains=policy.domains.names, recorded=True) as them:
        first = them.start()
        for name, seat in country.seats.items():
            them.append(name, seat.journal[: len(seat.journal) // 2])
        them.start()
        them.caught_up()
        first.kill()
        for name, seat in country.seats.items():
            them.append(name, seat.journal[len(seat.journal) // 2 :])
        them.caught_up()
        for name, seat in country.seats.items():
            afresh = folded_afresh(name, seat.journal, world, tmp_path / "afresh")
            assert written(them.store, name) == written(afresh, name)
            assert them.store.effects(name, KINDS, 1_000_000) == seat.effects
            again = replay_journal(Given([world.topology], [policy]), them.journal, name, drain_s=0)
            assert again.state.tables == seat.state.tables


def events(journal: list[Frame]) -> list[Event]:
    return [event for frame in journal for event in frame.events]


def ends(street: Street) -> dict[str, str]:
    """How the mirrors of it stand, by domain."""
    rows = {domain: dict(street.made.store.rows(domain, "incidents")) for domain in DOMAINS.names[1:]}
    return {domain: row.status for domain, some in rows.items() for row in some.values() if row.home}

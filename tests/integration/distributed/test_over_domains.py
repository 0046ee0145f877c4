"""`simpul api` over three domains, with workers: what comes in finds its domain, and who reads sees one country."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from correlator.events import Alarm, Command, Complaint, Restored
from correlator.policy.faults import FaultPolicy
from tests.integration.command import environment
from tests.integration.distributed.crew import crew
from tests.integration.distributed.street import Street, checks, opened
from tests.integration.house import AWAKE, SIMPUL, until
from tests.regions import DOMAINS, HOMES, two_regions

NATIONAL, BARAT, TIMUR = DOMAINS.names
PARTITIONS = (TIMUR, NATIONAL, BARAT)  # in whatever order they came to be
POLICY = msgspec.structs.replace(AWAKE, domains=DOMAINS, faults=FaultPolicy(settle_s=2))


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    with opened(tmp_path, (two_regions(), POLICY), PARTITIONS) as made:
        yield made


def test_a_door_does_not_open_where_the_policy_shares_the_network_otherwise(tmp_path: Path) -> None:
    with crew(tmp_path, (two_regions(), AWAKE), domains=PARTITIONS) as made:
        command = [*SIMPUL, "api", "--config", str(made.config)]
        env = environment() | {"SIMPUL_DATA": str(tmp_path / "data")}
        ran = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    assert ran.returncode == 2, ran.stderr
    assert "The settings name the domains timur, nasional, barat, the policy none" in ran.stderr


def complaint(name: str, customer: str, text: str = "internet mati total") -> dict[str, Any]:
    return {"id": name, "channel": "phone", "customer": customer, "text": text}


def dead(olt: str) -> list[dict[str, Any]]:
    """What pollers and the OLT's neighbours see when it is lost."""
    names = [(f"OLT-{olt}", "device_unreachable"), *((f"ONT-{olt}-{n}", "loss_of_signal") for n in range(1, HOMES + 1))]
    return [
        {"source": "poller", "object": name, "alarm_type": kind, "severity": "critical", "state": "raised"}
        for name, kind in names
    ]


def alarms(street: Street, domain: str) -> set[str]:
    return {event.object for event in street.events(domain) if isinstance(event, Alarm)}


def ids(street: Street, domain: str, kind: type[Complaint] | type[Restored] | type[Command]) -> list[str]:
    return [event.id for event in street.events(domain) if isinstance(event, kind)]


def test_what_comes_in_is_in_the_journals_of_its_domains_once(street: Street) -> None:
    called = [complaint("c-b", "C-B1-1"), complaint("c-t", "C-T1-1"), complaint("c-v", "C-VPN"), complaint("c-?", "XX")]
    with street.open() as door:
        sea = {**dead("B1")[0], "object": "PE-B/1", "alarm_type": "loss_of_signal"}
        street.post(door, "/alarms", [*dead("B1"), *dead("T1"), sea]).raise_for_status()
        numbers = [street.post(door, "/complaints", one).json()["number"] for one in called]
        repaired = {"type": "restored", "id": "r-1", "time": "2026-03-01T01:00:00Z", "object": "OLT-B1"}
        street.post(door, "/events", repaired).raise_for_status()
    assert alarms(street, NATIONAL) == {"PE-B/1"}
    assert alarms(street, BARAT) == {one["object"] for one in dead("B1")}
    assert alarms(street, TIMUR) == {one["object"] for one in dead("T1")}
    street.running[0].kill()
    with street.open() as door:  # another process: what it knows it has from the register and the journals
        again = [street.post(door, "/complaints", one).json() for one in called]
    assert [one["number"] for one in again] == numbers
    assert len(set(numbers)) == len(called)
    assert all(one["repeated"] for one in again)
    said = {domain: ids(street, domain, Complaint) for domain in DOMAINS.names}
    assert said == {NATIONAL: ["c-v", "c-?"], BARAT: ["c-b"], TIMUR: ["c-t"]}
    assert all(ids(street, domain, Restored) == ["r-1"] for domain in DOMAINS.names)


def test_a_door_that_is_killed_leaves_each_complaint_once_and_its_number(street: Street) -> None:
    """Between a journal, the other one, and the mark in the register: whoever had no answer asks again."""
    called = [complaint(f"c-{n}", f"C-{'BT'[n % 2]}{n % 3 + 1}-1") for n in range(60)]
    answered: dict[str, str] = {}
    with street.open() as door, ThreadPoolExecutor(12) as callers:

        def call(one: dict[str, Any]) -> None:
            with suppress(httpx.TransportError):
                answered[one["id"]] = street.post(door, "/complaints", one).json()["number"]
                if len(answered) == 20:
                    street.running[0].kill()

        street.get(door, "/incidents")  # a token that is new to a door counts as a guess: not so many at a time
        list(callers.map(call, called))
    assert 20 <= len(answered) < len(called)
    with street.open() as door:
        numbers = {one["id"]: street.post(door, "/complaints", one).json()["number"] for one in called}
    assert numbers | answered == numbers
    assert len(set(numbers.values())) == len(called)
    for domain, code in ((BARAT, "B"), (TIMUR, "T")):
        assert sorted(ids(street, domain, Complaint)) == sorted(
            one["id"] for one in called if one["customer"].startswith(f"C-{code}")
        )
    assert ids(street, NATIONAL, Complaint) == []


def test_who_reads_sees_one_country_and_orders_find_their_domain(street: Street) -> None:
    street.made.start()
    with street.open() as door:
        until("workers of all domains", lambda: not checks(door))
        street.post(door, "/alarms", [*dead("B1"), *dead("T2")]).raise_for_status()
        found = until("an outage in each region", lambda: both(street, door))
        assert {one["root"]["id"] for one in found} == {"OLT-B1", "OLT-T2"}
        assert [one["id"][:5] for one in sorted(found, key=lambda one: str(one["root"]["id"]))] == ["IN-01", "IN-02"]
        for one in found:
            whole = street.get(door, f"/incidents/{one['id']}")
            assert len(whole["alarms"]) == 1 + HOMES
            ticket = street.get(door, f"/tickets/{one['ticket']['number']}")
            assert ticket["incident"] == one["id"]
            customer = f"C-{one['root']['id'].removeprefix('OLT-')}-1"
            told = street.get(door, "/outages/affected", customer=customer)
            assert [outage["incident"] for outage in told["outages"]] == [one["id"]]
            order(street, door, f"k-{one['id']}", "acknowledge", one["id"])
            shelved = whole["alarms"][0]
            order(street, door, f"s-{one['id']}", "shelve", shelved, {"until": "2099-01-01T00:00:00Z"})
            assert street.get(door, f"/incidents/{one['id']}")["acknowledged_by"]
        page = door.get("/", headers={"Authorization": f"Bearer {street.admin}"}).text
        assert all(one["id"] in page for one in found)
    timur = next(one["id"] for one in found if one["root"]["id"] == "OLT-T2")
    orders = {domain: {name for name in ids(street, domain, Command) if name.startswith("k-")} for domain in PARTITIONS}
    assert orders[TIMUR] == {f"k-{timur}"}
    assert orders[NATIONAL] == set()


def both(street: Street, door: httpx.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = street.get(door, "/incidents", status="open")["incidents"]
    return found if len(found) == 2 and all(one["ticket"] for one in found) else []


def order(
    street: Street, door: httpx.Client, name: str, action: str, target: str, arguments: dict[str, Any] | None = None
) -> None:
    body = {"id": name, "action": action, "target": target, "arguments": arguments or {}, "reason": "a test"}
    assert street.post(door, "/commands", body).status_code == 202

    def became() -> bool:
        said = street.get(door, f"/commands/{name}")
        assert said["state"] != "rejected", said
        return bool(said["state"] == "done")

    until(f"end of {name}", became)


def test_a_reply_finds_its_ticket(street: Street) -> None:
    street.made.start()
    with street.open() as door:
        number = street.post(door, "/complaints", complaint("c-t", "C-T1-1", "tagihan saya salah")).json()["number"]
        until("the ticket", lambda: "open" in trail(street, door, number))
        reply = {
            "type": "reply",
            "id": "r-1",
            "time": "2026-03-01T01:00:00Z",
            "customer": "C-T1-1",
            "ticket": number,
            "says": "other",
            "text": "masih salah",
        }
        street.post(door, "/events", reply).raise_for_status()
        until("the reply in its trail", lambda: "reply" in trail(street, door, number))


def trail(street: Street, door: httpx.Client, number: str) -> list[str]:
    answer = door.get(f"/tickets/{number}", headers={"Authorization": f"Bearer {street.admin}"})
    return [] if answer.status_code == 404 else [entry["action"] for entry in answer.json()["trail"]]

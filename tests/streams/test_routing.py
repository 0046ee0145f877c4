"""Whose journals get what: by what an event is about, and by who made, or has, what it names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from connectors.ports import Commit, Held, JournalFull, StoreDown
from connectors.store.memory import MemoryStore
from correlator.events import (
    Alarm,
    Command,
    ComplaintIn,
    Heartbeat,
    Incoming,
    Maintenance,
    Quarantine,
    Receipt,
    ReplyIn,
    Restored,
    SourceState,
)
from correlator.policy import Policy
from correlator.service_desk.tickets import number_key
from correlator.state import Archived, TextRow
from correlator.world import World
from streams.processes.intake.routing import Routes, domain_of, only
from tests.connectors.house import outage_ticket
from tests.regions import DOMAINS, world
from tests.streams.small import alarm, at

WORLD = world()
NATIONAL, BARAT, TIMUR = DOMAINS.names


@dataclass(frozen=True)
class House:
    store: MemoryStore

    def of(self, *events: Incoming, world: World = WORLD) -> list[Sequence[str]]:
        return list(Routes(lambda: world, WORLD, self.store)(events))

    def keeps(self, domain: str, *changes: tuple[str, str, Any], archived: Sequence[Archived] = ()) -> None:
        stands = self.store.applied(domain)
        self.store.commit(Commit(domain, stands, stands + 1, changes, (), archived))


@pytest.fixture
def house() -> House:
    return House(MemoryStore())


def complaint(customer: str | None, service: str | None = None) -> ComplaintIn:
    return ComplaintIn(id="c", time=at(0), channel="phone", text="mati", customer=customer, service=service)


def order(target: str, action: str = "acknowledge") -> Command:
    return Command(
        id="k",
        time=at(0),
        actor="siti",
        role="noc_operator",
        action=action,  # type: ignore[arg-type]  # a table's words
        target=target,
        reason="r",
    )


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("OLT-B1", BARAT),
        ("OLT-T1/1", TIMUR),
        ("OLT-T1/77", TIMUR),  # a port that no row names
        ("PE-T/8", TIMUR),
        ("PE-T/99", NATIONAL),
        ("BB-1", NATIONAL),
        ("CD-SEA", NATIONAL),
        ("XX-1", NATIONAL),
        ("XX-1/2", NATIONAL),
    ],
)
def test_an_alarm_is_for_the_domain_of_its_object(house: House, name: str, domain: str) -> None:
    one = alarm("a", 0, name)
    assert house.of(one) == [(domain,)]
    assert domain_of(WORLD, "id")(one) == domain


@pytest.mark.parametrize(
    ("customer", "service", "domain"),
    [
        ("C-B1-1", None, BARAT),
        ("C-T2-3", "BB-T2-3-net", TIMUR),
        ("C-T2-3", "BB-B1-1-net", TIMUR),  # not theirs
        ("C-VPN", None, NATIONAL),
        ("C-T2-3", "no-such", TIMUR),
        ("nobody", None, NATIONAL),
        (None, "BB-T2-3-net", TIMUR),  # whose it is they did not say: the inventory does
        ("nobody", "BB-T2-3-net", NATIONAL),
        (None, "no-such", NATIONAL),
        (None, None, NATIONAL),
    ],
)
def test_a_complaint_is_for_the_domain_of_the_service(
    house: House, customer: str | None, service: str | None, domain: str
) -> None:
    assert house.of(complaint(customer, service)) == [(domain,)]


def test_what_each_kernel_has_to_know_goes_to_all(house: House) -> None:
    to_all: list[Incoming] = [
        Restored(id="r", time=at(0), object="OLT-B1"),
        Maintenance(id="m", time=at(0), objects=("OLT-B1",), start=at(0), end=at(9), reason="x"),
        SourceState(id="s", time=at(0), source="snmp:1", objects=("OLT-B1",), state="lost"),
        Heartbeat(time=at(0)),
    ]
    assert house.of(*to_all) == [DOMAINS.names] * 4
    assert house.of(Quarantine(id="q", time=at(0), offset=1, index=0, reason="x")) == [()], "a place in which journal?"


@pytest.mark.parametrize(
    ("target", "action", "domains"),
    [
        ("IN-02-000017", "acknowledge", (TIMUR,)),
        ("RCA-01-000001", "fill", (BARAT,)),
        ("IN-31-000001", "acknowledge", (NATIONAL,)),  # of no domain that there is
        ("OLT-T1", "open", (TIMUR,)),
        ("OLT-T1/1\x1flink_down", "shelve", (TIMUR,)),
        ("IN-02-000017\x1flink_down", "shelve", (NATIONAL,)),  # of an object that nobody knows
        ("a-77", "shelve", DOMAINS.names),
        ("a-77", "acknowledge", (NATIONAL,)),
        ("NT-20260301-000007", "note", (NATIONAL,)),
    ],
)
def test_an_order_is_for_whoever_has_its_target(
    house: House, target: str, action: str, domains: tuple[str, ...]
) -> None:
    assert house.of(order(target, action)) == [domains]


def test_a_ticket_is_found_by_its_number_wherever_it_is(house: House) -> None:
    house.keeps(TIMUR, ("texts", number_key("NT-20260301-000001"), TextRow("TK-02-000001")))
    old = Archived(1, "TK-01-000001", "texts", number_key("NT-20260101-000001"), TextRow("TK-01-000001"))
    house.keeps(BARAT, archived=[old])
    replies = [
        ReplyIn(id=f"r-{n}", time=at(0), ticket=ticket, says="satisfied")
        for n, ticket in enumerate(["NT-20260301-000001", "NT-20260101-000001", "TK-02-000009", "NT-20260301-000002"])
    ]
    assert house.of(*replies, order("NT-20260301-000001", "note")) == [
        (TIMUR,),
        (BARAT,),
        (TIMUR,),
        (NATIONAL,),
        (TIMUR,),
    ]


def test_a_ticket_that_went_over_is_found_where_it_is_now(house: House) -> None:
    key = number_key("NT-20260301-000001")
    house.keeps(NATIONAL, archived=[Archived(1, "TK-00-000001", "texts", key, TextRow("TK-00-000001"))])
    house.keeps(TIMUR, ("texts", key, TextRow("TK-02-000001")))
    assert house.of(ReplyIn(id="r", time=at(0), ticket="NT-20260301-000001", says="satisfied")) == [(TIMUR,)]


def test_what_is_said_about_a_ticket_on_its_way_goes_behind_it(house: House) -> None:
    key = number_key("NT-20260301-000001")
    left = outage_ticket(id="TK-02-000001", number="NT-20260301-000001", kind="complaint", moved_to=NATIONAL)
    kept = [
        Archived(1, left.id, "tickets", left.id, left),
        Archived(1, left.id, "texts", key, TextRow(left.id)),
    ]
    house.keeps(TIMUR, archived=kept)
    reply = ReplyIn(id="r", time=at(0), ticket=left.number, says="not_satisfied")
    assert house.of(reply, order(left.number, "note")) == [(NATIONAL,), (NATIONAL,)]


def test_what_was_made_before_there_were_several_domains_is_found_too(house: House) -> None:
    house.keeps(BARAT, ("incidents", "IN-000001", TextRow("")), ("campaigns", "CA-000001", TextRow("")))
    receipt = Receipt(id="d", time=at(0), notice="CA-000001:C-B1-1", state="sent")
    assert house.of(order("IN-000001"), receipt) == [(BARAT,), (BARAT,)]


def test_a_receipt_is_for_the_domain_that_queued_the_notice(house: House) -> None:
    receipts = [
        Receipt(id=f"d-{n}", time=at(0), notice=notice, state="delivered")
        for n, notice in enumerate(["CA-02-000001:C-T1-1", "NO-01-000003", "AL-00-000001", "who-knows"])
    ]
    assert house.of(*receipts) == [(TIMUR,), (BARAT,), (NATIONAL,), (NATIONAL,)]


def test_before_the_first_change_that_names_domains_the_files_count(house: House) -> None:
    alone = World(WORLD.topology, Policy())
    assert house.of(alarm("a", 0, "OLT-T1"), world=alone) == [(TIMUR,)]


class Away(MemoryStore):
    def holders(self, *_: object) -> dict[tuple[str, str], Held]:
        raise StoreDown("the database does not answer", "Start it")


def test_while_the_store_does_not_say_nobody_takes_what_names_a_ticket() -> None:
    house = House(Away())
    assert house.of(alarm("a", 0, "OLT-T1")) == [(TIMUR,)]
    with pytest.raises(JournalFull, match="does not answer"):
        house.of(ReplyIn(id="r", time=at(0), ticket="NT-20260301-000001", says="satisfied"))


def test_one_domain_gets_all() -> None:
    events: list[Alarm] = [alarm("a", 0, "OLT-T1"), alarm("b", 0, "XX")]
    assert only("id")(events) == [("id",), ("id",)]
    assert domain_of(World(WORLD.topology, Policy()), "id")(events[0]) == "id"

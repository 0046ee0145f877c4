"""All domains are one list to who reads: found wherever it is, in one order, and never twice for being mirrored."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import msgspec
import numpy as np
import pytest

from connectors.api.affected import Asked
from connectors.api.read import COMES_US, Reader
from connectors.console.board import Boards
from connectors.console.readings import NEWEST
from connectors.ports import Addressed, Commit
from connectors.store.memory import MemoryStore
from correlator.customers import pack, unpack
from correlator.deadlines import DeadlineRow, Deadlines
from correlator.effects import Alert, Effect, Noted, Reason, Rejected
from correlator.events import MINUTE_US
from correlator.policy import Policy
from correlator.reports import outages
from correlator.reports.report import month_of
from correlator.rows.incidents import IncidentRow, MemberRow
from correlator.rows.service_desk import AudienceRow, Clock, ComplaintRow, RcaRow, Spell, TicketRow
from correlator.service_desk.notices.campaigns import UPDATE_KIND
from correlator.service_desk.rca import about_key
from correlator.service_desk.tickets import number_key
from correlator.state import Archived, SeenRow, TextRow
from correlator.world import World
from tests.connectors.house import CUT_US, NOW_US, alarm, incident, outage_ticket
from tests.regions import DOMAINS, two_regions
from topology.compile import compile_inventory
from topology.graph import Topology

INVENTORY = two_regions()
WORLD = World(compile_inventory(INVENTORY), Policy(domains=DOMAINS))
NATIONAL, BARAT, TIMUR = DOMAINS.names
SEA, OLT = "IN-00-000001", "IN-01-000001"  # the sea cable, and an OLT in Barat
Change = tuple[str, str, Any]
WHY = Reason("attached", "because", "SOP 4.2")


class Country:
    """What three kernels left; each customer of Timur is down under the sea cable, one of Barat under an OLT."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.now_us = NOW_US
        self.worlds: dict[str, World] = {}  # where another one is in force

    def clock(self) -> int:
        return self.now_us

    def world(self, domain: str) -> World:
        return self.worlds.get(domain, WORLD)

    @property
    def in_force(self) -> dict[str, Callable[[], World]]:
        return {name: partial(self.world, name) for name in DOMAINS.names}

    @property
    def reader(self) -> Reader:
        return Reader(self.store, self.in_force, self.clock, Phones())

    @property
    def boards(self) -> Boards:
        return Boards(self.store, self.in_force)

    def commit(
        self, domain: str, changes: Sequence[Change], *effects: Effect, archived: Sequence[Archived] = ()
    ) -> None:
        stands = self.store.applied(domain)
        self.store.commit(Commit(domain, stands, stands + 1, sorted(changes, key=lambda c: c[:2]), effects, archived))

    def cut(self) -> "Country":
        sea = outage(SEA, "CD-SEA", "NT-20260301-900000", suspected_us=CUT_US, hearers=(TIMUR,))
        self.commit(NATIONAL, rows(sea, down("C-T1-1", "C-T1-2")), told(SEA))
        mirror = outage(SEA, "CD-SEA", None, suspected_us=CUT_US, home=NATIONAL)
        late = ComplaintRow("c-late", CUT_US, 0, "C-T1-2", None, "network", "no_service", "TK-02-000001", SEA)
        mirrored = [("members", f"{SEA}\x1fm", MemberRow(SEA, "AG-T\x1fdevice_unreachable", "a-timur", CUT_US, True))]
        self.commit(TIMUR, [*rows(mirror, down("C-T1-1"))[:3], ("complaints", "c-late", late), *mirrored])
        olt = outage(OLT, "OLT-B1", "NT-20260301-903125", suspected_us=CUT_US + MINUTE_US, severity="Major")
        self.commit(BARAT, rows(olt, down("C-B1-1")), told(OLT))
        return self


class Phones:
    def replace(self, contacts: object) -> None: ...

    def contact(self, _: str) -> None: ...

    def contacts(self, _: object) -> dict[str, Any]:
        return {}

    def by_phone(self, phone: str) -> list[str]:
        return {"+62811": ["C-B1-1"]}.get(phone, [])

    def by_email(self, _: str) -> list[str]:
        return []


def down(*customers: str, topology: Topology = WORLD.topology) -> bytes:
    numbers = sorted(topology.customer_index[name] for name in customers)
    return pack(np.asarray(numbers, dtype=np.int32))


def services(customers: bytes) -> bytes:
    """All of theirs."""
    return pack(np.asarray([one for who in unpack(customers).tolist() for one in WORLD.topology.services_of(who)]))


def outage(name: str, root: str, number: str | None, **more: Any) -> IncidentRow:
    ticket = name.replace("IN", "TK") if number else None
    return incident(**{"id": name, "root": root, "equivalent": (root,), "alternatives": (), "ticket": ticket, **more})


def rows(row: IncidentRow, audience: bytes) -> list[Change]:
    """The first three are all that a mirror has."""
    return [
        ("incidents", row.id, row),
        ("audiences", row.id, AudienceRow(row.id, audience, audience, spells=(Spell(services(audience)),))),
        ("members", f"{row.id}\x1fa", MemberRow(row.id, f"{row.root}\x1flink_down", f"a-{row.id}", CUT_US, True)),
        *ticket_rows(row),
    ]


def ticket_rows(row: IncidentRow) -> list[Change]:
    if row.ticket is None:
        return []
    number = {SEA: "NT-20260301-900000", OLT: "NT-20260301-903125"}[row.id]
    clock = Clock("resolution", CUT_US, CUT_US + (60 if row.id == SEA else 30) * MINUTE_US)
    ticket = outage_ticket(id=row.ticket, number=number, incident=row.id, clocks=[clock])
    due = DeadlineRow(UPDATE_KIND, row.id, NOW_US + 7 * MINUTE_US)
    record = row.id.replace("IN", "RCA")
    return [
        ("tickets", ticket.id, ticket),
        ("texts", number_key(number), TextRow(ticket.id)),
        ("deadlines", Deadlines.key(UPDATE_KIND, row.id), due),
        ("texts", about_key(row.id), TextRow(record)),
        ("rcas", record, RcaRow(record, row.id, None, CUT_US)),
    ]


def told(name: str) -> Noted:
    return Noted(id=name.replace("IN", "NT"), at_us=CUT_US, about=name, reason=WHY)


def alert(name: str, at_us: int) -> Alert:
    return Alert(id=name, at_us=at_us, role="noc_operator", kind="critical", about=None, text=name, reason=WHY)


def rejected(name: str, command: str, code: str, at_us: int) -> Rejected:
    return Rejected(id=name, at_us=at_us, event=command, field="target", reason=Reason(code, f"{code} {name}"))


def seen(command: str, refused: Rejected | None = None) -> list[Change]:
    return [("seen", f"command\x1f{command}", SeenRow(NOW_US, refused))]


@pytest.fixture
def country() -> Country:
    return Country().cut()


def test_incidents_of_all_domains_are_one_list_and_a_mirror_is_no_incident(country: Country) -> None:
    listed = country.reader.incidents((), 10).rows
    assert [(one["id"], one["ticket"]["number"]) for one in listed] == [
        (OLT, "NT-20260301-903125"),
        (SEA, "NT-20260301-900000"),
    ]
    assert [one["id"] for one in country.reader.incidents(("open",), 1).rows] == [OLT]


def test_an_incident_is_found_where_it_is_decided_with_what_it_explains_elsewhere(country: Country) -> None:
    whole = country.reader.incident(SEA)
    assert whole is not None
    assert whole["ticket"]["number"] == "NT-20260301-900000", "the mirror has none"
    assert whole["alarms"] == [f"a-{SEA}", "a-timur"]
    assert whole["complaints"] == ["c-late"]
    assert whole["impact"]["customers"] == ["C-T1-1", "C-T1-2"]
    assert country.reader.incident("IN-02-000001") is None
    for name in (SEA, OLT):
        explained = country.reader.explanation(name)
        assert explained is not None
        assert [one["code"] for one in explained["decisions"]] == ["attached"]
        assert country.reader.rca_case(name) is not None


def test_a_ticket_is_found_by_id_and_number_live_and_archived(country: Country) -> None:
    for name in ("NT-20260301-903125", "TK-01-000001"):
        ticket = country.reader.records.ticket(name)
        assert ticket is not None
        assert ticket["incident"] == OLT
    moved = outage_ticket(id="TK-00-000007", number="NT-20260301-000007", kind="complaint", incident=None)
    kept = [
        Archived(NOW_US, moved.id, "tickets", moved.id, moved),
        Archived(NOW_US, moved.id, "texts", number_key(moved.number), TextRow(moved.id)),
    ]
    country.commit(NATIONAL, [], archived=kept)
    for name in (moved.number, moved.id):
        found = country.reader.records.ticket(name)
        assert found is not None
        assert found["id"] == moved.id
    assert country.reader.records.ticket("NT-20260301-000008") is None


def test_a_ticket_that_went_over_is_found_by_its_old_id_too(country: Country) -> None:
    left = outage_ticket(id="TK-02-000007", number="NT-20260301-000007", kind="complaint", moved_to=NATIONAL)
    kept = [
        Archived(NOW_US, left.id, "tickets", left.id, left),
        Archived(NOW_US, left.id, "texts", number_key(left.number), TextRow(left.id)),
    ]
    country.commit(TIMUR, [], archived=kept)
    names = (left.id, left.number)
    assert [found(country, name) for name in names] == [left.id, left.id], "on its way: as it left"
    came = outage_ticket(id="TK-00-000009", number=left.number, kind="complaint")
    country.commit(NATIONAL, [("tickets", came.id, came), ("texts", number_key(came.number), TextRow(came.id))])
    assert [found(country, name) for name in names] == [came.id, came.id]


def found(country: Country, name: str) -> str:
    ticket = country.reader.records.ticket(name)
    assert ticket is not None
    return str(ticket["id"])


def test_a_report_is_of_the_cases_of_all_domains(country: Country) -> None:
    march = month_of("2026-03")
    assert march is not None
    told = {row["number"]: (row["root"], row["rca"]) for row in outages.rows(country.reader.cases(march), march)}
    assert told == {"NT-20260301-900000": ("CD-SEA", "draft"), "NT-20260301-903125": ("OLT-B1", "draft")}


@pytest.mark.parametrize(
    ("by", "value", "incidents"),
    [
        ("customer", "C-T1-1", [SEA]),
        ("customer", "C-B1-1", [OLT]),
        ("phone", "+62811", [OLT]),
        ("service", "BB-T1-2-net", [SEA]),
        ("customer", "C-B1-2", []),
    ],
)
def test_who_is_affected_is_asked_of_all_domains(country: Country, by: Any, value: str, incidents: list[str]) -> None:
    affected = country.reader.affected
    asked = affected.asked(by, value)
    assert isinstance(asked, Asked)
    answer = affected.answer(asked)
    assert [one["incident"] for one in answer["outages"]] == incidents
    assert all(one["ticket"] and one["next_update"] for one in answer["outages"])


def test_customers_are_numbered_as_in_the_inventory_that_is_in_force_where_they_are_down(country: Country) -> None:
    fewer = msgspec.structs.replace(INVENTORY, customers=INVENTORY.customers[1:], services=INVENTORY.services[1:])
    assert INVENTORY.customers[0].id == "C-B1-1"
    country.worlds[NATIONAL] = country.worlds[TIMUR] = World(compile_inventory(fewer), WORLD.policy)
    renumbered = down("C-T1-1", topology=country.worlds[NATIONAL].topology)
    country.commit(NATIONAL, [("audiences", SEA, AudienceRow(SEA, renumbered, renumbered))])
    reader = country.reader
    for customer, incidents in (("C-T1-1", [SEA]), ("C-T1-2", [])):
        answer = reader.affected.answer(Asked((customer,)))
        assert [one["incident"] for one in answer["outages"]] == incidents
    assert reader.affected.answer(Asked(("C-B1-1",)))["affected"], "Barat has the old one still"
    whole = reader.incident(SEA)
    assert whole is not None
    assert whole["impact"]["customers"] == ["C-T1-1"]


def test_who_is_down_under_incidents_of_several_domains_counts_once(country: Country) -> None:
    assert (country.reader.customers_down(), country.boards.read().totals.customers_down) == (3, 3)
    again = outage("IN-02-000001", "OLT-T1", None, suspected_us=NOW_US)
    country.commit(TIMUR, rows(again, down("C-T1-1")))
    assert (country.reader.customers_down(), country.boards.read().totals.customers_down) == (3, 3)
    fewer = msgspec.structs.replace(INVENTORY, customers=INVENTORY.customers[1:], services=INVENTORY.services[1:])
    country.worlds[TIMUR] = World(compile_inventory(fewer), WORLD.policy)
    renumbered = down("C-T1-1", topology=country.worlds[TIMUR].topology)
    country.commit(TIMUR, [("audiences", again.id, AudienceRow(again.id, renumbered, renumbered))])
    assert (country.reader.customers_down(), country.boards.read().totals.customers_down) == (3, 3)


def test_an_alarm_that_another_domain_explains_is_explained(country: Country) -> None:
    handed, loose = alarm("AG-T", handed=(NATIONAL,)), alarm("OLT-T1")
    country.commit(TIMUR, [("alarms", row.key, row) for row in (handed, loose)])
    country.commit(NATIONAL, [("alarms", handed.key, alarm("AG-T", incident=SEA))])
    assert (country.reader.unexplained(), country.boards.unexplained(NOW_US)) == (1, 1)


def test_a_domain_that_moves_on_is_seen(country: Country) -> None:
    reader = country.reader
    assert len(reader.incidents((), 10).rows) == 2
    country.commit(TIMUR, rows(outage("IN-02-000001", "OLT-T1", None, suspected_us=NOW_US), down("C-T1-1")))
    country.now_us += 1_000_000
    assert [one["id"] for one in reader.incidents((), 10).rows] == ["IN-02-000001", OLT, SEA]


def test_what_became_of_an_order_that_went_to_one_domain(country: Country) -> None:
    assert country.reader.command("k-1")["state"] == "waiting"
    country.commit(TIMUR, seen("k-1"))
    assert country.reader.command("k-1")["state"] == "done"
    country.commit(BARAT, seen("k-2", rejected("RJ-01-000001", "k-2", "not_allowed", NOW_US)))
    assert country.reader.command("k-2")["reason"] == "not_allowed RJ-01-000001"


def test_an_order_that_went_to_all_is_done_by_whoever_knows_its_target(country: Country) -> None:
    country.commit(NATIONAL, seen("k", rejected("RJ-00-000001", "k", "unknown_target", NOW_US)))
    assert country.reader.command("k")["state"] == "waiting", "others may have it"
    country.commit(TIMUR, seen("k"))
    assert country.reader.command("k") == {"id": "k", "state": "done", "field": None, "reason": None}


def test_an_order_that_nobody_knows_the_target_of_is_rejected(country: Country) -> None:
    for domain in DOMAINS.names:
        assert country.reader.command("k")["state"] == "waiting"
        country.commit(domain, seen("k", rejected("RJ-000001", "k", "unknown_target", NOW_US)))
    assert country.reader.command("k")["state"] == "rejected"


def test_an_order_that_one_domain_alone_got_is_rejected_a_moment_later(country: Country) -> None:
    country.commit(BARAT, seen("k", rejected("RJ-01-000001", "k", "unknown_target", NOW_US)))
    assert country.reader.command("k")["state"] == "waiting"
    country.now_us += COMES_US
    assert country.reader.command("k")["state"] == "rejected"


def test_what_the_domain_that_has_the_target_says_against_it_counts(country: Country) -> None:
    for domain, code in ((NATIONAL, "unknown_target"), (BARAT, "unknown_target"), (TIMUR, "past")):
        country.commit(domain, seen("k", rejected(f"RJ-{domain}", "k", code, NOW_US)))
    assert country.reader.command("k")["reason"] == "past RJ-timur"


def test_the_board_shows_all_domains(country: Country) -> None:
    country.commit(TIMUR, [], alert("AL-02-000001", NOW_US))
    country.commit(BARAT, [], alert("AL-01-000001", NOW_US - 1))
    country.commit(NATIONAL, [], alert("AL-00-000001", NOW_US + 1))
    board = country.boards.read()
    assert [line.row.id for line in board.incidents] == [SEA, OLT]
    assert [line.ticket.number for line in board.incidents if line.ticket] == [
        "NT-20260301-900000",
        "NT-20260301-903125",
    ]
    assert [ticket.id for ticket in board.tickets] == ["TK-01-000001", "TK-00-000001"], "the clock that strikes first"
    assert [one.id for one in board.alerts] == ["AL-00-000001", "AL-02-000001", "AL-01-000001"]
    assert (board.totals.open, board.totals.critical) == (2, 1)


def test_the_board_moves_with_each_domain_and_reads_again_only_that_one(country: Country) -> None:
    boards = country.boards
    boards.read()
    stood = boards.applied()
    ticket: TicketRow = outage_ticket(id="TK-02-000009", number="NT-20260301-000009", kind="complaint", incident=None)
    country.commit(TIMUR, [("tickets", ticket.id, ticket)])
    assert boards.applied() != stood
    assert ticket.id in [one.id for one in boards.read().tickets]


def test_a_domain_with_many_mirrors_shows_its_own(country: Country) -> None:
    boards = country.boards
    boards.read()
    mirrors = [outage(f"IN-02-{n:06}", "OLT-T1", None, home=TIMUR, status="closed") for n in range(2 * NEWEST)]
    new = outage("IN-00-000002", "BB-1", None)
    country.commit(NATIONAL, [("incidents", row.id, row) for row in (*mirrors, new)])
    assert [line.row.id for line in boards.read().incidents] == [new.id, SEA, OLT]


def test_messages_of_all_domains_are_counted_together(country: Country) -> None:
    for domain in (BARAT, TIMUR):
        country.commit(domain, [], alert(f"AL-{domain}", NOW_US))
        [pending] = country.store.outbox.pending(domain)
        message = Addressed(f"AL-{domain}", "staff:noc_operator", "staff", "id")
        country.store.outbox.queue(domain, pending, [message], NOW_US, last=True)
    assert dict(country.boards.counts()) == {("staff", "queued"): 2}

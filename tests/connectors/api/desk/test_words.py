"""The words of a complaint at the door: by whom, what is told of it, and what became of them."""

from typing import Any

import msgspec
import pytest

from connectors.api.doors import DoorSettings
from correlator.events import MINUTE_US, SECOND_US, Complaint, Frame, Heartbeat, Reply, moment
from correlator.rows.service_desk import Entry
from tests.connectors.api.doorway import Door, error
from tests.connectors.house import CUT_US, DOMAIN, complaint_ticket, incident, rows_of

TEXT = "Internet saya mati sejak subuh, tolong"
NUMBER = "NT-20260301-000007"
OPENED_US = CUT_US + 2 * MINUTE_US


def complained(door: Door, *, customer: str | None = "CU-1", contact: str | None = None, text: str = TEXT) -> None:
    """A ticket of the cut, and its words in the journal, between others."""
    row = complaint_ticket()
    row.customer, row.owner = customer, "customer_support"
    changes = [one for one in rows_of(incident()) if one[1] != row.id]
    door.house.commit([*changes, ("tickets", row.id, row)])
    person = f"customer:{customer}" if customer else "complaint:c-1"
    body = msgspec.json.encode({"text": text, "contact": contact})
    said = Complaint(
        id="c-1",
        time=moment(OPENED_US),
        channel="phone",
        customer=customer,
        number=NUMBER,
        category="network",
        symptom="no_service",
        classifier="words/1",
        sealed=door.vault.seal(person, body),
    )
    door.journal.append(DOMAIN, Frame(OPENED_US, (said,)))


def replied(door: Door, name: str, at_us: int, says: str, text: str) -> None:
    row = door.house.store.row(DOMAIN, "tickets", "TK-2")
    row.trail.append(Entry(at_us, "customer", "reply", None, says, says))
    door.house.commit([("tickets", "TK-2", row)])
    sealed = door.vault.seal("customer:CU-1", msgspec.json.encode({"text": text}))
    reply = Reply(id=name, time=moment(at_us), customer="CU-1", ticket=NUMBER, says=says, sealed=sealed)  # type: ignore[arg-type]  # the tests say what a customer may say
    door.journal.append(DOMAIN, Frame(at_us, (reply,)))


def read(door: Door, role: Any = "customer_support", name: str = NUMBER) -> Any:
    answer = door.ask("GET", f"/tickets/{name}/words", role=role)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_who_verifies_reads_what_the_customer_said(door: Door) -> None:
    complained(door, contact="0811 222")
    assert read(door) == {
        "ticket": "TK-2",
        "number": NUMBER,
        "complaint": "c-1",
        "channel": "phone",
        "at": "2026-03-01T08:04:00.000+07:00",
        "state": "kept",
        "text": TEXT,
        "contact": "0811 222",
        "replies": [],
    }
    assert read(door, name="TK-2")["text"] == TEXT


def test_one_whom_the_inventory_lacks_is_read_too(door: Door) -> None:
    complained(door, customer=None, contact="budi@example.com")
    assert [read(door)[key] for key in ("text", "contact")] == [TEXT, "budi@example.com"]


def test_what_the_customer_replied_is_read_in_its_order(door: Door) -> None:
    complained(door)
    replied(door, "r-1", OPENED_US + MINUTE_US, "other", "masih lambat")
    replied(door, "r-2", OPENED_US + MINUTE_US + SECOND_US // 2, "not_satisfied", "BELUM")
    told = read(door)["replies"]
    assert [(one["says"], one["text"]) for one in told] == [("other", "masih lambat"), ("not_satisfied", "BELUM")]


def test_each_read_is_told_to_the_audit_and_no_word_of_it(door: Door) -> None:
    complained(door)
    read(door)
    [told] = door.audited
    assert (told.door, told.role, told.status) == ("GET /tickets/{ticket}/words", "customer_support", 200)
    assert told.about == {"ticket": "TK-2", "customer": "CU-1"}
    assert TEXT not in str(told)


@pytest.mark.parametrize("role", ["customer_care", "customer_support", "care_supervisor", "service_manager"])
def test_the_desk_reads_whoever_has_the_ticket(door: Door, role: str) -> None:
    complained(door)
    assert read(door, role)["text"] == TEXT


@pytest.mark.parametrize("role", ["customer_experience", "portal", "source"])
def test_who_works_on_no_complaint_reads_none(door: Door, role: Any) -> None:
    complained(door)
    assert door.ask("GET", f"/tickets/{NUMBER}/words", role=role).status_code == 403


@pytest.mark.parametrize("role", ["technical", "noc_operator", "billing_account"])
def test_a_division_reads_those_of_the_tickets_that_it_has(door: Door, role: Any) -> None:
    complained(door)
    refused = door.ask("GET", f"/tickets/{NUMBER}/words", role=role)
    assert (refused.status_code, error(refused)["field"]) == (403, "role")
    assert door.audited[-1].about["customer"] == "CU-1", "who asked is told all the same"
    row = door.house.store.row(DOMAIN, "tickets", "TK-2")
    row.owner = role
    door.house.commit([("tickets", "TK-2", row)])
    assert read(door, role)["text"] == TEXT


def test_after_an_erasure_nobody_reads_it(door: Door) -> None:
    complained(door)
    door.vault.erase("customer:CU-1")
    assert [read(door)[key] for key in ("state", "text", "contact")] == ["erased", None, None]


def test_what_is_older_than_the_journal_is_gone(door: Door) -> None:
    complained(door)
    door.journal.append(DOMAIN, Frame(OPENED_US + MINUTE_US, (Heartbeat(time=moment(OPENED_US + MINUTE_US)),)))
    door.journal.prune(DOMAIN, OPENED_US + SECOND_US, 10)
    assert [read(door)[key] for key in ("state", "text")] == ["gone", None]


@pytest.mark.parametrize("name", ["NT-20260301-900000", "TK-1", "TK-9"])
def test_an_outage_and_what_is_not_there_have_no_words(door: Door, name: str) -> None:
    complained(door)
    answer = door.ask("GET", f"/tickets/{name}/words")
    assert (answer.status_code, error(answer)["field"]) == (404, "ticket")


def test_one_person_is_read_so_often_in_a_day(tmp_path: Any) -> None:
    door = Door(tmp_path, DoorSettings(lookups_each_per_day=2))
    complained(door)
    assert [door.ask("GET", f"/tickets/{NUMBER}/words").status_code for _ in range(3)] == [200, 200, 429]

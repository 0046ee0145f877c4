"""The contact of one whom the inventory lacks, from the sealed complaint in the journal."""

from dataclasses import dataclass

import msgspec
import pytest

from connectors.journal.memory import MemoryJournal
from connectors.outbox import Complainants
from connectors.ports import Commit, Contact
from connectors.privacy.vault import MemoryVault
from connectors.store.memory import MemoryStore
from correlator.events import MINUTE_US, Complaint, Frame, Heartbeat, moment
from correlator.rows.service_desk import ComplaintRow, TicketRow

T0 = 1_772_323_200_000_000


@dataclass
class House:
    journal: MemoryJournal
    store: MemoryStore
    vault: MemoryVault

    def contact(self) -> Contact | None:
        return Complainants("java", self.journal, self.store, self.vault).contact("c-1")


def house(contact: str | None, *, customer: str | None = None, late_us: int = 0, sealed: bool = True) -> House:
    """A complaint in the midst of other frames; its ticket was opened `late_us` after its frame."""
    journal, store, vault = MemoryJournal(), MemoryStore(), MemoryVault()
    body = msgspec.json.encode({"text": "putus", "contact": contact})
    person = f"customer:{customer}" if customer else "complaint:c-1"
    event = Complaint(
        id="c-1",
        time=moment(T0),
        channel="phone",
        customer=customer,
        number="NT-20260301-000001",
        category="network",
        symptom="no_service",
        classifier="words/1",
        sealed=vault.seal(person, body) if sealed else None,
    )
    for n in range(-500, 500):
        at_us = T0 + n * MINUTE_US
        journal.append("java", Frame(at_us, (Heartbeat(time=moment(at_us)), *([event] if n == 0 else []))))
    ticket = TicketRow(
        id="TK-1",
        number=event.number,
        kind="complaint",
        category="network",
        severity="Major",
        class_reason="service_down",
        classed_by="machine",
        stage="verification",
        owner="customer_support",
        opened_us=T0 + late_us,
    )
    row = ComplaintRow("c-1", T0, -1, customer, None, "network", "no_service", "TK-1")
    store.commit(Commit("java", 0, 1, [("complaints", "c-1", row), ("tickets", "TK-1", ticket)], []))
    return House(journal, store, vault)


@pytest.mark.parametrize(
    ("given", "contact"),
    [
        ("0812 3456", Contact(None, "0812 3456", None)),
        (" budi@example.com ", Contact(None, None, "budi@example.com")),
        ("", None),
        (None, None),
    ],
)
def test_contact(given: str | None, contact: Contact | None) -> None:
    assert house(given).contact() == contact


def test_one_who_named_a_customer_that_does_not_exist() -> None:
    assert house("0812", customer="C-9").contact() == Contact(None, "0812", None)


@pytest.mark.parametrize("late_us", [0, 999_999, 5 * MINUTE_US])
def test_a_ticket_that_was_opened_later(late_us: int) -> None:
    assert house("0812", late_us=late_us).contact() == Contact(None, "0812", None)


def test_one_who_was_erased() -> None:
    own = house("0812")
    own.vault.erase("complaint:c-1")
    assert own.contact() is None


def test_nothing_was_kept() -> None:
    assert house("0812", sealed=False).contact() is None


def test_a_journal_that_was_pruned() -> None:
    own = house("0812")
    own.journal.prune("java", T0 + MINUTE_US, 10_000)
    assert own.contact() is None


def test_a_complaint_that_nobody_knows() -> None:
    own = house("0812")
    assert Complainants("java", own.journal, own.store, own.vault).contact("c-2") is None

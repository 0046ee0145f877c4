"""Who is erased by customer or number is gone from what is over for long too: closed cases, notices and replies."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.ports import Commit
from correlator.events import Complaint, Frame, Reply, moment
from correlator.rows.service_desk import CampaignRow, ComplaintRow, TicketRow
from correlator.service_desk.tickets import number_key
from correlator.state import Archived, TextRow
from streams import bootstrap
from streams.erasing import Erased, Kept, Nobody, erase, persons, traces
from tests.integration.house import settings
from tests.security.test_erasing import files_with

NOW = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
NUMBER, STRANGER_S = "NT-20260101-000017", "NT-20260101-000018"
WORDS = ("internet mati sejak Budi pindah", "belum, tanya Budi", "kata Rina masih mati")


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    given = settings(tmp_path)
    bootstrap.prepare(given)
    with bootstrap.kept(given) as opened:
        yield opened


def archived_case(kept: Kept, complaint: str, number: str, customer: str | None, words: tuple[str, ...]) -> list[bytes]:
    """A complaint that came with its service only, and a reply to its ticket: both closed and in the archive. What lies
    sealed of it."""
    [domain], ticket = kept.domains, f"TK-{number}"
    sealed = [
        kept.vault.seal(f"complaint:{name}", b'{"text":"%s","contact":"+62811111"}' % text.encode())
        for name, text in zip((complaint, number), words, strict=False)
    ]
    kept.journal.append(
        domain,
        Frame(
            1,
            (
                Complaint(
                    id=complaint,
                    time=NOW,
                    channel="phone",
                    number=number,
                    category="network",
                    symptom="no_service",
                    classifier="test",
                    sealed=sealed[0],
                ),
                Reply(id=f"r-{number}", time=NOW, ticket=number, says="other", sealed=sealed[-1]),
            ),
        ),
    )
    rows = {
        ("complaints", complaint): ComplaintRow(
            id=complaint,
            at_us=1,
            customer=0,
            customer_id=customer,
            service="SV-1",
            category="network",
            symptom="no_service",
            ticket=ticket,
        ),
        ("tickets", ticket): TicketRow(
            id=ticket,
            number=number,
            kind="complaint",
            category="network",
            severity="Critical",
            class_reason="test",
            classed_by="machine",
            stage="closed",
            owner="customer_care",
            opened_us=1,
            complaint=complaint,
            customer=customer,
        ),
        ("texts", number_key(number)): TextRow(ticket),
        ("campaigns", f"MS-{number}"): CampaignRow(f"MS-{number}", "", "ack", 0, 1, 1, ticket, customer),
    }
    was = kept.store.applied(domain)
    archived = [Archived(1, ticket, table, key, row) for (table, key), row in rows.items()]
    kept.store.commit(Commit(domain, was, was + 1, [], [], archived))
    return sealed


def erased(kept: Kept, name: str) -> list[str]:
    keys = persons(kept, name)
    return erase(kept, keys, Erased(at=moment(1), by="test", keys=tuple(keys), reason=None))


@pytest.mark.parametrize("name", ["CU-1", NUMBER])
def test_an_archived_case_goes_with_its_customer(kept: Kept, tmp_path: Path, name: str) -> None:
    sealed = archived_case(kept, "c-old", NUMBER, "CU-1", WORDS)
    archived_case(kept, "c-other", STRANGER_S, "CU-2", WORDS[2:])
    assert traces(kept, "customer:CU-1").complaints == 1
    gone = erased(kept, name)
    assert set(gone) >= {"customer:CU-1", "complaint:c-old", f"complaint:{NUMBER}"}
    for key, one in zip(("c-old", NUMBER), sealed, strict=True):
        assert kept.vault.unseal(f"complaint:{key}", one) is None
    assert kept.vault.holds("complaint:c-other"), "another customer's stays"
    marks = [text.encode() for text in (*WORDS, "Budi", "Rina", "+62811111", "62811111")]
    assert files_with(tmp_path / "data", *marks) == [], "no byte in store, archive, journal or outbox"
    with pytest.raises(Nobody):
        persons(kept, name)


def test_a_stranger_s_archived_case_is_found_by_its_number(kept: Kept) -> None:
    [first, reply] = archived_case(kept, "c-old", NUMBER, None, WORDS[:2])
    assert set(erased(kept, NUMBER)) == {"complaint:c-old", f"complaint:{NUMBER}"}
    assert kept.vault.unseal("complaint:c-old", first) is None
    assert kept.vault.unseal(f"complaint:{NUMBER}", reply) is None

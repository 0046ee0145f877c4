"""One RCA/CAPA record on paper, in both languages: what is in the record is on the page, what is not yet is said."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from connectors.formats.documents.page import OPERATOR, Imprint
from connectors.formats.documents.pdf import as_pdf
from connectors.formats.documents.rca import Case, happened, rca_page
from correlator.events import MINUTE_US
from correlator.rows.service_desk import CapaAction, Moment, RcaRow, Work
from tests.connectors.house import CUT_US, NOW_US, complaint_ticket, incident, outage_ticket
from tests.correlator.service_desk.house import Shift
from topology.model import Language

STEP = CapaAction("mark the duct", "budi", CUT_US, CUT_US, "citra", "nobody dug there again")


def record(**more: Any) -> RcaRow:
    return RcaRow("RCA-000001", "IN-000001", None, CUT_US, **more)


def case(row: RcaRow) -> Case:
    about = incident(user_us=300 * MINUTE_US, down_now=0)
    ticket = outage_ticket(repaired_us=CUT_US + 145 * MINUTE_US)
    ticket.clocks[0].met_us, ticket.clocks[1].breached = CUT_US, True
    return Case(row, about, ticket)


def text(found: Case, language: Language) -> str:
    data = as_pdf(rca_page(found, Imprint(OPERATOR, language, NOW_US)))
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages)


FILLED = {"state": "actions", "cause_category": "power", "cause_by": "budi", "five_whys": ("no fuel", "nobody looked")}
SAID: dict[Language, tuple[str, ...]] = {
    "id": (
        "Laporan RCA dan CAPA RCA-000001 · IN-000001",
        "Status tindakan",
        "Nomor tiket NT-20260301-900000",
        "Kategori penyebab catu daya",
        "Lama 2 j 25 mnt",
        "Menit pelanggan 300",
        "SLA terpenuhi respons awal",
        "SLA dilanggar penyelesaian",
        "conduit C-77 explains 2 of 2 alarms",
        "1 Mar 2026 08:02 WIB kejadian pertama",
        "1 no fuel 2 nobody looked",
    ),
    "en": (
        "RCA and CAPA report RCA-000001 · IN-000001",
        "State actions",
        "Category of cause power",
        "Lasted 2 h 25 min",
        "SLA kept first response",
        "SLA breached resolution",
        "1 Mar 2026 08:02 WIB first event",
        "Five whys",
    ),
}


@pytest.mark.parametrize("language", SAID)
def test_a_record_with_all_that_people_wrote(language: Language) -> None:
    row = record(**FILLED, corrective=(STEP,), preventive=(STEP,), timeline=[Moment(CUT_US, "first event")])
    said = text(case(row), language)
    for word in (*SAID[language], "mark the duct", "citra", "nobody dug there again", OPERATOR.name):
        assert word in said, word


def test_when_it_was_down_again_is_said_beside_when_it_began() -> None:
    found = case(record())
    assert found.incident is not None
    assert "Down again" not in text(found, "en")
    found.incident.back_us = CUT_US + 120 * MINUTE_US
    assert "Down again 1 Mar 2026 10:02 WIB" in text(found, "en")


def test_what_nobody_wrote_yet_is_said() -> None:
    said = text(case(record()), "id")
    assert said.count("Belum diisi.") == 3
    assert "Kategori penyebab belum ditetapkan" in said


def test_the_short_record_of_a_lone_complaint() -> None:
    ticket = complaint_ticket()
    ticket.incident, ticket.repaired_us = None, ticket.opened_us + 90 * MINUTE_US
    said = text(Case(RcaRow("RCA-2", None, ticket.id, CUT_US), None, ticket), "en")
    assert "RCA-2 · NT-20260301-000007" in said
    assert "Customers down 1" in said
    assert "User-minutes 90" in said
    assert "Five whys" not in said
    whys = RcaRow("RCA-2", None, ticket.id, CUT_US, five_whys=("typed wrong", "nobody looked twice"))
    assert "Five whys No. Why 1 typed wrong 2 nobody looked twice" in text(Case(whys, None, ticket), "en")


def test_what_was_done_for_now_and_for_good_is_on_it() -> None:
    found = case(record())
    assert found.ticket is not None
    assert "Repairs" not in text(found, "en")
    found.ticket.temporary = Work(CUT_US, "budi", "moved to a spare port")
    found.ticket.permanent = Work(CUT_US, "citra", "the card was replaced")
    assert "for now moved to a spare port budi" in text(found, "en")
    assert "permanen the card was replaced citra" in text(found, "id")


def test_a_sign_of_the_typesetter_in_a_text_is_a_sign() -> None:
    step = CapaAction('#panic("no") *bold* $x$ <tag> @ref \\')
    assert step.what in text(case(record(corrective=(step,))), "en")


def test_every_line_of_a_timeline_has_its_words() -> None:
    shift = Shift()
    shift.cut("SP-A")
    shift.order("acknowledge", shift.incident("SP-A").id, "noc_operator")
    shift.wait(60)
    shift.mend("SP-A")
    shift.wait(120)
    lines = [line for row in shift.state.rcas.values() for line in row.timeline]
    told = {line.what: happened(line.what, "id") for line in lines}
    assert len(told) > 5
    assert [what for what, words in told.items() if what == words] == []
    assert not [words for words in told.values() if "_" in words.replace("the-noc_operator", "")], "no code of ours"
    assert "ditanggapi oleh the-noc_operator" in told.values()
    assert happened("acknowledge by budi", "en") == "acknowledged by budi"
    assert happened("escalated to care_supervisor: breach", "en") == ("escalated to Customer Care Supervisor: breach")
    assert happened("ticket closed as unconfirmed", "id") == "tiket ditutup: tanpa jawaban pelanggan"
    assert happened("outage told to 1,204 customers", "id") == (
        "pemberitahuan gangguan disampaikan kepada 1.204 pelanggan"
    )

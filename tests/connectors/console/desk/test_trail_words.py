"""A ticket's trail in the language of the page: what the service did by itself has its words."""

import re

import pytest

from connectors.console.desk.trail_words import Telling
from connectors.console.desk.words import DESK_WORDS
from correlator.events import Reply, moment
from tests.connectors.api.desk.house import Desk
from tests.connectors.console.desk.said import ROOM, sentences
from tests.connectors.console.desk.screen import Staff
from tests.correlator.service_desk.house import Shift

ID = Telling("id", DESK_WORDS["id"])


def test_what_the_service_did_by_itself_is_told_in_words() -> None:
    shift = Shift()
    name = shift.complain("CU-9", category="billing", symptom="other").id
    shift.complain("CU-1")
    shift.cut("SP-A")
    shift.complain("CU-1")
    shift.wait(120)
    shift.mend("SP-A")
    shift.wait(7000)
    shift.order("move_stage", name, stage="confirmation")
    shift.wait(7000)
    lines = [line for row in shift.state.tickets.values() for line in row.trail if line.actor == "machine"]
    lines = [line for line in lines if line.action != "escalate"]  # those say both languages
    assert len({line.action for line in lines}) > 6
    assert [line.reason for line in lines if ID.said(line.reason or "") == line.reason] == []


FOUND = sorted(
    said.replace("on 7 7", "on 7 ended")  # or was let go
    for said in {said for path in ROOM.rglob("*.py") for said in sentences(path, "machine")}
    if " / " not in said  # else it has both languages
)


def test_what_it_says_is_found() -> None:
    assert len(FOUND) > 20


@pytest.mark.parametrize("said", FOUND)
def test_all_that_the_service_may_say_has_its_words(said: str) -> None:
    assert ID.said(said) != said


def test_no_id_and_no_code_is_on_the_page(desk: Desk) -> None:
    desk.cut()
    number = desk.complain("CU-1", service="SV-1")
    desk.order("noc_operator", "repair", number, kind="temporary", text="rute cadangan")
    page = Staff(desk, "noc_operator").see(f"/desk/tickets/{number}", "id")
    trail = re.sub(r"<[^>]*>", " ", page.partition('id="trail"')[2])
    assert re.findall(r"TK-\d+|k-[0-9a-f]{20}|machine|temporary|received and|the customer", trail) == []
    for words in ("sistem", "NT-20260301-900000", "Perbaikan sementara: rute cadangan", "diterima dan diberi nomor"):
        assert words in trail
    assert "complaint by phone" in Staff(desk, "noc_operator").see(f"/desk/tickets/{number}", "en")


def test_a_result_that_did_not_hold_and_the_customers_word_stay_in_it(desk: Desk) -> None:
    number = desk.complain("CU-3", "Internet lambat sekali")
    desk.order("administrator", "move_stage", number, stage="confirmation", result="kabel drop diganti")
    now = moment(desk.door.house.now_us)
    desk.fold(Reply(id="r-1", time=now, customer="CU-3", ticket=number, says="not_satisfied", sealed=b"x"))
    desk.fold(Reply(id="r-2", time=now, customer="CU-3", ticket=number, says="not_satisfied", sealed=b"x"))
    for language, said in (("id", "belum puas"), ("en", "not satisfied")):
        page = Staff(desk, "noc_operator").see(f"/desk/tickets/{number}", language)
        trail = re.sub(r"<[^>]*>", " ", page.partition('id="trail"')[2])
        assert "kabel drop diganti" in trail, "what they were told"
        assert said in trail
        assert "not_satisfied" not in trail

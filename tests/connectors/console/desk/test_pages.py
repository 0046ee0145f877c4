"""The desk's pages through the door: lists, one ticket, its words, who calls. A cookie alone commands nothing."""

import re

import pytest

from connectors.console.desk.words import DESK_WORDS
from correlator.events import Command, ComplaintIn
from tests.connectors.api.desk.house import Desk
from tests.connectors.console.desk.screen import Staff, events

EN = DESK_WORDS["en"]


def numbers(page: str) -> list[str]:
    """Of the rows of a list."""
    return re.findall(r'href="/desk/tickets/(NT-\d+-\d+)"', page)


def test_the_list_has_what_the_desks_door_has_in_its_order(desk: Desk) -> None:
    for customer in ("CU-1", "CU-3"):
        desk.complain(customer, "Internet lambat sekali")
    desk.cut()
    page = Staff(desk, "customer_support").see("/desk")
    assert numbers(page) == [one["number"] for one in desk.get("/tickets")["items"]]
    assert len(numbers(page)) == 3
    counts = desk.get("/queues")
    assert f"<b>{counts['open']}</b> open" in page
    for name in [*counts["stages"], *counts["owners"], *counts["classes"]]:
        assert re.search(rf"/desk\?\w+={name}\"", page), name


def test_filters_are_those_of_the_door(desk: Desk) -> None:
    first, second = desk.complain("CU-1", "Tagihan dobel bulan ini"), desk.complain("CU-3", "Internet lambat sekali")
    staff = Staff(desk, "customer_support", "sari")
    assert numbers(staff.see("/desk?q=CU-3&stage=&owner=&state=open&sort=due")) == [second]
    assert numbers(staff.see("/desk?category=billing")) == [first]
    assert numbers(staff.see("/desk?mine=true")) == []
    staff.take(second, "take")
    assert numbers(staff.see("/desk?mine=true")) == [second]
    assert numbers(staff.see("/desk?late=1")) == []
    desk.wait(300)  # and a session that nobody used is over
    staff = Staff(desk, "customer_support", "sari")
    assert numbers(staff.see("/desk?late=1")) != []
    assert "stage.0" in staff.see("/desk?stage=nonsense", status=422)


def test_a_long_list_goes_on_where_it_stopped(desk: Desk) -> None:
    own = [desk.complain("CU-3", "Internet lambat sekali"), desk.complain("CU-1", "Internet lambat sekali")]
    staff = Staff(desk, "care_supervisor")
    page = staff.see("/desk?limit=1&state=open")
    [following] = re.findall(r'rel="next" href="([^"]+)"', page)
    assert sorted(numbers(page) + numbers(staff.see(following))) == sorted(own)


def test_one_ticket_shows_its_record(desk: Desk) -> None:
    number = desk.complain("CU-3", "Internet lambat sekali")
    desk.order("customer_support", "move_stage", number, stage="investigation")
    desk.order("noc_operator", "repair", number, kind="temporary", text="dipindah ke port cadangan")
    desk.order("noc_operator", "move_stage", number, stage="confirmation", result="kartu diganti")
    desk.order("customer_care", "close", number, as_="confirmed", how="phone", score=4)
    page = Staff(desk, "customer_care").see(f"/desk/tickets/{number}")
    for words in ("dipindah ke port cadangan", "kartu diganti", "4 of 5", "satisfied", "CU-3", "DKI Jakarta"):
        assert words in page
    assert "Internet lambat" not in page, "what they said is read by its own page"
    for entry in desk.get(f"/tickets/{number}")["trail"]:
        assert EN.get(f"actor.{entry['actor']}", entry["actor"]) in page
    assert "action." not in page


def test_an_outage_shows_the_complaints_under_it(desk: Desk) -> None:
    incident = desk.cut()
    own = [desk.complain("CU-1", service="SV-1"), desk.complain("CU-2", service="SV-2")]
    number = desk.get(f"/incidents/{incident}")["ticket"]["number"]
    page = Staff(desk, "noc_operator").see(f"/desk/tickets/{number}")
    assert numbers(page) == own
    assert number in Staff(desk, "noc_operator").see(f"/desk/tickets/{own[0]}")


def test_what_is_not_there_is_a_page_that_says_so(desk: Desk) -> None:
    page = Staff(desk, "customer_care").see("/desk/tickets/NT-1", status=404)
    assert "there is no ticket NT-1" in page
    assert 'href="/desk"' in page


def test_nobody_without_a_session_sees_any(desk: Desk) -> None:
    for path in ("/desk", "/desk/tickets/NT-1", "/desk/callers"):
        answer = desk.door.ask("GET", path, None)
        assert (answer.status_code, answer.headers["location"]) == (303, "/signin")


# Steps


def test_a_form_is_the_command_of_the_api(desk: Desk) -> None:
    number = desk.complain("CU-3", "Internet lambat sekali")
    desk.order("customer_support", "move_stage", number, stage="investigation")
    page = Staff(desk, "noc_operator").take(number, "repair_temporary", text="rute <cadangan>")
    assert EN["command.done"] in page
    assert "rute <cadangan>" in page
    command = events(desk)[-1]
    assert isinstance(command, Command)
    assert (command.actor, command.role, command.action, command.target) == ("budi", "noc_operator", "repair", number)
    assert (command.arguments, command.reason) == (
        {"text": "rute <cadangan>", "kind": "temporary"},
        "keputusan shift",
    )
    told = [one for one in desk.door.audited if one.door == "POST /desk/tickets/{ticket}/steps"]
    assert [(one.status, one.name, one.about["action"]) for one in told] == [(303, "budi", "repair")]


def test_what_the_kernel_refuses_is_said_on_the_page(desk: Desk) -> None:
    number = desk.complain("CU-3", "Internet lambat sekali")
    page = Staff(desk, "care_supervisor").take(number, "duplicate", of="NT-20260301-999999")
    assert EN["command.rejected"] in page
    assert "is no other complaint's ticket" in page


def test_a_form_sent_twice_is_one_command_and_a_corrected_one_another(desk: Desk) -> None:
    number = desk.complain("CU-3", "Internet lambat sekali")
    staff = Staff(desk, "customer_support")
    form = {**staff.hidden(number), "step": "note", "text": "telepon lagi", "reason": "diminta"}
    before = len(events(desk))
    for _ in range(2):
        assert staff.post(f"/desk/tickets/{number}/steps", form).status_code == 303
    assert len(events(desk)) == before + 1
    assert staff.post(f"/desk/tickets/{number}/steps", {**form, "text": "sesudah pukul lima"}).status_code == 303
    assert len(events(desk)) == before + 2


@pytest.mark.parametrize(
    ("form", "headers", "status"),
    [
        ({"key": "x" * 32}, {}, 403),
        ({"key": ""}, {}, 422),
        ({}, {}, 422),
        ({"good": "yes"}, {"Origin": "https://evil.example"}, 403),
        ({"key": "kunci €"}, {}, 403),
    ],
)
def test_a_cookie_alone_commands_nothing(
    desk: Desk, form: dict[str, str], headers: dict[str, str], status: int
) -> None:
    number = desk.complain("CU-3", "Internet lambat sekali")
    staff, before = Staff(desk, "administrator"), len(events(desk))
    given = {"step": "note", "text": "x", "reason": "y", **form}
    if given.pop("good", None):
        given |= staff.hidden(number)
    answer = staff.post(f"/desk/tickets/{number}/steps", given, **headers)
    assert answer.status_code == status
    assert len(events(desk)) == before


def test_another_sessions_form_is_none(desk: Desk) -> None:
    number = desk.complain("CU-3", "Internet lambat sekali")
    hidden = Staff(desk, "administrator", "sari").hidden(number)
    form = {**hidden, "step": "note", "text": "x", "reason": "y"}
    assert Staff(desk, "administrator").post(f"/desk/tickets/{number}/steps", form).status_code == 403


def test_a_step_that_is_gone_is_said_and_changes_nothing(desk: Desk) -> None:
    number = desk.complain("CU-3", "Internet lambat sekali")
    staff = Staff(desk, "customer_support")
    form = {**staff.hidden(number), "step": "verify", "stage": "investigation", "reason": "y"}
    desk.order("customer_support", "move_stage", number, stage="investigation")
    before = len(events(desk))
    answer = staff.post(f"/desk/tickets/{number}/steps", form)
    assert answer.status_code == 409
    assert EN["step_gone"] in answer.text
    assert len(events(desk)) == before


def test_a_reason_that_is_missing_is_told(desk: Desk) -> None:
    number = desk.complain("CU-3", "Internet lambat sekali")
    staff = Staff(desk, "customer_support")
    form = {**staff.hidden(number), "step": "note", "text": "x", "reason": " "}
    answer = staff.post(f"/desk/tickets/{number}/steps", form)
    assert answer.status_code == 422
    assert "reason" in answer.text


# Persons


def test_words_are_read_by_whom_they_are_for_and_the_audit_has_it(desk: Desk) -> None:
    number = desk.complain("CU-3", "Internet lambat sekali")
    link = f'href="/desk/tickets/{number}/words"'
    support = Staff(desk, "customer_support", "sari")
    assert link in support.see(f"/desk/tickets/{number}")
    assert EN["words.audit"] in support.see(f"/desk/tickets/{number}/words")
    told = [one for one in desk.door.audited if one.door == "GET /desk/tickets/{ticket}/words"]
    assert [(one.name, one.about["customer"]) for one in told] == [("sari", "CU-3")]
    billing = Staff(desk, "billing_account")
    assert link not in billing.see(f"/desk/tickets/{number}")
    assert "its words are not for" in billing.see(f"/desk/tickets/{number}/words", status=403)
    billing = Staff(desk, "customer_experience")
    assert link not in billing.see(f"/desk/tickets/{number}")
    billing.see(f"/desk/tickets/{number}/words", status=403)


def test_who_calls_is_found_with_what_to_read_out(desk: Desk) -> None:
    desk.cut()
    number = desk.complain("CU-2", service="SV-2")
    staff = Staff(desk, "customer_care")
    key = re.findall(r'name="key" value="(\w+)"', staff.see("/desk/callers"))[0]
    found = staff.post("/desk/callers", {"key": key, "by": "customer", "value": "CU-2", "reason": "menelepon"})
    assert found.status_code == 200
    for words in ("There has been an outage", "SV-2", EN["line.down"], number):
        assert words in found.text
    told = [one for one in desk.door.audited if one.door == "POST /desk/callers"]
    assert [(one.name, one.about["customer"], one.about["reason"]) for one in told] == [("budi", "CU-2", "menelepon")]
    missing = staff.post("/desk/callers", {"key": key, "by": "customer", "value": "CU-99", "reason": ""})
    assert missing.status_code == 404
    assert staff.post("/desk/callers", {"by": "customer", "value": "CU-2"}).status_code == 422
    Staff(desk, "customer_experience").see("/desk/callers", status=403)


def test_a_complaint_is_taken_where_the_caller_was_found(desk: Desk) -> None:
    desk.cut()
    staff = Staff(desk, "customer_care")
    page = staff.see("/desk/callers")
    key = re.findall(r'name="key" value="(\w+)"', page)[0]
    assert 'action="/desk/complaints"' in page, "also for whom nobody finds"
    form = {
        "key": key,
        "customer": "CU-2",
        "service": "SV-2",
        "channel": "phone",
        "text": "Internet mati",
        "contact": "",
        "occurred": "2026-03-01T06:30",
    }
    answer = staff.post("/desk/complaints", form)
    assert answer.status_code == 200
    [complaint] = [one for one in events(desk) if isinstance(one, ComplaintIn)]
    assert (complaint.customer, complaint.service, complaint.channel, complaint.text, complaint.contact) == (
        *("CU-2", "SV-2", "phone", "Internet mati"),
        None,
    )
    [number] = numbers(answer.text)
    assert desk.get(f"/tickets/{number}")["customer"] == "CU-2"
    assert desk.get(f"/tickets/{number}")["occurred_at"] == "2026-03-01T06:30:00.000+07:00"
    assert '<time datetime="2026-02-28T23:30:00' in staff.see(f"/desk/tickets/{number}")
    assert "There has been an outage" in answer.text
    again = staff.post("/desk/complaints", form)
    assert EN["known_again"] in again.text
    assert numbers(again.text) == [number]
    strangers = [{"key": key, "once": once, "channel": "walk_in", "text": "Televisi gelap"} for once in ("a", "b", "b")]
    answers = [staff.post("/desk/complaints", one).text for one in strangers]
    assert all(EN["not_found.customer"] in one for one in answers)
    assert len({numbers(one)[0] for one in answers}) == 2, "two who say the same are two"
    before = len(events(desk))
    assert staff.post("/desk/complaints", {**form, "key": "x" * 32}).status_code == 403
    assert staff.post("/desk/complaints", {"key": key, "channel": "pigeon", "text": "x"}).status_code == 422
    assert len(events(desk)) == before


@pytest.mark.parametrize("language", ["id", "en"])
def test_pages_run_nothing_inline_and_speak_the_language(desk: Desk, language: str) -> None:
    incident = desk.cut()
    own = desk.complain("CU-1", service="SV-1")
    outage = desk.get(f"/incidents/{incident}")["ticket"]["number"]
    staff = Staff(desk, "administrator")
    paths = ["/desk", f"/desk/tickets/{own}", f"/desk/tickets/{own}/words", f"/desk/tickets/{outage}", "/desk/callers"]
    for path in paths:
        page = staff.see(path, language)
        assert f'<html lang="{language}">' in page
        assert DESK_WORDS[language]["board"] in page  # type: ignore[index]  # a language
        assert re.findall(r"<script(?! src=)|\sstyle=|<style|\son\w+=", page) == []
        assert re.findall(r'(?:src|href|action)="(?!/|#)', page) == []


def test_a_call_about_the_same_names_the_first_ticket_by_its_number(desk: Desk) -> None:
    first = desk.complain("CU-3", "Internet lambat sekali")
    again = desk.complain("CU-3", "Internet masih lambat")
    page = Staff(desk, "customer_care").see(f"/desk/tickets/{again}")
    assert f'href="/desk/tickets/{first}">{first}</a>' in page
    assert "TK-" not in re.sub(r"<[^>]*>", " ", page)

"""Customers' answers as desk, portal and gateways hand them in: about which ticket, and read as what."""

from typing import Any

import httpx
import pytest

from connectors.access.holders import Role
from connectors.api.questions.body import LONGEST
from correlator.events import ComplaintIn, ReplyIn
from tests.connectors.api.answers.house import keep, ticket
from tests.connectors.api.doorway import Door, error


def post(door: Door, body: dict[str, Any], role: Role = "customer_care", path: str = "/replies") -> httpx.Response:
    return door.ask("POST", path, role, json=body)


def reply(door: Door) -> ReplyIn:
    [event] = door.inbox.events
    assert isinstance(event, ReplyIn)
    return event


@pytest.mark.parametrize(
    "named", [{"ticket": "TK-7"}, {"ticket": "NT-20260301-000007"}, {"notice": "MS-7"}, {"contact": "+62813"}]
)
def test_it_finds_its_ticket(door: Door, named: dict[str, str]) -> None:
    keep(door, ticket(7, "CU-1"), ticket(8, "CU-3"))
    answer = post(door, {**named, "says": "yes"})
    assert answer.status_code == 202, answer.text
    event = reply(door)
    assert (event.ticket, event.customer, event.says) == ("TK-7", "CU-1", "satisfied")
    assert answer.json()["says"] == "satisfied"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("SELESAI", "satisfied"),
        ("Belum pak, masih mati", "not_satisfied"),
        ("Kapan teknisinya datang?", "other"),
        ("YES", "satisfied"),
    ],
)
def test_words_are_read(door: Door, text: str, says: str) -> None:
    keep(door, ticket(7, "CU-1"))
    post(door, {"ticket": "TK-7", "text": text})
    assert (reply(door).says, reply(door).text) == (says, text)


def test_what_is_said_plainly_counts_before_the_words(door: Door) -> None:
    keep(door, ticket(7, "CU-1"))
    post(door, {"ticket": "TK-7", "says": "no", "text": "terima kasih, sudah normal", "score": 2})
    assert (reply(door).says, reply(door).score) == ("not_satisfied", 2)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"says": "yes"}, "ticket"),
        ({"ticket": "TK-7", "contact": "+62813", "says": "yes"}, "ticket"),
        ({"ticket": "TK-7"}, "says"),
        ({"ticket": "TK-7", "text": "  "}, "says"),
        ({"ticket": "TK-7", "score": 4}, "says"),
        ({"ticket": "TK-7", "says": "maybe"}, "says"),
        ({"ticket": "TK-7", "says": "yes", "score": 6}, "score"),
        ({"ticket": "TK-7", "says": "yes", "score": 0}, "score"),
        ({"ticket": "TK-7", "text": "x" * (LONGEST + 1)}, "text"),
        ({"ticket": "TK-7", "says": "yes", "stars": 5}, "stars"),
    ],
)
def test_what_is_wrong_is_named(door: Door, body: dict[str, Any], field: str) -> None:
    keep(door, ticket(7, "CU-1"))
    answer = post(door, body)
    assert answer.status_code == 422
    assert error(answer)["field"] == field
    assert door.inbox.events == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"ticket": "NT-20260301-000099"}, "ticket"),
        ({"notice": "MS-99"}, "notice"),
        ({"contact": "+62899"}, "contact"),
        ({"contact": "nobody@example.com"}, "contact"),
        ({"ticket": "TK-7", "customer": "CU-3"}, "customer"),
    ],
)
def test_what_is_not_there_or_another_s_is_not_taken(door: Door, body: dict[str, Any], field: str) -> None:
    keep(door, ticket(7, "CU-1"))
    answer = post(door, {**body, "says": "yes"})
    assert answer.status_code == 404
    assert error(answer)["field"] == field
    assert door.inbox.events == []


def test_a_portal_says_whose_answer_it_is(door: Door) -> None:
    keep(door, ticket(7, "CU-1"))
    assert error(post(door, {"ticket": "TK-7", "says": "yes"}, "portal"))["field"] == "customer"
    assert post(door, {"ticket": "TK-7", "says": "yes", "customer": "CU-3"}, "portal").status_code == 404
    assert door.inbox.events == []
    assert post(door, {"ticket": "TK-7", "says": "yes", "customer": "CU-1"}, "portal").status_code == 202


def test_a_phone_of_two_customers_closes_nothing_by_a_guess(door: Door) -> None:
    keep(door, ticket(7, "CU-1"), ticket(8, "CU-3"))
    post(door, {"contact": "+62811", "text": "SELESAI"})
    assert (reply(door).ticket, reply(door).says) == ("TK-8", "other"), "somebody reads it"


def test_of_a_phone_of_two_customers_the_one_who_was_asked_answers(door: Door) -> None:
    keep(door, ticket(7, "CU-1"), ticket(8, "CU-3", "investigation"))
    post(door, {"contact": "+62811", "text": "SELESAI"})
    assert (reply(door).ticket, reply(door).says) == ("TK-7", "satisfied")


@pytest.mark.parametrize(
    "tickets",
    [
        (ticket(7, "CU-1", silent=True), ticket(8, "CU-1", "investigation")),  # all reminders went out
        (ticket(7, "CU-1"), ticket(8, "CU-1", asked_via="TK-7")),  # the other one asked for both
        (ticket(7, "CU-1", "investigation"), ticket(8, "CU-1", "closed")),  # nothing was asked: what is worked on
    ],
)
def test_which_of_one_customer_s_tickets(door: Door, tickets: tuple[Any, ...]) -> None:
    keep(door, *tickets)
    post(door, {"contact": "+62813", "text": "belum"})
    assert reply(door).ticket == "TK-7"


def test_words_of_one_who_is_not_known_are_sealed_as_the_complaint_was(door: Door) -> None:
    keep(door, ticket(7, None))
    post(door, {"ticket": "TK-7", "text": "masih mati"})
    assert (reply(door).customer, reply(door).complaint) == (None, "c-7")


def test_who_handed_it_in_is_in_the_audit_and_no_word_of_it(door: Door) -> None:
    keep(door, ticket(7, "CU-1"))
    post(door, {"ticket": "TK-7", "text": "belum, hubungi 0811-9000-3377"})
    [told] = door.audited
    assert (told.name, told.about["ticket"], told.about["says"]) == ("the customer_care", "TK-7", "not_satisfied")
    assert "0811-9000" not in str(told)


# An SMS gateway


@pytest.mark.parametrize(
    "body",
    [
        {"from": "+62813", "text": "SELESAI"},
        {"msisdn": "+62813", "message": "SELESAI", "message_id": 77, "to": "+62215556789", "operator": "x"},
    ],
)
def test_an_sms_answers_the_question_that_waits_for_its_number(door: Door, body: dict[str, Any]) -> None:
    keep(door, ticket(7, "CU-1"))
    answer = post(door, body, "portal", "/replies/sms")
    assert answer.status_code == 202, answer.text
    assert answer.json()["taken_as"] == "reply"
    assert (reply(door).ticket, reply(door).says, reply(door).via) == ("TK-7", "satisfied", "sms")


def test_a_form_is_an_sms_too(door: Door) -> None:
    keep(door, ticket(7, "CU-1"))
    answer = door.ask("POST", "/replies/sms", "portal", data={"sender": "+62813", "body": "belum"})
    assert answer.status_code == 202, answer.text
    assert reply(door).says == "not_satisfied"


def test_a_gateway_that_sends_again_is_known_by_its_id(door: Door) -> None:
    keep(door, ticket(7, "CU-1"))
    body = {"from": "+62813", "text": "belum", "id": "88"}
    assert post(door, body, "portal", "/replies/sms").json()["repeated"] is False
    assert post(door, body, "portal", "/replies/sms").json()["repeated"] is True
    assert reply(door).id == "sms-88"


def test_an_sms_that_answers_nothing_is_a_complaint(door: Door) -> None:
    answer = post(door, {"from": "+62813", "text": "internet saya mati"}, "portal", "/replies/sms")
    assert answer.status_code == 202
    assert answer.json()["taken_as"] == "complaint"
    assert answer.json()["number"] == "NT-20260301-000001"
    [event] = door.inbox.events
    assert isinstance(event, ComplaintIn)
    assert (event.contact, event.channel, event.text) == ("+62813", "phone", "internet saya mati")


def test_thanks_for_what_nobody_asked_are_no_complaint(door: Door) -> None:
    answer = post(door, {"from": "+62813", "text": "sudah normal, terima kasih"}, "portal", "/replies/sms")
    assert answer.status_code == 202
    assert answer.json()["taken_as"] == "nothing"
    assert door.inbox.events == []


@pytest.mark.parametrize(("body", "field"), [({"text": "SELESAI"}, "from"), ({"from": "+62813"}, "text")])
def test_an_sms_without_number_or_words_is_refused(door: Door, body: dict[str, str], field: str) -> None:
    answer = post(door, body, "portal", "/replies/sms")
    assert answer.status_code == 422
    assert error(answer)["field"] == field

"""The page behind a survey's link: a score with words once, or to be asked no more (SOP 9)."""

import httpx
import pytest

from correlator.events import DAY_US, ReplyIn
from correlator.rows.quality import SurveyedRow, SurveyRow
from correlator.service_desk.surveys.survey import key
from tests.connectors.api.answers.house import keep as wait_for
from tests.connectors.api.answers.house import ticket
from tests.connectors.api.doorway import LINKS, Door, error
from tests.connectors.house import NOW_US

SURVEY, CUSTOMER = "CSI-2026-1", "CU-1"


def keep(door: Door, state: str = "running", **more: int) -> None:
    row = SurveyRow(SURVEY, state, "machine", NOW_US, 1, "s", asked={"dia": 1})  # type: ignore[arg-type]  # a state
    one = SurveyedRow(SURVEY, CUSTOMER, "dia", NOW_US, **more)  # type: ignore[arg-type]  # times and a score
    door.house.commit([("surveys", SURVEY, row), ("surveyed", key(SURVEY, CUSTOMER), one)])


def sms(door: Door, text: str) -> str:
    """What the gateway hears that a message of CU-1 became."""
    answer = door.ask("POST", "/replies/sms", "portal", json={"from": "+62813", "text": text})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["taken_as"])


def path(customer: str = CUSTOMER, until_us: int = NOW_US + DAY_US) -> str:
    return LINKS.survey(SURVEY, customer, "en", until_us).removeprefix("https://answers.example.net")


def press(door: Door, **form: str) -> httpx.Response:
    return door.ask("POST", path(), None, data=form)


def test_looking_says_nothing_and_names_nobody(door: Door) -> None:
    keep(door)
    answer = door.ask("GET", path(), None)
    assert answer.status_code == 200
    assert "How satisfied are you with our service?" in answer.text
    assert CUSTOMER not in answer.text
    assert door.inbox.events == []


def test_a_score_with_words_is_taken_once(door: Door) -> None:
    keep(door)
    answer = press(door, says="score", score="2", words=" slow in the evening ")
    assert (answer.status_code, "We have your answer" in answer.text) == (200, True)
    [event] = door.inbox.events
    assert isinstance(event, ReplyIn)
    assert (event.ticket, event.customer, event.score, event.text, event.stop) == (
        SURVEY,
        CUSTOMER,
        2,
        "slow in the evening",
        False,
    )
    assert press(door, says="score", score="5").status_code == 409
    assert len(door.inbox.events) == 1


def test_to_be_asked_no_more(door: Door) -> None:
    keep(door)
    assert press(door, says="stop", words="leave me alone").status_code == 200
    [event] = door.inbox.events
    assert isinstance(event, ReplyIn)
    assert (event.stop, event.score, event.text) == (True, None, None)


@pytest.mark.parametrize("form", [{"says": "score"}, {"says": "score", "score": "6"}, {"says": "yes", "score": "3"}])
def test_without_a_score_nothing_is_said(door: Door, form: dict[str, str]) -> None:
    keep(door)
    answer = press(door, **form)
    assert (answer.status_code, "Choose a score" in answer.text) == (422, True)
    assert door.inbox.events == []


def test_what_is_over_takes_no_answer(door: Door) -> None:
    for state, more in (("closed", {}), ("cancelled", {}), ("running", {"answered_us": NOW_US})):
        keep(door, state, **more)
        assert press(door, says="score", score="5").status_code == 409
    keep(door)
    assert door.ask("GET", path(customer="CU-2"), None).status_code == 409  # who was not asked
    assert door.ask("GET", path(until_us=NOW_US - 1), None).status_code == 410
    assert door.inbox.events == []


def test_customer_care_enters_what_it_heard(door: Door) -> None:
    keep(door)
    said = {
        "id": "r-1",
        "ticket": SURVEY,
        "customer": CUSTOMER,
        "score": 4,
        "via": "phone",
        "time": "2026-03-01T10:00:00Z",
    }
    answer = door.ask("POST", "/replies", "customer_care", json=said)
    assert answer.status_code == 202, answer.text
    [event] = door.inbox.events
    assert isinstance(event, ReplyIn)
    assert (event.ticket, event.score, event.via) == (SURVEY, 4, "phone")
    assert door.ask("POST", "/replies", "customer_care", json=said | {"id": "2", "customer": "CU-2"}).status_code == 404
    assert door.ask("POST", "/replies", "customer_care", json=said | {"id": "3", "score": None}).status_code == 422


@pytest.mark.parametrize(("text", "score"), [("4", 4), (" 2. ", 2), ("Nilai: 5", 5)])
def test_a_score_by_sms_is_the_surveys_and_no_complaint(door: Door, text: str, score: int) -> None:
    keep(door)
    assert sms(door, text) == "reply"
    [event] = door.inbox.events
    assert isinstance(event, ReplyIn)
    assert (event.ticket, event.customer, event.score, event.via) == (SURVEY, CUSTOMER, score, "sms")


def test_what_is_no_score_alone_is_a_complaint_as_ever(door: Door) -> None:
    keep(door)
    assert sms(door, "5 hari internet mati") == "complaint"


def test_a_mail_of_blanks_is_read_in_one_pass(door: Door) -> None:
    keep(door)
    said = {"contact": "+62813", "text": f"{' ' * 1_900}mati"}
    assert error(door.ask("POST", "/replies", "portal", json=said))["field"] == "contact"


def test_a_survey_that_has_its_answer_waits_for_none(door: Door) -> None:
    keep(door, answered_us=NOW_US, score=5)
    assert sms(door, "4") == "complaint"


def test_a_tickets_question_comes_first(door: Door) -> None:
    keep(door)
    wait_for(door, ticket(7, CUSTOMER))
    assert sms(door, "4") == "reply"
    [event] = door.inbox.events
    assert isinstance(event, ReplyIn)
    assert event.ticket == "TK-7"

"""The page behind a link: what is looked at says nothing, what is pressed is said once."""

import re
from typing import Any

import httpx
import pytest

from connectors.access.links import AlertLink, QuestionLink
from correlator.events import DAY_US, Command, ReplyIn
from tests.connectors.api.answers.house import keep, ticket
from tests.connectors.api.doorway import LINKS, Door
from tests.connectors.house import NOW_US

LONG_S = (NOW_US + DAY_US) // 10**6


def path(link: QuestionLink | AlertLink) -> str:
    return LINKS.url(link).removeprefix("https://answers.example.net")


def question(n: int = 7, language: str = "id") -> str:
    return path(QuestionLink(f"MS-{n}", f"TK-{n}", language, LONG_S))  # type: ignore[arg-type]  # a language


def call(person: str = "noc-1", *, called: bool = True) -> str:
    return path(AlertLink("AL-000003", "TK-1", "noc_operator", person, LONG_S, called))


def press(door: Door, where: str, **form: str) -> httpx.Response:
    return door.ask("POST", where, None, data=form)


def test_looking_says_nothing(door: Door) -> None:
    keep(door, ticket(7, "CU-1"))
    for _ in range(3):
        answer = door.ask("GET", question(), None)
        assert answer.status_code == 200
    assert door.ask("HEAD", question(), None).status_code == 405
    assert door.inbox.events == []
    assert "Apakah keluhan Anda sudah teratasi?" in answer.text
    assert "NT-20260301-000007" in answer.text
    assert "CU-1" not in answer.text
    assert '<html lang="id">' in answer.text


def test_the_page_is_in_the_customers_language_and_loads_nothing(door: Door) -> None:
    keep(door, ticket(7, "CU-2"))
    answer = door.ask("GET", question(language="en"), None)
    assert "Has your complaint been settled?" in answer.text
    assert not re.search(r"(src|href)=|script", answer.text)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("said", "says"), [("yes", "satisfied"), ("no", "not_satisfied")])
def test_the_button_says_it_once(door: Door, said: str, says: str) -> None:
    keep(door, ticket(7, "CU-1"))
    answer = press(door, question(), says=said, score="4", words=" cepat ditangani ")
    assert answer.status_code == 200
    assert "Terima kasih" in answer.text
    [event] = door.inbox.events
    assert isinstance(event, ReplyIn)
    assert (event.ticket, event.customer, event.says, event.score) == ("TK-7", "CU-1", says, 4)
    assert (event.text, event.via) == ("cepat ditangani", "link")
    again = press(door, question(), says="no" if said == "yes" else "yes")
    assert again.status_code == 409
    assert "sudah dijawab" in again.text
    assert len(door.inbox.events) == 1


@pytest.mark.parametrize("form", [{}, {"says": "perhaps"}, {"says": "yes", "score": "9"}, {"score": "4"}])
def test_without_a_button_nothing_is_said(door: Door, form: dict[str, str]) -> None:
    keep(door, ticket(7, "CU-1"))
    answer = press(door, question(), **form)
    assert answer.status_code == 422
    assert "Pilih salah satu tombol" in answer.text
    assert 'value="yes"' in answer.text
    assert door.inbox.events == []


def test_words_that_are_html_stay_words(door: Door) -> None:
    keep(door, ticket(7, "CU-1"))
    answer = press(door, question(), says="yes", words="<script>alert(1)</script>")
    assert "<script>" not in answer.text


@pytest.mark.parametrize("stage", ["investigation", "closed"])
def test_a_question_that_is_over_takes_no_answer(door: Door, stage: str) -> None:
    keep(door, ticket(7, "CU-1", stage))
    for answer in (door.ask("GET", question(), None), press(door, question(), says="no")):
        assert answer.status_code == 409
        assert "(021) 555-6789" in answer.text
        assert "<form" not in answer.text
    assert door.inbox.events == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_links_that_are_none_or_have_run_out(door: Door, method: str) -> None:
    keep(door, ticket(7, "CU-1"))
    body: dict[str, Any] = {"data": {"says": "yes"}} if method == "POST" else {}
    assert door.ask(method, "/a/AAAA", None, **body).status_code == 404
    door.house.now_us += DAY_US + 10**6
    answer = door.ask(method, question(), None, **body)
    assert answer.status_code == 410
    assert door.inbox.events == []


def test_one_link_is_not_tried_too_often(door: Door) -> None:
    keep(door, ticket(7, "CU-1"), ticket(8, "CU-3"))
    assert [door.ask("GET", question(), None).status_code for _ in range(11)] == [200] * 10 + [429]
    assert door.ask("GET", question(8), None).status_code == 200


def test_a_full_journal_is_told_and_the_answer_can_be_given_again(door: Door) -> None:
    keep(door, ticket(7, "CU-1"))
    door.inbox.full = True
    assert press(door, question(), says="yes").status_code == 503
    door.inbox.full = False
    assert press(door, question(), says="yes").status_code == 200


# Those on duty


def test_who_was_called_says_that_they_are_on_it(door: Door) -> None:
    door.house.cut()
    looked = door.ask("GET", call(), None)
    assert "Saya tangani / I am on it" in looked.text
    assert "NT-20260301-900000" in looked.text
    assert door.inbox.events == []
    assert press(door, call(), says="mine").status_code == 200
    [event] = door.inbox.events
    assert isinstance(event, Command)
    assert (event.actor, event.role, event.action, event.target) == ("noc-1", "noc_operator", "acknowledge", "TK-1")
    assert event.arguments == {"alert": "AL-000003"}
    assert press(door, call(), says="mine").status_code == 200
    assert len(door.inbox.events) == 1, "once"
    assert press(door, call("noc-2"), says="mine").status_code == 200
    assert [one.actor for one in door.inbox.events if isinstance(one, Command)] == ["noc-1", "noc-2"]
    assert door.audited[0].about == {
        "command": "link-AL-000003-noc-1",
        "action": "acknowledge",
        "target": "TK-1",
        "person": "noc-1",
    }


def test_who_was_alerted_and_not_called_reads_no_word_of_calls(door: Door) -> None:
    door.house.cut()
    looked = door.ask("GET", call(called=False), None)
    assert "You are alerted of this ticket." in looked.text
    for _ in range(2):
        pressed = press(door, call(called=False), says="mine")
        assert pressed.status_code == 200
        assert "Anda menangani tiket ini" in pressed.text
        assert "called" not in pressed.text
    assert [one.action for one in door.inbox.events if isinstance(one, Command)] == ["acknowledge"]


def test_whoever_reads_the_roles_mailbox_answers_as_the_role(door: Door) -> None:
    door.house.cut()
    press(door, call(""), says="mine")
    [event] = door.inbox.events
    assert isinstance(event, Command)
    assert event.actor == "noc_operator"


def test_a_call_s_link_says_nothing_else(door: Door) -> None:
    door.house.cut()
    assert press(door, call(), says="yes").status_code == 422
    assert door.inbox.events == []

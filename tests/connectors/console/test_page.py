"""The page's door: who is let in and how, what a browser is told it may do, and what is never on it."""

import re
from typing import Any

import pytest

from connectors.console.desk.words import DESK_WORDS
from connectors.console.page import FILES
from connectors.console.web import COOKIE
from connectors.console.words import LANGUAGES, WORDS
from connectors.metrics import SIGN_INS
from correlator.events import DAY_US, MINUTE_US
from correlator.rows.incidents import AlarmRow
from tests.connectors.api.doorway import Door
from tests.connectors.house import ALARMS, CUT_US, incident, outage_ticket, rows_of


@pytest.fixture
def shown(door: Door) -> Door:
    door.house.cut()
    return door


def cookie(door: Door) -> dict[str, str]:
    return {"Cookie": f"{COOKIE}={door.page.passes.redeem(door.page.passes.link())}"}


def sign_in(door: Door, body: str, **headers: str) -> Any:
    form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    return door.ask("POST", "/signin", None, content=body, headers=form)


# Signing in


def test_a_person_without_a_session_is_shown_where_to_sign_in(door: Door) -> None:
    answer = door.ask("GET", "/", None)
    assert (answer.status_code, answer.headers["location"]) == (303, "/signin")
    asked = door.ask("GET", "/signin", None)
    assert asked.status_code == 200
    assert 'name="token"' in asked.text


def test_a_token_is_traded_for_a_cookie_that_scripts_and_other_sites_cannot_use(shown: Door) -> None:
    answer = sign_in(shown, "token=badge-care_supervisor")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    given = answer.headers["set-cookie"]
    assert "HttpOnly" in given
    assert "SameSite=strict" in given
    assert "badge" not in given
    session = given.partition(";")[0]
    page = shown.ask("GET", "/", None, headers={"Cookie": session})
    assert page.status_code == 200
    assert "NT-20260301-900000" in page.text
    assert shown.counted(SIGN_INS, "token") == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("token=nonsense", 401),
        ("token=", 401),
        ("", 401),
        ("other=badge-administrator", 401),
        ("token=badge-source", 403),
        ("token=badge-portal", 403),
        ("token=" + "x" * 5000, 401),
        ("token=%ff%fe", 401),
    ],
)
def test_others_are_told_why_not(door: Door, body: str, status: int) -> None:
    answer = sign_in(door, body, **{"Accept-Language": "en"})
    assert answer.status_code == status
    assert "set-cookie" not in answer.headers
    assert WORDS["en"]["role_wrong" if status == 403 else "token_wrong"] in answer.text
    assert door.counted(SIGN_INS, "refused") == 1


def test_a_form_of_another_site_signs_nobody_in(door: Door) -> None:
    assert sign_in(door, "token=badge-administrator", Origin="https://evil.example").status_code == 401
    assert sign_in(door, "token=badge-administrator", Origin="http://simpul.test").status_code == 303


def test_a_link_opens_once(shown: Door) -> None:
    key = shown.page.passes.link()
    answer = shown.ask("GET", f"/signin?key={key}", None)
    assert answer.status_code == 200
    session = answer.headers["set-cookie"].partition(";")[0]
    assert shown.ask("GET", "/", None, headers={"Cookie": session}).status_code == 200
    again = shown.ask("GET", f"/signin?key={key}", None)
    assert again.status_code == 401
    assert "set-cookie" not in again.headers
    assert shown.counted(SIGN_INS, "link") == 1


def test_a_link_runs_out(door: Door) -> None:
    key = door.page.passes.link()
    door.house.now_us += 15 * MINUTE_US
    assert door.ask("GET", f"/signin?key={key}", None).status_code == 401


@pytest.mark.parametrize("key", ["x", "../tokens", "\x00", "a" * 9000])
def test_a_made_up_link_opens_nothing(door: Door, key: str) -> None:
    assert door.ask("GET", "/signin", None, params={"key": key}).status_code == 401


def test_a_session_ends_when_its_token_is_revoked(shown: Door) -> None:
    session = {"Cookie": sign_in(shown, "token=badge-technical").headers["set-cookie"].partition(";")[0]}
    assert shown.ask("GET", "/", None, headers=session).status_code == 200
    shown.badges.gone.add("technical")
    assert shown.ask("GET", "/", None, headers=session).status_code == 303


def test_a_session_ends_after_its_time_and_when_one_signs_out(shown: Door) -> None:
    session = cookie(shown)
    assert shown.ask("GET", "/", None, headers=session).status_code == 200
    foreign = shown.ask("POST", "/signout", None, headers={**session, "Origin": "https://evil.example"})
    assert foreign.status_code == 303
    assert shown.ask("GET", "/", None, headers=session).status_code == 200
    shown.ask("POST", "/signout", None, headers=session)
    assert shown.ask("GET", "/", None, headers=session).status_code == 303
    session = cookie(shown)
    shown.house.now_us += 30 * DAY_US
    assert shown.ask("GET", "/", None, headers=session).status_code == 303


# What it says when there is no incident


@pytest.mark.parametrize(
    ("wrong", "alarms", "said"),
    [
        (None, (), "No incident. The network is well.<"),
        ("the disk is full", (), "No incident.<"),
        (None, ALARMS, "Major or critical alarms that no incident explains: 1<"),
    ],
)
def test_the_network_is_called_well_where_nothing_speaks_against_it(
    door: Door, wrong: str | None, alarms: tuple[AlarmRow, ...], said: str
) -> None:
    door.wrong = wrong
    door.house.commit([("alarms", row.key, row) for row in alarms])
    shown = door.ask("GET", "/", None, headers={**cookie(door), "Accept-Language": "en"}).text
    assert said in shown
    assert ("The network is well" in shown) is (wrong is None and not alarms)


def test_alarms_that_nothing_explains_are_shown_beside_incidents_too(shown: Door) -> None:
    light = outage_ticket(
        id="TK-9", number="NT-20260301-900009", incident=None, alarm="X\x1fother", clocks=[], class_reason="X: other"
    )
    shown.house.commit([("tickets", light.id, light), *(("alarms", row.key, row) for row in ALARMS)])
    page = shown.ask("GET", "/", None, headers={**cookie(shown), "Accept-Language": "en"}).text
    assert "Major or critical alarms that no incident explains: 1<" in page
    assert "unexplained alarm ·" in page
    assert "X: other" in page
    assert page.index("NT-20260301-900000</b>") < page.index("NT-20260301-900009</b>"), (
        "whatever has a clock comes first"
    )


# What a browser is told


@pytest.mark.parametrize("path", ["/", "/signin", "/live", *(f"/page/{file}" for file in FILES)])
def test_every_answer_forbids_what_is_not_ours(shown: Door, path: str) -> None:
    shown.page.close()
    answer = shown.ask("GET", path, None, headers=cookie(shown) if path in ("/", "/live") else {})
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"


def test_the_page_loads_nothing_from_elsewhere_and_runs_nothing_inline(shown: Door) -> None:
    page = shown.ask("GET", "/").text
    assert re.findall(r'(?:src|href|action)="(?!/|#)', page) == []
    assert "http" not in page.replace("http-equiv", "")
    assert "<style" not in page
    assert "style=" not in page
    assert re.findall(r"<script(?! src=)", page) == []
    assert re.findall(r"\son\w+=", page) == []


def test_only_the_page_s_own_files_are_served(door: Door) -> None:
    for name in ("page.html", "..%2fpage.py", "board.css%00", "x"):
        assert door.ask("GET", f"/page/{name}", None).status_code == 404


# What it says of an incident


def test_it_says_what_broke(shown: Door) -> None:
    page = shown.ask("GET", "/?lang=en").text
    assert '<p class="cause">backbone_fibre</p>' in page
    assert "until it has held" not in page


def test_it_says_why_customers_of_a_clearing_outage_still_count(door: Door) -> None:
    door.house.commit(rows_of(incident(status="clearing", clearing_us=CUT_US + 5 * MINUTE_US)))
    page = door.ask("GET", "/?lang=en").text
    assert re.search(r"Alarms clear since \d\d:\d\d\. Customers count as down until it has held\.", page)


def test_what_is_over_has_the_time_that_customers_are_told(door: Door) -> None:
    heard = {"clearing_us": CUT_US + 20 * MINUTE_US, "resolved_us": CUT_US + 25 * MINUTE_US}
    door.house.commit(rows_of(incident(status="resolved", over_us=CUT_US + 4 * MINUTE_US, **heard)))
    board = door.ask("GET", "/?lang=id").text
    assert "<span>Berfungsi lagi sejak 01/03 08:06</span>" in board
    page = door.ask("GET", "/desk/incidents/IN-000001?lang=id", role="noc_operator").text
    told = dict(re.findall(r"<dt>([^<]+)</dt><dd>(?:<time[^>]*>)?([^<]+)<", page))
    assert (told["Berfungsi lagi sejak"][-5:], told["Pulih"][-5:]) == ("08:06", "08:27")


# Languages


@pytest.mark.parametrize(
    ("asked", "accepts", "language"),
    [
        ("", "", "id"),
        ("", "en-GB,en;q=0.9,id;q=0.8", "en"),
        ("", "fr,de;q=0.9", "id"),
        ("?lang=en", "id", "en"),
        ("?lang=id", "en", "id"),
        ("?lang=xx", "en", "en"),
    ],
)
def test_the_language_that_was_asked_for(shown: Door, asked: str, accepts: str, language: str) -> None:
    page = shown.ask("GET", f"/{asked}", headers={"Accept-Language": accepts}).text
    assert f'<html lang="{language}">' in page
    assert WORDS[language]["incidents"] in page  # type: ignore[index]  # the table's own words
    assert ("Saluran kabel" in page) is (language == "id")


def test_the_choice_is_kept(shown: Door) -> None:
    kept = shown.ask("GET", "/?lang=en").headers["set-cookie"].partition(";")[0]
    assert '<html lang="en">' in shown.ask("GET", "/", headers={"Cookie": kept}).text


@pytest.mark.parametrize("words", [WORDS, DESK_WORDS])
def test_every_word_is_there_in_both_languages(words: Any) -> None:
    assert {language: sorted(words[language]) for language in LANGUAGES} == dict.fromkeys(
        LANGUAGES, sorted(words["id"])
    )
    assert all(word for language in LANGUAGES for word in words[language].values())

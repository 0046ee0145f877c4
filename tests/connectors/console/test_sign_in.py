"""Signing in by name and password at the page: what it offers, whom it lets in, and what the audit has of it."""

import re
from pathlib import Path
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher

from connectors.access.token_list import MemoryTokens
from connectors.access.users import Users
from connectors.api.doors import DoorSettings
from connectors.console.words import WORDS
from connectors.metrics import SIGN_INS
from tests.connectors.api.doorway import Door

QUICK = PasswordHasher(1, 8, 1)
PASSWORD = "kata sandi + & = panjang"
T0 = 1_772_000_000_000_000
TRIES = 5


@pytest.fixture
def users() -> Users:
    made = Users(MemoryTokens(), lambda: T0, ("administrator",), QUICK)
    made.add("dewi", "noc_operator", PASSWORD)
    made.add("budi", "administrator", PASSWORD)
    return made


@pytest.fixture
def door(tmp_path: Path, users: Users) -> Door:
    return Door(tmp_path, DoorSettings(guesses_per_min=TRIES), users=users)


def sign_in(door: Door, name: str, password: str, code: str = "", **more: Any) -> Any:
    form = {"name": name, "password": password, "code": code}
    headers = {"Accept-Language": "en", **more.pop("headers", {})}
    return door.ask("POST", "/signin", None, data=form, headers=headers, **more)


def test_the_page_asks_in_both_languages(door: Door, tmp_path: Path) -> None:
    for language in ("id", "en"):
        asked = door.ask("GET", f"/signin?lang={language}", None).text
        assert WORDS[language]["password"] in asked  # type: ignore[index]  # a language
        assert re.findall(r'name="(\w+)"', asked.partition("<body")[2]) == ["name", "password", "code", "token"]
        assert "/signin/oidc" not in asked
    bare = Door(tmp_path / "bare").ask("GET", "/signin", None).text
    assert 'name="password"' not in bare


def test_who_signs_in_sees_the_board(door: Door) -> None:
    answer = sign_in(door, "dewi", PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    given = answer.headers["set-cookie"]
    assert "HttpOnly" in given
    assert "SameSite=strict" in given
    page = door.ask("GET", "/", None, headers={"Cookie": given.partition(";")[0]})
    assert page.status_code == 200
    assert "dewi" in page.text
    [told] = [one for one in door.audited if one.door == "POST /signin"]
    assert (told.status, told.name, told.role) == (303, "dewi", "noc_operator")
    assert told.about == {"signed_in": "by password"}
    assert door.counted(SIGN_INS, "password") == 1


@pytest.mark.parametrize(
    ("name", "password", "status", "problem", "known"),
    [
        ("dewi", "a wrong password", 401, "password_wrong", "dewi"),
        ("dewi", "", 401, "password_wrong", "dewi"),
        ("a password in the wrong field", "", 401, "password_wrong", None),
        ("budi", PASSWORD, 403, "totp_needed", "budi"),
    ],
)
def test_who_does_not_is_told_why_and_so_is_the_audit(
    door: Door, name: str, password: str, status: int, problem: str, known: str | None
) -> None:
    answer = sign_in(door, name, password)
    assert answer.status_code == status
    assert "set-cookie" not in answer.headers
    assert WORDS["en"][problem] in answer.text
    [told] = [one for one in door.audited if one.door == "POST /signin"]
    assert (told.status, told.why, told.about.get("user")) == (status, problem, known)
    assert PASSWORD not in str(told)
    assert "wrong field" not in str(told)


def test_a_code_is_asked_of_whom_it_was_set_up_for(door: Door, users: Users) -> None:
    uri = users.enrol("budi")
    assert sign_in(door, "budi", PASSWORD).status_code == 401
    code = pyotp.parse_uri(uri).at(T0 // 1_000_000)  # type: ignore[union-attr]  # it is of time
    assert sign_in(door, "budi", PASSWORD, code).status_code == 303
    assert sign_in(door, "budi", PASSWORD, code).status_code == 401


def test_tries_are_few_and_do_not_lock_out_who_was_here_lately(door: Door) -> None:
    assert sign_in(door, "dewi", PASSWORD, peer="198.51.100.7").status_code == 303
    answers = [sign_in(door, "dewi", "a wrong password", peer="192.0.2.1") for _ in range(TRIES + 1)]
    assert [one.status_code for one in answers] == [401] * TRIES + [429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert WORDS["en"]["too_often"] in answers[-1].text
    assert sign_in(door, "dewi", PASSWORD, peer="192.0.2.1").status_code == 429, "also the right one, from there"
    for n in range(20):
        for _ in range(TRIES):
            sign_in(door, "dewi", "a wrong password", peer=f"203.0.113.{n}")
    assert sign_in(door, "dewi", PASSWORD, peer="203.0.113.99").status_code == 429, "a stranger waits"
    assert sign_in(door, "dewi", PASSWORD, peer="198.51.100.7").status_code == 303


def test_a_form_of_another_site_signs_nobody_in(door: Door) -> None:
    assert sign_in(door, "dewi", PASSWORD, headers={"Origin": "https://evil.example"}).status_code == 401


def test_where_there_is_no_provider_nobody_is_sent_to_one(door: Door) -> None:
    for path in ("/signin/oidc", "/signin/oidc/back?code=x&state=y"):
        answer = door.ask("GET", path, None, headers={"Accept-Language": "en"})
        assert answer.status_code == 404
        assert WORDS["en"]["oidc_unset"] in answer.text

"""Tokens: shown once, hashed at rest, forgotten when they are revoked or expire."""

import asyncio
import stat
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from connectors.api.tokens import Token, Tokens
from connectors.holders import Role
from connectors.ports import Unusable
from correlator.events import HOUR_US, moment

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Clock:
    def __init__(self) -> None:
        self.now = 1_772_326_800_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tokens.json"


@pytest.fixture
def tokens(path: Path, clock: Clock) -> Tokens:
    return Tokens(path, clock, QUICK)


def verified(tokens: Tokens, bearer: str) -> Token | None:
    return asyncio.run(tokens.verified(bearer))


def test_the_first_token_is_the_administrators_and_is_made_once(tokens: Tokens) -> None:
    bearer = tokens.first()
    assert bearer is not None
    token = verified(tokens, bearer)
    assert token is not None
    assert token.role == "administrator"
    assert tokens.first() is None


def test_the_file_holds_no_secret_and_is_for_its_owner_alone(tokens: Tokens, path: Path) -> None:
    bearer = tokens.issue("nms", "source")
    secret = bearer.split("_", 2)[2]
    assert secret not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("role", ["source", "portal", "noc_operator"])
def test_a_token_has_its_name_and_role(tokens: Tokens, role: Role) -> None:
    token = verified(tokens, tokens.issue("nms", role))
    assert token is not None
    assert (token.name, token.role) == ("nms", role)


def test_another_process_sees_a_new_token_and_a_revoked_one(tokens: Tokens, path: Path, clock: Clock) -> None:
    other = Tokens(path, clock, QUICK)
    bearer = other.issue("nms", "source")
    assert verified(tokens, bearer) is not None
    assert other.revoke("nms")
    assert verified(tokens, bearer) is None
    assert not other.revoke("nms")


def test_a_token_expires_also_when_it_is_remembered(tokens: Tokens, clock: Clock) -> None:
    bearer = tokens.issue("guest", "noc_operator", moment(clock() + HOUR_US))
    assert verified(tokens, bearer) is not None
    clock.now += HOUR_US
    assert verified(tokens, bearer) is None


def test_what_is_no_token_is_refused(tokens: Tokens) -> None:
    good = tokens.issue("nms", "source")
    for bad in ("", "simpul", "simpul__", "x", good[:-1], good + "x", good.replace("simpul", "other"), "simpul_" + "é"):
        assert verified(tokens, bad) is None, bad
        assert verified(tokens, bad) is None, bad
    assert verified(tokens, good) is not None


def test_a_name_is_used_once(tokens: Tokens) -> None:
    tokens.issue("nms", "source")
    with pytest.raises(ValueError, match="exists"):
        tokens.issue("nms", "portal")
    with pytest.raises(ValueError, match="name"):
        tokens.issue(" ", "portal")


def test_a_damaged_file_says_what_to_do(tokens: Tokens, path: Path) -> None:
    path.write_text("{")
    with pytest.raises(Unusable) as caught:
        tokens.listed()
    assert "Restore the file" in caught.value.remedy

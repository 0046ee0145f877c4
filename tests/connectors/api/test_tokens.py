"""Tokens: shown once, hashed at rest, forgotten when they are revoked or expire."""

import asyncio
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from connectors.access.holders import Role
from connectors.access.token_list import MemoryTokens, Token, TokenFile, TokenList
from connectors.access.tokens import Tokens
from connectors.ports import Unusable
from connectors.store.shared.tokens import PostgresTokens
from correlator.events import HOUR_US, moment
from tests.services import shared_database

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Clock:
    def __init__(self) -> None:
        self.now = 1_772_326_800_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


Open = Callable[[], TokenList]  # as each process would


def memory(_: Path) -> Open:
    kept = MemoryTokens()
    return lambda: kept


def postgres(_: Path) -> Open:
    database = shared_database()
    return lambda: PostgresTokens(database)


MAKERS: dict[str, Callable[[Path], Open]] = {
    "memory": memory,
    "file": lambda folder: lambda: TokenFile(folder / "tokens.json"),
    "postgres": postgres,
}


@pytest.fixture(params=MAKERS)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    return MAKERS[request.param](tmp_path)


@pytest.fixture
def tokens(kept: Open, clock: Clock) -> Tokens:
    return Tokens(kept(), clock, QUICK)


def verified(tokens: Tokens, bearer: str) -> Token | None:
    return asyncio.run(tokens.verified(bearer))


def test_the_first_token_is_the_administrators_and_is_made_once(tokens: Tokens) -> None:
    bearer = tokens.first()
    assert bearer is not None
    token = verified(tokens, bearer)
    assert token is not None
    assert token.role == "administrator"
    assert tokens.first() is None


@pytest.mark.parametrize("role", ["source", "portal", "noc_operator"])
def test_a_token_has_its_name_and_role(tokens: Tokens, role: Role) -> None:
    token = verified(tokens, tokens.issue("nms", role))
    assert token is not None
    assert (token.name, token.role) == ("nms", role)


def test_another_process_sees_a_new_token_and_a_revoked_one(tokens: Tokens, kept: Open, clock: Clock) -> None:
    other = Tokens(kept(), clock, QUICK)
    bearer = other.issue("nms", "source", scope=["source:ems-*"])
    assert [token.scope for token in tokens.listed()] == [("source:ems-*",)]
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


def test_all_are_listed_oldest_first(tokens: Tokens, clock: Clock) -> None:
    for name in ("b", "a", "c"):
        tokens.issue(name, "source")
        clock.now += 1
    assert tokens.revoke("a")
    assert [token.name for token in tokens.listed()] == ["b", "c"]


def test_the_file_holds_no_secret_and_is_for_its_owner_alone(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "tokens.json"
    bearer = Tokens(TokenFile(path), clock, QUICK).issue("nms", "source")
    secret = bearer.split("_", 2)[2]
    assert secret not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_damaged_file_says_what_to_do(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "tokens.json"
    path.write_text("{")
    with pytest.raises(Unusable) as caught:
        Tokens(TokenFile(path), clock, QUICK).listed()
    assert "Restore the file" in caught.value.remedy

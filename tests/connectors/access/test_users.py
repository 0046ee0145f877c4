"""Who signs in by name and password: what is kept, what is asked of whom, and what ends a session."""

import asyncio
import string
from pathlib import Path

import pyotp
import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from connectors.access.limits import BucketLimiter
from connectors.access.token_list import MemoryTokens, Token, TokenFile
from connectors.access.tokens import Tokens
from connectors.access.tries import EVERYWHERE, Tries
from connectors.access.users import LEAST, NotSignedIn, Users, drawn_password
from connectors.buckets import MemoryBuckets

QUICK = PasswordHasher(1, 8, 1)
PASSWORD = "kata sandi yang panjang"
T0 = 1_772_000_000_000_000


class House:
    def __init__(self, kept: MemoryTokens | TokenFile | None = None, *required: str) -> None:
        self.now_us = T0
        self.kept = kept or MemoryTokens()
        self.users = Users(self.kept, lambda: self.now_us, required, QUICK)
        self.tokens = Tokens(self.kept, lambda: self.now_us, QUICK)

    def sign_in(self, name: str = "dewi", password: str = PASSWORD, code: str = "") -> Token:
        return asyncio.run(self.users.signed_in(name, password, code))

    def refused(self, *words: str) -> str:
        with pytest.raises(NotSignedIn) as no:
            self.sign_in(*words)
        return no.value.reason


def code_of(uri: str, now_us: int) -> str:
    return pyotp.parse_uri(uri).at(now_us // 1_000_000)  # type: ignore[union-attr]  # it is of time


def test_only_a_hash_is_kept_in_a_file_of_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    house = House(TokenFile(path))
    house.users.add("dewi", "noc_operator", PASSWORD)
    assert path.stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in path.read_text()
    assert "$argon2id$" in path.read_text()
    assert (house.sign_in().name, house.sign_in().role) == ("dewi", "noc_operator")


def test_neither_is_taken_for_the_other() -> None:
    house = House()
    user = house.users.add("dewi", "noc_operator", PASSWORD)
    bearer = house.tokens.issue("ems", "source")
    assert [one.name for one in house.tokens.listed()] == ["ems"]
    assert [one.name for one in house.users.listed()] == ["dewi"]
    assert asyncio.run(house.tokens.verified(f"simpul_{user.id}_{PASSWORD}")) is None
    assert house.refused("ems", bearer.split("_", 2)[2]) == "password_wrong"
    assert not house.tokens.revoke("dewi")
    with pytest.raises(ValueError, match="ems exists"):
        house.users.add("ems", "noc_operator", PASSWORD)
    with pytest.raises(ValueError, match="dewi exists"):
        house.tokens.issue("dewi", "source")


def test_users_alone_do_not_keep_the_first_token_from_being_made() -> None:
    house = House()
    house.users.add("dewi", "noc_operator", PASSWORD)
    assert house.tokens.first() is not None
    assert house.tokens.first() is None
    assert [one.name for one in house.users.listed()] == ["dewi"]


@pytest.mark.parametrize(
    ("name", "role", "password", "why"),
    [
        ("dewi", "source", PASSWORD, "no person has the role source"),
        ("dewi", "noc_operator", "x" * (LEAST - 1), "12 signs at least"),
        ("dewi", "noc_operator", "x" * 300, "256 at most"),
        ("", "noc_operator", PASSWORD, "needs a name"),
        ("a\nb", "noc_operator", PASSWORD, "needs a name"),
    ],
)
def test_what_cannot_be_added_is_told(name: str, role: str, password: str, why: str) -> None:
    house = House()
    with pytest.raises(ValueError, match=why):
        house.users.add(name, role, password)  # type: ignore[arg-type]  # roles that a person may type
    assert house.users.listed() == ()


def test_a_wrong_name_and_a_wrong_password_are_told_alike() -> None:
    house = House()
    house.users.add("dewi", "noc_operator", PASSWORD)
    assert house.refused("dewi", "another password") == house.refused("nobody", PASSWORD) == "password_wrong"


def test_the_same_signs_composed_otherwise_are_the_same_password() -> None:
    house = House()
    house.users.add("dewi", "noc_operator", "caf\u00e9 di pojok jalan")
    assert house.sign_in("dewi", "cafe\u0301 di pojok jalan").name == "dewi"


def test_disabling_and_another_password_end_what_was_begun() -> None:
    house = House()
    house.users.add("dewi", "noc_operator", PASSWORD)
    first = house.sign_in().id
    assert house.tokens.stands(first)
    house.users.disable("dewi")
    assert not house.tokens.stands(first)
    assert not house.tokens.stands(house.users.listed()[0].id)
    assert house.refused() == "password_wrong"
    house.users.reset("dewi", "kata sandi yang baru")
    assert not house.tokens.stands(first)
    assert house.refused() == "password_wrong"
    assert house.tokens.stands(house.sign_in("dewi", "kata sandi yang baru").id)


def test_a_role_that_signs_in_with_codes_needs_one() -> None:
    house = House(None, "administrator")
    house.users.add("budi", "administrator", PASSWORD)
    house.users.add("dewi", "noc_operator", PASSWORD)
    assert house.sign_in().name == "dewi", "other roles do not"
    assert house.refused("budi", PASSWORD) == "totp_needed"
    assert house.refused("budi", "a wrong password") == "password_wrong", "what is missing is told to no stranger"
    uri = house.users.enrol("budi")
    assert house.refused("budi", PASSWORD) == "password_wrong"
    assert house.sign_in("budi", PASSWORD, code_of(uri, house.now_us)).name == "budi"


def test_a_code_counts_once_and_for_a_while() -> None:
    house = House()
    house.users.add("dewi", "noc_operator", PASSWORD)
    uri = house.users.enrol("dewi")
    code = code_of(uri, house.now_us)
    assert house.sign_in("dewi", PASSWORD, f"{code[:3]} {code[3:]}").name == "dewi"
    assert house.refused("dewi", PASSWORD, code) == "password_wrong"
    house.now_us += 30_000_000
    assert house.refused("dewi", PASSWORD, code) == "password_wrong", "also where it would still be good"
    late = code_of(uri, house.now_us)
    house.now_us += 120_000_000
    assert house.refused("dewi", PASSWORD, late) == "password_wrong"
    anew = house.users.enrol("dewi")
    assert house.refused("dewi", PASSWORD, code_of(uri, house.now_us)) == "password_wrong", "the old secret is gone"
    assert house.sign_in("dewi", PASSWORD, code_of(anew, house.now_us)).name == "dewi"


@given(st.text(max_size=300), st.text(max_size=300), st.text(alphabet=string.printable, max_size=20))
def test_whatever_is_typed_is_refused_and_nothing_breaks(name: str, password: str, code: str) -> None:
    house = House()
    house.users.add("dewi", "noc_operator", PASSWORD)
    house.users.enrol("dewi")
    assert house.refused(name, password, code) == "password_wrong"
    assert house.refused("dewi", PASSWORD, code if len("".join(code.split())) != 6 else "") == "password_wrong"


def test_a_drawn_password_is_long_enough() -> None:
    assert len(drawn_password()) >= LEAST
    assert drawn_password() != drawn_password()


def test_who_guesses_from_everywhere_does_not_lock_out_whoever_signed_in_lately() -> None:
    async def act() -> None:
        tries = Tries(BucketLimiter(MemoryBuckets(lambda: T0)), 3)
        assert [bool(await tries.wait_s("192.0.2.1", "dewi")) for _ in range(4)] == [False] * 3 + [True]
        assert not await tries.wait_s("192.0.2.1", "budi"), "another name"
        tries.good("198.51.100.7", "dewi")
        for n in range(3 * EVERYWHERE):
            await tries.wait_s(f"203.0.113.{n}", "dewi")
        assert await tries.wait_s("203.0.113.200", "dewi"), "a stranger waits"
        assert not await tries.wait_s("198.51.100.7", "dewi"), "who was here lately does not"

    asyncio.run(act())

"""The provider's word that somebody signed out there: whose sessions end, and what is no such word (OpenID Connect
Back-Channel Logout 1.0, 2.4, 2.6)."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from connectors.access.passes import MemoryPasses, Pass, PassFolder, PassList
from connectors.access.single_sign_on import Known, Person
from connectors.console.web import COOKIE
from connectors.oidc.provider import LOGOUT, Provider, Registered
from streams import clock
from tests.connectors.api.doorway import Door

ISSUER, CLIENT = "https://sso.example.net/realms/noc", "simpul"
KEY, ANOTHER = (ECKey.generate_key("P-256", {"kid": kid}) for kid in ("one", "two"))
DEWI = Known("u-1", "s-1")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Realm:
    """What a provider says of itself."""

    def __init__(self) -> None:
        self.keys, self.asked = [KEY], 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/certs"):
            self.asked += 1
            return httpx.Response(200, json={"keys": [key.as_dict(private=False) for key in self.keys]})
        ends = {f"{name}_endpoint": f"{ISSUER}/{name}" for name in ("authorization", "token")}
        return httpx.Response(200, json={"issuer": ISSUER, "jwks_uri": f"{ISSUER}/certs", **ends})


@pytest.fixture
def realm() -> Realm:
    return Realm()


@pytest.fixture(params=[MemoryPasses, PassFolder])
def door(request: pytest.FixtureRequest, realm: Realm, tmp_path: Path) -> Door:
    passes: PassList = MemoryPasses() if request.param is MemoryPasses else PassFolder(tmp_path / "passes")
    registered = Registered(ISSUER, CLIENT, None, {"noc": "noc_operator"})
    provider = Provider(registered, clock.wall_us, httpx.MockTransport(realm))
    return Door(tmp_path, passes=passes, single_sign_on=provider)


def signed(key: ECKey = KEY, header: dict[str, Any] | None = None, **change: Any) -> str:
    """A logout token; a claim that is None is left out."""
    now_s = clock.wall_us() // 1_000_000
    claims = {"iss": ISSUER, "aud": CLIENT, "iat": now_s, "exp": now_s + 120, "jti": "n-1", "events": {LOGOUT: {}}}
    claims |= {"sub": "u-1", "sid": "s-1", **change}
    given = {"alg": "ES256", "kid": key.kid, "typ": "logout+jwt", **(header or {})}
    return jwt.encode(given, {name: value for name, value in claims.items() if value is not None}, key)


def log_out(door: Door, token: str) -> httpx.Response:
    return door.ask("POST", "/signin/oidc/logout", None, content=urlencode({"logout_token": token}), headers=FORM)


def signed_in(door: Door, name: str = "dewi", known: Known = DEWI) -> Callable[[], bool]:
    """Opens a session; says whether it is still good."""
    secret = door.page.passes.open(Person(name, "noc_operator"), known)
    return lambda: door.ask("GET", "/", None, headers={"Cookie": f"{COOKIE}={secret}"}).status_code == 200


def test_who_signs_out_there_is_signed_out_here(door: Door) -> None:
    dewi, elsewhere, budi = (
        signed_in(door),
        signed_in(door, known=Known("u-1", "s-2")),
        signed_in(door, "budi", Known("u-2", "s-3")),
    )
    assert dewi()
    answer = log_out(door, signed())
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["cache-control"] == "no-store"
    assert (dewi(), elsewhere(), budi()) == (False, True, True)
    [told] = [one for one in door.audited if one.door == "POST /signin/oidc/logout"]
    assert told.about == {"signed_out": "dewi", "sessions": "1"}


@pytest.mark.parametrize(
    ("claims", "left"),
    [
        ({"sid": None}, [False, False, False, True]),  # in all of that person's
        ({"sub": None}, [False, True, True, True]),
        ({}, [False, True, False, True]),  # of which one is not known there by its session
        ({"sid": "s-9"}, [True, True, False, True]),
        ({"sub": "u-9"}, [True, True, True, True]),
        ({"aud": ["another", CLIENT]}, [False, True, False, True]),
    ],
)
def test_what_is_named_ends(door: Door, claims: dict[str, Any], left: list[bool]) -> None:
    known = DEWI, Known("u-1", "s-2"), Known("u-1"), Known("u-2", "s-3")
    sessions = [signed_in(door, known=one) for one in known]
    assert log_out(door, signed(**claims)).status_code == 200
    assert [one() for one in sessions] == left


def test_a_session_of_a_token_is_nobodys_there(door: Door) -> None:
    passes = door.page.passes
    secret = passes.open(Person("dewi", "noc_operator"))
    assert log_out(door, signed(sid=None)).status_code == 200
    assert isinstance(passes.session(secret), Pass)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        signed(ANOTHER),
        signed(iss="https://another.example"),
        signed(aud="another"),
        signed(iat=None),
        signed(iat=clock.wall_us() // 1_000_000 + 3600),
        signed(exp=None),
        signed(exp=clock.wall_us() // 1_000_000 - 3600),
        signed(exp=clock.wall_us() // 1_000_000 + 86_400),
        signed(jti=None),
        signed(jti=7),
        signed(events=None),
        signed(events=[LOGOUT]),
        signed(events={LOGOUT: "yes"}),
        signed(events={"http://schemas.openid.net/event/another": {}}),
        signed(nonce="n"),
        signed(sub=None, sid=None),
        signed(sub=7),
        signed(header={"typ": "at+jwt"}),
    ],
)
def test_what_is_no_logout_token_ends_nothing(door: Door, token: str) -> None:
    dewi = signed_in(door)
    answer = log_out(door, token)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"
    assert dewi()


def test_a_token_counts_once(door: Door) -> None:
    token = signed(sid=None)
    assert log_out(door, token).status_code == 200
    dewi = signed_in(door)
    assert log_out(door, token).status_code == 400
    assert dewi()
    assert log_out(door, signed(sid=None, jti="n-2")).status_code == 200
    assert not dewi()


def test_keys_are_read_anew_once_whatever_comes(door: Door, realm: Realm) -> None:
    for _ in range(5):
        assert log_out(door, signed(ANOTHER)).status_code == 400
    assert realm.asked == 1


def test_a_new_key_of_the_provider_counts_a_minute_later(realm: Realm) -> None:
    now_us = [clock.wall_us()]
    registered = Registered(ISSUER, CLIENT, None, {"noc": "noc_operator"})
    provider = Provider(registered, lambda: now_us[0], httpx.MockTransport(realm))
    asyncio.run(provider.logged_out(signed()))
    realm.keys = [ANOTHER]
    now_us[0] += 61_000_000
    assert asyncio.run(provider.logged_out(signed(ANOTHER))).who == DEWI


def test_where_there_is_no_provider_there_is_no_such_door(tmp_path: Path) -> None:
    assert log_out(Door(tmp_path), signed()).status_code == 404


def test_a_provider_that_is_away_is_said_so(tmp_path: Path) -> None:
    away = httpx.MockTransport(lambda _: httpx.Response(503))
    registered = Registered(ISSUER, CLIENT, None, {"noc": "noc_operator"})
    assert (
        log_out(Door(tmp_path, single_sign_on=Provider(registered, clock.wall_us, away)), signed()).status_code == 503
    )

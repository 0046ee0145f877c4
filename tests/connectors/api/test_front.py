"""Who asks, and whether by TLS: proxies that are named are believed, nobody else."""

import asyncio
from collections.abc import Sequence
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from connectors.api.doors import DoorSettings
from connectors.api.front import Front
from connectors.telemetry.metrics import PrometheusCounter
from tests.connectors.api.doorway import Door, error

PROXIES = tuple(ip_network(text) for text in ("10.0.0.0/8", "fd00::/8"))
X, RFC7239 = "x-forwarded", "forwarded"
Headers = Sequence[tuple[str, str]]


async def told(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers who asks, as the door sees it."""
    request = Request(scope)
    assert request.client is not None
    await PlainTextResponse(f"{request.url.scheme} {request.client.host}")(scope, receive, send)


def ask(peer: str, settings: DoorSettings, headers: Headers = ()) -> httpx.Response:
    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(Front(told, settings, PrometheusCounter()), client=(peer, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://simpul.test") as client:
            return await client.get("/", headers=list(headers))

    return asyncio.run(asked())


@pytest.mark.parametrize(
    ("peer", "headers", "seen"),
    [
        ("10.1.1.1", [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https")], "https 203.0.113.9"),
        ("10.1.1.1", [("X-Forwarded-For", "203.0.113.9:4711")], "http 203.0.113.9"),
        ("10.1.1.1", [("X-Forwarded-For", "[2001:db8::1]:4711")], "http 2001:db8::1"),
        ("10.1.1.1", [("X-Forwarded-For", "2001:db8::1")], "http 2001:db8::1"),
        ("fd00::1", [("X-Forwarded-For", "203.0.113.9")], "http 203.0.113.9"),
        ("::ffff:10.1.1.1", [("X-Forwarded-For", "203.0.113.9")], "http 203.0.113.9"),
        # what the client wrote himself stands before what our proxies wrote
        ("10.1.1.1", [("X-Forwarded-For", "127.0.0.1, 203.0.113.9, 10.2.2.2")], "http 203.0.113.9"),
        ("10.1.1.1", [("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-For", "203.0.113.9")], "http 203.0.113.9"),
        ("10.1.1.1", [("X-Forwarded-For", "127.0.0.1, unknown")], "http 10.1.1.1"),
        ("10.1.1.1", [("X-Forwarded-For", "10.3.3.3, 10.2.2.2")], "http 10.3.3.3"),
        ("10.1.1.1", [("X-Forwarded-Proto", "gopher")], "http 10.1.1.1"),
        ("10.1.1.1", [("X-Forwarded-Proto", "http, https")], "https 10.1.1.1"),
        ("10.1.1.1", [("Forwarded", "for=203.0.113.9;proto=https")], "http 10.1.1.1"),  # not the ones that it sets
        ("10.1.1.1", [], "http 10.1.1.1"),
        ("127.0.0.1", [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https")], "http 127.0.0.1"),
    ],
)
def test_x_forwarded(peer: str, headers: Headers, seen: str) -> None:
    assert ask(peer, DoorSettings(proxies=PROXIES), headers).text == seen


@pytest.mark.parametrize(
    ("header", "seen"),
    [
        ("for=203.0.113.9;proto=https", "https 203.0.113.9"),
        ('For="[2001:db8::1]:4711";Proto=HTTPS;by=10.1.1.1', "https 2001:db8::1"),
        ("for=127.0.0.1, for=203.0.113.9;proto=https, for=10.2.2.2;proto=http", "https 203.0.113.9"),
        ('for=127.0.0.1;ext="a, for=6.6.6.6", for=203.0.113.9', "http 203.0.113.9"),
        ("for=_hidden;proto=https", "https 10.1.1.1"),
        ("proto=https", "https 10.1.1.1"),
        ('for="203.0.113.9', "http 10.1.1.1"),
        ("", "http 10.1.1.1"),
    ],
)
def test_forwarded(header: str, seen: str) -> None:
    headers = [("Forwarded", header), ("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-Proto", "https")]
    assert ask("10.1.1.1", DoorSettings(proxies=PROXIES, forwarded=RFC7239), headers).text == seen


@pytest.mark.parametrize("made_up", ["a" * 60_000, '"' + r"\"" * 30_000, '"a' * 30_000, "for=" * 15_000])
def test_a_header_that_somebody_made_long_is_read_in_one_pass(made_up: str) -> None:
    headers = [("Forwarded", f"{made_up}, for=203.0.113.9;proto=https")]
    assert ask("10.1.1.1", DoorSettings(proxies=PROXIES, forwarded=RFC7239), headers).text == "https 203.0.113.9"


@pytest.mark.parametrize("kind", [X, RFC7239])
def test_of_anyone_else_nothing_is_believed(kind: Literal["x-forwarded", "forwarded"]) -> None:
    lies = [
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Forwarded-Proto", "https"),
        ("Forwarded", "for=127.0.0.1;proto=https"),
    ]
    assert ask("203.0.113.9", DoorSettings(forwarded=kind), lies).text == "http 203.0.113.9"
    assert (
        ask("203.0.113.9", DoorSettings(proxies=PROXIES, forwarded=kind, plain=True), lies).text == "http 203.0.113.9"
    )


def test_past_the_proxies_nobody_is_answered_in_clear() -> None:
    past = ask("203.0.113.9", DoorSettings(proxies=PROXIES), [("X-Forwarded-Proto", "https")])
    assert past.status_code == 403
    assert "over TLS" in error(past)["remedy"]
    assert ask("127.0.0.1", DoorSettings(proxies=PROXIES)).status_code == 200, "a health check on this machine"
    assert ask("203.0.113.9", DoorSettings()).status_code == 200, "without proxies the socket is the limit"


def test_by_tls_a_browser_is_told_to_stay_with_it_and_its_cookies_never_go_without(tmp_path: Path) -> None:
    door = Door(tmp_path, DoorSettings(proxies=(ip_network("127.0.0.1"),)))
    form = {"content": "token=badge-noc_operator"}
    plain = door.ask("POST", "/signin", None, **form)
    assert "strict-transport-security" not in plain.headers
    assert "secure" not in plain.headers["set-cookie"].lower()
    safe = door.ask("POST", "/signin", None, headers={"X-Forwarded-Proto": "https"}, **form)
    assert safe.headers["strict-transport-security"] == "max-age=31536000"
    assert "; secure" in safe.headers["set-cookie"].lower()
    cookies = {"Cookie": safe.headers["set-cookie"].partition(";")[0], "X-Forwarded-Proto": "https"}
    spoken = door.ask("GET", "/?lang=en", None, headers=cookies)
    assert "; secure" in spoken.headers["set-cookie"].lower()
    refused = door.ask("GET", "/incidents", None, headers={"X-Forwarded-Proto": "https"})
    assert (refused.status_code, refused.headers["strict-transport-security"]) == (401, "max-age=31536000")

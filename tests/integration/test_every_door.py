"""Each door of the running service, over TLS, with each role and with what is no token: the table is what happens."""

import re
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from connectors.access.holders import Role
from connectors.access.routes import EVERYONE, OPEN, PAGES, ROUTES
from correlator.events import moment
from streams import bootstrap, clock
from streams.settings import Http
from tests.certificates import Authority
from tests.integration.command import environment
from tests.integration.house import PATIENCE_S, SIMPUL, Live, living, settings

Route = tuple[str, str]

NAMED = {
    "name": "generic",
    "incident": "IN-000001",
    "ticket": "TK-1",
    "file": "board.css",
    "command": "k-1",
    "report": "sla",
    "token": "AAAA",
    "survey": "CSI-2026-1",
    "alarm": "OLT-1",
    "hub": "hub-1",
    "record": "RCA-000001",
    "entry": "IM-000001",
}
NO_LIMIT = 1e6
NOBODY = ("no token", "wrong secret", "unknown", "expired", "revoked", "no bearer", "nothing")


@dataclass(frozen=True)
class Street:
    """The running service, and what each may show at its doors: an Authorization header, None for nothing."""

    live: Live
    authority: Authority
    client: httpx.Client
    shown: dict[str, str | None]

    def ask(self, route: Route, header: str | None) -> httpx.Response:
        """The status and, where it ends by itself, the body."""
        method, path = route
        headers = {} if header is None else {"Authorization": header}
        body = {} if method in ("POST", "PATCH") else None
        with self.client.stream(method, path.format(**NAMED), headers=headers, json=body) as answer:
            self.client.cookies.clear()
            if "event-stream" not in answer.headers.get("content-type", ""):
                answer.read()
            return answer

    def issue(self, name: str, role: Role, *scope: str, days: int = 1) -> str:
        until = moment(clock.wall_us()) + timedelta(days=days)
        with bootstrap.tokens(self.live.settings) as tokens:
            return f"Bearer {tokens.issue(name, role, until, scope)}"


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    folder = tmp_path_factory.mktemp("street")
    authority = Authority(folder)
    pair = authority.pair()
    http = Http(
        host="127.0.0.1",
        port=0,
        certificate=pair.certificate,
        key=pair.key,
        people_per_s=NO_LIMIT,
        guesses_per_min=NO_LIMIT,
    )
    trust = ssl.create_default_context(cafile=str(authority.file))
    with (
        living(settings(folder, http=http)) as live,
        httpx.Client(base_url=live.url, verify=trust, trust_env=False, timeout=PATIENCE_S) as client,
    ):
        made = Street(live, authority, client, {})
        good = made.issue("good", "administrator")
        made.shown.update({role: made.issue(f"the {role}", role) for role in sorted(EVERYONE)})
        made.shown.update(
            {
                "no token": None,
                "wrong secret": good[:-1] + ("a" if good[-1] != "a" else "b"),
                "unknown": "Bearer simpul_00000000_0000",
                "expired": made.issue("old", "administrator", days=-1),
                "revoked": made.issue("gone", "administrator"),
                "no bearer": f"Basic {good.partition(' ')[2]}",
                "nothing": "Bearer",
            }
        )
        with bootstrap.tokens(live.settings) as tokens:
            tokens.revoke("gone")
        yield made


@pytest.mark.parametrize("route", sorted(ROUTES), ids=" ".join)
def test_a_door_lets_in_the_roles_of_the_table_and_nobody_else(street: Street, route: Route) -> None:
    found = {who: verdict(street.ask(route, header)) for who, header in street.shown.items()}
    if ROUTES[route] == OPEN:
        assert set(found.values()) == {"303 /signin" if route == ("POST", "/signout") else "open"}
        return
    page = route in PAGES
    let_in = {role: "open" if role in ROUTES[route] else "403 page" if page else "403 role" for role in EVERYONE}
    assert found == {**let_in, **dict.fromkeys(NOBODY, "303 /signin" if page else "401")}


def verdict(answer: httpx.Response) -> str:
    """What the door said of who knocked; `open` where it said nothing of that."""
    if answer.status_code == 303 and answer.headers["location"] == "/signin":
        return "303 /signin"
    if answer.headers.get("content-type") != "application/json":
        return "403 page" if answer.status_code == 403 else "open"
    match answer.status_code:
        case 401:
            return "401"
        case 403 | 429:
            said = answer.json()
            if "error" in said:
                return f"{answer.status_code} {said['error']['field']}"
            return f"{answer.status_code} {'scope' if 'scope' in said['reason'] else 'role'}"  # as TMF630 has it
        case _:
            return "open"


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_a_scope_keeps_each_role_out_of_its_other_doors(street: Street, role: Role) -> None:
    own = sorted(route for route, roles in ROUTES.items() if role in roles)
    first, last = own[0][1], own[-1][1]
    kept = {path: street.issue(f"{role} at {path}", role, f"door:{path}") for path in (first, last)}
    for route in own:
        assert verdict(street.ask(route, kept[first])) == ("open" if route[1] == first else kept_out(route)), route
    assert verdict(street.ask(own[0], kept[last])) == kept_out(own[0])
    assert verdict(street.ask(own[-1], kept[last])) == "open"


def kept_out(route: Route) -> str:
    return "403 page" if route in PAGES else "403 scope"


@pytest.mark.parametrize("path", sorted({path for _, path in ROUTES}))
def test_there_are_no_other_ways_in(street: Street, path: str) -> None:
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        if (method, path) not in ROUTES:
            assert street.ask((method, path), street.shown["administrator"]).status_code == 405, method


def test_every_answer_came_by_tls(street: Street) -> None:
    assert street.live.url.startswith("https://")
    plain = street.live.url.replace("https", "http")
    ran = subprocess.run(["curl", "-sS", "--noproxy", "*", f"{plain}/healthz"], capture_output=True, check=False)
    assert ran.returncode != 0
    by_curl = ["curl", "-sSi", "--noproxy", "*", "--cacert", str(street.authority.file), f"{street.live.url}/healthz"]
    answer = subprocess.run(by_curl, capture_output=True, text=True, check=True).stdout.lower()
    assert answer.startswith("http/1.1 200")
    assert "strict-transport-security: max-age=31536000" in answer
    assert "server: uvicorn" not in answer


def test_figures_say_how_long_the_certificate_is_good(street: Street) -> None:
    text = street.ask(("GET", "/metrics"), street.shown["administrator"]).text
    [left] = re.findall(r"(?m)^simpul_certificate_left_seconds{.*} (.*)$", text)
    assert 29 * 86_400 < float(left) < 30 * 86_400


def test_commands_ask_over_tls(street: Street, tmp_path: Path) -> None:
    header = street.shown["noc_operator"]
    assert header is not None
    words = ["--once", "--url", street.live.url, "--token", header.partition(" ")[2]]
    known = board(words, SSL_CERT_FILE=str(street.authority.file))
    assert (known.returncode, known.stderr) == (0, "")
    assert "The network is well" in known.stdout
    unknown = board(words)
    assert unknown.returncode == 1
    assert "SSL_CERT_FILE" in unknown.stderr


def board(words: list[str], **more: str) -> subprocess.CompletedProcess[str]:
    command = [*SIMPUL, "board", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment() | more)

"""Sign-in by OpenID Connect at a real Keycloak: a browser goes there and comes back; what else comes is refused."""

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from connectors.console.words import WORDS
from streams.access_settings import Oidc
from tests.integration.house import PATIENCE_S, Live, living, settings
from tests.services import address

SECRET = "a-secret-of-the-tests"
ROLES: Any = {"noc-shift": "noc_operator"}


@pytest.fixture(scope="module")
def issuer() -> str:
    return address("keycloak")


@pytest.fixture(scope="module")
def live(issuer: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    given = Oidc(
        issuer=issuer,
        client_id="simpul",
        client_secret=SECRET,
        roles=ROLES,
        roles_claim="realm_access.roles",
        title="NOC",
    )
    with living(settings(tmp_path_factory.mktemp("sso"), oidc=given)) as made:
        yield made


class Trusting(httpx.HTTPTransport):
    """Holds this machine for safe, as browsers do: Keycloak's cookies are Secure."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = super().handle_request(request)
        plain = [(name, re.sub(rb"(?i);\s*secure", b"", value)) for name, value in answer.headers.raw]
        return httpx.Response(answer.status_code, headers=plain, stream=answer.stream, request=request)


def browser(live: Live) -> httpx.Client:
    english = {"Accept-Language": "en"}
    return httpx.Client(base_url=live.url, timeout=PATIENCE_S, headers=english, transport=Trusting())


def sent_back(client: httpx.Client, name: str) -> str:
    """Where Keycloak sends the browser of somebody who signs in there."""
    there = client.get("/signin/oidc")
    assert there.status_code == 303, there.text
    asked = client.get(there.headers["location"])
    assert asked.status_code == 200, asked.text
    action = re.search(r'action="([^"]+)"', asked.text)
    assert action is not None
    form = {"username": name, "password": f"kata sandi {name}"}
    done = client.post(html.unescape(action[1]), data=form)
    assert done.status_code == 302, done.text
    return str(done.headers["location"])


def tending(issuer: str) -> httpx.Client:
    """Whoever tends the realm at Keycloak, by its REST API."""
    form = {"grant_type": "client_credentials", "client_id": "tending", "client_secret": SECRET}
    token = httpx.post(f"{issuer}/protocol/openid-connect/token", data=form, timeout=PATIENCE_S).json()["access_token"]
    url = issuer.replace("/realms/", "/admin/realms/") + "/"
    return httpx.Client(base_url=url, timeout=PATIENCE_S, headers={"Authorization": f"Bearer {token}"})


def told(live: Live, door: str = "GET /signin/oidc/back") -> list[dict[str, Any]]:
    lines = live.files.audit.read_text().splitlines()
    return [one for one in map(json.loads, lines) if one["door"] == door]


def test_who_has_a_role_there_sees_the_board(live: Live) -> None:
    with browser(live) as client:
        assert "Sign in with NOC" in client.get("/signin").text
        back = sent_back(client, "dewi")
        assert back.startswith(f"{live.url}/signin/oidc/back?")
        entered = client.get(back)
        assert entered.status_code == 200, entered.text
        assert "HttpOnly" in entered.headers["set-cookie"]
        page = client.get("/")
        assert page.status_code == 200
        assert "dewi" in page.text
        assert client.get(back).status_code == 401, "a code counts once"
    first = next(one for one in told(live) if one["status"] == 200)
    assert (first["name"], first["role"], first["signed_in"]) == ("dewi", "noc_operator", "by oidc")


def test_the_request_has_pkce_and_a_nonce(live: Live) -> None:
    with browser(live) as client:
        asked = parse_qs(urlsplit(client.get("/signin/oidc").headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["response_type"] == ["code"]
    assert {"code_challenge", "nonce", "state"} <= asked.keys()
    assert "client_secret" not in asked


def test_who_has_no_role_there_is_told_so(live: Live) -> None:
    with browser(live) as client:
        answer = client.get(sent_back(client, "tamu"))
        assert answer.status_code == 403
        assert WORDS["en"]["oidc_no_role"] in answer.text
        assert client.get("/").status_code == 303
    assert any(one["status"] == 403 and one["why"] == "oidc_no_role" for one in told(live))


def test_a_code_that_another_browser_got_signs_nobody_in(live: Live) -> None:
    with browser(live) as client, browser(live) as victim:
        back = sent_back(client, "dewi")
        assert victim.get(back).status_code == 401, "it began nothing"
        victim.get("/signin/oidc")
        assert victim.get(back).status_code == 401, "it began something else"
        assert victim.get("/").status_code == 303


def test_whom_the_provider_signs_out_is_signed_out_here(live: Live, issuer: str) -> None:
    with tending(issuer) as there, browser(live) as client:
        [simpul] = there.get("clients", params={"clientId": "simpul"}).raise_for_status().json()
        simpul["attributes"]["backchannel.logout.url"] = f"{live.url}/signin/oidc/logout"
        there.put(f"clients/{simpul['id']}", json=simpul).raise_for_status()
        assert client.get(sent_back(client, "dewi")).status_code == 200
        assert client.get("/").status_code == 200
        [dewi] = there.get("users", params={"username": "dewi"}).raise_for_status().json()
        there.post(f"users/{dewi['id']}/logout").raise_for_status()
        assert client.get("/").status_code == 303
    [ended] = told(live, "POST /signin/oidc/logout")
    assert (ended["status"], ended["signed_out"]) == (200, "dewi")


@pytest.mark.parametrize("query", ["", "?error=access_denied&state=x", "?code=x&state=y", "?state=", "?code=%00"])
def test_what_is_made_up_is_refused(live: Live, query: str) -> None:
    with browser(live) as client:
        client.get("/signin/oidc")
        answer = client.get(f"/signin/oidc/back{query}")
        assert answer.status_code == 401
        assert WORDS["en"]["oidc_refused"] in answer.text


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"client_secret": "another secret"}, 401, "oidc.client_id and oidc.client_secret"),
        ({"roles_claim": "groups"}, 403, "oidc.roles_claim or oidc.roles"),
        ({"roles": {"guests": "noc_operator"}}, 403, "oidc.roles_claim or oidc.roles"),
    ],
)
def test_a_wrong_setting_is_named_in_the_log(
    issuer: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], change: dict[str, Any], status: int, says: str
) -> None:
    given = {"client_id": "simpul", "client_secret": SECRET, "roles": ROLES, "roles_claim": "realm_access.roles"}
    oidc = Oidc(issuer=issuer, **{**given, **change})
    with living(settings(tmp_path, oidc=oidc)) as live, browser(live) as client:
        assert client.get(sent_back(client, "dewi")).status_code == status
    assert says in "".join(capfd.readouterr())

"""Who comes in, and how that ends: secrets, tokens, sessions, and what customer care may not do."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from connectors.access.token_list import TokenFile
from streams import bootstrap
from tests.integration.command import port_of, service, write
from tests.integration.house import PATIENCE_S, until
from tests.security.besieged import Besieged, Knocker
from tests.streams.small import INVENTORY
from topology.loaders.dump import to_json

CHANGING = """
import sys
from pathlib import Path
from connectors.access.token_list import TokenFile
from connectors.access.tokens import Tokens
from argon2 import PasswordHasher
tokens = Tokens(TokenFile(Path(sys.argv[1])), lambda: 1, PasswordHasher(1, 8, 1))
sys.stdin.readline()
for n in range(25):
    tokens.issue(f"{sys.argv[2]}-{n}", "source")
    assert n < 1 or tokens.revoke(f"{sys.argv[2]}-{n - 1}")
"""
HANDS = 6


def test_the_first_secret_goes_to_a_file_and_to_no_log(tmp_path: Path) -> None:
    (tmp_path / "inventory.json").write_bytes(to_json(INVENTORY))
    with service(write(tmp_path)) as run:
        said = run.greeting  # type: ignore[attr-defined]  # the first line
        file = tmp_path / "data" / "administrator.token"
        assert file.stat().st_mode & 0o777 == 0o600
        token = file.read_text().strip()
        headers = {"Authorization": f"Bearer {token}"}
        url = f"http://127.0.0.1:{port_of(run)}/incidents"
        assert httpx.get(url, headers=headers, trust_env=False, timeout=PATIENCE_S).status_code == 200
        run.terminate()
        assert run.stdout is not None
        assert run.stderr is not None
        rest, errors = run.stdout.read(), run.stderr.read()
    for text in (said, rest, errors):
        assert token not in text
        assert "key=" not in text, "no link either: it is a secret for a while"
    assert str(file) in rest


def test_no_revocation_is_undone_by_who_issues_at_the_same_time(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    command = [sys.executable, "-c", CHANGING, str(path)]
    hands = [subprocess.Popen([*command, f"h{n}"], stdin=subprocess.PIPE, text=True) for n in range(HANDS)]
    for hand in hands:
        assert hand.stdin is not None
        hand.stdin.write("go\n")
        hand.stdin.close()
    assert [hand.wait(PATIENCE_S) for hand in hands] == [0] * HANDS
    assert sorted(token.name for token in TokenFile(path).read()) == [f"h{n}-24" for n in range(HANDS)]


def session_of(besieged: Besieged, link: str) -> httpx.Client | None:
    """A browser that followed the link; None where that led nowhere."""
    client = httpx.Client(trust_env=False, timeout=PATIENCE_S)
    if client.get(link).status_code == 200:
        return client
    client.close()
    return None


def test_a_link_opens_one_session_and_falls_with_who_made_it(besieged: Besieged) -> None:
    live = besieged.live
    with bootstrap.tokens(live.settings) as tokens:
        tokens.issue("an administrator of today", "administrator")  # the newest: links are its
        used, unused = (bootstrap.page_link(live.settings, live.running.http) for _ in range(2))
        browser = session_of(besieged, used)
        assert browser is not None
        assert session_of(besieged, used) is None, "once"
        assert browser.get(f"{live.url}/").status_code == 200
        tokens.revoke("an administrator of today")
    assert session_of(besieged, unused) is None
    assert browser.get(f"{live.url}/").status_code == 303, "to sign in"
    browser.close()


def test_a_session_is_listed_and_ends_when_it_is_revoked(besieged: Besieged) -> None:
    live = besieged.live
    wall = besieged.issue("a wall", "noc_operator")
    with httpx.Client(base_url=live.url, trust_env=False, timeout=PATIENCE_S) as browser:
        assert browser.post("/signin", data={"token": wall.bearer}).status_code == 303
        assert browser.get("/").status_code == 200
        with bootstrap.passes(live.settings) as passes:
            [name] = [name for name, one in passes.sessions().items() if one.name == "a wall"]
            assert passes.revoke(name) == 1
        assert browser.get("/").status_code == 303


@pytest.fixture(scope="module")
def incident(besieged: Besieged) -> str:
    """One that the NOC opened by hand."""
    noc = besieged.issue("dewi", "noc_operator")
    alarm = {"id": "a-ack", "object": "LK-1", "alarm_type": "fiber_break", "severity": "major", "state": "raised"}
    assert noc.post("/alarms", alarm).status_code == 202
    until("alarm", lambda: noc.get("/alarms", object="LK-1").json()["count"])
    order = {"action": "open", "target": "a-ack", "arguments": {"root": "LK-1"}, "reason": "seen"}
    _commanded(noc, order)
    found = until("incident", lambda: [one for one in noc.get("/incidents").json()["incidents"] if one["ticket"]])
    return str(found[0]["id"])


def _commanded(knocker: Knocker, order: dict[str, object]) -> tuple[str, str | None]:
    taken = knocker.post("/commands", order)
    assert taken.status_code == 202, taken.text
    path = f"/commands/{taken.json()['id']}"
    until("word", lambda: knocker.get(path).json()["state"] != "waiting")
    said = knocker.get(path).json()
    return said["state"], said["reason"]


@pytest.mark.parametrize("role", ["customer_care", "customer_support", "billing_account", "care_supervisor"])
def test_the_desk_acknowledges_nothing_for_the_noc(besieged: Besieged, incident: str, role: str) -> None:
    desk = besieged.issue(f"desk {role}", role)  # type: ignore[arg-type]  # roles that there are
    ticket = desk.get(f"/incidents/{incident}").json()["ticket"]["number"]
    for target in (incident, ticket):
        state, why = _commanded(desk, {"action": "acknowledge", "target": target, "reason": "they called"})
        assert state == "rejected"
        assert why is not None
        assert role in why


def test_the_noc_does(besieged: Besieged, incident: str) -> None:
    noc = besieged.issue("wayan", "technical")
    assert _commanded(noc, {"action": "acknowledge", "target": incident, "reason": "seen"}) == ("done", None)

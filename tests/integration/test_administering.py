"""Tokens and erasures from the command line, beside a service that goes on running."""

import json
import os
import pwd
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from connectors.privacy.vault import MasterKey, SqliteVault
from correlator.events import Complaint
from tests.integration.house import Live, living, settings, until
from tests.streams.cli.everything import app

STRANGER = {"id": "c-9", "channel": "phone", "text": "saya pelanggan baru", "contact": "+62 811-999"}


@dataclass(frozen=True, slots=True)
class Desk:
    """The service, and an administrator's terminal on its machine."""

    live: Live
    config: Path

    def say(self, *words: str) -> Result:
        return CliRunner(env={"COLUMNS": "200"}).invoke(app, [*words, "--config", str(self.config)])

    def complain(self, **body: Any) -> str:
        answer = self.live.post("/complaints", {"channel": "phone", "text": "internet mati total"} | body)
        assert answer.status_code == 201
        number: str = answer.json()["number"]
        until("ticket", lambda: self.status(f"/tickets/{number}") == 200)
        return number

    def known(self, phone: str) -> int:
        return self.live.post("/outages/affected", {"phone": phone}).status_code

    def status(self, path: str, token: str | None = None) -> int:
        with self.live.client(token) as client:
            return client.get(path).status_code

    def texts(self) -> dict[str, bytes | None]:
        """What can be read of each complaint in the journal."""
        vault = SqliteVault(self.live.files.keys, MasterKey.of(self.live.files.master))
        try:
            found = [event for event in self.live.events() if isinstance(event, Complaint)]
            return {one.id: vault.unseal(owner(one), one.sealed or b"") for one in found}
        finally:
            vault.close()

    def record(self, name: str = "erasures.jsonl") -> list[dict[str, Any]]:
        lines = (self.live.files.data / name).read_text().splitlines()
        return [json.loads(line) for line in lines]


def owner(complaint: Complaint) -> str:
    return f"customer:{complaint.customer}" if complaint.customer else f"complaint:{complaint.id}"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("service")
    config = folder / "simpul.toml"
    config.write_text(f'data = "{folder / "data"}"\n')
    with living(settings(folder)) as live:
        yield Desk(live, config)


def test_a_token_works_at_once_and_until_it_is_revoked(desk: Desk) -> None:
    made = desk.say("token", "issue", "Rina", "--role", "noc_operator")
    assert made.exit_code == 0, made.output
    token = made.stdout.strip()
    assert desk.status("/incidents", token) == 200
    assert desk.status("/incidents", f"{token}x") == 401
    listed = desk.say("token", "list").stdout
    assert "Rina" in listed
    assert "noc_operator" in listed
    secret = token.split("_", 2)[2]
    assert secret not in listed + desk.live.files.tokens.read_text()
    assert desk.say("token", "revoke", "Rina").exit_code == 0
    assert desk.status("/incidents", token) == 401
    issued, revoked = [line for line in desk.record("tokens.jsonl") if line["name"] == "Rina"]
    assert (issued["did"], revoked["did"], issued["role"]) == ("issued", "revoked", "noc_operator")
    assert issued["token"] == revoked["token"] == token.split("_")[1]
    assert issued["by"] == pwd.getpwuid(os.getuid()).pw_name
    assert secret not in repr(issued)


def test_a_token_has_its_role_and_may_run_out(desk: Desk) -> None:
    token = desk.say("token", "issue", "poller", "--role", "source", "--expires", "30d").stdout.strip()
    assert desk.status("/incidents", token) == 403
    [line] = [line for line in desk.say("token", "list").stdout.splitlines() if "poller" in line]
    assert len(re.findall(r"\d{4}-\d\d-\d\d", line)) == 2  # made, good until
    issue = ["issue", "x", "--role"]
    for words in (
        ["issue", "poller", "--role", "source"],
        [*issue, "king"],
        [*issue, "source", "--expires", "soon"],
        [*issue, "source", "--expires", "9999999999d"],
        [*issue, "source", "--scope", "ems-1"],
        [*issue, "source", "--scope", "door:/commands"],
        ["revoke", "nobody"],
    ):
        refused = desk.say("token", *words)
        assert refused.exit_code == 2
        assert "Traceback" not in refused.output


def test_a_long_name_is_listed_whole(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    name = "ems-of-the-vendor-in-the-north-of-jakarta-and-around-it-the-second"
    assert desk.say("token", "issue", name, "--role", "source").exit_code == 0
    assert f"  {name}  source  " in desk.say("token", "list").stdout


def test_a_token_is_kept_to_its_scope(desk: Desk) -> None:
    made = desk.say("token", "issue", "ems", "--role", "source", "--scope", "source:ems-*", "--scope", "door:/alarms")
    token = made.stdout.strip()
    alarm = {"object": "OLT1", "alarm_type": "other", "severity": "minor", "state": "raised"}
    with desk.live.client(token) as client:
        assert client.post("/alarms", json=alarm | {"source": "ems-1"}).status_code == 202
        assert client.post("/alarms", json=alarm | {"source": "nms-1"}).status_code == 403
        assert client.post("/webhooks/generic", json=alarm | {"source": "ems-1"}).status_code == 403
    listed = desk.say("token", "list").stdout
    assert "source:ems-*" in listed
    assert "door:/alarms" in listed


def test_a_customer_is_erased_while_the_service_runs(desk: Desk) -> None:
    desk.complain(id="c-1", customer="CU-1")
    desk.complain(id="c-2", customer="CU-2")
    assert b"internet mati total" in (desk.texts()["c-1"] or b"")
    assert desk.known("+62811111") == 200
    asked = desk.say("erase", "CU-1")
    assert asked.exit_code == 2  # nobody can be asked here
    assert desk.texts()["c-1"] is not None
    said = desk.say("erase", "+62 811-111", "--yes", "--reason", "a request")
    assert said.exit_code == 0, said.output
    assert "1 complaint;" in said.stdout
    assert "messages.jsonl" in said.stdout
    assert desk.texts()["c-1"] is None
    assert desk.texts()["c-2"] is not None
    assert desk.known("+62811111") == 404
    assert desk.known("+62811222") == 200
    line = desk.record()[-1]
    assert (line["keys"], line["reason"]) == (["customer:CU-1"], "a request")
    assert line["by"]
    assert desk.say("erase", "CU-1", "--yes").exit_code == 2  # nothing is left of them


def test_whom_the_inventory_lacks_is_found_by_phone_and_by_number(desk: Desk) -> None:
    desk.complain(**STRANGER)
    number = desk.complain(**STRANGER | {"id": "c-10", "contact": "+62811888"})
    sent = desk.live.files.messages
    until("an ack", lambda: sent.exists() and f'"{STRANGER["contact"]}"' in sent.read_text())
    said = desk.say("erase", "0811999", "--yes")
    assert said.exit_code == 0
    assert "1 line of messages.jsonl with their address" in said.stdout
    assert desk.say("erase", number, "--yes").exit_code == 0
    texts = desk.texts()
    assert (texts["c-9"], texts["c-10"]) == (None, None)
    assert [line["keys"] for line in desk.record()[-2:]] == [["complaint:c-9"], ["complaint:c-10"]]


def test_a_complaint_that_named_only_the_service_is_erased_with_its_customer(desk: Desk) -> None:
    desk.complain(id="c-11", service="SV-2")
    said = desk.say("erase", "CU-2", "--yes")
    assert said.exit_code == 0, said.output
    assert desk.texts()["c-11"] is None
    assert desk.record()[-1]["keys"] == ["customer:CU-2", "complaint:c-11"]


def test_nobody_is_erased_by_a_wrong_word(desk: Desk) -> None:
    said = desk.say("erase", "+62877777", "--yes")
    assert said.exit_code == 2
    assert "Nobody is known" in said.output


def test_where_no_service_was_nothing_is_made(tmp_path: Path) -> None:
    config = tmp_path / "simpul.toml"
    config.write_text(f'data = "{tmp_path / "data"}"\n')
    said = CliRunner().invoke(app, ["erase", "CU-1", "--yes", "--config", str(config)])
    assert said.exit_code == 2
    assert not (tmp_path / "data").exists()

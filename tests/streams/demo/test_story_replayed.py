"""The story through `simpul replay`: what the demo will show is what the service concludes, on event time."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from streams.demo.story import Story
from tests.streams.demo import recorded
from topology.loaders.dump import to_json
from topology.model import Inventory

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Out:
    folder: Path

    def rows(self, name: str) -> Rows:
        return [json.loads(line) for line in (self.folder / f"{name}.jsonl").read_text().splitlines()]

    @property
    def incident(self) -> dict[str, Any]:
        [one] = self.rows("incidents")
        return one

    def ticket(self, key: str, value: str | None) -> dict[str, Any]:
        [one] = [row for row in self.rows("tickets") if row[key] == value]
        return one


@pytest.fixture(scope="module")
def out(inventory: Inventory, told: Story, tmp_path_factory: pytest.TempPathFactory) -> Out:
    folder = tmp_path_factory.mktemp("replayed")
    network, events = folder / "network.json", folder / "events.jsonl"
    network.write_bytes(to_json(inventory))
    events.write_bytes(recorded.events(told, recorded.INCIDENT))
    command = [sys.executable, "-m", "streams", "replay", "--inventory", network, "--events", events, "--out", folder]
    subprocess.run(command, check=True, capture_output=True)
    return Out(folder)


def complaint(out: Out, told: Story, key: str) -> dict[str, Any]:
    """The ticket of one of the story's calls."""
    numbers = {call.key: recorded.NUMBERS.format(n) for n, call in enumerate(told.calls, start=1)}
    return out.ticket("number", numbers[key])


def test_everything_is_understood(out: Out, told: Story) -> None:
    summary = json.loads((out.folder / "summary.json").read_text())
    assert summary["events"] == len(told.steps)
    assert summary["rejected"] == 0, out.rows("rejected")
    assert summary["unresolved"] == 0


def test_the_conduit_is_found_and_nothing_else(out: Out, told: Story) -> None:
    incident = out.incident
    assert incident["root"]["id"] == told.root
    assert incident["root"]["equivalent"] == [told.root]
    assert {verdict["root"] for verdict in incident["verdicts"] if verdict["status"] == "open"} == {told.root}


def test_it_is_open_within_half_a_minute(out: Out) -> None:
    [opened] = [verdict["at"] for verdict in out.incident["verdicts"] if verdict["status"] == "open"]
    assert opened < "2026-03-02T10:01:30"  # WIB; the cut was at 10:01:00


def test_the_outage_ticket_is_critical_and_acknowledged(out: Out) -> None:
    ticket = out.ticket("kind", "outage")
    assert ticket["class"] == "Critical"
    assert "fibre" in ticket["class_reason"] or "backbone" in ticket["class_reason"]
    response = next(clock for clock in ticket["clocks"] if clock["name"] == "response")
    assert response["met_at"] is not None
    assert not response["breached"]
    assert any(entry["actor"] == "noc" and entry["action"] == "acknowledge" for entry in ticket["trail"])


def test_staff_are_alerted(out: Out) -> None:
    assert any(alert["kind"] == "critical" and alert["role"] == "noc_operator" for alert in out.rows("alerts"))


def test_complaints_about_the_cut_hang_under_its_ticket(out: Out, told: Story) -> None:
    outage = out.ticket("kind", "outage")["id"]
    for key in ("phone", "email", "portal", "walk_in"):
        assert complaint(out, told, key)["parent"] == outage


@pytest.mark.parametrize("key", ["bill", "unknown"])
def test_these_stay_apart(out: Out, told: Story, key: str) -> None:
    ticket = complaint(out, told, key)
    assert ticket["parent"] is None
    assert ticket["incident"] is None
    assert ticket["category"] == ("billing" if key == "bill" else "network")


def test_everyone_who_was_down_is_told_once_and_again_when_it_is_over(out: Out) -> None:
    told = {
        kind: [row["customer"] for row in out.rows("notifications") if row["kind"] == kind]
        for kind in ("outage", "restored", "question")
    }
    assert len(told["outage"]) == out.incident["impact"]["customers_down"]
    assert len(set(told["outage"])) == len(told["outage"])
    assert sorted([*told["restored"], *told["question"]]) == sorted(told["outage"])  # who complained is asked instead
    assert {row["language"] for row in out.rows("notifications") if row["kind"] == "outage"} == {"id", "en"}


def test_the_repair_resolves_it(out: Out) -> None:
    incident = out.incident
    assert [verdict["status"] for verdict in incident["verdicts"]][-3:] == ["clearing", "resolved", "closed"]


def test_the_customer_has_the_last_word(out: Out, told: Story) -> None:
    ticket = complaint(out, told, "phone")
    assert ticket["stage"] == "closed"
    assert ticket["closed_as"] == "confirmed"
    assert complaint(out, told, "email")["stage"] == "confirmation"


def test_an_rca_record_is_drafted(out: Out, told: Story) -> None:
    [record] = [row for row in out.rows("rca") if row["incident"] is not None]
    assert record["state"] == "draft"
    assert record["root"] == told.root
    assert record["impact"]["customers"] > 1000
    assert record["impact"]["user_minutes"] > 0
    assert len(record["timeline"]) > 3


def test_the_noisy_port_makes_no_incident(out: Out, told: Story) -> None:
    assert all(told.noisy not in verdict["root"] for verdict in out.incident["verdicts"])

"""Alarms belong to their source: who may report may not end what others report."""

from typing import Any

import pytest

from tests.integration.house import until
from tests.security.besieged import Besieged, Knocker

DARK = {"object": "SBY-1/2", "alarm_type": "loss_of_signal", "severity": "critical", "state": "raised"}


def standing(administrator: Knocker, name: str) -> list[dict[str, Any]]:
    return list(administrator.get("/alarms", object=name).json()["alarms"])


@pytest.fixture(scope="module")
def raised(besieged: Besieged) -> None:
    """The optical manager reports a loss of signal."""
    manager = besieged.issue("nms-optical", "source", "source:ems:*")
    assert manager.post("/alarms", {**DARK, "source": "ems:bali"}).status_code == 202
    until("alarm", lambda: standing(besieged.administrator, "SBY-1/2"))


def test_a_token_clears_only_what_its_source_raised(besieged: Besieged, raised: None) -> None:
    poller = besieged.issue("poller", "source")
    for source in ({}, {"source": "http:poller"}, {"source": "ems:bali"}):
        answer = poller.post("/alarms", {**DARK, **source, "state": "cleared"})
        assert answer.status_code == 403, answer.text
        assert answer.json()["error"]["field"] == "source"
    forged = {"id": "x", "time": "2026-03-01T01:00:00Z", "type": "alarm", "source": "ems:bali"}
    assert poller.post("/events", {**DARK, **forged, "state": "cleared"}).status_code == 403
    [alarm] = standing(besieged.administrator, "SBY-1/2")
    assert alarm["state"] == "raised"
    assert alarm["sources"] == ["ems:bali"]


def test_its_own_a_token_clears(besieged: Besieged) -> None:
    probe = besieged.issue("probe", "source")
    mine = {**DARK, "object": "JKT-1/1"}
    assert probe.post("/alarms", mine).status_code == 202
    until("alarm", lambda: standing(besieged.administrator, "JKT-1/1"))
    assert probe.post("/alarms", {**mine, "state": "cleared"}).status_code == 202
    until("its end", lambda: not standing(besieged.administrator, "JKT-1/1"))


@pytest.mark.parametrize("scope", ["source:ems:bali", "source:*"])
def test_more_than_that_its_scope_says(besieged: Besieged, raised: None, scope: str) -> None:
    backup = besieged.issue(f"backup {scope}", "source", scope)
    assert backup.post("/alarms", {**DARK, "state": "cleared"}).status_code == 202
    assert backup.post("/alarms", {**DARK, "source": "ems:bali"}).status_code == 202


def test_a_bad_row_does_not_hold_back_the_others(besieged: Besieged) -> None:
    meter = besieged.issue("meter", "source")
    good = {"object": "DPS-1", "alarm_type": "high_temperature", "severity": "minor", "state": "raised"}
    answer = meter.post("/alarms", [good, {**good, "severity": "awful"}, {**good, "object": "SBY-1"}])
    assert answer.status_code == 202
    assert len(answer.json()["accepted"]) == 2
    assert [(no["row"], no["field"]) for no in answer.json()["refused"]] == [(1, "[1].severity")]
    until("the others", lambda: standing(besieged.administrator, "SBY-1"))

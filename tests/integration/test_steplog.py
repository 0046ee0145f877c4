"""The log of a running service, by which one incident can be followed, and in which nobody is named."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.integration.house import LINK_DOWN, all_done, living, settings, until

pytestmark = pytest.mark.skipif(shutil.which("snmptrap") is None, reason="needs net-snmp: apt install snmp")

POLLER = {"source": "poller", "object": "DPS-1", "alarm_type": "device_unreachable", "severity": "critical"}
CALL = {"channel": "phone", "contact": "+6281190003377", "text": "internet mati total sejak pagi"}
ORDER = {"id": "o-1", "action": "acknowledge", "target": "IN-000001", "reason": "pak Budi di 0812-7000-4455 menunggu"}


def follow(folder: Path) -> None:
    """A cut, a call and an order."""
    with living(settings(folder, clock_factor=20, log="debug")) as live:
        live.trap(LINK_DOWN, "10.0.0.2", 2, "2")
        assert live.post("/alarms", {**POLLER, "state": "raised"}).status_code == 202
        assert live.post("/complaints", CALL).status_code == 201
        until("notice", lambda: live.messages_of("outage"))
        assert live.post("/commands", ORDER).status_code == 202
        until("end of all", lambda: live.get("/incidents/IN-000001")["acknowledged_by"] and all_done(live.settings))


def lines(said: list[dict[str, Any]], event: str, **about: Any) -> list[dict[str, Any]]:
    return [line for line in said if line["event"] == event and line.items() >= about.items()]


def test_one_incident_can_be_followed_and_nobody_is_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    follow(tmp_path)
    text = capfd.readouterr().err
    named = (CALL["contact"], "81190003377", CALL["text"], "0812-7000", "Budi", "cu-1.example")  # longer than chance
    assert [word for word in named if word in text] == []
    said = [json.loads(line) for line in text.splitlines()]

    turns = lines(said, "incident", incident="IN-000001", domain="id")
    assert [line["status"] for line in turns] == ["suspected", "open"]
    [decided] = lines(said, "decided", what="campaign", incident="IN-000001")
    assert (decided["offset"], decided["ticket"]) == (turns[1]["offset"], turns[1]["ticket"])
    [queued] = lines(said, "queued", effect=decided["effect"])
    assert (queued["domain"], queued["messages"]) == ("id", 1)
    assert lines(said, "tried", effect=decided["effect"], state="sent", domain="id")

    [order] = lines(said, "ordered", order="o-1")
    assert (order["by"], order["target"], order["domain"]) == ("administrator", "IN-000001", "id")

    offsets = [line["offset"] for line in lines(said, "frame_folded", domain="id")]
    assert offsets == list(range(1, len(offsets) + 1))
    assert order["offset"] in offsets
    assert {line["offset"] for line in lines(said, "frame_appended", domain="id")} <= {*offsets}

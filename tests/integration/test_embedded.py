"""The live service through its real doors: a cut is seen, ticketed and told; the repair is seen and told."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.integration.house import LINK_DOWN, LINK_UP, Live, living, settings, until

pytestmark = pytest.mark.skipif(shutil.which("snmptrap") is None, reason="needs net-snmp: apt install snmp")

SBY = ("10.0.0.2", 2, "2")  # the port to Denpasar, as its agent says it
POLLER = {"source": "poller", "object": "DPS-1", "alarm_type": "device_unreachable", "severity": "critical"}


def test_a_cut_is_seen_told_and_over(tmp_path: Path) -> None:
    with living(settings(tmp_path, clock_factor=20)) as live:
        live.trap(LINK_DOWN, *SBY)
        assert live.post("/alarms", {**POLLER, "state": "raised"}).status_code == 202
        incident = until("settled incident", lambda: settled(live))
        assert incident["root"]["id"] in {"SP-2", "CD-BALI"}
        assert incident["severity"] == "Critical"
        ticket = live.get(f"/tickets/{incident['ticket']['id']}")
        assert re.fullmatch(r"NT-\d{8}-9\d{5}", ticket["number"])
        told = until("notice of the outage", lambda: live.messages_of("outage"))
        assert {message["to"] for message in told} == {"+62811111"}
        assert live.get("/outages/affected", customer="CU-1")["affected"] is True
        assert live.get("/outages/affected", customer="CU-2")["affected"] is False

        answer = live.post("/complaints", {"channel": "phone", "customer": "CU-1", "text": "internet mati total"})
        assert answer.status_code == 201
        assert answer.json()["known_incident"]["incident"] == incident["id"]
        number = answer.json()["number"]
        until("its line in the desk's list", lambda: number in [one["number"] for one in live.get("/tickets")["items"]])
        assert live.get(f"/tickets/{number}/words")["text"] == "internet mati total"
        assert [one["number"] for one in live.get(f"/tickets/{ticket['id']}")["children"]] == [number]

        live.trap(LINK_UP, *SBY)
        assert live.post("/alarms", {**POLLER, "state": "cleared"}).status_code == 202
        until("question whether it works", lambda: live.messages_of("question"))
        assert live.messages_of("restored") == []  # the only one who was down complained, and is asked instead
        over = live.get(f"/incidents/{incident['id']}")
        assert over["status"] in {"resolved", "closed"}
        assert live.get("/outages/affected", customer="CU-1")["affected"] is False
        assert live.health()[0] == 200
        ids = [message["id"] for message in live.messages()]
        assert len(ids) == len(set(ids))


def settled(live: Live) -> dict[str, Any] | None:
    for line in live.get("/incidents")["incidents"]:
        if line["status"] == "open" and line["ticket"]:
            found: dict[str, Any] = live.get(f"/incidents/{line['id']}")
            return found
    return None

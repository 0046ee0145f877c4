"""Those on duty and customers answer by the links that the running service sent them."""

import re
from pathlib import Path
from typing import Any

import httpx

from streams.settings import Http
from tests.integration.house import PATIENCE_S, Live, living, settings, until

OUTSIDE = "https://answers.example.net"
ROTA = """
[persons.noc-1]
phone = "+628111111111"

[[shifts]]
role = "noc_operator"
persons = ["noc-1"]
"""
DOWN = (("SBY-1/2", "link_down"), ("DPS-1", "device_unreachable"))


def test_a_person_on_duty_and_a_customer_answer(tmp_path: Path) -> None:
    rota = tmp_path / "rota.toml"
    rota.write_text(ROTA)
    rota.chmod(0o600)
    with living(settings(tmp_path, clock_factor=20, rota=rota, http=Http(port=0, public_url=OUTSIDE))) as live:
        tell(live, "raised")
        [called] = until("a call to who is on duty", lambda: to(live, "critical", "+628111111111"))
        number = re.findall(r"NT-\d{8}-\d{6}", called["body"])[0]
        until("word that it was sent", lambda: "called" in actions(live, number))
        assert "Saya tangani" in opened(live, called).text
        assert actions(live, number).isdisjoint({"answer_call", "acknowledge"}), "it was only looked at"
        assert pressed(live, called, says="mine").status_code == 200
        until("the answer in the trail", lambda: {"answer_call", "acknowledge"} <= actions(live, number))
        trail = live.get(f"/tickets/{number}")["trail"]
        assert [(one["actor"], one["to"]) for one in trail if one["action"] == "called"] == [("machine", "noc-1")]
        assert [one["actor"] for one in trail if one["action"] == "answer_call"] == ["noc-1"]
        assert live.get(f"/tickets/{number}")["responded_at"] is not None

        complaint = {"channel": "phone", "customer": "CU-1", "text": "internet mati total"}
        own = live.post("/complaints", complaint).json()["number"]
        tell(live, "cleared")
        [asked] = until("question whether it works", lambda: to(live, "question", "+62811111"))
        assert "Has your complaint been settled?" in opened(live, asked).text
        assert live.get(f"/tickets/{own}")["stage"] == "confirmation"
        assert pressed(live, asked, says="yes", score="5").status_code == 200
        until("the ticket closed", lambda: live.get(f"/tickets/{own}")["closed_as"] == "confirmed")
        assert pressed(live, asked, says="no").status_code == 409
        assert live.get(f"/tickets/{own}")["stage"] == "closed"
        assert live.health()[0] == 200


def test_an_sms_reaches_the_question_of_its_number(tmp_path: Path) -> None:
    with living(settings(tmp_path, clock_factor=20)) as live:
        bill = {"channel": "email", "customer": "CU-2", "text": "tagihan saya salah"}
        own = live.post("/complaints", bill).json()["number"]
        repaired = {
            "action": "move_stage",
            "target": own,
            "arguments": {"stage": "confirmation"},
            "reason": "dikoreksi",
        }
        assert live.post("/commands", repaired).status_code == 202
        with live.client() as client:  # what is taken is shown a moment later
            until("the ticket", lambda: client.get(f"/tickets/{own}").status_code == 200)
        until("the question", lambda: live.get(f"/tickets/{own}")["stage"] == "confirmation")
        said = live.post("/replies/sms", {"from": "0811-222", "text": "Selesai, terima kasih"})
        assert said.json()["says"] == "satisfied", said.text
        until("the ticket closed", lambda: live.get(f"/tickets/{own}")["closed_as"] == "confirmed")
        late = live.post("/replies/sms", {"from": "0811-222", "text": "internet saya mati"}).json()
        assert late["taken_as"] == "complaint"
        until("its ticket", lambda: found(live, late["number"]))


def tell(live: Live, state: str) -> None:
    severity = {"severity": "critical"} if state == "raised" else {}
    rows = [{"source": "poller", "object": name, "alarm_type": kind, "state": state, **severity} for name, kind in DOWN]
    assert live.post("/alarms", rows).status_code == 202  # type: ignore[arg-type]  # a list of rows is a body, too


def to(live: Live, kind: str, address: str) -> list[dict[str, Any]]:
    return [message for message in live.messages_of(kind) if message["to"] == address]


def actions(live: Live, number: str) -> set[str]:
    return {one["action"] for one in live.get(f"/tickets/{number}")["trail"]}


def found(live: Live, number: str) -> bool:
    with live.client() as client:
        return client.get(f"/tickets/{number}").status_code == 200


def link(message: dict[str, Any]) -> str:
    """As a browser asks for it, behind the operator's proxy."""
    return str(re.findall(rf"{OUTSIDE}(/a/\S+)", message["body"])[0])


def opened(live: Live, message: dict[str, Any]) -> httpx.Response:
    return httpx.get(live.url + link(message), trust_env=False, timeout=PATIENCE_S).raise_for_status()


def pressed(live: Live, message: dict[str, Any], **form: str) -> httpx.Response:
    return httpx.post(live.url + link(message), data=form, trust_env=False, timeout=PATIENCE_S)

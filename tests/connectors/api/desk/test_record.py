"""One ticket with all that is recorded of it (SOP 8), through the door."""

from typing import Any

from correlator.events import Alarm, Receipt, Reply, moment
from tests.connectors.api.desk.house import DARK, Desk
from tests.connectors.house import DOMAIN


def test_a_complaint_from_its_report_to_the_customers_word(desk: Desk) -> None:
    number = desk.complain("CU-3", "Internet lambat sekali")
    desk.order("customer_support", "move_stage", number, stage="investigation")
    desk.order("noc_operator", "repair", number, kind="temporary", text="dipindah ke port cadangan")
    desk.order("noc_operator", "repair", number, kind="permanent", text="kartu diganti")
    desk.order("noc_operator", "move_stage", number, stage="confirmation", result="kartu diganti")
    desk.wait(5)
    desk.order("customer_care", "close", number, as_="confirmed", how="phone", score=4)
    told = desk.get(f"/tickets/{number}")
    assert (told["stage"], told["closed_as"], told["region"]) == ("closed", "confirmed", "DKI Jakarta")
    assert {key: told["verified"][key] for key in ("actor", "state", "incident")} == {
        "actor": "the customer_support",
        "state": "nothing_known",
        "incident": None,
    }
    assert told["repairs"]["ticket"] == number
    assert [told["repairs"][kind]["text"] for kind in ("temporary", "permanent")] == [
        "dipindah ke port cadangan",
        "kartu diganti",
    ]
    assert {key: told["result"][key] for key in ("actor", "text", "told", "no_fault")} == {
        "actor": "the noc_operator",
        "text": "kartu diganti",
        "told": True,
        "no_fault": False,
    }
    answer = told["confirmation"]["answer"]
    assert {key: answer[key] for key in ("by", "says", "how", "score", "words")} == {
        "by": "the customer_care",
        "says": "satisfied",
        "how": "phone",
        "score": 4,
        "words": False,
    }
    assert [one["kind"] for one in told["notices"]] == ["ack", "question"]
    assert told["climbs"] == []
    assert told["children"] == []


def test_since_when_it_fails_is_what_the_customer_says(desk: Desk) -> None:
    number = desk.complain("CU-3", "Internet lambat sekali", occurred="2026-03-01T05:00:00+07:00")
    assert desk.get(f"/tickets/{number}")["occurred_at"] == "2026-03-01T05:00:00.000+07:00"
    assert desk.get(f"/tickets/{desk.complain('CU-9')}")["occurred_at"] is None, "many do not know it"
    ahead = {"channel": "phone", "customer": "CU-3", "text": "mati", "occurred": "2027-03-01T05:00:00+07:00"}
    refused = desk.ask("POST", "/complaints", "customer_care", json=ahead)
    assert (refused.status_code, refused.json()["error"]["field"]) == (422, "occurred")


def test_the_customers_reply_is_recorded_and_its_receipts_are(desk: Desk) -> None:
    number = desk.complain("CU-3", "Internet lambat sekali")
    desk.order("administrator", "move_stage", number, stage="confirmation")
    question = desk.get(f"/tickets/{number}")["notices"][-1]["id"]
    now = moment(desk.door.house.now_us)
    desk.fold(Receipt(id="rc-1", time=now, notice=question, state="delivered"))
    desk.fold(
        Reply(id="r-1", time=now, customer="CU-3", ticket=number, says="not_satisfied", sealed=b"x", via="sms", score=1)
    )
    told = desk.get(f"/tickets/{number}")
    assert told["notices"][-1]["delivered"] == 1
    answer = told["confirmation"]["answer"]
    assert (answer["by"], answer["says"], answer["how"], answer["score"], answer["words"]) == (
        *("customer", "not_satisfied", "sms", 1),
        True,
    )
    assert [(one["from"], one["to"]) for one in told["climbs"]] == [("noc_operator", "care_supervisor")]
    assert told["result"] is None


def outage(desk: Desk) -> tuple[dict[str, Any], list[str]]:
    incident = desk.cut()
    own = [desk.complain("CU-1", service="SV-1"), desk.complain("CU-2", service="SV-2")]
    number = desk.get(f"/incidents/{incident}")["ticket"]["number"]
    desk.order("noc_operator", "repair", number, kind="temporary", text="rute cadangan")
    return desk.get(f"/tickets/{number}"), own


def test_an_outage_shows_the_complaints_under_it_and_they_its_repair(desk: Desk) -> None:
    told, own = outage(desk)
    assert [one["number"] for one in told["children"]] == own
    assert told["children_left_out"] == 0
    assert [one["kind"] for one in told["notices"]] == ["outage"]
    child = desk.get(f"/tickets/{own[0]}")
    assert (child["parent_number"], child["repairs"]["ticket"]) == (told["number"], told["number"])
    assert child["repairs"]["temporary"]["text"] == "rute cadangan"
    assert child["verified"]["state"] == "down"


def test_a_complaint_shows_what_its_customer_was_told_of_the_outage(desk: Desk) -> None:
    told, own = outage(desk)
    late = desk.complain("CU-3", "Internet mati total", service="SV-4")
    row = desk.door.house.store.row(DOMAIN, "tickets", desk.get(f"/tickets/{late}")["id"])
    desk.order("care_supervisor", "attach", told["incident"], complaints=[row.complaint])
    assert [one["kind"] for one in desk.get(f"/tickets/{own[0]}")["notices"]] == ["outage", "ack"]
    kinds = [one["kind"] for one in desk.get(f"/tickets/{late}")["notices"]]
    assert (kinds.count("ack") > 0, "outage" in kinds) == (True, False), "CU-3 was never told of it"


def test_a_case_of_the_archive_still_shows_its_children(desk: Desk) -> None:
    told, own = outage(desk)
    for n, (name, kind) in enumerate(DARK):
        time = moment(desk.door.house.now_us)
        alarm: Any = {"id": f"c-{n}", "time": time, "source": "nms", "object": name, "alarm_type": kind}
        desk.fold(Alarm(**alarm, state="cleared"))
    desk.wait(60)
    desk.door.house.archive()
    found = desk.get("/tickets/NT-20260301-900000")
    assert [one["number"] for one in found["children"]] == ["NT-20260301-000007"]
    assert (told["number"], len(own)) == ("NT-20260301-900000", 2)

"""What the door tells: who is out, with a sentence to read aloud; incidents, tickets, reasons, health."""

from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest

from connectors.metrics import API_UNRESOLVED
from correlator.customers import pack
from correlator.effects import Reason, Rejected
from correlator.events import HOUR_US, MINUTE_US
from correlator.explanation import Line
from correlator.rows.incidents import WindowRow
from correlator.rows.service_desk import WaitingNoticeRow
from correlator.state import SeenRow
from tests.connectors.api.doorway import Door
from tests.connectors.house import ALARMS, CUT_US, NOW_US, incident, rows_of


def get(door: Door, path: str, **more: Any) -> Any:
    """By phone it is posted: a number is in no URL."""
    where, _, phone = path.partition("?phone=")
    asked = {"json": {"phone": unquote(phone)}} if phone else {}
    answer = door.ask("POST" if phone else "GET", where, **more, **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_what_the_inventory_lacks_is_counted_and_listed(door: Door) -> None:
    names = ["strange", "stranger", "strange", "JKT-CR1", "JKT-CR1/1", "JKT-CR1/44"]
    alarms = [{"object": one, "alarm_type": "other", "severity": "minor", "state": "raised"} for one in names]
    assert door.ask("POST", "/alarms", json=alarms, role="source").status_code == 202
    assert door.counted(API_UNRESOLVED) == 4
    told = get(door, "/unresolved")["unresolved"]
    assert [(one["name"], one["as"], one["times"]) for one in told] == [
        ("strange", "name", 2),
        ("stranger", "name", 1),
        ("JKT-CR1/44", "port", 1),  # no link uses it
    ]
    assert [one["name"] for one in get(door, "/unresolved?limit=1")["unresolved"]] == ["strange"]


def test_an_incident_is_as_old_as_the_outage_not_as_the_eldest_alarm(door: Door) -> None:
    door.house.commit(rows_of(incident(first_event_us=CUT_US - 9 * HOUR_US)))
    told = get(door, "/incidents")["incidents"][0]
    assert told["first_event_at"] == "2026-02-28T23:02:00.000+07:00"
    assert told["down_since"] == "2026-03-01T08:02:00.000+07:00"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("", ["SBY-CR12", "SBY-CR1/23", "DPS-CR1/1", "SBY-CR1/2"]),
        ("limit=1", ["SBY-CR12"]),
        ("standing=false&object=SBY-CR1", ["SBY-CR1", "SBY-CR1/23", "SBY-CR1/2"]),
        ("object=SBY-CR1/2", ["SBY-CR1/2"]),
        ("incident=IN-000001", ["DPS-CR1/1", "SBY-CR1/2"]),
        ("incident=IN-000009", []),
    ],
)
def test_the_alarms_that_stand(door: Door, asked: str, told: list[str]) -> None:
    door.house.commit([("alarms", row.key, row) for row in ALARMS])
    found = get(door, f"/alarms?{asked}")
    assert [one["object"] for one in found["alarms"]] == told
    assert found["count"] == (4 if asked == "limit=1" else len(told))


def test_an_alarm_tells_its_state(door: Door) -> None:
    door.house.commit([("alarms", row.key, row) for row in ALARMS])
    found = {one["object"]: one for one in get(door, "/alarms?standing=false")["alarms"]}
    assert found["DPS-CR1/1"] == {
        "id": "a-DPS-CR1/1",
        "object": "DPS-CR1/1",
        "known": True,
        "alarm_type": "link_down",
        "qualifier": None,
        "severity": "major",
        "state": "raised",
        "raised_at": "2026-03-01T08:02:00.000002+07:00",
        "cleared_at": None,
        "sources": ["snmp:10.0.0.2"],
        "repeats": 4,
        "flapping": True,
        "shelved_until": None,
        "incident": "IN-000001",
        "text": None,
        "let_go": None,
    }
    assert found["SBY-CR1/23"]["shelved_until"] == "2026-03-01T09:10:00.000+07:00"
    assert found["SBY-CR12"]["shelved_until"] is None, "it is over"
    assert [found["SBY-CR1"][key] for key in ("state", "cleared_at")] == ["cleared", "2026-03-01T08:03:00.000+07:00"]


AFFECTED = [
    ("customer=CU-1", True),
    ("customer=CU-2", True),
    ("customer=CU-3", False),
    ("service=SV-1", True),
    ("service=SV-2", True),
    ("service=SV-3", False),  # the same customer's other service works
    ("service=SV-4", False),
    ("phone=%2B62811", True),  # shared by CU-1 and CU-3
    ("phone=%2B62812", False),
]


@pytest.mark.parametrize(("asked", "affected"), AFFECTED)
def test_who_is_affected(door: Door, asked: str, affected: bool) -> None:
    door.house.cut()
    said = get(door, f"/outages/affected?{asked}", role="portal")
    assert said["affected"] is affected
    assert [outage["incident"] for outage in said["outages"]] == (["IN-000001"] if affected else [])
    assert ("Ada gangguan" in said["sentence"]["id"]) is affected
    assert ("There has been an outage" in said["sentence"]["en"]) is affected


@pytest.mark.parametrize(("asked", "affected"), AFFECTED)
def test_before_the_cut_nobody_is(door: Door, asked: str, affected: bool) -> None:
    said = get(door, f"/outages/affected?{asked}")
    assert said["affected"] is False
    assert said["sentence"]["en"].startswith("At the moment we know of no outage")


def test_what_a_phone_agent_reads_out(door: Door) -> None:
    door.house.cut()
    said = get(door, "/outages/affected?service=SV-1")
    assert said["sentence"] == {
        "id": "Ada gangguan pada layanan Bapak/Ibu sejak tanggal 1 Maret pukul 09.02 WITA. "
        "Nomor tiketnya NT-20260301-900000. Tim kami sedang menanganinya. Belum ada perkiraan waktu pulih. "
        "Kabar berikutnya kami sampaikan paling lambat tanggal 1 Maret pukul 11.04 WITA.",
        "en": "There has been an outage on your service since 09:02 WITA on 1 March. "
        "The ticket number is NT-20260301-900000. "
        "Our team is working on it. There is no estimate yet. The next update is due by 11:04 WITA on 1 March.",
    }
    assert said["outages"][0]["since"] == "2026-03-01T08:02:00.000+07:00"
    assert said["outages"][0]["next_update"] == "2026-03-01T10:04:00.000+07:00"


def test_an_estimate_is_told_while_it_lies_ahead(door: Door) -> None:
    door.house.commit(rows_of(incident(estimate_us=CUT_US + HOUR_US)))
    said = get(door, "/outages/affected?customer=CU-1")
    assert "Layanan diperkirakan pulih tanggal 1 Maret pukul 10.02 WITA." in said["sentence"]["id"]
    door.house.now_us = CUT_US + HOUR_US + 1
    said = get(door, "/outages/affected?customer=CU-1")
    assert said["outages"][0]["estimate"] is None
    assert "Belum ada perkiraan" in said["sentence"]["id"]


@pytest.mark.parametrize("status", ["suspected", "merged", "closed"])
def test_a_suspicion_is_nobodys_outage_yet_and_a_closed_one_no_more(door: Door, status: Any) -> None:
    door.house.commit(rows_of(incident(status=status)))
    said = get(door, "/outages/affected?customer=CU-1")
    assert said["affected"] is False
    assert "tidak ada gangguan" in said["sentence"]["id"]


def test_a_customer_who_was_in_an_outage_that_is_over_hears_since_when(door: Door) -> None:
    door.house.commit(rows_of(incident(status="resolved", clearing_us=CUT_US, resolved_us=CUT_US + 5 * MINUTE_US)))
    said = get(door, "/outages/affected?customer=CU-1")
    assert said["affected"] is False
    assert "sudah teratasi sejak tanggal 1 Maret pukul 09.02 WITA" in said["sentence"]["id"]
    assert "ended at 09:02 WITA" in said["sentence"]["en"]


@pytest.mark.parametrize("status", ["resolved", "closed"])
def test_whose_own_line_is_dark_hears_of_no_end(door: Door, status: Any) -> None:
    """As their notice of the end waits: a service that is down is never said to work."""
    ended = rows_of(incident(status=status, resolved_us=CUT_US + 5 * MINUTE_US))
    waits = WaitingNoticeRow("IN-000001", "restored", 1, "dark", audience=pack(np.array([0], np.int32)))
    door.house.commit([*ended, ("waiting_notices", "w", waits)])
    said = get(door, "/outages/affected?customer=CU-1")
    assert (said["affected"], said["unconfirmed"]) == (False, True)
    assert "not confirmed yet. Our team is looking into it. The ticket number is NT-" in said["sentence"]["en"]
    assert "belum dapat kami pastikan. Tim kami masih memeriksanya" in said["sentence"]["id"]
    assert "sudah teratasi" not in said["sentence"]["id"]


def work(name: str, start_us: int, end_us: int, *objects: str) -> tuple[str, str, WindowRow]:
    return "windows", name, WindowRow(name, objects, start_us, end_us, "pak Budi di 0812-0000 mengganti kartu")


@pytest.mark.parametrize(
    ("asked", "under"),
    [
        ("customer=CU-1", True),
        ("service=SV-1", True),
        ("phone=%2B62811", True),
        ("customer=CU-2", True),
        ("service=SV-3", False),  # the same customer's other service works
        ("customer=CU-3", False),
    ],
)
def test_who_is_under_planned_work_hears_until_when(door: Door, asked: str, under: bool) -> None:
    door.house.commit([work("CR-1", NOW_US - HOUR_US, NOW_US + HOUR_US, "DPS-CR1")])
    said = get(door, f"/outages/affected?{asked}", role="portal")
    assert (said["affected"], said["outages"]) == (False, [])
    times = {"start": "2026-03-01T07:10:00.000+07:00", "end": "2026-03-01T09:10:00.000+07:00"}
    assert said["planned"] == ([{"id": "CR-1", **times}] if under else [])
    assert ("pemeliharaan jaringan" in said["sentence"]["id"]) is under
    assert ("tidak ada gangguan" in said["sentence"]["id"]) is not under
    assert "Budi" not in repr(said), "why it is done is for the NOC"


def test_planned_work_as_a_phone_agent_reads_it_out(door: Door) -> None:
    earlier = work("CR-1", NOW_US - HOUR_US, NOW_US + HOUR_US, "L-3")
    later = work("CR-2", NOW_US - MINUTE_US, NOW_US + 2 * HOUR_US, "SBY", "unknown by now")
    door.house.commit([earlier, later])
    said = get(door, "/outages/affected?customer=CU-1")
    assert [one["id"] for one in said["planned"]] == ["CR-1", "CR-2"]
    assert said["sentence"] == {
        "id": "Saat ini layanan Bapak/Ibu terdampak pemeliharaan jaringan yang sudah dijadwalkan. "
        "Pemeliharaan direncanakan selesai tanggal 1 Maret pukul 11.10 WITA. "
        "Jika setelah itu layanan belum pulih, silakan hubungi kami kembali.",
        "en": "At the moment your service is affected by planned work on our network, which is due to end at "
        "11:10 WITA on 1 March. If your service is still down after that, please contact us again.",
    }


def test_planned_work_counts_from_its_start_to_its_end(door: Door) -> None:
    door.house.commit([work("CR-1", NOW_US + HOUR_US, NOW_US + 2 * HOUR_US, "L-3")])
    told = []
    for at_us in (NOW_US + HOUR_US - 1, NOW_US + HOUR_US, NOW_US + 2 * HOUR_US - 1, NOW_US + 2 * HOUR_US):
        door.house.now_us = at_us
        told.append(len(get(door, "/outages/affected?customer=CU-1")["planned"]))
    assert told == [0, 1, 1, 0]


def test_an_outage_is_told_before_planned_work_and_that_before_what_is_over(door: Door) -> None:
    door.house.cut()
    door.house.commit([work("CR-1", NOW_US - HOUR_US, NOW_US + HOUR_US, "L-3")])
    said = get(door, "/outages/affected?customer=CU-1")
    assert said["affected"] is True
    assert "Ada gangguan" in said["sentence"]["id"]
    assert [one["id"] for one in said["planned"]] == ["CR-1"]
    door.house.commit(rows_of(incident(status="resolved", resolved_us=CUT_US + 5 * MINUTE_US)))
    said = get(door, "/outages/affected?customer=CU-1")
    assert "pemeliharaan jaringan" in said["sentence"]["id"]


def test_what_the_store_learns_is_seen_at_the_next_question(door: Door) -> None:
    assert get(door, "/incidents")["incidents"] == []
    door.house.cut()
    assert [one["id"] for one in get(door, "/incidents")["incidents"]] == ["IN-000001"]


# Incidents, tickets, reasons


def test_incidents_newest_first_and_by_status(door: Door) -> None:
    door.house.cut()
    later = incident(id="IN-000002", status="suspected", suspected_us=CUT_US + HOUR_US, ticket=None)
    door.house.commit([("incidents", later.id, later)])
    assert [one["id"] for one in get(door, "/incidents")["incidents"]] == ["IN-000002", "IN-000001"]
    assert [one["id"] for one in get(door, "/incidents?limit=1")["incidents"]] == ["IN-000002"]
    assert [one["id"] for one in get(door, "/incidents?status=open&status=closed")["incidents"]] == ["IN-000001"]


def test_an_incident_as_the_contract_names_it(door: Door) -> None:
    door.house.cut()
    whole = get(door, "/incidents/IN-000001")
    assert whole["root"] == {
        "id": "C-77",
        "kind": "conduit",
        "tier": "backbone",
        "confidence": 0.95,
        "equivalent": ["C-77", "S-2"],
    }
    assert whole["alternatives"] == [{"id": "DPS-CR1", "kind": "device", "tier": "backbone", "confidence": 0.04}]
    assert whole["alarms"] == ["a-1", "a-2"]
    assert whole["complaints"] == ["c-1"]
    assert whole["impact"]["customers"] == ["CU-1", "CU-2"]
    assert whole["ticket"] == {
        "id": "TK-1",
        "number": "NT-20260301-900000",
        "class": "Critical",
        "stage": "investigation",
    }
    assert [verdict["status"] for verdict in whole["verdicts"]] == ["suspected", "open"]


@pytest.mark.parametrize("name", ["TK-2", "NT-20260301-000007"])
def test_a_ticket_by_id_or_by_the_number_that_the_customer_holds(door: Door, name: str) -> None:
    door.house.cut()
    ticket = get(door, f"/tickets/{name}")
    assert (ticket["number"], ticket["customer"], ticket["incident"]) == ("NT-20260301-000007", "CU-1", "IN-000001")


def test_the_clocks_and_the_trail_of_a_ticket(door: Door) -> None:
    door.house.cut()
    ticket = get(door, "/tickets/TK-1")
    assert [clock["name"] for clock in ticket["clocks"]] == ["response", "resolution"]
    assert ticket["clocks"][0]["due_at"] == "2026-03-01T08:34:00.000+07:00"
    assert ticket["trail"][0]["reason"] == "backbone_fibre"


def test_why_the_service_says_so(door: Door) -> None:
    door.house.cut()
    said = get(door, "/explain/IN-000001")
    assert said["explanation"] == ["conduit C-77 explains 2 of 2 alarms"]
    assert [decision["code"] for decision in said["decisions"]] == ["attached"]
    assert said["decisions"][0]["source"] == "SOP 4.2"


@pytest.mark.parametrize("path", ["/explain/IN-000001", "/incidents/IN-000001"])
def test_why_is_told_in_both_languages(door: Door, path: str) -> None:
    row = incident(explanation=(Line("explains", (3, "link_end", 12_400_000, ("P-1", "P-2"))),))
    door.house.commit([("incidents", row.id, row)])
    said = get(door, path)
    assert said["explanation"] == ["Explains 3 x link end dark (+12.4), as P-1, P-2."]
    assert said["why"] == {
        "en": said["explanation"],
        "id": ["Menjelaskan 3 x ujung link down (+12,4), misalnya P-1, P-2."],
    }


def test_what_an_older_version_wrote_is_told_as_it_is(door: Door) -> None:
    door.house.cut()
    why = get(door, "/explain/IN-000001")["why"]
    assert why["id"] == why["en"] == ["conduit C-77 explains 2 of 2 alarms"]


def test_what_became_of_a_command(door: Door) -> None:
    assert get(door, "/commands/k-1")["state"] == "waiting"
    no = Reason("not_allowed", "the role noc_operator may not verify", "SOP 10")
    rejected = Rejected(id="RJ-000001", at_us=CUT_US, event="k-1", field="role", reason=no)
    seen = [
        ("seen", f"command\x1f{name}", SeenRow(CUT_US + HOUR_US, no)) for name, no in (("k-1", rejected), ("k-2", None))
    ]
    door.house.commit(seen)
    assert get(door, "/commands/k-1") == {"id": "k-1", "state": "rejected", "field": "role", "reason": no.text}
    assert get(door, "/commands/k-2")["state"] == "done"


# Health, numbers, description


def test_health_says_what_is_wrong(door: Door) -> None:
    assert door.ask("GET", "/healthz", None).json() == {"status": "ok", "checks": {"worker": None}}
    door.wrong = "no frame for 40 s"
    answer = door.ask("GET", "/healthz", None)
    assert answer.status_code == 503
    assert answer.json() == {"status": "failing", "checks": {"worker": "no frame for 40 s"}}


def test_health_tells_what_is_past_and_does_not_fail_for_it(door: Door) -> None:
    door.noted = "the core crashed"
    answer = door.ask("GET", "/healthz", None)
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "checks": {"worker": None}, "notes": {"kernel": "the core crashed"}}


def test_metrics_are_prometheus_text(door: Door) -> None:
    door.ask("GET", "/incidents/none")
    answer = door.ask("GET", "/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    series = 'simpul_api_errors_total{door="/incidents/{incident}",process="intake",status="404"} 1.0'
    assert series in answer.text


def test_the_description_has_each_route_with_its_roles_and_rows(door: Door) -> None:
    made = get(door, "/openapi.json")
    assert made["openapi"].startswith("3.1")
    assert made["paths"]["/commands"]["post"]["x-roles"]
    assert made["paths"]["/healthz"]["get"].get("security") is None
    assert {"Alarm", "ComplaintIn", "Command"} <= made["components"]["schemas"].keys()
    for path in ("/", "/live", "/signin"):  # the page is no API
        assert path not in made["paths"]


def test_no_answer_may_be_kept(door: Door) -> None:
    answer = door.ask("GET", "/incidents")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/incidents/IN-000001",
        "/incidents/IN-000001/rca",
        "/explain/IN-000001",
        "/tickets/TK-2",
        "/tickets/NT-20260301-900000",
    ],
)
def test_what_was_archived_reads_as_before(door: Door, path: str) -> None:
    door.house.cut()
    before = get(door, path)
    door.house.archive()
    assert list(door.house.store.rows("id", "incidents")) == []
    assert get(door, path) == before

"""What stands at one moment, in short: who is down, alarms that nothing explains, planned work."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from connectors.ports import Listing
from connectors.store.memory import MemoryStore
from correlator.events import HOUR_US, MINUTE_US
from correlator.explanation import Line
from correlator.rows.incidents import MemberRow, Reported, SourceRow, WindowRow
from correlator.rows.service_desk import AudienceRow
from tests.connectors.api.doorway import Door
from tests.connectors.house import ALARMS, CUT_US, DOWN, NOW_US, alarm, incident, outage_ticket


def get(door: Door, path: str) -> Any:
    answer = door.ask("GET", path, "technical")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_alarms_that_nothing_explains_are_counted_every_few_seconds(door: Door) -> None:
    assert get(door, "/alarms/unexplained") == {"count": 0}
    door.house.commit([("alarms", row.key, row) for row in ALARMS])
    assert get(door, "/alarms/unexplained") == {"count": 0}
    door.house.now_us += 5_000_000
    assert get(door, "/alarms/unexplained") == {"count": 1}


def test_who_asks_while_another_counts_does_not_wait(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    assert get(door, "/alarms/unexplained") == {"count": 0}
    door.house.commit([("alarms", row.key, row) for row in ALARMS])
    door.house.now_us += 5_000_000
    counting, go_on, counted = Event(), Event(), MemoryStore.counted

    def slowly(store: MemoryStore, domain: str, *listings: Listing) -> int:
        counting.set()
        assert go_on.wait(10)
        return counted(store, domain, *listings)

    monkeypatch.setattr(MemoryStore, "counted", slowly)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(get, door, "/alarms/unexplained")
        assert counting.wait(10)
        assert get(door, "/alarms/unexplained") == {"count": 0}, "as counted before"
        go_on.set()
        assert first.result() == {"count": 1}


def test_who_asks_while_another_reads_the_incidents_does_not_wait(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    assert get(door, "/incidents")["incidents"] == []
    door.house.cut()
    door.house.now_us += 250_000
    reading, go_on, offsets = Event(), Event(), MemoryStore.offsets

    def slowly(store: MemoryStore, domains: Sequence[str]) -> dict[str, int]:
        reading.set()
        assert go_on.wait(10)
        return offsets(store, domains)

    monkeypatch.setattr(MemoryStore, "offsets", slowly)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(get, door, "/incidents")
        assert reading.wait(10)
        assert get(door, "/incidents")["incidents"] == [], "as read before"
        go_on.set()
        assert [one["id"] for one in first.result()["incidents"]] == ["IN-000001"]


def test_who_is_down_under_two_incidents_counts_once(door: Door) -> None:
    door.house.cut()
    later = incident(id="IN-000002", ticket=None, down_now=1)
    over = incident(id="IN-000003", ticket=None, status="resolved")
    for row in (later, over):
        audience = AudienceRow(row.id, DOWN, DOWN)
        door.house.commit([("incidents", row.id, row), ("audiences", row.id, audience)])
    assert get(door, "/incidents?limit=1")["customers_down_now"] == 2
    door.house.commit([("incidents", name, None) for name in ("IN-000001", "IN-000002")])
    assert get(door, "/incidents")["customers_down_now"] == 0


def test_planned_work_that_is_not_over_is_listed(door: Door) -> None:
    for name, start_h, end_h in (("CR-1", -1, 1), ("CR-2", -1, 0), ("CR-3", 30, 31)):
        row = WindowRow(name, ("L-3", "DPS-CR1"), NOW_US + start_h * HOUR_US, NOW_US + end_h * HOUR_US, "kartu baru")
        door.house.commit([("windows", row.id, row)])
    [first, second] = get(door, "/maintenance")["maintenance"]
    assert first == {
        "id": "CR-1",
        "objects": ["L-3", "DPS-CR1"],
        "reason": "kartu baru",
        "start": "2026-03-01T07:10:00.000+07:00",
        "end": "2026-03-01T09:10:00.000+07:00",
        "in_force": True,
    }
    assert (second["id"], second["in_force"]) == ("CR-3", False)
    assert [one["id"] for one in get(door, "/maintenance?within_h=24")["maintenance"]] == ["CR-1"]


def test_why_no_incident_explains_an_alarm(door: Door) -> None:
    key = "DPS-CR1\x1flink_down"
    ticket = outage_ticket(id="TK-9", number="NT-20260301-900009", incident=None, alarm=key)
    told = Reported(1, NOW_US, "TK-9", (Line("no_best"),))
    row = alarm("DPS-CR1", period=1, loose_us=CUT_US, reported=told, last_id="a-9")
    window = WindowRow("CR-1", ("L-2",), NOW_US - HOUR_US, NOW_US + HOUR_US, "kartu baru")
    port = alarm("SBY-CR1/2", 1, loose_us=NOW_US - MINUTE_US)
    rows = (("alarms", row.key, row), ("alarms", port.key, port), ("tickets", "TK-9", ticket))
    door.house.commit([*rows, ("windows", window.id, window), ("sources", "p", SourceRow("poller", "DPS", NOW_US))])
    [found] = get(door, "/alarms/explanation?of=DPS-CR1")["alarms"]
    assert (found["object"], found["incident"]) == ("DPS-CR1", None)
    assert found["why"]["en"] == [
        "Planned work CR-1 accounts for it until 1 Mar 2026 09:10 WIB.",
        "poller has lost sight of its device: what else would tell of a fault there is not heard.",
        "The NOC was told on 1 Mar 2026 08:10 WIB that nothing explains it.",
        "Its ticket: NT-20260301-900009.",
        "No element would explain it.",
    ]
    assert found["why"]["id"][3] == "Tiketnya: NT-20260301-900009."
    assert get(door, "/alarms/explanation?of=a-9")["alarms"] == [found], "by the id of any of its events"
    [found] = get(door, "/alarms/explanation?of=SBY-CR1/2")["alarms"]
    assert found["why"]["en"] == ["Planned work CR-1 accounts for it until 1 Mar 2026 09:10 WIB."]
    door.house.commit([("windows", window.id, None)])
    door.house.now_us += 1_000_000
    [found] = get(door, "/alarms/explanation?of=SBY-CR1/2")["alarms"]
    assert found["why"]["en"] == [
        "The 15 min that an explanation may take are over on 1 Mar 2026 08:24 WIB; then the NOC is told."
    ]
    assert get(door, "/tickets/TK-9")["alarm_object"] == "DPS-CR1"


def test_which_incident_explains_an_alarm(door: Door) -> None:
    door.house.cut()
    row = alarm("SBY-CR1/2", incident="IN-000001")
    member = MemberRow("IN-000001", row.key, "a-old", CUT_US, True)
    door.house.commit([("alarms", row.key, row), ("members", "IN-000001\x1fx", member)])
    [found] = get(door, "/alarms/explanation?of=a-old")["alarms"]
    assert found["why"]["en"] == ["Incident IN-000001 explains it: simpul explain IN-000001"]
    suspected = incident(status="suspected")
    door.house.commit([("incidents", suspected.id, suspected)])
    [found] = get(door, "/alarms/explanation?of=SBY-CR1/2")["alarms"]
    assert found["why"]["en"][0].startswith("Incident IN-000001 is suspected of it")
    assert door.ask("GET", "/alarms/explanation?of=nowhere", "technical").status_code == 404

"""What stands at one moment, in short: who is down, alarms that nothing explains, planned work."""

from typing import Any

from correlator.events import HOUR_US
from correlator.rows.incidents import WindowRow
from correlator.rows.service_desk import AudienceRow
from tests.connectors.api.doorway import Door
from tests.connectors.house import ALARMS, DOWN, NOW_US, incident


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


def test_who_is_down_under_two_incidents_counts_once(door: Door) -> None:
    door.house.cut()
    later = incident(id="IN-000002", ticket=None, down_now=1)
    over = incident(id="IN-000003", ticket=None, status="resolved")
    for row in (later, over):
        audience = AudienceRow(row.id, DOWN, DOWN)
        door.house.commit([("incidents", row.id, row), ("audiences", row.id, audience)])
    assert get(door, "/incidents?last=1")["customers_down_now"] == 2
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

"""Long lists, a page at a time: every row once, whatever comes meanwhile; a cursor is taken back or refused."""

from typing import Any

import msgspec
import pytest

from correlator.events import MINUTE_US
from correlator.rows.incidents import AlarmRow, WindowRow
from tests.connectors.api.doorway import Door
from tests.connectors.house import ALARMS, NOW_US, incident


def alarm(n: int, **more: Any) -> AlarmRow:
    name = f"SBY-CR1/{n:04}"
    changes = {"key": f"{name}\x1flink_down", "object": name, "first_id": f"a-{n}", "first_us": NOW_US + n, **more}
    return msgspec.structs.replace(ALARMS[0], **changes)


def pages(door: Door, path: str, rows: str, most: int = 20) -> list[list[dict[str, Any]]]:
    found: list[list[dict[str, Any]]] = []
    cursor = ""
    while len(found) < most:
        answer = door.ask("GET", f"{path}{cursor}")
        assert answer.status_code == 200, answer.text
        found.append(answer.json()[rows])
        if answer.json()["next"] is None:
            return found
        cursor = f"&cursor={answer.json()['next']}"
    raise AssertionError("there is no end")


def test_all_alarms_come_once_the_newest_first(door: Door) -> None:
    some = [alarm(n, severity=("major", "minor")[n % 2], incident=None if n % 3 else "IN-1") for n in range(25)]
    ended = [alarm(n, active=False) for n in range(100, 105)]
    door.house.commit([("alarms", row.key, row) for row in (*some, *ended)])
    told = pages(door, "/alarms?limit=7", "alarms")
    assert [len(page) for page in told] == [7, 7, 7, 4]
    assert [one["id"] for page in told for one in page] == [f"a-{n}" for n in reversed(range(25))]
    all_of_them = pages(door, "/alarms?limit=10&standing=false", "alarms")
    assert [one["id"] for page in all_of_them for one in page][:6] == [*(f"a-{n}" for n in range(104, 99, -1)), "a-24"]
    assert sum(map(len, all_of_them)) == 30
    assert door.ask("GET", "/alarms?limit=1").json()["count"] == 25


@pytest.mark.parametrize("wanted", ["incident=IN-1", "object=SBY-CR1"])
def test_a_filter_holds_over_all_pages(door: Door, wanted: str) -> None:
    some = [alarm(n, incident="IN-1") for n in range(9)]
    other = msgspec.structs.replace(alarm(50), object="SBY-CR12/1", key="SBY-CR12/1\x1flink_down", incident="IN-2")
    door.house.commit([("alarms", row.key, row) for row in (*some, other)])
    told = pages(door, f"/alarms?limit=4&{wanted}", "alarms")
    assert [len(page) for page in told] == [4, 4, 1]
    assert [one["id"] for page in told for one in page] == [f"a-{n}" for n in reversed(range(9))]
    assert door.ask("GET", f"/alarms?limit=1&{wanted}").json()["count"] == 9


def test_what_comes_and_goes_meanwhile_moves_nothing(door: Door) -> None:
    door.house.commit([("alarms", row.key, row) for row in (alarm(n) for n in range(6))])
    first = door.ask("GET", "/alarms?limit=2").json()
    gone = alarm(4, active=False)  # the last of that page
    door.house.commit([("alarms", row.key, row) for row in (alarm(90), gone)])
    second = door.ask("GET", f"/alarms?limit=2&cursor={first['next']}").json()
    assert [one["id"] for one in first["alarms"] + second["alarms"]] == ["a-5", "a-4", "a-3", "a-2"]


def test_incidents_and_planned_work_too(door: Door) -> None:
    rows = [msgspec.structs.replace(incident(), id=f"IN-{n:06}", suspected_us=NOW_US + n // 3) for n in range(8)]
    starts = [NOW_US + n // 2 * MINUTE_US for n in range(5)]
    windows = [WindowRow(f"MW-{n}", ("C-77",), at, at + 99 * MINUTE_US, "x") for n, at in enumerate(starts)]
    door.house.commit([*(("incidents", row.id, row) for row in rows), *(("windows", row.id, row) for row in windows)])
    told = pages(door, "/incidents?limit=3", "incidents")
    names = [one["id"] for page in told for one in page]
    assert (len(told), names) == (-(-len(names) // 3), sorted(names, reverse=True))
    assert {row.id for row in rows} <= set(names)
    work = pages(door, "/maintenance?limit=2", "maintenance")
    assert [one["id"] for page in work for one in page] == [f"MW-{n}" for n in range(5)]


def test_what_this_process_heard_too(door: Door) -> None:
    for n in range(5):
        said = {"alarm_type": "other", "severity": "minor", "state": "raised", "source": f"s-{n}"}
        body = [{"object": f"strange-{n}", **said}]
        assert door.ask("POST", "/alarms", json=body, role="administrator").status_code == 202
        door.house.now_us += 1
    told = pages(door, "/unresolved?limit=2", "unresolved")
    assert [one["name"] for page in told for one in page] == [f"strange-{n}" for n in reversed(range(5))]
    heard = pages(door, "/sources?limit=2", "sources")
    names = [(one["door"], one["source"]) for page in heard for one in page]
    assert len(names) == len(set(names)) > 0


@pytest.mark.parametrize("cursor", ["x", "AAAA", "kqZhbGFybXOSAaFr!", "no cursor at all"])
def test_what_is_no_cursor_is_refused_by_name(door: Door, cursor: str) -> None:
    no = door.ask("GET", f"/alarms?cursor={cursor}")
    assert (no.status_code, no.json()["error"]["field"]) == (422, "cursor")


def test_a_cursor_of_another_list_is_refused(door: Door) -> None:
    door.house.commit([("alarms", row.key, row) for row in (alarm(n) for n in range(6))])
    cursor = door.ask("GET", "/alarms?limit=2").json()["next"]
    no = door.ask("GET", f"/incidents?cursor={cursor}")
    assert (no.status_code, no.json()["error"]["field"]) == (422, "cursor")


LISTS = ("/alarms", "/incidents", "/maintenance", "/unresolved", "/sources", "/syslog/unknown")


@pytest.mark.parametrize("path", LISTS)
def test_a_page_has_500_rows_at_most(door: Door, path: str) -> None:
    assert door.ask("GET", f"{path}?limit=500").status_code == 200
    assert door.ask("GET", f"{path}?limit=501").status_code == 422

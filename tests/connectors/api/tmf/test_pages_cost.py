"""A page of a TM Forum list costs what a page costs: no more rows are read than are told, however many there are."""

from typing import Any

import msgspec
import pytest

from connectors.api.tmf import alarms, tickets
from connectors.ports import Commit, Listing, Place
from connectors.store.memory import MemoryStore
from connectors.store.memory_desk import MemoryDesk
from tests.connectors.api.desk.house import Desk
from tests.connectors.house import DOMAIN
from tests.contracts.test_desk_store import row
from tests.contracts.test_store import alarm_row

MANY = 700


@pytest.fixture
def full(desk: Desk) -> Desk:
    """A store with many tickets and alarms, the newest with the greatest number."""
    store = desk.door.house.store
    applied = store.applied(DOMAIN)
    paused = {0: None, 1: "waiting_customer", 2: "waiting_vendor"}
    rows: list[tuple[str, str, Any]] = []
    for n in range(1, MANY + 1):
        ticket = row(n, paused_for=paused[n % 3], stage="closed" if n % 7 == 0 else "investigation")
        rows.append(("tickets", ticket.id, ticket))
        alarm = msgspec.structs.replace(alarm_row(n), first_us=n, active=n % 2 == 0)
        rows.append(("alarms", alarm.key, alarm))
    store.commit(Commit(DOMAIN, applied, applied + 1, rows, []))
    return desk


def passed(self: MemoryStore, domains: Any, listings: Any, number: int) -> Place | None:
    """A look at an index, which reads no rows."""
    places = [Place(n, alarm_row(n).key) for n in range(MANY, 0, -1)]
    return places[number - 1] if number <= MANY else None


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each look of the store gave."""
    found: list[int] = []
    listed, lines = MemoryStore.listed, MemoryDesk.tickets

    def looked(self: MemoryStore, domain: str, listing: Listing, below: Place | None, limit: int) -> Any:
        rows = listed(self, domain, listing, below, limit)
        found.append(len(rows))
        return rows

    def asked(self: MemoryDesk, which: Any) -> Any:
        rows = lines(self, which)
        found.append(len(rows))
        return rows

    monkeypatch.setattr(MemoryStore, "listed", looked)
    monkeypatch.setattr(MemoryStore, "passed", passed)
    monkeypatch.setattr(MemoryStore, "counted", lambda *_: MANY)  # as `passed`
    monkeypatch.setattr(MemoryDesk, "tickets", asked)
    return found


@pytest.mark.parametrize("offset", [0, 100, 650])
@pytest.mark.parametrize("path", [tickets.PATH, alarms.PATH])
def test_no_more_is_read_than_is_told(full: Desk, read: list[int], path: str, offset: int) -> None:
    answer = full.ask("GET", path, params={"offset": offset, "limit": 20})
    assert (answer.status_code, len(answer.json()), answer.headers["x-total-count"]) == (206, 20, str(MANY))
    assert max(read) <= 21
    assert sum(read) <= 4 * 21, "each of the lists that alarms are in is begun"


@pytest.mark.parametrize("path", [tickets.PATH, alarms.PATH])
def test_pages_by_offset_join(full: Desk, path: str) -> None:
    told: list[str] = []
    while page := full.ask("GET", path, params={"offset": len(told), "limit": 300}).json():
        told += [one["id"] for one in page]
    whole = [f"NT-20260301-{n:06}" if path == tickets.PATH else f"a{n}" for n in range(MANY, 0, -1)]
    assert told == whole


@pytest.mark.parametrize(
    ("status", "number"),
    [("pending", 200), ("held", 200), ("inProgress", 200), ("closed", 100), ("pending,held", 400), ("resolved", 0)],
)
def test_a_status_is_looked_for_in_the_store(full: Desk, read: list[int], status: str, number: int) -> None:
    answer = full.ask("GET", tickets.PATH, params={"status": status, "limit": 10})
    assert answer.headers["x-total-count"] == str(number)
    assert {one["status"] for one in answer.json()} == (set(status.split(",")) if number else set())
    assert sum(read) <= 10


def test_a_filtered_list_of_alarms_stops_when_its_page_is_full(full: Desk, read: list[int]) -> None:
    found = full.ask("GET", alarms.PATH, params={"state": "cleared", "limit": 5}).json()
    assert [one["id"] for one in found] == [f"a{n}" for n in range(699, 689, -2)]
    assert max(read) <= 501
    last = full.ask("GET", alarms.PATH, params={"state": "cleared", "limit": 500})
    assert (len(last.json()), last.headers["x-total-count"]) == (350, "350"), "all were looked at: it is known"

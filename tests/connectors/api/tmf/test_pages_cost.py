"""A page of a TM Forum list costs what a page costs: no more rows are read than are told, however many there are."""

from typing import Any

import msgspec
import pytest

from connectors.api.tmf import alarm_lists, alarms, tickets
from connectors.ports import Commit, Listing, Place
from connectors.store.memory import MemoryStore
from connectors.store.memory_desk import MemoryDesk
from tests.connectors.api.desk.house import Desk
from tests.connectors.house import DOMAIN
from tests.contracts.test_desk_store import row
from tests.contracts.test_store import alarm_row

MANY = 700
MOST = 120  # alarms looked at for a page, in this house


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


def test_what_is_over_and_what_stands_are_lists_of_their_own(full: Desk, read: list[int]) -> None:
    for query, first in (("state=cleared", 699), ("perceivedSeverity=cleared", 699), ("state=raised,updated", 700)):
        found = full.ask("GET", f"{alarms.PATH}?{query}&limit=5").json()
        assert [one["id"] for one in found] == [f"a{n}" for n in range(first, first - 10, -2)]
    assert sum(read) <= 5 * 6, "no more is read than is told"
    both = full.ask("GET", alarms.PATH, params={"state": "cleared", "perceivedSeverity": "major"})
    assert (both.json(), both.headers["x-total-count"]) == ([], "0")


def walked(desk: Desk, read: list[int], query: str) -> list[list[str]]:
    """All pages, by their links; none of which read more than a page may."""
    pages, path = [], f"{alarms.PATH}?{query}"
    while path:
        before = len(read)
        answer = desk.ask("GET", path)
        assert answer.status_code in (200, 206), answer.text
        assert sum(read[before:]) <= 3 * MOST, "each of the lists that alarms are in is begun"
        pages.append([one["id"] for one in answer.json()])
        link = answer.headers.get("link", "")
        path = link.partition(">")[0].removeprefix("<")
    return pages


def test_a_filter_that_is_in_no_index_looks_at_so_many_and_says_where_to_go_on(
    full: Desk, read: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarm_lists, "LOOKED_AT_MOST", MOST)
    rare = [msgspec.structs.replace(alarm_row(n), first_us=n, severity="critical") for n in (20, 340, 680)]
    store = full.door.house.store
    applied = store.applied(DOMAIN)
    store.commit(Commit(DOMAIN, applied, applied + 1, [("alarms", row.key, row) for row in rare], []))
    pages = walked(full, read, "perceivedSeverity=critical&limit=2")
    assert [one for page in pages for one in page] == ["a680", "a340", "a20"]
    assert len(pages) > 2, "each is short, and leads on"
    whole = walked(full, read, "probableCause=lossOfSignal,linkFailure,other&limit=100&fields=id")
    assert len({one for page in whole for one in page}) == sum(map(len, whole))


def test_pages_by_link_join_whatever_comes_meanwhile(full: Desk) -> None:
    first = full.ask("GET", alarms.PATH, params={"limit": 300})
    new = msgspec.structs.replace(alarm_row(MANY + 1), first_us=MANY + 1)
    store = full.door.house.store
    applied = store.applied(DOMAIN)
    store.commit(Commit(DOMAIN, applied, applied + 1, [("alarms", new.key, new)], []))
    then = full.ask("GET", first.headers["link"].partition(">")[0].removeprefix("<"))
    assert [one["id"] for one in (first.json()[-1], then.json()[0])] == ["a401", "a400"]


def test_a_cursor_is_of_the_list_and_takes_no_offset(full: Desk) -> None:
    link = full.ask("GET", alarms.PATH, params={"limit": 1}).headers["link"].partition(">")[0].removeprefix("<")
    for path in (f"{link}&offset=2", f"{alarms.PATH}?cursor=nothing"):
        assert full.ask("GET", path).status_code == 422


def test_one_alarm_by_its_id_is_not_looked_for_in_the_list(full: Desk, read: list[int]) -> None:
    answer = full.ask("GET", alarms.PATH, params={"id": "a3", "state": "cleared"})
    assert ([one["id"] for one in answer.json()], answer.headers["x-total-count"]) == (["a3"], "1")
    assert full.ask("GET", alarms.PATH, params={"id": "a3", "state": "raised"}).json() == []
    assert not read

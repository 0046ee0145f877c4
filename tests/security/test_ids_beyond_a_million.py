"""Ids and numbers beyond a million: lists, cursors and the next number keep the order in which they were given."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.formats.cloud_events import cloud_event
from connectors.ports import Commit, Emitted, Store
from connectors.store.memory import MemoryStore
from connectors.store.sql import SqlStore
from correlator.effects import Noted, Reason
from correlator.state import CounterRow, TextRow, domain_number, in_order, was_made
from tests.correlator.service_desk.house import Shift
from tests.services import empty_database

NUMBERS = (1, 17, 999_998, 999_999, 1_000_000, 1_000_001, 9_999_999, 10_000_000, 123_456_789)
STORES: dict[str, Callable[[Path], Store]] = {
    "memory": lambda _: MemoryStore(),
    "sqlite": lambda folder: SqlStore(f"sqlite:///{folder}/store.db"),
    "postgres": lambda _: SqlStore(empty_database()),
}


def test_ids_of_a_million_sort_as_their_numbers_do() -> None:
    ids = [f"TK-{in_order(number)}" for number in NUMBERS]
    assert ids[:4] == ["TK-000001", "TK-000017", "TK-999998", "TK-999999"], "below a million they are as ever"
    mixed = ids.copy()
    random.Random(7).shuffle(mixed)
    assert sorted(mixed) == ids


def test_incidents_and_tickets_beyond_a_million_are_the_newest_of_a_sorted_list() -> None:
    shift = Shift()
    for kind in ("IN", "TK", "CA", "AL"):
        shift.state.counters[f"id.{kind}"] = CounterRow(999_998)
    shift.cut("SP-A")
    shift.cut("SP-M")
    shift.complain("CU-1", name="c-1")
    for rows in (shift.state.incidents, shift.state.tickets):
        drawn = list(rows)  # in the order in which they were made
        assert len(drawn) > 1
        assert sorted(drawn) == drawn
        assert drawn[-1].endswith(("A1000000", "A1000001"))
        assert all(was_made(shift.state, name, name[:2]) for name in drawn)
    assert not was_made(shift.state, "TK-1000000", "TK")
    assert not was_made(shift.state, "TK-B1000000", "TK")
    assert not was_made(shift.state, "TK-A9999999", "TK")


@pytest.mark.parametrize("kind", STORES)
def test_the_store_gives_the_newest_first_and_pages_on_from_there(kind: str, tmp_path: Path) -> None:
    store = STORES[kind](tmp_path)
    names = [f"IN-{in_order(number)}" for number in NUMBERS]
    store.commit(Commit("id", 0, 1, [("texts", name, TextRow(name)) for name in reversed(names)], []))
    assert [key for key, _ in store.rows("id", "texts")] == names
    assert [key for key, _ in store.newest("id", "texts", 3)] == names[-1:-4:-1]
    store.close()


def test_whose_id_it_is_is_known_beyond_a_million() -> None:
    assert domain_number("IN-03-999999") == 3
    assert domain_number("IN-03-A1000000") == 3
    assert domain_number("IN-A1000000") is None


def test_a_day_with_more_outages_than_numbers_goes_on() -> None:
    shift = Shift()
    shift.cut("SP-B")
    [name] = [name for name in shift.state.counters if name.startswith("care.outage.")]
    shift.state.counters[name] = CounterRow(99_999)
    shift.cut("SP-P")
    shift.cut("SP-M")
    numbers = [shift.outage(root).number for root in ("SP-B", "SP-P", "SP-M")]
    assert numbers == ["NT-20260303-900000", "NT-20260303-999999", "NT-20260303-A1000000"]
    assert numbers == sorted(numbers)


def test_other_systems_are_told_in_order_where_one_frame_has_very_many_effects() -> None:
    told = []
    for place in (0, 99_999, 100_000, 249_999, 1_000_000):
        effect = Noted(id=f"NT-{place}", at_us=1, about="I-1", reason=Reason("test", "for the test"))
        event = cloud_event("id", Emitted(1, place, effect))
        assert event is not None
        told.append(event.sequence)
    assert sorted(told) == told

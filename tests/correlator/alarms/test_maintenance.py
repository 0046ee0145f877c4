"""Planned work begins, ends, is moved or called off; sources go out of sight and come back."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from correlator.alarms import maintenance
from correlator.events import Maintenance, SourceState, microseconds
from correlator.facts import SightChanged, WorkChanged
from tests.correlator.alarms.wire import START, Wire, seconds
from tests.correlator.service_desk.house import Shift


class Work(Wire):
    def announce(self, now: float, start: float, end: float, *, name: str = "MW-1", objects: tuple[str, ...]) -> None:
        content = {
            "id": name,
            "time": START + timedelta(seconds=now),
            "objects": objects,
            "start": START + timedelta(seconds=start),
            "end": START + timedelta(seconds=end),
            "reason": "splice",
        }
        self.facts.clear()
        maintenance.announced(self.step(now), msgspec.convert(content, Maintenance))

    def turn(self, now: float) -> None:
        self.facts.clear()
        maintenance.turned(self.step(now), "MW-1")

    def sight(self, state: str, *names: str, now: float = 0, source: str = "nms") -> None:
        content = {"id": "so-1", "time": START, "source": source, "objects": names, "state": state}
        self.facts.clear()
        maintenance.source_turned(self.step(now), msgspec.convert(content, SourceState))

    def lasts(self, now: float) -> bool:
        return microseconds(START + timedelta(seconds=now)) < self.state.windows["MW-1"].end_us

    @property
    def told(self) -> list[type]:
        return [type(fact) for fact in self.facts]


SPAN = ("SP-A",)


@pytest.mark.parametrize(
    ("now", "begins", "due"),
    [
        pytest.param(0, False, 100, id="announced before: it waits for its start"),
        pytest.param(100, True, 900, id="announced at its start: it begins"),
        pytest.param(500, True, 900, id="announced while it lasts: it begins"),
    ],
)
def test_an_announced_window(now: float, begins: bool, due: float) -> None:
    work = Work()
    work.announce(now, 100, 900, objects=SPAN)
    row = work.state.windows["MW-1"]
    assert (row.objects, seconds(row.start_us), seconds(row.end_us)) == (SPAN, 100, 900)
    assert (work.due("window"), work.told) == ([due], [WorkChanged] if begins else [])
    assert work.noted() == (["window_begins"] if begins else [])


@pytest.mark.parametrize(
    ("now", "noted", "stays"),
    [(100, "window_begins", True), (899.999999, "window_begins", True), (900, "window_ends", False)],
)
def test_a_window_turns(now: float, noted: str, stays: bool) -> None:
    work = Work()
    work.announce(0, 100, 900, objects=SPAN)
    work.turn(now)
    assert (work.noted(), work.told) == ([noted], [WorkChanged])
    assert work.lasts(now) is stays


def test_a_window_is_kept_for_a_day_for_words_that_come_late() -> None:
    work = Work()
    work.announce(0, 100, 900, objects=SPAN)
    work.turn(900)
    assert work.due("window") == [900 + 86_400]
    work.turn(900 + 86_400)
    assert work.state.windows == {}


def test_one_that_was_called_off_does_not_turn() -> None:
    work = Work()
    work.turn(100)
    assert (work.noted(), work.told, work.due("window")) == ([], [], [])


def test_a_window_is_moved_under_the_same_id() -> None:
    work = Work()
    work.announce(0, 100, 900, objects=SPAN)
    work.announce(50, 300, 400, objects=("AGG",))
    assert (work.state.windows["MW-1"].objects, work.due("window")) == (("AGG",), [300])


@pytest.mark.parametrize(
    ("now", "told"),
    [
        pytest.param(99, [], id="before it began: nothing was in force"),
        pytest.param(100, [WorkChanged], id="while it lasts"),
    ],
)
def test_one_that_is_put_off_is_in_force_no_more(now: float, told: list[type]) -> None:
    work = Work()
    work.announce(0, 100, 900, objects=SPAN)
    if now >= 100:
        work.turn(100)
    work.announce(now, 1000, 1900, objects=SPAN)
    assert (work.told, work.due("window")) == (told, [1000])


def test_what_fails_while_work_is_put_off_is_an_outage() -> None:
    shift = Shift()
    for start in (0, 240):
        begins = shift.start + timedelta(minutes=start)
        times = {"time": shift.now, "start": begins, "end": begins + timedelta(hours=2)}
        shift.fold(Maintenance(id="MW-1", objects=SPAN, reason="splice", **times))
        shift.wait(5)
    assert shift.cut(*SPAN).status == "open"


@pytest.mark.parametrize(("end", "ends"), [(199.0, True), (200.0, True), (200.000001, False)])
def test_work_done_early_ends_at_once(end: float, ends: bool) -> None:
    work = Work()
    work.announce(100, 100, 900, objects=SPAN)
    work.announce(200, 100, end, objects=SPAN)
    assert (work.noted(), work.lasts(200)) == (["window_ends" if ends else "window_begins"], not ends)


def test_what_was_over_before_it_was_announced_is_noted_only() -> None:
    work = Work()
    work.announce(1000, 100, 900, objects=SPAN)
    assert (work.noted(), work.told, work.state.windows, work.due("window")) == (["window_over"], [], {}, [])


@pytest.mark.parametrize(
    ("start", "end", "objects", "refused"),
    [
        pytest.param(100, 100, SPAN, ("end", "bad_window"), id="it ends when it begins"),
        pytest.param(100, 99, SPAN, ("end", "bad_window"), id="it ends before it begins"),
        pytest.param(0, 99, ("SP-A", "NIX"), ("objects[1]", "unknown_object"), id="the inventory lacks an object"),
        pytest.param(0, 99, ("NIX", "SP-A"), ("objects[0]", "unknown_object"), id="the first one"),
    ],
)
def test_a_window_that_cannot_be(start: float, end: float, objects: tuple[str, ...], refused: Any) -> None:
    work = Work()
    work.announce(0, start, end, objects=objects)
    assert (work.rejected(), work.state.windows, work.told) == ([refused], {}, [])


def test_a_port_that_no_row_names_and_a_service_can_be_worked_on() -> None:
    work = Work()
    work.announce(0, 0, 99, objects=("CORE/no-row-names-it", "CORE/a", "SV-1"))
    assert work.rejected() == []


# Sources


def test_a_source_loses_sight_and_sees_again() -> None:
    work = Work()
    work.sight("lost", "AGG", "JKT", now=5)
    assert {(row.source, row.object, seconds(row.since_us)) for row in work.state.sources.values()} == {
        ("nms", "AGG", 5),
        ("nms", "JKT", 5),
    }
    assert work.told == [SightChanged]
    work.sight("restored", "AGG", "JKT")
    assert (work.state.sources, work.told) == ({}, [SightChanged])


def test_each_source_has_its_own_sight() -> None:
    work = Work()
    work.sight("lost", "AGG", source="nms")
    work.sight("lost", "AGG", source="ems")
    work.sight("restored", "AGG", source="nms")
    assert [row.source for row in work.state.sources.values()] == ["ems"]


@pytest.mark.parametrize("name", ["SP-A", "LK-A", "CORE/a", "SV-1", "NIX"])
def test_only_devices_and_sites_are_seen(name: str) -> None:
    work = Work()
    work.sight("lost", "AGG", name)
    assert (work.rejected(), work.state.sources, work.told) == ([("objects[1]", "unknown_object")], {}, [])

"""Storms: lines of the contract, in order of arrival, in the mix that was asked for, with the truth beside them."""

from collections import Counter
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from bench.storm.national import national
from bench.storm.storms import Storm, storm
from correlator.events import Alarm, ComplaintIn, Incoming
from topology.model import device_of

INVENTORY = national(20_000, seed=4)
FAULTS = 20


@pytest.fixture(scope="module")
def drawn() -> Storm:
    return storm(INVENTORY, 20_000, FAULTS, seed=5)


@pytest.fixture(scope="module")
def events(drawn: Storm) -> list[Incoming]:
    """The lines as the service reads them; a line that it would refuse raises."""
    decoder = msgspec.json.Decoder(Incoming)
    return [decoder.decode(line) for line in drawn]


def arrival(event: Incoming) -> datetime:
    return getattr(event, "received", None) or event.time


def test_as_many_lines_as_asked_for(drawn: Storm) -> None:
    assert len(drawn.lines) == 20_000


def test_arrival_is_in_order(events: list[Incoming]) -> None:
    assert all(arrival(one) <= arrival(other) for one, other in pairwise(events))


def test_ids_are_unique(events: list[Incoming]) -> None:
    names = [event.id for event in events if hasattr(event, "id")]
    assert len(names) == len(set(names))


def test_the_mix(events: list[Incoming], drawn: Storm) -> None:
    kinds = Counter(type(event).__name__ for event in events)
    alarms = [event for event in events if isinstance(event, Alarm)]
    explained = {name for fault in drawn.truth for name in fault.alarms}
    told = {(alarm.object, alarm.alarm_type) for alarm in alarms if alarm.id in explained}
    unexplained = sum((alarm.object, alarm.alarm_type) not in told for alarm in alarms)
    assert kinds["ComplaintIn"] == 200
    assert kinds["Heartbeat"] == 120
    assert unexplained / len(alarms) > 0.3
    assert sum(alarm.state == "cleared" for alarm in alarms) > 0.15 * len(alarms)


def test_the_truth_names_what_is_in_the_lines(events: list[Incoming], drawn: Storm) -> None:
    names = {event.id: event for event in events if hasattr(event, "id")}
    assert len({fault.root for fault in drawn.truth}) == FAULTS
    for fault in drawn.truth:
        assert all(names[name].state == "raised" for name in fault.alarms)
        assert all(isinstance(names[name], ComplaintIn) for name in fault.complaints)


def test_most_faults_are_told(drawn: Storm) -> None:
    assert sum(bool(fault.alarms) for fault in drawn.truth) > 0.8 * FAULTS


def test_no_splitter_and_no_span_but_monitored_fibre_speaks(events: list[Incoming]) -> None:
    silent = {device.id for device in INVENTORY.devices if device.role in ("splitter", "ont")}
    ports = [event.object for event in events if isinstance(event, Alarm) and "/" in event.object]
    assert silent.isdisjoint(map(device_of, ports))
    backbone = {span.id for span in INVENTORY.spans if span.tier == "backbone"}
    broken = {event.object for event in events if isinstance(event, Alarm) and event.alarm_type == "fiber_break"}
    assert broken <= backbone


def test_one_seed_is_one_storm(drawn: Storm) -> None:
    assert storm(INVENTORY, 20_000, FAULTS, seed=5).lines == drawn.lines
    assert storm(INVENTORY, 20_000, FAULTS, seed=6).lines != drawn.lines


def test_the_files(drawn: Storm, tmp_path: Path) -> None:
    events = drawn.write(tmp_path)
    assert events.read_bytes().count(b"\n") == 20_000
    truth = (tmp_path / "truth.jsonl").read_bytes().splitlines()
    assert [msgspec.json.decode(line)["root"] for line in truth] == [fault.root for fault in drawn.truth]

"""Spans as a collector gets them: one trace an incident, linked with the raw frames that told of it."""

from collections.abc import Callable

import pytest

from connectors.formats.raw_frames import Datagram, RawFrame
from connectors.ports import Queued, Settled
from connectors.telemetry.metrics import PrometheusCounter
from connectors.telemetry.traces import FRAMES, MESSAGES, Place, Traces, raw_frame_of
from connectors.telemetry.witness import Committed, Fanned, Journaled, Tried
from correlator.events import Event, Frame, microseconds
from correlator.rows.incidents import IncidentRow, MemberRow, Verdict
from tests.collector import Collector, Heard, collecting
from tests.contracts.test_witness import CAMPAIGN
from tests.streams.small import START, alarm

T0 = microseconds(START)
RAW = RawFrame("snmp", "jkt-19cb/1f", [Datagram("10.0.0.2", T0, b"trap"), Datagram("10.0.0.2", T0 + 7, b"trap")])
EVENT = f"snmp:10.0.0.2/1a2b/64b/{RAW.id}/1.1"
OPEN = IncidentRow(
    "IN-000001",
    "open",
    "SP-2",
    T0,
    T0,
    T0,
    opened_us=T0 + 40,
    verdicts=[Verdict(T0 + 20, "suspected", "SP-1"), Verdict(T0 + 40, "open", "SP-2")],
)


def heard(*acts: Callable[[Traces], None], sample: float = 1.0) -> Collector:
    """What a collector has of one process a part, when all have ended."""
    with collecting() as collector:
        for number, act in enumerate(acts):
            traces = Traces(Place(collector.endpoint, "worker", f"h-{number}", sample), PrometheusCounter("worker"))
            act(traces)
            traces.close()
        return collector


def committed(offset: int, *names: str, opens: bool = False) -> Committed:
    """A frame of alarms; one that `opens` the incident takes these as its evidence."""
    alarms: tuple[Event, ...] = tuple(alarm(name, 0, "SBY-1/2") for name in names)
    members = [("members", name, MemberRow("IN-000001", "k", name, T0, True)) for name in names]
    changes = [("incidents", OPEN.id, OPEN), *members] if opens else []
    return Committed("id", offset, Frame(T0 + 10, alarms), changes, [], T0, T0 + 50)


def edge(traces: Traces) -> None:
    traces.kept(RAW, T0 + 5000)


def owner(traces: Traces) -> None:
    frame = Frame(T0 + 10, (alarm(EVENT, 0, "SBY-1/2"),))
    traces.journaled(Journaled("id", 7, frame, T0 + 9000))
    traces.committed(committed(7, EVENT, opens=True))


def sends(messages: int) -> Callable[[Traces], None]:
    def act(traces: Traces) -> None:
        traces.fanned(Fanned("id", CAMPAIGN, 0, messages, T0 + 60))
        for n in range(messages):
            name = f"{CAMPAIGN.id}:CU-{n}"
            queued = Queued(name, CAMPAIGN.id, f"customer:CU-{n}", "phone", "id", "trying", 1, T0 + 60)
            settled = Settled(name, "sent" if n else "dead", T0 + 70, 1)
            traces.tried(Tried("id", CAMPAIGN, queued, settled, T0 + 80))

    return act


def of_incident(collector: Collector) -> list[Heard]:
    found = collector.trace_with("incident")
    assert found is not None
    return found


def test_processes_that_do_not_speak_with_each_other_make_one_trace() -> None:
    collector = heard(edge, owner, sends(1))
    spans = of_incident(collector)
    assert {one.name for one in spans} >= {"received and appended", "frame folded", "campaign queued"}
    [came] = [one for one in spans if one.name == "received and appended"]
    of_raw = collector.trace_with("raw frame kept")
    assert of_raw is not None
    assert [one.name for one in of_raw] == ["frame appended", "raw frame kept"]
    [first] = [one for one in of_raw if not one.span.parent_span_id]
    [link] = came.span.links
    assert (link.trace_id, link.span_id) == (first.span.trace_id, first.span.span_id)
    assert came.span.start_time_unix_nano == T0 * 1000, "when its datagram came"
    assert first.about["simpul.datagrams"] == 2


def test_what_is_said_again_is_the_same_span() -> None:
    once, twice = heard(owner), heard(owner, owner)
    assert {*once.traces()} == {*twice.traces()}
    assert [one.span.span_id for one in of_incident(once)] == [one.span.span_id for one in of_incident(twice)]
    assert len(twice.heard) == 2 * len(once.heard)


def test_a_message_that_did_not_go_is_a_failed_span() -> None:
    collector = heard(sends(2))
    assert {one.name: one.failed for one in collector.heard} == {
        "campaign queued": False,
        "campaign not sent": True,
        "campaign sent": False,
    }


def test_a_large_campaign_and_a_storm_do_not_flood_the_collector() -> None:
    def storm(traces: Traces) -> None:
        names = [f"a-{n}" for n in range(2 * FRAMES)]
        for offset, name in enumerate(names, 1):
            traces.committed(committed(offset, name))
        traces.committed(committed(1000, *names, opens=True))

    names = [one.name for one in heard(storm, sends(3 * MESSAGES)).heard]
    assert names.count("campaign sent") + names.count("campaign not sent") == MESSAGES
    assert names.count("frame folded") <= FRAMES


@pytest.mark.parametrize(("sample", "share"), [(0.0, 0), (0.3, 0.3), (1.0, 1)])
def test_the_same_share_of_traces_everywhere(sample: float, share: float) -> None:
    def many(traces: Traces) -> None:
        for n in range(1000):
            traces.kept(RawFrame("snmp", f"jkt-1/{n}", RAW.datagrams), T0 + 50)

    one, other = (heard(many, sample=sample).traces() for _ in range(2))
    assert {*one} == {*other}
    assert abs(len(one) - 1000 * share) < 60


@pytest.mark.parametrize(
    ("event", "frame"),
    [(EVENT, RAW.id), ("snmp:10.0.0.2/1a2b/64b/1", None), ("snmp:fe80::1/1a2b/64b/h-1/2/0.1", "h-1/2"), ("a-1", None)],
)
def test_the_raw_frame_that_an_id_names(event: str, frame: str | None) -> None:
    assert raw_frame_of(event) == frame

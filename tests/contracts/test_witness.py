"""Every witness sees each step, also twice, also from several threads, and leaves what it saw as it was."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext

import pytest

from connectors.formats.raw_frames import Datagram, RawFrame
from connectors.ports import Queued, Settled
from connectors.telemetry.latency import Latency
from connectors.telemetry.metrics import PrometheusCounter
from connectors.telemetry.traces import Place, Traces
from connectors.telemetry.witness import Committed, Fanned, Journaled, MemoryWitness, Tried, Witness, Witnesses
from correlator.effects import Alert, Campaign, Noted, Notice, NoticeFacts, Reason, Rejected
from correlator.events import Command, Frame, moment
from correlator.rows.incidents import IncidentRow, MemberRow, Verdict
from streams.host.step_log import StepLog
from tests.collector import collecting
from tests.streams.small import alarm, complaint

T0 = 1_772_323_200_000_000  # 2026-03-01T00:00Z
WHY = Reason("why", "because")
FACTS = NoticeFacts(number="NT-20260301-000001")
RAW = RawFrame("snmp", "edge-1/1", [Datagram("10.0.0.2", T0, b"trap"), Datagram("10.0.0.3", T0 + 1, b"trap")])
ORDER = Command(
    id="o-1", time=moment(T0), actor="budi", role="noc_operator", action="note", target="IN-000001", reason="a word"
)
FRAME = Frame(T0 + 10_000, (alarm("a-1", 0, "SBY-1/2"), complaint("c-1", 1), ORDER))
ALERT = Alert(id="AL-1", at_us=T0, role="noc_operator", kind="critical", about="TK-000001", text="t", reason=WHY)
CAMPAIGN = Campaign(
    id="CA-1",
    at_us=T0,
    incident="IN-000001",
    ticket="TK-000001",
    kind="outage",
    update=0,
    inventory="i",
    audience=bytes(8),
    facts=FACTS,
    reason=WHY,
)
NOTICE = Notice(
    id="NO-1",
    at_us=T0,
    incident=None,
    ticket="TK-000002",
    customer="CU-1",
    kind="ack",
    update=0,
    language="id",
    via="phone",
    facts=FACTS,
    reason=WHY,
)
INCIDENT = IncidentRow(
    "IN-000001",
    "open",
    "SP-2",
    T0,
    T0,
    T0,
    opened_us=T0,
    verdicts=[Verdict(T0, "suspected", "SP-2"), Verdict(T0, "open", "SP-2")],
)
COMMITTED = Committed(
    "id",
    7,
    FRAME,
    [
        ("incidents", "IN-000001", INCIDENT),
        ("members", "m", MemberRow("IN-000001", "k", "a-1", T0, True)),
        ("seen", "s", None),
    ],
    [
        ALERT,
        CAMPAIGN,
        NOTICE,
        Rejected(id="RJ-1", at_us=T0, event="+62 811 0000 111", field=None, reason=WHY),
        Rejected(id="RJ-2", at_us=T0, event="o-1", field="target", reason=WHY),
        Noted(id="NT-1", at_us=T0, about="IN-000001", reason=WHY),
    ],
    T0,
    T0 + 20_000,
)
QUEUED = Queued("CA-1:CU-1", "CA-1", "customer:CU-1", "phone", "id", "trying", 1, T0)


def steps(witness: Witness) -> None:
    witness.kept(RAW, T0 + 5_000)
    witness.journaled(Journaled("id", 7, FRAME, T0 + 15_000))
    witness.committed(COMMITTED)
    for effect in (ALERT, CAMPAIGN, NOTICE):
        witness.fanned(Fanned("id", effect, 0, 1, T0 + 30_000))
        for state in ("sent", "dead"):
            settled = Settled(f"{effect.id}:CU-1", state, T0 + 40_000, 1)  # type: ignore[arg-type]  # one of its words
            witness.tried(Tried("id", effect, QUEUED, settled, T0 + 50_000))


@contextmanager
def to_a_collector() -> Iterator[Witness]:
    with collecting() as collector:
        traces = Traces(Place(collector.endpoint, "worker", "here"), PrometheusCounter("worker"))
        yield traces
        traces.close()
        assert collector.heard


MAKERS: dict[str, Callable[[], AbstractContextManager[Witness]]] = {
    "memory": lambda: nullcontext(MemoryWitness()),
    "latency": lambda: nullcontext(Latency(PrometheusCounter("worker"))),
    "several": lambda: nullcontext(Witnesses([MemoryWitness(), Latency(PrometheusCounter("worker"))])),
    "log": lambda: nullcontext(StepLog()),
    "traces": to_a_collector,
    "nobody": lambda: nullcontext(Witnesses()),
}


@pytest.fixture(params=MAKERS)
def witness(request: pytest.FixtureRequest) -> Iterator[Witness]:
    with MAKERS[request.param]() as made:
        yield made


def test_it_sees_each_step_however_often(witness: Witness) -> None:
    before = repr((FRAME, COMMITTED))
    for _ in range(2):
        steps(witness)
    assert repr((FRAME, COMMITTED)) == before


def test_it_sees_them_on_several_threads(witness: Witness) -> None:
    with ThreadPoolExecutor(4) as threads:
        for one in [threads.submit(steps, witness) for _ in range(20)]:
            one.result()


def test_the_memory_has_them_in_order() -> None:
    memory = MemoryWitness()
    steps(memory)
    assert [type(one) for one in memory.saw] == [tuple, Journaled, Committed, *[Fanned, Tried, Tried] * 3]


def test_latency_by_stage_from_the_times_of_the_records() -> None:
    counter = PrometheusCounter("worker")
    steps(Latency(counter))
    text = counter.exposition().decode()
    for stage, bucket, n in (
        ("received_to_raw", "0.005", 2),  # each datagram for itself
        ("journal_to_committed", "0.01", 3),
        ("decided_to_queued", "0.05", 3),
        ("decided_to_sent", "0.05", 3),  # what was not sent has no time
    ):
        assert f'simpul_latency_seconds_bucket{{le="{bucket}",process="worker",stage="{stage}"}} {n}.0' in text
    assert 'simpul_latency_seconds_bucket{le="1.0",process="worker",stage="received_to_committed"}' in text
    assert 'simpul_latency_seconds_bucket{le="2.0",process="worker",stage="received_to_committed"}' in text

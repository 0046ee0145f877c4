"""What every journal must do, asked of each adapter."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectors.journal.kafka import KafkaJournal
from connectors.journal.memory import MemoryJournal
from connectors.journal.sqlite import SqliteJournal
from connectors.ports import Journal
from correlator.events import Alarm, Command, Complaint, Event, Frame, Heartbeat, KernelVersion, Receipt, moment
from tests.services import cluster, new_topic

DOMAINS = ("papua", "java", "national", "bali")
MAKERS: dict[str, Callable[[Path], Journal]] = {
    "memory": lambda _: MemoryJournal(),
    "sqlite": lambda folder: SqliteJournal(folder / "journal.db"),
    "kafka": lambda _: KafkaJournal(cluster(), new_topic(DOMAINS, recorded=True), DOMAINS),
}
T0 = 1_772_323_200_000_000  # 2026-03-01T00:00Z


@pytest.fixture(params=MAKERS)
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    made = MAKERS[request.param](tmp_path)
    yield made
    made.close()


def alarm(n: int) -> Alarm:
    return Alarm(
        id=f"a{n}", time=moment(T0 + n), source="snmp:10.0.0.1", object="R1/1", alarm_type="link_down", state="raised"
    )


def frame(at_us: int, *events: Event) -> Frame:
    return Frame(at_us, events or (alarm(at_us),))


EVENTS: tuple[Event, ...] = (
    alarm(1),
    Complaint(
        id="c1",
        time=moment(T0 + 120_001),
        channel="phone",
        customer="C-1",
        service=None,
        number="NT-20260301-000001",
        category="network",
        symptom="no_service",
        classifier="words/1",
        sealed=b"\x00\xff",
    ),
    Command(
        id="k1",
        time=moment(T0),
        actor="ani",
        role="noc_operator",
        action="split",
        target="I-1",
        arguments={"alarms": ["a1", "a2"], "note": None, "n": 3},
        reason="two cuts",
    ),
    Receipt(id="r1", time=moment(T0), notice="N-1:C-1", state="uncertain", detail="mail"),
    Heartbeat(time=moment(T0)),
    KernelVersion(time=moment(T0), version="1"),
)


def test_several_frames_at_once_follow_each_other(journal: Journal) -> None:
    assert journal.append("java", frame(T0)) == 1
    assert journal.append_all("java", [frame(T0 + 1), frame(T0 + 2), frame(T0 + 3)]) == [2, 3, 4]
    assert journal.append_all("papua", [frame(T0 + 4)]) == [1]
    assert [(offset, one.at_us - T0) for offset, one in journal.read("java", 0)] == [(1, 0), (2, 1), (3, 2), (4, 3)]


def test_what_is_read_is_what_was_appended(journal: Journal) -> None:
    appended = Frame(T0 + 5, EVENTS)
    assert journal.append("national", appended) == 1
    assert journal.read("national", 0) == [(1, appended)]


def test_offsets_count_from_one_in_each_domain(journal: Journal) -> None:
    got = [journal.append(domain, frame(T0)) for domain in ("java", "java", "papua", "java")]
    assert got == [1, 2, 1, 3]
    assert (journal.end("java"), journal.end("papua"), journal.end("bali")) == (3, 1, 0)
    assert journal.domains() == ["java", "papua"]


@pytest.mark.parametrize(
    ("after", "limit", "offsets"),
    [(0, 1000, [1, 2, 3, 4, 5]), (0, 2, [1, 2]), (3, 1000, [4, 5]), (5, 1000, []), (99, 1000, [])],
)
def test_read_goes_on_after_an_offset(journal: Journal, after: int, limit: int, offsets: list[int]) -> None:
    for n in range(5):
        journal.append("java", frame(T0 + n))
        journal.append("papua", frame(T0 + n))
    assert [offset for offset, _ in journal.read("java", after, limit)] == offsets


@pytest.mark.parametrize(
    ("before_us", "applied", "gone"),
    [
        (T0, 9, 0),  # nothing is that old
        (T0 + 3, 9, 3),
        (T0 + 3, 2, 2),  # what was not folded stays
        (T0 + 99, 99, 4),  # the last frame stays
    ],
)
def test_prune_drops_the_oldest(journal: Journal, before_us: int, applied: int, gone: int) -> None:
    for n in range(5):
        journal.append("java", frame(T0 + n))
    assert journal.prune("java", before_us, applied) == gone
    assert [offset for offset, _ in journal.read("java", 0)] == list(range(gone + 1, 6))
    assert journal.first("java") == gone + 1
    assert journal.append("java", frame(T0 + 9)) == 6


def test_prune_of_many_and_of_none(journal: Journal) -> None:
    for n in range(450):
        journal.append("java", frame(T0 + n))
    assert journal.prune("papua", T0 + 999, 999) == 0
    assert journal.first("papua") == 0
    assert journal.prune("java", T0 + 430, 999) == 430
    assert journal.prune("java", T0 + 430, 999) == 0
    assert [offset for offset, _ in journal.read("java", 428, 2)] == [431, 432]


@pytest.mark.parametrize("n", [0, 501])
def test_a_frame_holds_one_to_500_events(journal: Journal, n: int) -> None:
    with pytest.raises(AssertionError):
        journal.append("java", Frame(T0, tuple(alarm(i) for i in range(n))))

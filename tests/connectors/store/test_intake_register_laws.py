"""Whatever comes and wherever it crashes: no two complaints share a number, and nothing is appended twice."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.intake_ids import Entry
from connectors.intake_register import MemoryRegister, SqliteRegister, reconcile
from connectors.journal.memory import MemoryJournal
from connectors.ports import Accepted
from connectors.store.shared.intake_register import PostgresRegister
from correlator.events import HOUR_US, Command, Complaint, Event, Frame, moment
from correlator.wire import BadInput
from tests.services import shared_database

T0 = 1_772_323_200_000_000
Fate = Literal["well", "full", "before", "between"]  # the journal is full; a crash before, or after it has the frame

entries = st.one_of(
    st.builds(Entry, st.just("command"), st.sampled_from(["k1", "k2"])),
    st.builds(
        Entry,
        st.just("complaint"),
        st.sampled_from(["c1", "c2", "c3", "c4"]),
        st.one_of(st.none(), st.sampled_from(["NT-20260301-000001", "NT-20260301-000003"])),
    ),
)
frames = st.tuples(
    st.lists(entries, min_size=1, max_size=4),
    st.sampled_from(["well", "well", "full", "before", "between"]),
    st.integers(1, 30),
)


def event(answer: Accepted, entry: Entry) -> Event:
    time = moment(T0)
    if entry.kind == "command":
        return Command(id=entry.id, time=time, actor="a", role="technical", action="note", target="T", reason="so")
    assert answer.number is not None
    return Complaint(
        id=entry.id,
        time=time,
        channel="phone",
        number=answer.number,
        category="network",
        symptom="slow",
        classifier="words/1",
    )


def fresh(asked: list[Entry], answers: list[Accepted | BadInput]) -> list[Event]:
    pairs = zip(asked, answers, strict=True)
    return [event(answer, entry) for entry, answer in pairs if isinstance(answer, Accepted) and not answer.repeated]


@settings(max_examples=60, deadline=None)
@given(st.lists(frames, max_size=12))
def test_laws(history: list[tuple[list[Entry], Fate, int]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "register.db"
        sqlite, memory, journal, now_us = SqliteRegister(path), MemoryRegister(), MemoryJournal(), T0
        for asked, fate, hours in history:
            now_us += hours * HOUR_US // 10
            answers = sqlite.admit(asked, now_us)
            assert answers == memory.admit(asked, now_us)
            if (events := fresh(asked, answers)) and fate in ("well", "between"):
                journal.append("java", Frame(now_us, tuple(events)))
            if fate == "well":
                sqlite.journaled(asked)
                memory.journaled(asked)
            elif fate in ("before", "between"):
                sqlite.close()
                sqlite = SqliteRegister(path)
                for register in (sqlite, memory):
                    reconcile(register, journal, "java", now_us)
        sqlite.close()
        check(journal)


@settings(max_examples=60, deadline=None)
@given(st.lists(frames, max_size=12))
def test_several_intakes_share_one_book(history: list[tuple[list[Entry], Fate, int]]) -> None:
    """Each frame is another process's, which starts when it has crashed; together they say what one would."""
    database = shared_database()
    memory, journal, now_us = MemoryRegister(), MemoryJournal(), T0
    for asked, fate, hours in history:
        now_us += hours * HOUR_US // 10
        register = PostgresRegister(database)
        answers = register.admit(asked, now_us)
        assert answers == memory.admit(asked, now_us)
        if (events := fresh(asked, answers)) and fate in ("well", "between"):
            journal.append("java", Frame(now_us, tuple(events)))
        if fate == "well":
            register.journaled(asked)
            memory.journaled(asked)
        elif fate in ("before", "between"):
            reconcile(PostgresRegister(database), journal, "java", now_us)
            reconcile(memory, journal, "java", now_us)
    check(journal)


def check(journal: MemoryJournal) -> None:
    kept = [event for _, frame in journal.read("java", 0) for event in frame.events]
    names = [(type(one), one.id) for one in kept if isinstance(one, Complaint | Command)]
    assert len(names) == len(set(names))
    numbers = [one.number for one in kept if isinstance(one, Complaint)]
    assert len(numbers) == len(set(numbers))

"""A commit that the database does not take: the one input is set aside; an outage is waited for."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.ports import Commit, StoreDown
from connectors.store.memory import MemoryStore
from connectors.store.sql import SqlStore
from correlator import kernel
from correlator.effects import Alert, Reason
from correlator.events import Frame, Quarantine
from streams.host.host import CRASHES, Host
from streams.processes.worker.folding import Fold
from tests.streams.small import DOMAIN, Bench, alarm, cut

TOO_BIG = 1 << 70  # no database's integer


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    store = SqlStore(f"sqlite:///{tmp_path}/store.db")
    yield Bench(tmp_path / "worlds", store=store)
    store.close()


def turned(host: Host, most: int = 30) -> Host:
    """As its process turns it, until nothing is left."""
    fold = Fold(host, lambda: None, 1.0)
    for _ in range(most):
        if fold.turn() and not fold.trouble:
            return host
    return host


def quarantines(bench: Bench) -> list[Quarantine]:
    frames: list[tuple[int, Frame]] = bench.journal.read(DOMAIN, 0)
    return [event for _, frame in frames for event in frame.events if type(event) is Quarantine]


def poison(draft: Any, about: str) -> None:
    draft.effects.append(
        Alert(
            id=f"AL-{about}",
            at_us=TOO_BIG,
            role="noc_operator",
            kind="critical",
            about=about,
            text="x",
            reason=Reason("test", "for the test"),
        )
    )


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes of an alarm `poison` is nothing that a database can hold."""
    real = kernel._step

    def step(draft: Any, event: Any) -> None:
        real(draft, event)
        if getattr(event, "id", "") == "poison":
            poison(draft, "poison")

    monkeypatch.setattr(kernel, "_step", step)


@pytest.mark.usefixtures("poisoned")
def test_the_input_that_the_store_does_not_take_is_set_aside_and_its_neighbours_are_not(bench: Bench) -> None:
    host = bench.host()
    first, second = cut()
    bench.append(first, alarm("poison", 1, "JKT-1/1"), second)
    turned(host)
    [found] = quarantines(bench)
    assert (found.offset, found.index, found.deadline) == (2, 1, None)
    assert f"OverflowError, {CRASHES} times, at 2.1" in found.reason
    assert "sent again" in found.reason  # a remedy
    assert host.applied == bench.journal.end(DOMAIN)
    assert host.stopped is None
    assert "it is skipped (quarantine)" in (host.crashed or "")
    objects = [row.object for _, row in bench.store.rows(DOMAIN, "alarms")]
    assert sorted(objects) == ["DPS-1", "SBY-1/2"]
    alerts = [one for one in bench.store.effects(DOMAIN, ("alert",)) if isinstance(one, Alert)]
    assert any(one.kind == "quarantine" and "OverflowError" in one.text for one in alerts)
    events = [event for _, frame in bench.journal.read(DOMAIN, 0) for event in frame.events]
    assert any(getattr(event, "id", "") == "poison" for event in events), "nothing is lost"
    assert turned(bench.host()).applied == host.applied  # a new owner heeds the list, too


@pytest.mark.usefixtures("poisoned")
def test_of_frames_that_wait_the_one_that_the_store_does_not_take_is_found(bench: Bench) -> None:
    host = bench.host()
    first, second = cut()
    for event in (first, alarm("poison", 1, "JKT-1/1"), second):
        bench.append(event)
    turned(host)
    [found] = quarantines(bench)
    assert (found.offset, found.index, found.deadline) == (3, 0, None)
    assert host.applied == bench.journal.end(DOMAIN)
    objects = [row.object for _, row in bench.store.rows(DOMAIN, "alarms")]
    assert sorted(objects) == ["DPS-1", "SBY-1/2"]


def test_a_deadline_that_leads_to_it_is_set_aside_and_no_event(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    real = kernel.deadline

    def deadline(draft: Any, kind: str, subject: str) -> None:
        real(draft, kind, subject)
        if kind == "solve":
            poison(draft, f"solve-{draft.now_us}")

    host = bench.host()
    bench.append(*cut())
    turned(host)
    monkeypatch.setattr(kernel, "deadline", deadline)
    bench.past(60)
    bench.append(alarm("a-3", 60, "JKT-1/1"))
    turned(host)
    found = quarantines(bench)
    assert found
    assert all(one.deadline is not None and one.deadline.kind == "solve" for one in found)
    assert host.applied == bench.journal.end(DOMAIN)
    assert "JKT-1/1" in [row.object for _, row in bench.store.rows(DOMAIN, "alarms")]


@pytest.mark.usefixtures("poisoned")
def test_a_store_that_takes_nothing_is_waited_for_and_no_input_is_blamed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = bench.host()
    turned(host)
    before = host.applied
    database = bench.store._database  # type: ignore[attr-defined]  # the one under the store
    real = database.put

    def broken(*_: Any) -> None:
        raise sqlite3.OperationalError("of no kind that anybody knows")

    monkeypatch.setattr(database, "put", broken)
    bench.append(*cut())
    fold = Fold(host, lambda: None, 1.0)
    for _ in range(5 * CRASHES):
        assert fold.turn() > 0, "it waits between two tries"
        assert "OperationalError" in (fold.trouble or "")
    monkeypatch.setattr(database, "put", real)
    turned(host)
    assert not quarantines(bench)
    assert host.applied > before
    assert host.applied == bench.journal.end(DOMAIN)


def test_an_outage_is_waited_for_however_often_it_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(tmp_path / "worlds")
    host = bench.host()
    turned(host)
    real = MemoryStore.commit

    def away(_: MemoryStore, commit: Commit) -> None:
        raise StoreDown("The store is away", "Start it")

    monkeypatch.setattr(MemoryStore, "commit", away)
    bench.append(*cut())
    fold = Fold(host, lambda: None, 1.0)
    for _ in range(5 * CRASHES):
        assert fold.turn() > 0
    monkeypatch.setattr(MemoryStore, "commit", real)
    turned(host)
    assert not quarantines(bench)
    assert host.applied == bench.journal.end(DOMAIN)

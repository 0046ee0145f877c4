"""The owner of a domain: what it folds, when it beats, and what happens when something breaks."""

from pathlib import Path
from typing import Any

import pytest

from connectors.journal.memory import MemoryJournal
from connectors.ports import Commit, StoreDown, Unusable
from connectors.store.memory import MemoryStore
from correlator import kernel
from correlator.effects import Alert
from correlator.events import SECOND_US, Frame, Heartbeat, KernelVersion, Quarantine, WorldChange
from correlator.policy import Policy
from correlator.state import TextRow
from correlator.world import World
from streams.host.host import CRASHES, MOST_QUARANTINED, Host, Ports, not_later
from streams.host.worlds import Worlds
from tests.streams.small import DOMAIN, Bench, alarm, at, cut


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "worlds")


def settle(host: Host) -> None:
    while host.turn() in ("worked", "fenced"):
        pass


def events(bench: Bench) -> list[Any]:
    return [event for _, frame in bench.journal.read(DOMAIN, 0) for event in frame.events]


def open_roots(bench: Bench) -> list[str]:
    return [row.root for _, row in bench.store.rows(DOMAIN, "incidents") if row.status == "open"]


def test_a_cut_is_seen_and_committed(bench: Bench) -> None:
    host = bench.host()
    bench.append(*cut())
    settle(host)
    bench.past(60)
    settle(host)
    [root] = open_roots(bench)
    assert root in ("SP-2", "CD-BALI")
    assert any(
        alert.kind == "critical" for alert in bench.store.effects(DOMAIN, ("alert",)) if isinstance(alert, Alert)
    )


def test_the_first_start_records_version_and_world_and_the_next_does_not(bench: Bench) -> None:
    settle(bench.host())
    settle(bench.host())
    assert [type(event) for event in events(bench)] == [KernelVersion, WorldChange]


def test_a_due_deadline_gets_a_heartbeat_of_its_own(bench: Bench) -> None:
    host = bench.host()
    bench.append(*cut())
    settle(host)
    assert not any(type(event) is Heartbeat for event in events(bench))
    due_us = host.next_due_us()
    assert due_us is not None
    bench.now_us = due_us
    settle(host)
    assert type(events(bench)[-1]) is Heartbeat


def test_a_new_owner_goes_on_where_the_rows_stand(bench: Bench) -> None:
    bench.append(*cut())
    settle(bench.host())
    bench.past(60)
    settle(bench.host())
    assert len(open_roots(bench)) == 1
    assert bench.store.applied(DOMAIN) == bench.journal.end(DOMAIN)


def test_of_two_owners_the_fenced_one_loads_again(bench: Bench) -> None:
    one, other = bench.host(), bench.host()
    settle(one)
    settle(other)
    bench.append(*cut())
    before = other.applied
    assert one.turn() == "worked"
    assert other.turn() == "fenced"  # what the other one folded is not committed again
    assert other.applied == before > 0  # though nothing is loaded now
    settle(other)
    assert other.applied == one.applied == bench.journal.end(DOMAIN)


def test_a_frame_from_the_future_stops_the_domain_until_its_time_comes(bench: Bench) -> None:
    host = bench.host()
    settle(host)
    bench.now_us += 3600 * 1_000_000
    bench.append(alarm("a-1", 0, "SBY-1/2"))
    bench.now_us -= 3600 * 1_000_000
    assert host.turn() == "stopped"
    assert host.stopped is not None
    bench.now_us += 3600 * 1_000_000
    assert host.turn() == "worked"
    assert host.stopped is None


def test_what_crashes_the_core_three_times_is_skipped_and_shown(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    real = kernel.advance

    def poisoned(state: Any, record: Any, world: Any, then: Any = None) -> Any:
        if getattr(record.event, "id", None) == "poison":
            raise ZeroDivisionError
        return real(state, record, world, then)

    monkeypatch.setattr(kernel, "advance", poisoned)
    host = bench.host()
    bench.append(alarm("poison", 0, "JKT-1/1"), *cut())
    settle(host)
    [quarantine] = [event for event in events(bench) if type(event) is Quarantine]
    assert (quarantine.offset, quarantine.index, quarantine.deadline) == (2, 0, None)
    assert host.crashed == "the core crashed at 2.0, 3 times: ZeroDivisionError; it is skipped (quarantine)"
    bench.past(60)
    settle(host)
    assert len(open_roots(bench)) == 1  # its neighbours in the frame were folded
    alerts = [alert.kind for alert in bench.store.effects(DOMAIN, ("alert",)) if isinstance(alert, Alert)]
    assert "quarantine" in alerts
    settle(bench.host())  # a new owner heeds the list, too


def test_a_deadline_that_crashes_the_core_is_skipped(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    real = kernel.deadline

    def poisoned(draft: Any, kind: str, subject: str) -> None:
        if kind == "solve":
            raise ZeroDivisionError
        real(draft, kind, subject)

    host = bench.host()
    bench.append(*cut())
    settle(host)
    monkeypatch.setattr(kernel, "deadline", poisoned)
    bench.past(60)
    settle(host)
    found = [event for event in events(bench) if type(event) is Quarantine]
    assert found
    assert all(event.deadline is not None and event.deadline.kind == "solve" for event in found)
    assert host.applied == bench.journal.end(DOMAIN)


class Stamping(MemoryJournal):
    """Frames get the time of its own clock, as a broker's topic does it."""

    def __init__(self, bench: Bench, ahead_us: int) -> None:
        super().__init__()
        self._bench, self._ahead_us = bench, ahead_us

    def append(self, domain: str, frame: Frame) -> int:
        return super().append(domain, Frame(self._bench.now_us + self._ahead_us, frame.events))


@pytest.mark.parametrize("ahead_s", [-120, 0, 120])
def test_deadlines_are_met_by_the_clock_that_stamps_the_frames(bench: Bench, ahead_s: int) -> None:
    """A clock that differs from the broker's neither piles up heartbeats nor waits."""
    ahead_us = ahead_s * SECOND_US
    bench.journal = Stamping(bench, ahead_us)
    host = bench.host()
    bench.append(*cut())
    settle(host)
    due_us = host.next_due_us()
    assert due_us is not None
    for now_us, beats in ((due_us - ahead_us - 1, 0), (due_us - ahead_us, 1)):
        bench.now_us = now_us
        settle(host)
        assert sum(type(event) is Heartbeat for event in events(bench)) == beats
    assert host.rest_s() > 0


def test_a_journal_that_lacks_what_is_folded_is_not_gone_on_with(bench: Bench) -> None:
    settle(bench.host())
    bench.journal = MemoryJournal()
    with pytest.raises(Unusable, match="the journal ends at 0"):
        bench.host()


class Growing(MemoryJournal):
    """More is appended whenever somebody reads."""

    def read(self, domain: str, after: int, limit: int = 1000) -> list[tuple[int, Frame]]:
        self.append(domain, Frame(0, (Heartbeat(time=at(0)),)))
        return super().read(domain, after, limit)


def test_a_load_ends_while_the_journal_goes_on(bench: Bench) -> None:
    bench.journal = Growing()
    host = bench.host()
    assert host.turn() == "worked"


def recorded(bench: Bench) -> Host:
    """Folds the journal anew; the clock on the wall is an hour behind it."""
    bench.store = MemoryStore()
    host = Host(DOMAIN, Ports(bench.journal, bench.store, bench.worlds, lambda: 0), recorded=True)
    host.start(bench.world)
    return host


def test_a_recorded_journal_tells_the_time_and_stays_as_it_is(bench: Bench) -> None:
    host = bench.host()
    bench.append(*cut())
    settle(host)
    bench.past(60)
    settle(host)
    before, roots = events(bench), open_roots(bench)
    again = recorded(bench)
    settle(again)
    assert open_roots(bench) == roots
    assert again.turn() == "idle"
    assert again.next_due_us() is not None, "it waits for a record, and there is none"
    assert events(bench) == before


def test_a_crash_on_a_recorded_journal_stops_the_domain(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    host = bench.host()
    bench.append(*cut())
    settle(host)
    before = events(bench)

    def broken(state: Any, record: Any, world: Any, then: Any = None) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(kernel, "advance", broken)
    again = recorded(bench)
    assert [again.turn() for _ in range(CRASHES)] == ["worked", "worked", "stopped"]
    assert "takes no quarantine" in (again.stopped or "")
    assert events(bench) == before


class Refusing(MemoryStore):
    """A store whose disk is full for a while."""

    full = False

    def commit(self, commit: Commit) -> None:
        if self.full:
            raise StoreDown("the disk is full", "free some")
        super().commit(commit)


def test_a_full_disk_loses_nothing_and_folds_nothing_twice(bench: Bench) -> None:
    store = Refusing()
    bench.store = store
    host = bench.host()
    settle(host)
    bench.append(*cut())
    store.full = True
    for _ in range(3):
        with pytest.raises(StoreDown):
            host.turn()
    store.full = False
    settle(host)
    bench.past(60)
    settle(host)
    assert len(open_roots(bench)) == 1


class Counting(MemoryStore):
    """Each commit, by the last frame of it."""

    def __init__(self) -> None:
        super().__init__()
        self.commits: list[int] = []

    def commit(self, commit: Commit) -> None:
        super().commit(commit)
        self.commits.append(commit.applied)


def test_frames_that_wait_are_committed_together_and_the_rows_are_the_same(bench: Bench, tmp_path: Path) -> None:
    together, apart = Bench(tmp_path / "a", store=Counting()), Bench(tmp_path / "b", store=Counting())
    for one in (together, apart):
        host = one.host()
        settle(host)
        for event in cut():
            one.append(event)
            if one is apart:
                settle(host)
        settle(host)
        one.past(60)
        settle(host)
    assert isinstance(together.store, Counting)
    assert isinstance(apart.store, Counting)
    assert len(together.store.commits) < len(apart.store.commits)
    assert together.store.load(DOMAIN) == apart.store.load(DOMAIN)
    told = [one.store.effects(DOMAIN, ("alert", "noted"), last=1000) for one in (together, apart)]
    assert told[0] == told[1]


def test_frames_before_one_that_cannot_be_folded_are_committed(bench: Bench) -> None:
    host = bench.host()
    settle(host)
    for event in cut():
        bench.append(event)
    bench.append(WorldChange(id="w", time=at(0), inventory="0" * 64, policy=None))
    with pytest.raises(Unusable, match="000"):
        settle(host)
    assert bench.store.applied(DOMAIN) == bench.journal.end(DOMAIN) - 1
    assert len(list(bench.store.rows(DOMAIN, "alarms"))) == 2


def test_an_unknown_world_stops_the_host(bench: Bench) -> None:
    host = bench.host()
    settle(host)
    bench.append(WorldChange(id="w", time=at(0), inventory="0" * 64, policy=None))
    with pytest.raises(Unusable, match="000"):
        host.turn()


def test_a_later_kernel_stops_the_host(bench: Bench) -> None:
    host = bench.host()
    settle(host)
    bench.append(KernelVersion(time=at(0), version="9999"))
    with pytest.raises(Unusable, match="9999"):
        host.turn()


def test_rows_of_a_later_kernel_are_not_folded_on(bench: Bench) -> None:
    settle(bench.host())
    applied = bench.store.applied(DOMAIN)
    bench.append(KernelVersion(time=at(0), version="10"))
    later = [("texts", "kernel", TextRow("10"))]
    bench.store.commit(Commit(DOMAIN, applied, applied + 1, later, []))
    with pytest.raises(Unusable, match="goes on with kernel 10"):
        bench.host()
    assert len(events(bench)) == 3, "it does not put itself in force"


def test_kernels_are_numbered_not_spelt() -> None:
    not_later("0")
    not_later(kernel.VERSION)
    with pytest.raises(Unusable):
        not_later(f"{kernel.VERSION}0")


def test_policies_are_found_again_after_the_files_changed(bench: Bench, tmp_path: Path) -> None:
    settle(bench.host())
    again = Worlds(tmp_path / "worlds", bench.world)
    assert again.world(bench.world.topology.hash, bench.world.policy.hash).hash == bench.world.hash


def test_time_stands_still_without_records(bench: Bench) -> None:
    host = bench.host()
    settle(host)
    bench.past(3600)
    assert host.turn() == "idle"
    assert host.state.now_us <= bench.now_us


def test_a_program_that_crashes_everywhere_stops_and_skips_no_more(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = kernel.advance

    def broken(state: Any, record: Any, world: Any, then: Any = None) -> Any:
        if type(record.event) is Heartbeat:
            raise ZeroDivisionError
        return real(state, record, world, then)

    monkeypatch.setattr(kernel, "advance", broken)
    host = bench.host()
    for _ in range(MOST_QUARANTINED + 5):
        bench.append(Heartbeat(time=at(0)))
    settle(host)
    assert host.turn() == "stopped"
    assert "the program is broken" in (host.stopped or "")
    assert sum(type(event) is Quarantine for event in events(bench)) == MOST_QUARANTINED
    monkeypatch.setattr(kernel, "advance", real)
    settle(host)  # mended: it goes on where it stood
    assert host.stopped is None
    assert host.applied == bench.journal.end(DOMAIN)


def test_the_world_in_force_is_told_without_loading(bench: Bench) -> None:
    other = World(bench.world.topology, Policy(remember_days=9))
    host = Host(DOMAIN, Ports(bench.journal, bench.store, bench.worlds, bench.clock))
    assert host.in_force(other) is other
    host.start(bench.world)
    settle(host)
    Worlds(bench.folder, other)  # kept in the folder, as a start with other files does
    bench.append(WorldChange(id="w", time=at(0), inventory=None, policy=other.policy.hash))
    settle(host)
    assert host.in_force(bench.world).hash == other.hash

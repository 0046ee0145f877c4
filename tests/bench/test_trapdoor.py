"""What the trap bench counts as lost, as doubled, as caught up."""

import os
from pathlib import Path

import msgspec

from bench.senders.traps import Sent, batch
from bench.storm.national import national
from bench.trapdoor import caught_up, heard
from bench.watching.process import cpu_s, still
from connectors.journal.sqlite import SqliteJournal
from correlator.events import Alarm, Event, Frame, Heartbeat, moment
from streams.processes.status import Status

TRAPS = batch(national(4_000, seed=1), devices=5, ports_each=4)
DOMAIN = "national"


def alarm(n: int) -> Alarm:
    about, state = TRAPS.said(n)
    return Alarm(
        id=str(n), time=moment(n), source="snmp:x", object=about, alarm_type="link_down", severity="major", state=state
    )


def journal_of(path: Path, frames: list[list[Event]]) -> SqliteJournal:
    journal = SqliteJournal(path)
    for events in frames:
        journal.append(DOMAIN, Frame(1, tuple(events)))
    return journal


def test_what_the_journal_lacks_or_has_twice(tmp_path: Path) -> None:
    beat = Heartbeat(time=moment(1))
    frames: list[list[Event]] = [[alarm(0), alarm(1), beat], [beat], [alarm(1), alarm(3)]]
    journal = journal_of(tmp_path / "journal.db", frames)
    assert heard(journal, DOMAIN, TRAPS, Sent(5, 1.0, 0.1, 0.0)) == (2, 1, 2)  # 2 and 4 are missing, 1 is there twice
    journal.close()


def test_a_worker_that_has_applied_the_last_frame_has_caught_up(tmp_path: Path) -> None:
    status = tmp_path / "worker.json"
    status.write_bytes(msgspec.json.encode(Status(at_us=1, applied=7, end=7, trouble=None, metrics="")))
    assert caught_up(status, 7) != float("inf")


def test_a_figure_that_rests_is_still() -> None:
    counted = iter(range(3))
    assert still(lambda: next(counted, 3))
    assert not still(lambda: 1, patience_s=0.0)


def test_a_process_costs_something() -> None:
    assert cpu_s(os.getpid()) > 0

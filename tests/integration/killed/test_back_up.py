"""A drill: backed up under load, gone on, killed, the back-up put in the old folder's place, started again."""

import dataclasses
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from connectors.privacy.vault import MasterKey, SqliteVault
from correlator.events import BackupRestored, Complaint, moment
from streams import bootstrap, clock
from streams.backup.restoring import Asked, Restored, restore
from streams.backup.taking import take
from streams.erasing import Erased, erase, persons
from streams.files import Files
from streams.settings import Settings
from tests.integration.house import Live, all_done, living, sent_on, settings, until
from tests.integration.killed.audit import Left, left, messages_once, rows_as_folded_afresh
from tests.integration.test_embedded import settled
from tests.streams.small import INVENTORY

DENPASAR = (("snmp", "SBY-1/2", "link_down"), ("poller", "DPS-1", "device_unreachable"))
SURABAYA = (("snmp", "JKT-1/1", "link_down"), ("poller", "SBY-1", "device_unreachable"))
FACTOR = 20


@dataclass(frozen=True, slots=True)
class BothLives(Left):
    """The files of the service that goes on, and what the one before it sent."""

    before: Path

    def sent_lines(self) -> list[str]:
        before = (self.before / "messages.jsonl").read_text().splitlines()
        return [line.rstrip() for line in (*Left.sent_lines(self), *before)]  # an erased one is filled up


def told(live: Live, source: str, element: str, kind: str, state: str = "raised") -> None:
    body = {"source": source, "object": element, "alarm_type": kind, "severity": "critical", "state": state}
    assert live.post("/alarms", body).status_code == 202


def complain(live: Live, name: str, customer: str = "CU-2") -> str:
    body = {"id": name, "channel": "phone", "customer": customer, "text": "tagihan saya salah"}
    answer = live.post("/complaints", body)
    assert answer.status_code == 201
    number: str = answer.json()["number"]
    return number


@contextmanager
def calling(live: Live, name: str) -> Iterator[dict[str, str]]:
    """Somebody complains all the time; what they were answered."""
    answered: dict[str, str] = {}
    over = threading.Event()

    def call() -> None:
        while not over.wait(0.01):
            one = f"{name}-{len(answered)}"
            answered[one] = complain(live, one)

    thread = threading.Thread(target=call)
    thread.start()
    try:
        yield answered
    finally:
        over.set()
        thread.join()


def outages(live: Live) -> dict[str, str]:
    """Numbers of outage tickets, by incident."""
    found = {line["id"]: line["ticket"] for line in live.get("/incidents")["incidents"] if line["ticket"]}
    return {name: live.get(f"/tickets/{ticket['id']}")["number"] for name, ticket in found.items()}


def erased(given: Settings, customer: str) -> None:
    with bootstrap.kept(given) as kept:
        line = Erased(at=moment(clock.wall_us()), by="drill", keys=(f"customer:{customer}",), reason=None)
        assert erase(kept, persons(kept, customer), line)


def killed(live: Live) -> None:
    for pid in live.running.pids.values():
        os.kill(pid, signal.SIGKILL)
    live.running.stop()


def text_of(given: Settings, complaint: str) -> bytes | None:
    """What the customer wrote, as long as it can be read."""
    files = Files(given.data)
    [event] = [one for one in complaints(given) if one.id == complaint]
    assert event.sealed is not None
    with closing(SqliteVault(files.keys, MasterKey.of(files.master))) as vault:
        return vault.unseal(f"customer:{event.customer}", event.sealed)


def complaints(given: Settings) -> list[Complaint]:
    frames = left(given, INVENTORY).journal
    return [event for _, frame in frames for event in frame.events if isinstance(event, Complaint)]


def broken(given: Settings, before: Path, folder: Path) -> list[str]:
    """Laws that do not hold: over both lives no message is sent twice; the journal folds to these rows."""
    it = left(given, INVENTORY)
    try:
        marks = [event for _, frame in it.journal for event in frame.events if isinstance(event, BackupRestored)]
        assert len(marks) == 1
        both = BothLives(it.settings, it.world, it.journal, it.store, before)
        return [*messages_once(both, told_apart=False), *rows_as_folded_afresh(it, folder)]
    finally:
        it.store.close()


def test_a_back_up_takes_the_place_of_what_was_lost(tmp_path: Path) -> None:
    given = settings(tmp_path, clock_factor=FACTOR, clock_start_us=clock.wall_us(), log="error")
    backup = tmp_path / "backup"
    with living(given) as live:
        for alarm in DENPASAR:
            told(live, *alarm)
        first = until("first outage", lambda: settled(live))
        until("notice of it", lambda: live.messages_of("outage"))
        complain(live, "before", "CU-1")
        with calling(live, "load") as kept:
            until("load", lambda: len(kept) > 20)
            known = dict(kept)
            take(given, backup)
            until("more load", lambda: len(kept) > len(known) + 20)
        lost = dict(kept)
        for alarm in SURABAYA:
            told(live, *alarm)
        until("second outage", lambda: len(outages(live)) > 1)
        lost["lost"] = complain(live, "lost")
        until("all sent", lambda: all_done(given))
        numbers, sent = set(outages(live).values()), {message["id"] for message in live.messages()}
        gone = set(outages(live)) - {first["id"]}
        assert text_of(given, "before") is not None
        erased(given, "CU-1")
        killed(live)

    done = restore(given, Asked(backup, "drill"))
    assert isinstance(done, Restored)
    assert (done.numbers_exact, done.ids_exact) == (True, True)
    assert list(done.erased) == ["customer:CU-1"]

    with living(given) as started:
        live = dataclasses.replace(started, token=live.token)
        assert until("first outage still", lambda: first["id"] in outages(live))
        assert text_of(given, "before") is None
        assert complain(live, "lost") == lost["lost"], "who sends it again is told the number that they know"
        with calling(live, "after") as after:
            until("new numbers", lambda: len(after) > 5)
        assert set(after.values()) & (set(lost.values()) | set(known.values())) == set()
        for alarm in SURABAYA:
            told(live, *alarm)
        until("outage after it", lambda: set(outages(live)) - {first["id"]})
        new = {name: number for name, number in outages(live).items() if name != first["id"]}
        assert set(new) & gone == set()
        assert set(new.values()) & numbers == set()
        until("all sent", lambda: all_done(given))
        assert {message["id"] for message in live.messages()} & sent == set()
        assert [one["kind"] for one in live.messages_of("backup_restored")] == ["backup_restored"] * 2

    sent_on(given)
    assert known.items() <= {event.id: event.number for event in complaints(given)}.items()
    assert broken(given, done.replaced, tmp_path / "afresh") == []
    assert msgspec.json.decode((given.data / "restored.jsonl").read_bytes())["by"] == "drill"

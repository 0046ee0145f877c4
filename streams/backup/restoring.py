"""Putting a back-up in the place of a data folder. What was lost since is known outside, so it is allowed for:

numbers and ids leap over what was drawn, who was erased stays erased, and what waited to be sent is not sent by itself,
for it may have been. All is made ready beside the old files, which are moved aside at last and never deleted.
"""

import os
import shutil
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import msgspec

from connectors.privacy.vault import MasterKey, SqliteVault
from connectors.register_restored import go_on
from correlator.events import BackupRestored, Frame, microseconds, moment
from correlator.times import rfc3339
from streams.backup import moving, replaced
from streams.backup.log import PutBack
from streams.backup.manifest import BadBackup, Manifest, copy, read, sync, take_back
from streams.bootstrap.places import clock_of, journal_of, store_of
from streams.bootstrap.shared import given_master, master_key
from streams.bootstrap.snmp.users import take_over_snmp_engines
from streams.files import Files
from streams.processes.data_lock import hold
from streams.settings import Settings

BACKLOG = 10_000_000
RACE = timedelta(minutes=1)  # a key that went while the keys were copied may be in the copy


@dataclass(frozen=True, slots=True)
class Asked:
    """`erasures`: a record that is newer than the replaced folder's; `master_key`: its file; `by`: who restores."""

    source: Path
    by: str
    erasures: Path | None = None
    master_key: Path | None = None


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done, for who did it to read."""

    manifest: Manifest
    replaced: Path
    numbers_exact: bool  # else complaint numbers leapt by a gap
    ids_exact: bool  # the same for outage numbers and ids
    erased: Sequence[str]  # keys that were destroyed once more
    tokens_gone: Sequence[str] | None  # names; None: nothing tells which were taken away since
    waiting: int  # messages, or what becomes many of them


def restore(settings: Settings, asked: Asked) -> Restored | Path:
    """Where an earlier one was cut off: that one is brought to its end, and the answer is where the old files lie.

    Raises PortError, and leaves all as it was; a disk that fails in the last step leaves a folder that says so.
    """
    if settings.database is not None or settings.kafka is not None:
        what = "What this service knows lies in the database and on the brokers, not in its data folder"
        raise BadBackup(what, "Put the database back by its own means (pg_restore), see docs/operations.md")
    with hold(settings.data):
        try:
            finished = moving.resume(settings.data)
            return finished if finished is not None else _restored(settings, asked)
        except OSError as error:
            what = f"{error.filename or settings.data} cannot be written or read: {error.strerror}"
            raise BadBackup(what, "Make room, or give this account the right; then say it again") from error


def _restored(settings: Settings, asked: Asked) -> Restored:
    manifest = read(asked.source)
    if manifest.domain != settings.domain:
        what = f"The back-up is of domain {manifest.domain}, the settings name {settings.domain}"
        raise BadBackup(what, "Set domain as it was")
    for stale in settings.data.glob(f"{moving.FRESH}*"):
        shutil.rmtree(stale)
    fresh = settings.data / f"{moving.FRESH}{os.getpid()}"
    fresh.mkdir(mode=0o700)
    try:
        done = _made_ready(settings, asked, manifest, fresh)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    aside = moving.replace(settings.data, fresh, rfc3339(done.at_us)[:19].replace(":", ""))
    numbers, ids = done.exact
    return Restored(manifest, aside, numbers, ids, done.erased, done.tokens_gone, done.waiting)


@dataclass(frozen=True, slots=True)
class _Ready:
    at_us: int
    exact: tuple[bool, bool]
    erased: Sequence[str]
    tokens_gone: Sequence[str] | None
    waiting: int


def _made_ready(settings: Settings, asked: Asked, manifest: Manifest, fresh: Path) -> _Ready:
    for part in manifest.parts:
        take_back(asked.source, part, fresh)
    old, new = Files(settings.data), Files(fresh)
    _master_key(settings, asked, old, new)
    erased = _erase(master_key(settings.model_copy(update={"data": fresh})), asked, manifest, old, new)
    tokens_gone = replaced.tokens(old, new)
    take_over_snmp_engines(new.snmp_engines, old.snmp_engines)
    _rest(old, new)
    at_us, ids_exact, waiting = _leap(settings, manifest, fresh)
    numbers_exact = go_on(new.register, old.register, microseconds(manifest.taken), at_us)
    line = PutBack(at=moment(at_us), by=asked.by, taken=manifest.taken, source=str(asked.source))
    replaced.join(new.restored, [msgspec.json.encode(line)])
    sync(fresh)
    return _Ready(at_us, (numbers_exact, ids_exact), erased, tokens_gone, waiting)


def _master_key(settings: Settings, asked: Asked, old: Files, new: Files) -> None:
    """The one that is named, else that of the back-up, else that of the old folder; none where settings hand it in."""
    given = given_master(settings)
    if given is not None and asked.master_key is not None:
        raise BadBackup(f"The settings have the master key from {given}", "Leave --master-key out, or that setting")
    if given is not None:
        new.master.unlink(missing_ok=True)
    elif asked.master_key is not None:
        new.master.unlink(missing_ok=True)
        copy(asked.master_key, new.master)
    elif not new.master.exists():
        if not old.master.exists():
            raise BadBackup("There is no master key: it is not in the back-up", "Name it: --master-key FILE")
        copy(old.master, new.master)


def _rest(old: Files, new: Files) -> None:
    """What is newer there: who did what; the token for commands on this machine; SNMPv3 users."""
    audit, since = replaced.lines(new.audit), replaced.lines(old.audit)
    if since[: len(audit)] == audit:  # each line follows from the one before
        replaced.join(new.audit, since)
    token = old.data / "token"
    if token.exists():
        copy(token, new.data / token.name)
    if old.snmp_users.exists():
        shutil.rmtree(new.snmp_users, ignore_errors=True)
        new.snmp_users.mkdir(mode=0o700)
        for path in sorted(old.snmp_users.iterdir()):
            copy(path, new.snmp_users / path.name)


def _erase(master: MasterKey, asked: Asked, manifest: Manifest, old: Files, new: Files) -> list[str]:
    """Who was erased since, is so again: by the old folder's record, and by the one that is named."""
    source = asked.erasures or old.erasures
    if asked.erasures is not None and not source.exists():
        raise BadBackup(f"{source} is not there", "Name the record of erasures, erasures.jsonl")
    known = replaced.erased(replaced.lines(new.erasures), new.erasures)
    since = [one for one in known if one.at > manifest.taken - RACE]
    since += replaced.erased(replaced.join(new.erasures, replaced.lines(source)), source)
    with closing(SqliteVault(new.keys, master)) as vault:
        named = {(key, one.names.get(key)) for one in since for key in one.keys}
        return [key for key, name in sorted(named, key=str) if vault.erase(key, bytes.fromhex(name) if name else None)]


def _leap(settings: Settings, manifest: Manifest, fresh: Path) -> tuple[int, bool, int]:
    """Append the record by which the kernel's numbers and ids leap, before any deadline since then is stepped.

    The time of the restore, whether the leap is exact, and how many messages wait. Raises PortError.
    """
    domain, there = settings.domain, settings.model_copy(update={"data": fresh})
    with ExitStack() as opened:
        journal = opened.enter_context(closing(journal_of(there)))
        store = opened.enter_context(closing(store_of(there)))
        drawn = replaced.drawn(settings, journal)
        known, until_us = replaced.counters(store, domain)
        exact = drawn.exact and all(drawn.counters.get(name, 0) >= value for name, value in known.items())
        at_us = max(clock_of(there, journal)(), until_us + 1, drawn.until_us + 1)
        end = journal.end(domain)
        last_us = journal.read(domain, end - 1, 1)[0][1].at_us if end else at_us
        event = BackupRestored(
            id=f"restored-{rfc3339(at_us)}",
            time=moment(at_us),
            taken=manifest.taken,
            counters=drawn.counters,
            exact=exact,
        )
        journal.append(domain, Frame(last_us, (event,)))
        counts = store.outbox.counts(domain)
        waiting = sum(count for (_, state), count in counts.items() if state in ("queued", "trying"))
        return at_us, exact, waiting + len(store.outbox.pending(domain, BACKLOG))

"""Taking a back-up of a data folder while the service works on it: whole, or not at all.

The store is copied first, then the journal, then what the journal refers to. So the store is never ahead of the
journal, and each number, key and contact that a frame uses is there.
"""

import os
import shutil
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import msgspec

from connectors.sqlite_file import back_up
from correlator import kernel
from correlator.events import moment
from streams import clock
from streams.backup.manifest import NAME, BadBackup, Manifest, Part, copy, part_of, sync, sync_one, write
from streams.files import STORE, Files
from streams.settings import Settings

WORLDS = (".world", ".source", ".json")  # what is written whole; other names are being written


def take(settings: Settings, target: Path, *, secrets: bool = False) -> Manifest:
    """Into a new folder. Raises PortError, and leaves nothing behind."""
    if settings.database is not None or settings.kafka is not None:
        raise BadBackup(
            "What this service knows lies in the database and on the brokers, not in its data folder",
            "Back up the database by its own means (pg_dump), and the master key",
        )
    files = Files(settings.data)
    if missing := [path.name for path in databases(files) if not path.exists()]:
        what = f"{settings.data} has no {', '.join(missing)}"
        raise BadBackup(what, "Name the data folder of a service that was started, with --config or SIMPUL_DATA")
    if target.exists():
        raise BadBackup(f"{target} is there already", "Name a folder that is not")
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        aside.mkdir(mode=0o700)
        taken = _taken(settings, files, aside, secrets=secrets)
        aside.rename(target)
        sync_one(target.parent)
    except OSError as error:
        what = f"The back-up cannot be written: {error.filename or target}: {error.strerror}"
        raise BadBackup(what, "Make room, or name another folder") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return taken


def databases(files: Files) -> tuple[Path, ...]:
    """In the order in which they are copied."""
    return files.data / STORE, files.journal, files.register, files.keys, files.directory


def hidden(files: Files) -> tuple[Path, ...]:
    """What opens the rest, or lies in clear: the master key, and passwords of SNMPv3 users."""
    return files.master, *(sorted(files.snmp_users.iterdir()) if files.snmp_users.exists() else ())


def _taken(settings: Settings, files: Files, aside: Path, *, secrets: bool) -> Manifest:
    taken = moment(clock.wall_us())
    for path in databases(files):
        back_up(path, aside / path.name)
    if files.snmp_engines.exists():
        back_up(files.snmp_engines, aside / files.snmp_engines.name)
    for path in (
        files.tokens,
        files.issued,
        files.erasures,
        files.audit,
        files.restored,
        *(hidden(files) if secrets else ()),
    ):
        if path.exists():
            target = aside / path.relative_to(files.data)
            target.parent.mkdir(mode=0o700, exist_ok=True)
            copy(path, target)
    _worlds(files.worlds, aside / files.worlds.name)
    made = Manifest(
        taken=taken,
        kernel=kernel.VERSION,
        program=version("simpul"),
        domain=settings.domain,
        parts=tuple(_parts(aside)),
    )
    write(aside / NAME, msgspec.json.format(msgspec.json.encode(made)) + b"\n")
    sync(aside)
    return made


def _worlds(folder: Path, target: Path) -> None:
    """Inventories and policies that frames to be folded may name."""
    target.mkdir(mode=0o700)
    for path in sorted(folder.iterdir()) if folder.exists() else ():
        if path.suffix in WORLDS:
            try:
                copy(path, target / path.name)
            except FileNotFoundError:  # the cache is tidied meanwhile: what is in force stays
                (target / path.name).unlink(missing_ok=True)


def _parts(folder: Path) -> Iterator[Part]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield part_of(path, path.relative_to(folder).as_posix())

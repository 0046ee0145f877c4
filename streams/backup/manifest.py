"""What a back-up says of itself: when it was taken, by which program, and what each file of it must be."""

import hashlib
import os
import shutil
from pathlib import Path, PurePosixPath
from typing import Literal

import msgspec

from connectors.ports import PortError
from correlator import kernel
from correlator.events import Time

NAME = "manifest.json"
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL


class BadBackup(PortError):
    """A back-up that cannot be made, or is none; the data folder is as it was."""

    recoverable = False


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of it; `name` is its path in the data folder."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Written last. `taken`: what was acknowledged before is in it; `domain`: whose journal it is."""

    format: Literal["simpul-backup/1"] = "simpul-backup/1"
    taken: Time
    kernel: str
    program: str
    domain: str
    parts: tuple[Part, ...]


def read(folder: Path) -> Manifest:
    """Raises BadBackup where the folder holds none that we can restore."""
    try:
        found = msgspec.json.decode((folder / NAME).read_bytes(), type=Manifest)
    except OSError as error:
        what = f"{folder} is no back-up: {NAME}: {error.strerror}"
        raise BadBackup(what, "Name a folder that simpul backup made") from error
    except msgspec.MsgspecError as error:
        what = f"{folder / NAME} cannot be used: {error}"
        raise BadBackup(what, "Name another back-up, or use the program that made it") from error
    if not found.kernel.isdecimal() or int(found.kernel) > int(kernel.VERSION):
        what = f"{folder} is of kernel {found.kernel}, this is {kernel.VERSION}"
        raise BadBackup(what, "Restore it with that version")
    for part in found.parts:
        path = PurePosixPath(part.name)
        if path.is_absolute() or ".." in path.parts:
            raise BadBackup(f"{folder / NAME} names {part.name}, which lies elsewhere", "Name another back-up")
    return found


def part_of(path: Path, name: str) -> Part:
    """A file as it is now."""
    with path.open("rb") as file:
        return Part(name, path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def take_back(source: Path, part: Part, folder: Path) -> None:
    """A file of the back-up into a folder, if it is what it was. Raises BadBackup, OSError."""
    path, target = source / part.name, folder / part.name
    target.parent.mkdir(mode=0o700, exist_ok=True)
    if not path.is_file():
        raise BadBackup(f"{path} is missing", "Name another back-up: this one is not whole")
    copy(path, target)
    if part_of(target, part.name) != part:
        raise BadBackup(f"{path} is not what was backed up", "Name another back-up: this one is damaged")


def copy(source: Path, target: Path) -> None:
    """A new file of mode 0600. Raises OSError."""
    with (
        source.open("rb") as reading,
        os.fdopen(os.open(target, NEW, 0o600), "wb") as to,
    ):
        shutil.copyfileobj(reading, to)


def write(path: Path, content: bytes) -> None:
    """A new file of mode 0600, synced. Raises OSError."""
    with os.fdopen(os.open(path, NEW, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync(folder: Path) -> None:
    """All files below it, and the folders that name them."""
    for path in (*folder.rglob("*"), folder):
        sync_one(path)


def sync_one(path: Path) -> None:
    """A file, or the names in a folder."""
    held = os.open(path, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)

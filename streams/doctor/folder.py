"""The data folder: whether it can be written, has room, lies on a disk that can hold it, and is nobody else's."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile

from streams.doctor.finding import Finding, well
from streams.files import nearest

LEAST_BYTES, SCARCE_BYTES = 200_000_000, 2_000_000_000
REMOTE = ("nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "ceph", "glusterfs")
PART = "data"


def is_running(data: Path) -> bool:
    """Whether a service holds this folder."""
    try:
        held = (data / "lock").open("rb")
    except OSError:
        return False
    with held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def folder(data: Path) -> Iterator[Finding]:
    """Of one that is not there, of what it will lie in."""
    there = nearest(data)
    if not there.is_dir():
        yield Finding(PART, "wrong", f"{there} is a file", "Name a folder")
        return
    yield _written(data, there)
    yield _room(there)
    try:
        yield _disk(there)
        if there == data.absolute():
            yield _private(data)
            yield _owned(data)
    except PermissionError as error:
        yield Finding(PART, "wrong", f"{error.filename} may not be looked at", "Ask as the service's account")


def _written(data: Path, there: Path) -> Finding:
    try:
        with TemporaryFile(dir=there) as file:
            file.write(b"simpul")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return Finding(PART, "wrong", f"{there} cannot be written: {error.strerror}", "Give this account the right")
    if there != data.absolute():
        return well(PART, f"{data.absolute()} is not there yet; it can be made")
    working = "; a service works on it" if is_running(data) else ""
    return well(PART, f"{data.absolute()} can be written{working}")


def _room(there: Path) -> Finding:
    free_bytes = shutil.disk_usage(there).free
    said = f"{free_bytes / 1e9:.1f} GB are free"
    if free_bytes < LEAST_BYTES:
        return Finding("data, room", "wrong", said, "Free some: on a full disk nothing is taken in")
    if free_bytes < SCARCE_BYTES:
        return Finding("data, room", "warning", said, "A frame of 100 alarms takes some 10 kB: see how long that lasts")
    return well("data, room", said)


def _disk(there: Path) -> Finding:
    part, kind = "data, disk", _file_system(there)
    if kind in REMOTE:
        return Finding(part, "wrong", f"it lies on {kind}", "Take a local disk: SQLite's locks need one")
    device = there.stat().st_dev
    strays = sorted(path.name for path in there.iterdir() if path.exists() and path.stat().st_dev != device)
    if strays:
        what = f"{', '.join(strays)} lie on another file system"
        return Finding(part, "wrong", what, "Keep all files of the folder on one: they take each other's place")
    return well(part, f"one local file system{f' ({kind})' if kind else ''}")


def _file_system(there: Path) -> str | None:
    """Its kind, by the longest mount point above it; None where the system does not tell."""
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    except OSError:
        return None
    real = there.resolve()
    above = [(len(point), kind) for point, kind in mounts if real.is_relative_to(point)]
    return max(above)[1] if above else None


def _private(data: Path) -> Finding:
    open_to = [path.name for path in (data, *sorted(data.iterdir())) if path.is_file() and path.stat().st_mode & 0o077]
    if data.stat().st_mode & 0o077:
        what = f"others may look into it (mode {data.stat().st_mode & 0o777:o})"
        return Finding("data, rights", "warning", what, f"chmod 700 {data}")
    if "master.key" in open_to:
        return Finding("data, rights", "wrong", "others may read master.key", f"chmod 600 {data / 'master.key'}")
    return well("data, rights", "this account's alone")


def _owned(data: Path) -> Finding:
    owner = data.stat().st_uid
    others = sorted(path.name for path in data.iterdir() if path.lstat().st_uid != owner)
    if others:
        what = f"{', '.join(others[:5])} belong to another account than the folder"
        return Finding("data, owner", "wrong", what, f"chown -R --reference={data} {data}")
    return well("data, owner", "all files are of one account")

"""What lies in the data folder goes aside, and what is ready takes its place: to the end, also after a crash between.

The folder itself stays, for it may be a mounted volume, and its lock is held. While the move goes on it has a file
`restoring.json`, and nothing else of ours uses it (`files.make_folder`).
"""

import os
import shutil
from pathlib import Path
from typing import Literal

import msgspec

from streams.backup.manifest import sync_one, write
from streams.files import RESTORING

REPLACED = "replaced-"
FRESH = ".fresh-"


class Move(msgspec.Struct, frozen=True):
    """Names within the data folder: where the old files go, where the new ones lie ready."""

    aside: str
    fresh: str
    step: Literal["old out", "new in"] = "old out"


def replace(data: Path, fresh: Path, stamp: str) -> Path:
    """Where the old files lie now. Raises OSError: say `resume`."""
    move = Move(_free(data, stamp), fresh.name)
    _note(data, move)
    return _go_on(data, move)


def resume(data: Path) -> Path | None:
    """Bring a move that was cut off to its end; None where there was none. Raises OSError."""
    mark = data / RESTORING
    if not mark.exists():
        return None
    return _go_on(data, msgspec.json.decode(mark.read_bytes(), type=Move))


def _go_on(data: Path, move: Move) -> Path:
    aside, fresh = data / move.aside, data / move.fresh
    if move.step == "old out":
        aside.mkdir(mode=0o700, exist_ok=True)
        for path in sorted(data.iterdir()):
            if not _stays(path.name, move):
                path.rename(aside / path.name)
        sync_one(aside)
        sync_one(data)
        move = msgspec.structs.replace(move, step="new in")
        _note(data, move)
    for path in sorted(fresh.iterdir()) if fresh.exists() else ():
        path.rename(data / path.name)
    sync_one(data)
    shutil.rmtree(fresh, ignore_errors=True)
    (data / RESTORING).unlink()
    sync_one(data)
    return aside


def _stays(name: str, move: Move) -> bool:
    own = ("lock", RESTORING, move.fresh)
    return name in own or name.startswith(REPLACED)


def _note(data: Path, move: Move) -> None:
    """Whole or not at all."""
    mark = data / RESTORING
    beside = mark.with_name(f".{mark.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    write(beside, msgspec.json.encode(move))
    beside.replace(mark)
    sync_one(data)


def _free(data: Path, stamp: str) -> str:
    names = (f"{REPLACED}{stamp}{more}" for more in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(name for name in names if not (data / name).exists())

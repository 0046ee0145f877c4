"""What the worker tells the doors of itself: a small file, replaced each second. Its age says whether it lives."""

from pathlib import Path

import msgspec


class Status(msgspec.Struct, frozen=True):
    at_us: int
    applied: int  # offset of the last frame that is committed
    end: int  # offset of the journal's last frame
    trouble: str | None
    metrics: str  # the worker's part of /metrics
    note: str | None = None  # what is past, and should be known: the core crashed


class StatusFile:
    """Written by one process, read by others."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, status: Status) -> None:
        """Whole or not at all. A full disk is no reason to stop: then the file grows old, and that is seen."""
        aside = self._path.with_suffix(".new")
        try:
            aside.write_bytes(msgspec.json.encode(status))
            aside.replace(self._path)
        except OSError:
            aside.unlink(missing_ok=True)

    def read(self) -> Status | None:
        """None where there is none, or none that can be read."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Status)
        except (OSError, msgspec.MsgspecError):
            return None

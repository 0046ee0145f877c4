"""What the worker tells the doors of itself, each second: in a small file, or in a table that several machines share.

Its age says whether it lives.
"""

from contextlib import suppress
from pathlib import Path
from typing import Protocol

import msgspec

from connectors.ports import ProcessStatus, StoreDown


class Status(msgspec.Struct, frozen=True):
    at_us: int
    applied: int  # offset of the last frame that is committed
    end: int  # offset of the journal's last frame
    trouble: str | None
    metrics: str  # the worker's part of /metrics
    note: str | None = None  # what is past, and should be known: the core crashed
    pid: int = 0  # of the worker, on its machine


class LastWord(Protocol):
    """Written by one process, read by others."""

    def write(self, status: Status) -> None:
        """Whole or not at all. A full disk is no reason to stop: then the word grows old, and that is seen."""

    def read(self) -> Status | None:
        """None where there is none, or none that can be read."""


class StatusFile:
    """In the data folder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, status: Status) -> None:
        aside = self._path.with_suffix(".new")
        try:
            aside.write_bytes(msgspec.json.encode(status))
            aside.replace(self._path)
        except OSError:
            aside.unlink(missing_ok=True)

    def read(self) -> Status | None:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Status)
        except (OSError, msgspec.MsgspecError):
            return None


class SharedStatus:
    """By the name of the domain: it has one owner, wherever that works."""

    def __init__(self, process_status: ProcessStatus, domain: str) -> None:
        self._process_status = process_status
        self._name = f"worker {domain}"

    def write(self, status: Status) -> None:
        with suppress(StoreDown):
            self._process_status.write(self._name, msgspec.json.encode(status))

    def read(self) -> Status | None:
        try:
            body = self._process_status.read().get(self._name)
            return None if body is None else msgspec.json.decode(body, type=Status)
        except (StoreDown, msgspec.MsgspecError):
            return None

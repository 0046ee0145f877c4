"""Lines that are added and never changed: who erased whom. In a file, or in PostgreSQL (`store.shared.erasure_log`)."""

import os
from pathlib import Path
from typing import Protocol


class ErasureLog(Protocol):
    """Raises OSError or PortError where a line cannot be written."""

    @property
    def where(self) -> str:
        """For a person to look it up."""

    def add(self, line: bytes) -> None:
        """Durable when it returns. A line is JSON."""

    def lines(self) -> list[bytes]:
        """In the order in which they were added."""

    def close(self) -> None: ...


class MemoryErasureLog:
    """The memory twin."""

    where = "memory"

    def __init__(self) -> None:
        self._lines: list[bytes] = []

    def add(self, line: bytes) -> None:
        self._lines.append(line)

    def lines(self) -> list[bytes]:
        return list(self._lines)

    def close(self) -> None:
        """Nothing to close."""


class ErasureLogFile:
    """A line each; mode 0600."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def where(self) -> str:
        return str(self._path)

    def add(self, line: bytes) -> None:
        with os.fdopen(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as file:
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def lines(self) -> list[bytes]:
        return self._path.read_bytes().splitlines() if self._path.exists() else []

    def close(self) -> None:
        """Nothing is open."""

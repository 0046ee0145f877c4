"""The audit as a file: lines that are added, each with the hash of the one before, so that none is changed unseen.

A line is JSON. Its `before` is the SHA-256 of the line before it, as it lies in the file; the first has zeros. Who may
write the file can make a whole new one, or cut off its end: hashes that are kept elsewhere (by a syslog server) tell.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any

import msgspec

NONE = "0" * 64
LONGEST, USUAL = 64_000, 2_000  # bytes of a line
# RFC 5424, 6.2.1: facility 13 (log audit); severity 6 informational, 4 warning
FACILITY, TAKEN, REFUSED = 13, 6, 4
ENTERPRISE = "simpul@32473"  # RFC 5612: the number for examples, until the operator has one


@dataclass(frozen=True, slots=True)
class Verified:
    """What the file says of itself."""

    lines: int
    last: str  # hash of the last good line
    broken: int | None = None  # number of the first line that does not follow from the one before


class AuditTrail:
    """Mode 0600; several processes may write it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, said: Mapping[str, Any]) -> None:
        """Raises OSError. It survives the end of the process; the loss of power as far as the disk had it."""
        with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            size = file.seek(0, os.SEEK_END)
            tail = read_end(file, size, USUAL)
            if tail.count(b"\n") < 2:  # the last line may have begun before it
                tail = read_end(file, size, LONGEST)
            last = tail.rstrip(b"\n").rpartition(b"\n")[2]
            before = hash_of(last) if last else NONE
            line = msgspec.json.encode({"before": before, **said}) + b"\n"
            file.write(line if not tail or tail.endswith(b"\n") else b"\n" + line)  # a full disk tore the last one

    def lines(self) -> Iterator[bytes]:
        if self.path.exists():
            with self.path.open("rb") as file:
                yield from (line.rstrip(b"\n") for line in file)

    def verified(self) -> Verified:
        last, number = NONE, 0
        for line in self.lines():
            try:
                before = msgspec.json.decode(line)["before"]
            except (msgspec.MsgspecError, KeyError, TypeError):
                before = None
            if before != last:
                return Verified(number, last, broken=number + 1)
            last, number = hash_of(line), number + 1
        return Verified(number, last)


def read_end(file: FileIO, size: int, most: int) -> bytes:
    file.seek(max(0, size - most))
    return file.read()


def hash_of(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def syslog(line: bytes, host: str, number: int) -> str:
    """A line of the file as a message of RFC 5424: what it says as structured data, and its hash."""
    said = {name: str(value) for name, value in msgspec.json.decode(line).items()}
    severity = TAKEN if said.get("status", "200") < "400" else REFUSED
    at = said.pop("at", "-")
    data = " ".join(f'{_name(name)}="{_escaped(value)}"' for name, value in said.items())
    head = f"<{FACILITY * 8 + severity}>1 {at} {host} simpul - audit"
    return f'{head} [{ENTERPRISE} line="{number}" hash="{hash_of(line)}" {data}]'


def _name(name: str) -> str:
    """SD-NAME: up to 32 printable ASCII signs, without = ] and quotes."""
    return "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in name)[:32]


def _escaped(value: str) -> str:
    """PARAM-VALUE (6.3.3); a line break would end the message on some servers."""
    value = value.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")
    return value.replace("\n", " ").replace("\r", " ")

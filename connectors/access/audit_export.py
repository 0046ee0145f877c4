"""The audit's trail, sent on as messages of RFC 5424: what the other side has kept is not sent again.

The position (`audit.sent`) is written when a batch was kept there, so an outage on either side loses nothing; who is
killed in between sends that batch again, under the same line numbers and hashes. Each line is checked to follow from
the one before.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from connectors.access.audit_trail import LONGEST, NONE, AuditTrail, hash_of, syslog
from connectors.ports import PortError, Unusable

MOST = 500  # lines of a batch


class Position(msgspec.Struct, frozen=True):
    """What the other side has: so many lines, as many octets of the file, and the hash of the last of them."""

    line: int = 0
    octets: int = 0
    hash: str = NONE


@dataclass(frozen=True, slots=True)
class Export:
    """`post` sends a batch, and returns once it is kept; it raises PortError."""

    trail: AuditTrail
    place: Path  # of the position
    host: str  # the name under which it is told
    post: Callable[[Sequence[str]], None]

    def send(self) -> int:
        """One batch of what has come since; how many lines. Raises PortError: Unusable where the trail is not the one
        that was sent before, or does not follow from itself."""
        begun = self._position()
        messages, reached = self._since(begun)
        if messages:
            self.post(messages)
            self._keep(reached)
        return len(messages)

    def _since(self, begun: Position) -> tuple[list[str], Position]:
        if not self.trail.path.exists():
            return [], begun
        messages: list[str] = []
        with self.trail.path.open("rb") as file:
            if begun.line and hash_of(_last(file, begun.octets)) != begun.hash:
                raise Unusable(
                    f"{self.trail.path} is not the trail that was sent up to line {begun.line}",
                    f"See `simpul audit verify`; to send all of it anew, remove {self.place}",
                )
            file.seek(begun.octets)
            at = begun
            for raw in file:
                if not raw.endswith(b"\n") or len(messages) >= MOST:
                    break
                line = raw[:-1]
                messages.append(self._message(line, at))
                at = Position(at.line + 1, at.octets + len(raw), hash_of(line))
        return messages, at

    def _message(self, line: bytes, at: Position) -> str:
        try:
            before = msgspec.json.decode(line)["before"]
            message = syslog(line, self.host, at.line + 1)
        except (ValueError, KeyError, TypeError):
            before, message = None, ""
        if before != at.hash:
            raise Unusable(
                f"line {at.line + 1} of {self.trail.path} does not follow from the one before: {at.line} are sent",
                "See `simpul audit verify`: it was changed, or a full disk tore it",
            )
        return message

    def _position(self) -> Position:
        try:
            return msgspec.json.decode(self.place.read_bytes(), type=Position)
        except FileNotFoundError:
            return Position()
        except (msgspec.MsgspecError, OSError) as error:
            raise Unusable(f"{self.place} cannot be read: {error}", "Remove it: all is sent anew then") from error

    def _keep(self, reached: Position) -> None:
        beside = self.place.with_name(f"{self.place.name}.new")
        try:
            beside.write_bytes(msgspec.json.encode(reached))
            beside.replace(self.place)
        except OSError as error:
            raise PortError(
                f"{self.place} cannot be written: {error.strerror}", "What was sent is sent again"
            ) from error


def _last(file: BinaryIO, octets: int) -> bytes:
    """The last line of so many octets."""
    begin = file.seek(max(0, octets - LONGEST))
    return file.read(octets - begin).removesuffix(b"\n").rpartition(b"\n")[2]

"""What our own code broke at, put aside: raw input that raised what no input should raise.

Bad input is no dead letter; it is counted and refused. A dead letter is a fault of the program: it is kept as it came,
to be looked at, and to be parsed again when the program is mended.
"""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from correlator.events import Time


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """One datagram. JSON on the topic, so that a person can read it."""

    listener: str  # which kind took it: snmp
    frame: str  # id of the raw frame
    index: int  # its place in the frame
    peer: str
    received: Time  # by the edge's clock
    octets: bytes
    given_up: Time
    error: str  # the exception's type and where it was raised: no values


class DeadLetters(Protocol):
    """Where they go."""

    def put(self, letters: Sequence[DeadLetter]) -> None:
        """Durable when it returns. Raises JournalFull."""

    def close(self) -> None: ...


class MemoryDeadLetters:
    """The memory twin: `kept`, in order."""

    def __init__(self) -> None:
        self.kept: list[DeadLetter] = []

    def put(self, letters: Sequence[DeadLetter]) -> None:
        self.kept += letters

    def close(self) -> None:
        """Nothing to close."""


def described(error: BaseException) -> str:
    """The exception's type, and the line that raised it; its text may quote the input."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f" at {place.tb_frame.f_code.co_filename.rpartition('/')[2]}:{place.tb_lineno}" if place else ""
    return f"{type(error).__name__}{where}"

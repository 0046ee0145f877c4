"""Where a message of a stream ends: at a newline, or after as many octets as it says (RFC 6587, section 3.4)."""

from typing import Literal

from connectors.listeners.port import Framing

MOST_OCTETS = 65_507  # of one message: as many as a datagram can have
COUNT_OCTETS = 6  # a count with its space

Broken = Literal["too_long", "bad_count"]


class Messages:
    """One connection's. `counted`: a message that begins with a digit begins with its count, any other ends at its
    newline; `lines`: each ends at its newline."""

    def __init__(self, framing: Framing) -> None:
        self._counted = framing == "counted"
        self._left = bytearray()
        self._broken: Broken | None = None

    @property
    def unfinished(self) -> bool:
        """Some of a message is there whose end did not come."""
        return len(self._left) > 0

    def fed(self, chunk: bytes) -> tuple[list[bytes], Broken | None]:
        """The messages that end in this chunk, without their ends (empty ones are none), and why nothing more can be
        read of it."""
        self._left += chunk
        found: list[bytes] = []
        at = 0
        while (one := self._next(at)) is not None:
            message, at = one
            if message:
                found.append(message)
        del self._left[:at]
        if self._broken is None and len(self._left) > MOST_OCTETS + COUNT_OCTETS:
            self._broken = "too_long"
        return found, self._broken

    def _next(self, at: int) -> tuple[bytes, int] | None:
        """The message that begins here, and where the next one does."""
        if self._counted and self._left[at : at + 1].isdigit():
            return self._counted_out(at)
        end = self._left.find(b"\n", at)
        if end < 0:
            return None
        if end - at > MOST_OCTETS:
            self._broken = "too_long"
            return None
        return bytes(self._left[at:end]).removesuffix(b"\r"), end + 1

    def _counted_out(self, at: int) -> tuple[bytes, int] | None:
        space = self._left.find(b" ", at, at + COUNT_OCTETS)
        if space < 0:
            if len(self._left) - at >= COUNT_OCTETS:
                self._broken = "bad_count"
            return None
        count = bytes(self._left[at:space])
        if not count.isdigit() or int(count) > MOST_OCTETS:
            self._broken = "too_long" if count.isdigit() else "bad_count"
            return None
        start, stop = space + 1, space + 1 + int(count)
        if len(self._left) < stop:
            return None
        return bytes(self._left[start:stop]), stop

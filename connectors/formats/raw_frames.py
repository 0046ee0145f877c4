"""Datagrams as received, in frames: what an edge keeps and a parser reads. A byte of format, then zlib over msgpack.

The version is the first byte: a reader refuses what is newer than itself. All datagrams of a frame come from sources
that share a place (a partition of the topic), in the order in which they came.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import msgspec

from connectors.ports import Unusable

MOST_DATAGRAMS = 500  # of one frame
MOST_OCTETS = 500_000  # of the datagrams of one frame; a single one has 65,507 at most
FORMAT = b"\x01"
FIRST_KIND = "snmp"  # once the only one


class Damaged(Unusable):
    """A frame that no version can read."""


class Datagram(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One datagram: who sent it, when it came by the edge's clock, its octets as they were but for passwords."""

    peer: str  # the address, without the port
    at_us: int  # microseconds since 1970
    octets: bytes


class RawFrame(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`id` names the frame among all edges and times, so that what is made of it gets the same ids each time."""

    kind: str  # which listener took it: snmp
    id: str
    datagrams: Sequence[Datagram]


@dataclass(frozen=True, slots=True)
class Placed:
    """A packed frame, the place that all its sources have, and its kind."""

    place: int
    body: bytes
    kind: str = FIRST_KIND


class RawInlet(Protocol):
    """Where a listener of an edge puts what it received."""

    def post(self, datagrams: Iterable[Datagram]) -> None:
        """Nobody waits for these. Raises JournalFull where too much waits to be written."""

    async def put(self, datagram: Datagram) -> None:
        """Durable when it returns. Raises JournalFull."""


class RawLog(Protocol):
    """Where raw frames are kept until they are parsed: in each place in the order in which they were appended."""

    async def append(self, frames: Sequence[Placed]) -> None:
        """Durable when it returns. Calls may overlap: what an earlier one brought stands before what a later one did.

        Raises JournalFull: some of them may be there all the same. Some may be there twice, each time in order.
        """

    async def close(self) -> None:
        """What was not appended by then is not."""


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(RawFrame)


def pack(frame: RawFrame) -> bytes:
    """1 to 500 datagrams; more is a programmer's error."""
    assert 1 <= len(frame.datagrams) <= MOST_DATAGRAMS, f"a raw frame of {len(frame.datagrams)} datagrams"
    return FORMAT + zlib.compress(_encoder.encode(frame), 1)


def unpack(body: bytes, where: str) -> RawFrame:
    """The frame; `where` names it in the error. Raises Unusable where it is newer than us, Damaged."""
    if body[:1] != FORMAT:
        raise Unusable(f"{where} has format {body[:1].hex() or 'none'}", "Start the version that wrote it, or later")
    try:
        return _decoder.decode(zlib.decompress(body[1:]))
    except (zlib.error, msgspec.DecodeError) as error:
        raise Damaged(f"{where} is damaged: {error}", "See what wrote it: only an edge may") from error


def sliced(datagrams: Sequence[Datagram]) -> Iterator[Sequence[Datagram]]:
    """Frames' worth of them, in order."""
    start = octets = 0
    for number, datagram in enumerate(datagrams):
        octets += len(datagram.octets)
        if number > start and (number - start == MOST_DATAGRAMS or octets > MOST_OCTETS):
            yield datagrams[start:number]
            start, octets = number, len(datagram.octets)
    if start < len(datagrams):
        yield datagrams[start:]


@lru_cache(65_536)
def place_of(peer: str, places: int) -> int:
    """Which of so many places a source's datagrams lie in: the same on every machine."""
    return zlib.crc32(peer.encode()) % places

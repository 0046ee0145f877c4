"""What an edge's listeners hand over becomes raw frames, by the place of each source, and goes to the raw log.

The first datagram of a round waits a moment for company, so that frames are few; many rounds may be under way at once.
Whoever waits (informs) is told when the round is durable.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from connectors.formats.raw_frames import Datagram, Placed, RawFrame, RawLog, pack, place_of, sliced
from connectors.metrics import EDGE_DATAGRAMS_LOST, EDGE_DATAGRAMS_TAKEN
from connectors.ports import Counter, JournalFull
from connectors.telemetry.witness import NOBODY, Witness

LINGER_S = 0.05  # a round; the brokers are asked twenty times a second, however much comes
HELD = 200_000  # datagrams that are not durable yet before listeners are told to stop ...
HELD_BYTES = 128_000_000  # ... or of so many bytes, whichever is first: one may have 16 kB
DATAGRAM_BYTES = 250  # of one in memory, without its octets
CLOSE_S = 5.0  # for what is under way when it is closed


@dataclass(slots=True)
class Round:
    """What has come since the last one."""

    durable: asyncio.Future[None]
    datagrams: dict[int, list[Datagram]] = field(default_factory=dict)  # by place, in order
    number: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Origin:
    """What the frames are called, and how they are spread."""

    kind: str  # of the listener
    name: str  # of this run of this edge: no other has it
    places: int


@dataclass(frozen=True, slots=True)
class Watched:
    """Who sees that a frame is durable, and by which clock."""

    witness: Witness = NOBODY
    clock: Callable[[], int] = lambda: 0  # microseconds since 1970


class Relay:
    """Implements `RawInlet`. `run` sends until it is cancelled; `close` sends what is left.

    Counts datagrams that are durable, and those that are lost by reason.
    """

    def __init__(self, origin: Origin, log: RawLog, counter: Counter, watched: Watched | None = None) -> None:
        self._origin = origin
        self._watched = watched or Watched()
        self._log = log
        self._counter = counter
        self._frames = 0
        self._round: Round | None = None
        self._some = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        self.waiting = 0  # datagrams that are not durable yet
        self._waiting_bytes = 0

    def post(self, datagrams: Iterable[Datagram]) -> None:
        """Sent within a tenth of a second. Raises JournalFull where too many wait already."""
        round_, places = self._open(), self._origin.places
        number = octets = 0
        for datagram in datagrams:
            round_.datagrams.setdefault(place_of(datagram.peer, places), []).append(datagram)
            number += 1
            octets += len(datagram.octets)
        more = octets + number * DATAGRAM_BYTES
        round_.number += number
        round_.bytes += more
        self.waiting += number
        self._waiting_bytes += more
        self._some.set()

    async def put(self, datagram: Datagram) -> None:
        """Durable when it returns. Raises JournalFull."""
        round_ = self._open()
        self.post([datagram])
        await asyncio.shield(round_.durable)  # others wait for it too

    def _open(self) -> Round:
        if self.waiting >= HELD or self._waiting_bytes >= HELD_BYTES:
            what = f"{self.waiting} datagrams wait to be written, of {self._waiting_bytes // 1_000_000} MB"
            raise JournalFull(what, "See why neither brokers nor spool take them")
        if self._round is None:
            self._round = Round(asyncio.get_running_loop().create_future())
        return self._round

    async def run(self) -> None:
        """Until cancelled. Raises what a round died of, if it was no full disk."""
        while True:
            await self._some.wait()
            await asyncio.sleep(LINGER_S)
            self._send()
            done = [task for task in self._under_way if task.done()]
            self._under_way.difference_update(done)
            for error in [task.exception() for task in done]:
                if error is not None:
                    raise error

    async def close(self, patience_s: float = CLOSE_S) -> None:
        """Send what is left, and wait a while for all that is under way; what is not durable then is lost."""
        self._send()
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=patience_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)
        if self.waiting:
            self._counter.count(EDGE_DATAGRAMS_LOST, "closed", n=self.waiting)
            self.waiting = self._waiting_bytes = 0

    def _send(self) -> None:
        """What has come since the last time, on its way."""
        self._some.clear()
        round_, self._round = self._round, None
        if round_ is not None and round_.number:
            frames = [
                (place, self._named(some))
                for place, datagrams in sorted(round_.datagrams.items())
                for some in sliced(datagrams)
            ]
            self._under_way.add(asyncio.create_task(self._append(round_, frames)))

    def _named(self, datagrams: Sequence[Datagram]) -> RawFrame:
        self._frames += 1
        return RawFrame(self._origin.kind, f"{self._origin.name}/{self._frames:x}", datagrams)

    async def _append(self, round_: Round, frames: Sequence[tuple[int, RawFrame]]) -> None:
        try:
            await self._log.append([Placed(place, pack(frame), frame.kind) for place, frame in frames])
        except JournalFull as full:
            self._counter.count(EDGE_DATAGRAMS_LOST, "refused", n=round_.number)
            self._settle(round_, full)
        else:
            self._counter.count(EDGE_DATAGRAMS_TAKEN, n=round_.number)
            self._settle(round_, None)
            done_us = self._watched.clock()
            for _, frame in frames:
                self._watched.witness.kept(frame, done_us)

    def _settle(self, round_: Round, full: JournalFull | None) -> None:
        self.waiting -= round_.number
        self._waiting_bytes -= round_.bytes
        if full is None:
            round_.durable.set_result(None)
        else:
            round_.durable.set_exception(full)
            round_.durable.exception()  # nobody may be waiting

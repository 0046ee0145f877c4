"""A raw log that keeps on disk what another one cannot take now, and brings it there in order when it can again.

While all is well the frames go straight through. When the log refuses some or is silent for too long, all that is under
way goes to the spool in order, and so does all that comes after, until the spool is empty again. What is in the spool
counts as appended. A crash in between may append some frames twice, never out of order and never not at all.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from connectors.formats.raw_frames import Placed, RawLog
from connectors.metrics import EDGE_FRAMES, EDGE_SPOOL_FULL
from connectors.ports import Counter, JournalFull, PortError
from connectors.rawlog.spool import Spool
from connectors.together import together

SILENT_S = 2.0  # without an answer for so long, what is under way goes to the spool
LOOK_S = 0.25  # how often that is asked, and how often a full disk is tried again
SOON_S = 0.01  # until what waits is in the spool
RETRY_S = 1.0  # how often a log that refused is tried again

A = TypeVar("A")
T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Flight:
    """Frames of one call, on their way."""

    frames: Sequence[Placed]
    since_s: float
    durable: asyncio.Future[None]
    landed: bool = False  # the log has them
    numbers: list[int] = field(default_factory=list)  # in the spool

    def done(self) -> None:
        if not self.durable.done():
            self.durable.set_result(None)

    def fail(self, error: BaseException) -> None:
        if not self.durable.done():
            self.durable.set_exception(error)


class SpooledRawLog:
    """`run` keeps it going until it is cancelled. Counts frames by where they went."""

    def __init__(self, log: RawLog, spool: Spool, counter: Counter) -> None:
        self._log = log
        self._spool = spool
        self._counter = counter
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="spool")
        self._flights: dict[Flight, asyncio.Task[None]] = {}  # given to the log, in order
        self._waiting: list[Flight] = []  # for the spool, in order
        self._some = asyncio.Event()  # something waits
        self._drained = 0  # number of the last frame of the spool that the log has
        self._landed: set[int] = set()  # frames that came to the log after they had come to the spool
        self.spooling = spool.frames > 0  # what comes goes to the spool
        self.trouble: str | None = None  # why
        self.full: str | None = None  # why not even that

    async def append(self, frames: Sequence[Placed]) -> None:
        """Waits as long as neither log nor spool can take them."""
        if not frames:
            return
        loop = asyncio.get_running_loop()
        flight = Flight(frames, loop.time(), loop.create_future())
        if self.spooling:
            self._waiting.append(flight)
            self._some.set()
        else:
            self._flights[flight] = asyncio.create_task(self._fly(flight))
        await flight.durable

    async def run(self) -> None:
        """Raises PortError where the spool cannot be used at all."""
        await together(self._watch(), self._write(), self._drain())

    async def close(self) -> None:
        """What is under way gets a moment, then it goes to the spool; what that cannot take is counted as lost."""
        if self._flights:
            await asyncio.wait(self._flights.values(), timeout=SILENT_S)
        self._turn("the edge is closed")
        try:
            await self._spool_waiting()
        except JournalFull:
            self._counter.count(EDGE_FRAMES, "lost", n=sum(len(flight.frames) for flight in self._waiting))
        flying = list(self._flights.values())
        for task in flying:
            task.cancel()
        await asyncio.gather(*flying, return_exceptions=True)
        await self._log.close()
        self._disk.shutdown()
        self._spool.close()

    # Through

    async def _fly(self, flight: Flight) -> None:
        try:
            await self._log.append(flight.frames)
        except PortError as error:
            self._turn(str(error))
        except BaseException as error:
            flight.fail(error)
            raise
        else:
            self._counter.count(EDGE_FRAMES, "log", n=len(flight.frames))
            self._land(flight)
        finally:
            del self._flights[flight]

    def _land(self, flight: Flight) -> None:
        """The log has it, and the spool perhaps too: then that is not drained."""
        flight.landed = True
        self._landed.update(flight.numbers)
        if flight in self._waiting:
            self._waiting.remove(flight)
        flight.done()

    def _turn(self, why: str) -> None:
        """From now on to the spool, and first of all what is under way."""
        self.trouble = why
        if not self.spooling:
            self.spooling = True
            self._waiting.extend(self._flights)
            self._some.set()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            oldest = next(iter(self._flights), None)
            if oldest is not None and asyncio.get_running_loop().time() - oldest.since_s > SILENT_S:
                self._turn(f"the brokers have not answered for {SILENT_S:.0f} s")

    # Into the spool

    async def _write(self) -> None:
        while True:
            await self._some.wait()
            self._some.clear()
            try:
                await self._spool_waiting()
            except JournalFull as full:
                self.full = str(full)
                self._counter.count(EDGE_SPOOL_FULL)
                await asyncio.sleep(LOOK_S)
                self._some.set()

    async def _spool_waiting(self) -> None:
        """Raises JournalFull; then all of it waits on."""
        while waiting := list(self._waiting):
            frames = [frame for flight in waiting for frame in flight.frames]
            numbers = iter(await self._on_disk(self._spool.append, frames))
            self._counter.count(EDGE_FRAMES, "spool", n=len(frames))
            written = set(waiting)
            self._waiting = [flight for flight in self._waiting if flight not in written]
            for flight in waiting:
                flight.numbers = [next(numbers) for _ in flight.frames]
                if flight.landed:  # meanwhile
                    self._landed.update(flight.numbers)
                flight.done()
            self.full = None

    # Out of the spool

    async def _drain(self) -> None:
        """Oldest first, when nothing is under way that came before."""
        while True:
            if not self.spooling or self._flights:
                await asyncio.sleep(LOOK_S)
            elif found := await self._on_disk(self._spool.read, self._drained):
                await self._drain_some(found)
            elif self._waiting or self._drained < self._spool.last:
                await asyncio.sleep(SOON_S)
            else:
                self.spooling, self.trouble, self.full = False, None, None
                self._landed.clear()

    async def _drain_some(self, found: Sequence[tuple[int, Placed]]) -> None:
        frames = [frame for number, frame in found if number not in self._landed]
        try:
            await self._log.append(frames)
        except PortError as error:
            self.trouble = str(error)
            await asyncio.sleep(RETRY_S)
            return
        self._drained = found[-1][0]
        self._counter.count(EDGE_FRAMES, "drained", n=len(frames))
        try:
            await self._on_disk(self._spool.remove, self._drained)
        except JournalFull:  # a full disk does not even take that; it goes with those that are removed next
            self._counter.count(EDGE_SPOOL_FULL)

    async def _on_disk(self, work: Callable[[A], T], given: A) -> T:
        """In the spool's own thread, one after the other: the loop never waits for a disk."""
        return await asyncio.get_running_loop().run_in_executor(self._disk, work, given)

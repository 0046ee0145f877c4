"""Raw frames become frames of the journal: parsed and framed in order of arrival, acknowledged when that is durable.

At least once: what was appended and not acknowledged comes again after a crash, as the same alarms with the same ids.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import structlog

from connectors.metrics import EVENTS_JOURNALED, INFLOW_WAITS
from connectors.ports import Counter, Journal, PortError
from connectors.telemetry.witness import NOBODY, Journaled, Witness
from correlator.events import Event, Frame
from streams.processes.intake.queue import FRAME, FRAME_CHARS

HELD = 200  # raw frames in hand; then the brokers keep the rest
RETRY_S = 0.5  # how often brokers that take nothing are tried again

log = structlog.get_logger("inflow")


@dataclass(frozen=True, slots=True)
class Raw:
    """One record of a raw topic; `taken` is called on the loop when all that came of it is durable."""

    body: bytes
    where: str  # topic, partition and offset, for words about it
    taken: Callable[[], object]


# (domain, event) each. What is bad it counts and puts aside; raises PortError where it cannot
Parse = Callable[[Raw], Sequence[tuple[str, Event]]]


@dataclass(frozen=True, slots=True)
class InflowPorts:
    """What an inflow is handed."""

    parse: Parse
    journal: Journal
    counter: Counter
    clock: Callable[[], int]  # microseconds since 1970
    witness: Witness = NOBODY


class Inflow:
    """`run` writes until it is cancelled. One thread parses and appends, so nothing overtakes."""

    def __init__(self, ports: InflowPorts) -> None:
        self._ports = ports
        self._waiting: list[Raw] = []
        self._some, self._room = asyncio.Event(), asyncio.Event()
        self._room.set()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="inflow")
        self._stop = threading.Event()
        self.full: str | None = None  # why nothing is taken, for the health door

    async def take(self, raw: Raw) -> None:
        """In order; waits while enough is in hand."""
        await self._room.wait()
        self._waiting.append(raw)
        self._some.set()
        if len(self._waiting) >= HELD:
            self._room.clear()

    async def run(self) -> None:
        """Until cancelled; what is in hand then is not acknowledged."""
        loop = asyncio.get_running_loop()
        while True:
            await self._some.wait()
            raws, self._waiting = self._waiting, []
            self._some.clear()
            self._room.set()
            if await loop.run_in_executor(self._thread, self._write, raws):
                for raw in raws:
                    raw.taken()

    def close(self) -> None:
        self._stop.set()
        self._thread.shutdown()

    # In the thread

    def _write(self, raws: Sequence[Raw]) -> bool:
        """All that comes of them, durable; False where that is no more waited for."""
        events: dict[str, list[Event]] = {}

        def read(raw: Raw) -> None:
            for domain, event in self._ports.parse(raw):
                events.setdefault(domain, []).append(event)

        def append(domain: str, some: tuple[Event, ...]) -> None:
            frame = Frame(self._ports.clock(), some)
            offset = self._ports.journal.append(domain, frame)
            self._ports.counter.count(EVENTS_JOURNALED, n=len(some))
            self._ports.witness.journaled(Journaled(domain, offset, frame, self._ports.clock()))

        return all(self._done(partial(read, raw)) for raw in raws) and all(
            self._done(partial(append, domain, some))
            for domain, mine in sorted(events.items())
            for some in framed(mine)
        )

    def _done(self, do: Callable[[], None]) -> bool:
        """However long it takes; False where we are told to end. What no new try helps waits for other hands too."""
        while not self._stop.is_set():
            try:
                do()
            except PortError as error:
                if self.full != str(error):  # said once, and shown as long as it lasts
                    log.error("inflow_waits", what=error.what, remedy=error.remedy)
                self._ports.counter.count(INFLOW_WAITS)
                self.full = str(error)
                self._stop.wait(RETRY_S)
            else:
                self.full = None
                return True
        return False


def framed(events: Sequence[Event]) -> Iterator[tuple[Event, ...]]:
    """Frames' worth of them, in order."""
    start = chars = 0
    for number, event in enumerate(events):
        chars += len(getattr(event, "text", None) or "")
        if number > start and (number - start == FRAME or chars > FRAME_CHARS):
            yield tuple(events[start:number])
            start, chars = number, len(getattr(event, "text", None) or "")
    if start < len(events):
        yield tuple(events[start:])

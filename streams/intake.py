"""The one way in: what listeners hand over is numbered, classified, sealed, framed and appended, in order of arrival.

Where several domains share the network, a frame goes into the journal of each that it concerns (`streams.routing`).

Whoever waits (HTTP, informs) is answered when the frame is durable; datagrams are framed with what else came. Frames
are written by one thread, so that the loop which drains the sockets never waits for a disk.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import msgspec

from connectors.book import Book, Entry, entry_of
from connectors.ports import Accepted, Counter, Directory, Journal, JournalFull, Refused, Vault
from connectors.witness import NOBODY, Journaled, Witness
from correlator.events import (
    Alarm,
    ComplaintIn,
    Event,
    Frame,
    Incoming,
    Reply,
    ReplyIn,
    WorldChange,
)
from streams.complaints import Said, journaled, said_by
from streams.routing import Route

FRAME = 500  # events
FRAME_CHARS = 300_000  # of free text in one frame, so that it stays well under 512 kB
LINGER_S = 0.01  # how long the first event of a frame waits for company
RETRY_S = 0.25  # how often a full disk is tried again
HELD = 50_000  # events that wait for a full disk before listeners are told to stop

Answer = Accepted | Refused


@dataclass(frozen=True, slots=True)
class IntakePorts:
    """What an intake is handed."""

    journal: Journal
    book: Book
    vault: Vault
    directory: Directory
    counter: Counter
    clock: Callable[[], int]  # microseconds since 1970, never running back
    witness: Witness = NOBODY


@dataclass(slots=True)
class Waiting:
    """What has come and is not written: events in order; who waits for which."""

    events: list[Incoming] = field(default_factory=list)
    answers: dict[int, asyncio.Future[Answer]] = field(default_factory=dict)  # by place in `events`

    def take(self) -> "Waiting":
        """The first frame's worth."""
        size = chars = 0
        for event in self.events[:FRAME]:
            chars += len(getattr(event, "text", None) or "")
            if size and chars > FRAME_CHARS:
                break
            size += 1
        taken = Waiting(self.events[:size], {n: one for n, one in self.answers.items() if n < size})
        self.events = self.events[size:]
        self.answers = {n - size: one for n, one in self.answers.items() if n >= size}
        return taken

    def back(self, taken: "Waiting") -> None:
        """What a full disk did not take: those who wait are told, the rest stays first in the queue."""
        kept = [event for n, event in enumerate(taken.events) if n not in taken.answers]
        self.events = kept + self.events
        self.answers = {n + len(kept): one for n, one in self.answers.items()}


class Intake:
    """Implements `ports.Inlet` over a journal. `run` writes until it is cancelled; `close` writes what is left."""

    def __init__(self, route: Route, ports: IntakePorts) -> None:
        """`route`: whose journals get what."""
        self._route = route
        self._ports = ports
        self._waiting = Waiting()
        self._some = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self.full: str | None = None  # why nothing can be written, for the health door

    @property
    def waiting(self) -> int:
        """Events that are not written yet."""
        return len(self._waiting.events)

    def post(self, alarms: Iterable[Alarm]) -> None:
        """From datagrams: written within 20 ms. Raises JournalFull when the disk is full and enough waits already."""
        if self.full is not None and len(self._waiting.events) >= HELD:
            raise JournalFull(self.full)
        self._waiting.events.extend(alarms)
        self._some.set()

    async def put(self, event: Incoming) -> Answer:
        """From doors that answer: durable on return. Raises JournalFull; who asks while it is full tries it anew."""
        if self.full is not None and len(self._waiting.events) >= HELD:
            raise JournalFull(self.full)
        if isinstance(event, WorldChange):
            return Refused("type", "a World changes when the service starts with other files; it is not sent")
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.answers[len(self._waiting.events)] = answer
        self._waiting.events.append(event)
        self._some.set()
        return await answer

    async def run(self) -> None:
        """Write frames as they fill, until cancelled."""
        while True:
            await self._some.wait()
            if len(self._waiting.events) < FRAME:
                await asyncio.sleep(LINGER_S)
            await self._write_frame()  # one: what came meanwhile waits for company too, so that frames are few
            if self.full is not None:
                await asyncio.sleep(RETRY_S)

    async def close(self) -> None:
        """Write what is left; what a full disk refuses is counted as lost."""
        while self._waiting.events and await self._write_frame():
            pass
        if self._waiting.events:
            self._ports.counter.count("intake.lost", "closed_while_journal_full", len(self._waiting.events))
        self._thread.shutdown()

    async def _write_frame(self) -> bool:
        """One frame of what waits; False where the disk is full."""
        taken = self._waiting.take()
        if taken.events:
            try:
                answers = await asyncio.get_running_loop().run_in_executor(self._thread, self._write, taken.events)
            except JournalFull as full:
                self._hold(taken, full)
                return False
            self.full = None
            for place, answer in taken.answers.items():
                if not answer.done():  # whoever waited may have hung up
                    answer.set_result(answers[place])
        if not self._waiting.events:
            self._some.clear()
        return True

    def _hold(self, taken: Waiting, full: JournalFull) -> None:
        self.full = str(full)
        self._ports.counter.count("intake.journal_full")
        self._waiting.back(taken)
        for answer in taken.answers.values():
            if not answer.done():
                answer.set_exception(JournalFull(full.what, full.remedy))

    async def forget(self) -> None:
        """Let the book forget what is too old to be a repeat."""
        loop = asyncio.get_running_loop()
        gone = await loop.run_in_executor(self._thread, self._ports.book.prune, self._ports.clock())
        self._ports.counter.count("intake.forgotten", n=gone)

    # In the journal's thread

    def _write(self, given: Sequence[Incoming]) -> list[Answer]:
        """Book, then journal, then the mark in the book: a crash in between leaves a retry its number and its place."""
        now_us = self._ports.clock()
        events = [self._known(event) for event in given]
        routes = self._route(events)
        answers: list[Answer] = [_answer(event, domains) for event, domains in zip(events, routes, strict=True)]
        entries = _entries(events, routes)
        if entries:
            admitted = self._ports.book.admit(list(entries.values()), now_us)
            for place, answer in zip(entries, admitted, strict=True):
                answers[place] = answer
        fresh = [(n, one) for n, one in enumerate(answers) if isinstance(one, Accepted) and not one.repeated]
        kept = self._journaled([(events[place], answer) for place, answer in fresh])
        frames: dict[str, dict[int, Event]] = {}
        for (place, _), event in zip(fresh, kept, strict=True):
            for domain in routes[place]:
                frames.setdefault(domain, {})[place] = event
        done: list[Entry] = []
        try:
            for domain, mine in frames.items():
                self._append(domain, Frame(now_us, tuple(mine.values())))
                done += [entries[place] for place in mine if place in entries]
        finally:  # where one domain's journal takes nothing, the others have theirs
            if done:
                self._ports.book.journaled(done)
        return answers

    def _append(self, domain: str, frame: Frame) -> None:
        offset = self._ports.journal.append(domain, frame)
        self._ports.counter.count("intake.events", n=len(frame.events))
        self._ports.witness.journaled(Journaled(domain, offset, frame, self._ports.clock()))

    def _journaled(self, fresh: Sequence[tuple[Incoming, Accepted]]) -> Iterator[Event]:
        """As the journal keeps them: classified, numbered, sealed; all that is to be sealed at once."""
        said = [_said(event) for event, _ in fresh]
        words = [one for one in said if one is not None]
        sealed = iter(self._ports.vault.seal_many([(one.person, one.plain) for one in words]) if words else ())
        for (event, answer), one in zip(fresh, said, strict=True):
            yield _kept(event, answer, one, None if one is None else next(sealed))

    def _known(self, event: Incoming) -> Incoming:
        """A complaint with its customer, where who complains gave only where to reach him."""
        if isinstance(event, ComplaintIn) and not event.customer:
            return msgspec.structs.replace(event, customer=self._who(event.contact))
        return event

    def _who(self, contact: str | None) -> str | None:
        """The one customer whom this phone or mail belongs to; None where it is nobody's or several persons'."""
        if not contact:
            return None
        directory = self._ports.directory
        found = directory.by_email(contact) if "@" in contact else directory.by_phone(contact)
        return found[0] if len(found) == 1 else None


def _answer(event: Incoming, domains: Sequence[str]) -> Answer:
    """Where the book has nothing to say."""
    if not domains:
        return Refused("type", f"a {event.__struct_config__.tag} is for one journal of several; it is not sent")
    return Accepted(getattr(event, "id", "heartbeat"))


def _entries(events: Sequence[Incoming], routes: Sequence[Sequence[str]]) -> dict[int, Entry]:
    """By place, what the book is asked.

    What several domains get is no repeat before the last one has it, which the book does not know: it is appended each
    time, and the kernels know it by its id.
    """
    asked = ((place, entry_of(event)) for place, event in enumerate(events) if len(routes[place]) == 1)
    return {place: entry for place, entry in asked if entry is not None}


def _said(event: Incoming) -> Said | None:
    """What a person wrote, and under whose key it goes (UU PDP 27/2022); None where nobody wrote anything."""
    match event:
        case ComplaintIn():
            return said_by(event.customer, event.id, {"text": event.text, "contact": event.contact})
        case ReplyIn() if event.text:
            return said_by(event.customer, event.ticket, {"text": event.text})
        case _:
            return None


def _kept(event: Incoming, answer: Accepted, said: Said | None, sealed: bytes | None) -> Event:
    match event:
        case ComplaintIn():
            assert answer.number is not None, "the book draws a number for each complaint"
            assert said is not None, "a complaint has its words"
            return journaled(event, answer.number, said.customer, sealed)
        case ReplyIn():
            return Reply(
                id=event.id,
                time=event.time,
                customer=event.customer,
                ticket=event.ticket,
                says=event.says,
                sealed=sealed,
            )
        case _:
            return event

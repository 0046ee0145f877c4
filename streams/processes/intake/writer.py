"""The one way into a domain's journal: what listeners hand over is numbered, classified, sealed, framed and appended,
in order of arrival. Where several domains share the network, each has one (`streams.processes.intake.several`).

Whoever waits (HTTP, informs) is answered when the frame is durable; datagrams are framed with what else came. Frames
are written by one thread, so that the loop which drains the sockets never waits for a disk.
"""

import asyncio
from collections import Counter as Counts
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from connectors.intake_ids import Entry, entry_of
from connectors.intake_register import IntakeRegister
from connectors.metrics import EVENTS_JOURNALED, EVENTS_LOST, INTAKE_SHED, JOURNAL_REFUSALS, REGISTER_FORGOTTEN
from connectors.ports import Accepted, Counter, Directory, Journal, JournalFull, PortError, Vault
from connectors.privacy.directory import whose
from connectors.telemetry.witness import NOBODY, Journaled, Witness
from correlator.events import (
    Alarm,
    ComplaintIn,
    Event,
    Frame,
    Heartbeat,
    Incoming,
    IntakeShed,
    ReplyIn,
    WorldChange,
    microseconds,
    moment,
)
from correlator.wire import BadInput
from streams.complaints import People, Said, journaled, replied, said_by
from streams.processes.intake.queue import FRAME, Answer, Bounds, Item, Queue

LINGER_S = 0.01  # how long the first event of a frame waits for company, where somebody waits for its answer
RETRY_S = 0.25  # how often a full disk is tried again
AT_ONCE = 8  # frames each time that the loop has its turn: a storm keeps it busy between two, and a disk is slow
HELD = 50_000  # events that wait for a full disk before listeners are told to stop
QUIET_S = 600.0  # a flood is over when so long nothing was shed
NAMED = 5  # sources of a flood that are named

UNSENT = BadInput("type", "a World changes when the service starts with other files; it is not sent")


@dataclass(frozen=True, slots=True)
class IntakePorts:
    """What an intake is handed."""

    journal: Journal
    register: IntakeRegister
    vault: Vault
    directory: Directory
    counter: Counter
    clock: Callable[[], int]  # microseconds since 1970, never running back
    witness: Witness = NOBODY
    shed: Callable[[str, int], None] = lambda _, __: None  # who tells of sources what was shed of one
    people: People = field(default_factory=People)


def tell(items: Iterable[Item], full: PortError) -> list[Item]:
    """That nothing can be written, to those who wait; the others, which are held."""
    held: list[Item] = []
    for item in items:
        if item.answer is None:
            held.append(item)
        elif not item.answer.done():  # whoever waited may have hung up
            item.answer.set_exception(JournalFull(full.what, full.remedy))
    return held


def awaited(events: Iterable[Incoming], sender: str | None) -> tuple[list[asyncio.Future[Answer]], list[Item]]:
    """An answer to wait for of each event, and what is to be written; no task of its own for each."""
    loop = asyncio.get_running_loop()
    answers: list[asyncio.Future[Answer]] = []
    items: list[Item] = []
    for event in events:
        answers.append(loop.create_future())
        if isinstance(event, WorldChange):
            answers[-1].set_result(UNSENT)
        else:
            items.append(Item(event, answers[-1], sender=sender))
    return answers, items


def together(frames: Sequence[Sequence[Item]]) -> list[list[Sequence[Item]]]:
    """Neighbours that have alarms alone in one, each other by itself."""
    groups: list[list[Sequence[Item]]] = []
    plain = False
    for given in frames:
        was, plain = plain, all(isinstance(item.event, Alarm) for item in given)
        if was and plain:
            groups[-1].append(given)
        else:
            groups.append([given])
    return groups


class Intake:
    """Implements `ports.Inlet` over a journal. `run` writes until it is cancelled; `close` writes what is left."""

    def __init__(self, domain: str, ports: IntakePorts, bounds: Bounds | None = None) -> None:
        self._domain = domain
        self._ports = ports
        self._waiting = Queue(bounds or Bounds())
        self._flood: Counts[str] = Counts()  # what was shed since it began, by source
        self._quiet: asyncio.TimerHandle | None = None
        self._own: list[Event] = []  # what the journal is told of it
        self._some = asyncio.Event()
        self._one = asyncio.Lock()  # some frames are on their way: no others meanwhile
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"journal of {domain}")
        self.full: str | None = None  # why nothing can be written, for the health door

    @property
    def waiting(self) -> int:
        """Events that are not written yet."""
        return len(self._waiting)

    @property
    def crowded(self) -> bool:
        """The disk is full and enough waits already: who asks is told at once."""
        return self.full is not None and len(self._waiting) >= HELD

    def post(self, alarms: Iterable[Alarm]) -> None:
        """From datagrams: written within 20 ms. Raises JournalFull when the disk is full and enough waits already."""
        if self.crowded:
            raise JournalFull(str(self.full))
        self.add(map(Item, alarms))

    async def put(self, event: Incoming, sender: str | None = None) -> Answer:
        """From doors that answer: durable on return. Raises JournalFull; who asks while it is full tries it anew."""
        [answer] = await self.put_all([event], sender)
        return answer

    async def put_all(self, events: Sequence[Incoming], sender: str | None = None) -> list[Answer]:
        """From doors that answer: all durable on return, in frames that they share. Raises JournalFull."""
        if self.crowded:
            raise JournalFull(str(self.full))
        waited, items = awaited(events, sender)
        self.add(items)
        return await asyncio.gather(*waited)

    def add(self, items: Iterable[Item]) -> None:
        """In this order, behind all that waits. Where too much does, the source that has most in it loses some."""
        shed = self._waiting.add(items)
        if shed:
            self._tell_shed(shed)
        self._some.set()

    def _tell_shed(self, shed: Mapping[str, int]) -> None:
        for source, number in sorted(shed.items()):
            self._ports.counter.count(INTAKE_SHED, source, n=number)
            self._ports.shed(source, number)
        is_new = self._quiet is None
        if self._quiet is not None:
            self._quiet.cancel()
        self._flood.update(shed)
        if is_new:
            self._own.append(self._told("begins"))
        self._quiet = asyncio.get_running_loop().call_later(QUIET_S, self._flood_over)

    def _flood_over(self) -> None:
        self._quiet = None
        self._own.append(self._told("over"))
        self._flood.clear()
        self._some.set()

    def _told(self, state: Literal["begins", "over"]) -> IntakeShed:
        now, most = moment(self._ports.clock()), sorted(self._flood.items(), key=lambda one: (-one[1], one[0]))
        name = f"shed-{self._domain}-{microseconds(now)}-{state}"
        return IntakeShed(id=name, time=now, state=state, number=self._flood.total(), sources=tuple(most[:NAMED]))

    async def run(self) -> None:
        """Write frames as they fill, until cancelled."""
        while True:
            await self._some.wait()
            await asyncio.sleep(LINGER_S if self._lingers else 0)  # at least for what comes in the same turn
            async with self._one:  # what came meanwhile waits for company too, so that frames are few
                await self._write_frames()
            if self.full is not None:
                await asyncio.sleep(RETRY_S)

    @property
    def _lingers(self) -> bool:
        """What nobody waits for has gathered in its socket, which a kill does not empty, and is written at once."""
        return len(self._waiting) < FRAME and not self._waiting.unawaited

    async def close(self) -> None:
        """Write what is left; what a full disk refuses is counted as lost."""
        if self._quiet is not None:
            self._quiet.cancel()
            self._flood_over()
        async with self._one:
            while (self._waiting or self._own) and await self._write_frames():
                pass
        if self._waiting:
            self._ports.counter.count(EVENTS_LOST, "closed_while_journal_full", n=len(self._waiting))
        await asyncio.to_thread(self._thread.shutdown)  # where it is not done, others of this loop are not held up

    async def _write_frames(self) -> bool:
        """One frame of what waits, and more where they are full; False where the disk is."""
        own = tuple(self._own)  # more may come while these are written
        frames = [self._waiting.take(FRAME - len(own))]
        while len(frames) < AT_ONCE and len(self._waiting) >= FRAME:
            frames.append(self._waiting.take(FRAME))
        if frames[0] or own:
            loop = asyncio.get_running_loop()
            writing = loop.run_in_executor(self._thread, self._write_each, frames, own)
            try:
                written, full = await asyncio.shield(writing)
            except asyncio.CancelledError:  # what was taken is written all the same, or left for `close`
                self._is_written(frames, len(own), *await writing)
                raise
            if not self._is_written(frames, len(own), written, full):
                return False
        if not self._waiting and not self._own:
            self._some.clear()
        return True

    def _is_written(
        self, frames: Sequence[Sequence[Item]], own: int, written: Sequence[list[Answer]], full: PortError | None
    ) -> bool:
        """Whoever waits hears of it; what is not written waits on. False where the disk is full."""
        for taken, answers in zip(frames, written, strict=False):
            for item, answer in zip(taken, answers, strict=True):
                if item.answer is not None and not item.answer.done():
                    item.answer.set_result(answer)
        if written:
            self._own = self._own[own:]
        self.full = None if full is None else str(full)
        left = [item for taken in frames[len(written) :] for item in taken]
        if full is not None:
            self._ports.counter.count(JOURNAL_REFUSALS)
            self._waiting.put_back(tell(left, full))
            return False
        if left:
            self._waiting.put_back(left)
        return True

    async def forget(self) -> None:
        """Let the register forget what is too old to be a repeat."""
        loop = asyncio.get_running_loop()
        gone = await loop.run_in_executor(self._thread, self._ports.register.prune, self._ports.clock())
        self._ports.counter.count(REGISTER_FORGOTTEN, n=gone)

    # In the journal's thread

    def _write_each(
        self, frames: Sequence[Sequence[Item]], own: Sequence[Event]
    ) -> tuple[list[list[Answer]], PortError | None]:
        """The answers of each frame that is written; why the next one is not, where that is known.

        Whatever of journal, register or keys says no: who waits is told, and the process goes on.
        """
        written: list[list[Answer]] = []
        for group in together(frames):
            own = () if written else own
            try:
                some = self._write_alarms(group, own) if len(group) > 1 else [self._write(group[0], own)]
            except PortError as no:
                return written, no
            written += some
            if len(some) < len(group):
                break
        return written, None

    def _write_alarms(self, frames: Sequence[Sequence[Item]], own: Sequence[Event]) -> list[list[Answer]]:
        """Of these the register knows nothing, and nothing is sealed; the disk syncs them at once."""
        now_us = self._ports.clock()
        events = [[item.event for item in given if isinstance(item.event, Alarm)] for given in frames]
        made = [Frame(now_us, (*(() if n else own), *some)) for n, some in enumerate(events)]
        offsets = self._ports.journal.append_all(self._domain, made)
        for offset, frame in zip(offsets, made, strict=False):
            self._written(offset, frame)
        return [[Accepted(event.id) for event in some] for some in events[: len(offsets)]]

    def _write(self, given: Sequence[Item], own: Sequence[Event]) -> list[Answer]:
        """Register, journal, mark in the register: a crash in between leaves a retry its number and its place."""
        now_us = self._ports.clock()
        events = [known(item.event, self._ports.directory) for item in given]
        answers: list[Answer] = [Accepted(getattr(event, "id", "heartbeat")) for event in events]
        asked = [(n, entry_of(item.event, item.sender)) for n, item in enumerate(given) if item.registered]
        entries = {place: entry for place, entry in asked if entry is not None}
        if entries:
            admitted = self._ports.register.admit(list(entries.values()), now_us)
            for place, answer in zip(entries, admitted, strict=True):
                answers[place] = answer
        fresh = [(n, one) for n, one in enumerate(answers) if isinstance(one, Accepted) and not one.repeated]
        if fresh or own:
            kept = self._journaled([(called(events[place], answer), answer) for place, answer in fresh])
            self._append(Frame(now_us, (*own, *kept)))
            if done := [Entry(entries[place].kind, answer.id) for place, answer in fresh if place in entries]:
                self._ports.register.journaled(done)
        return answers

    def _append(self, frame: Frame) -> None:
        self._written(self._ports.journal.append(self._domain, frame), frame)

    def _written(self, offset: int, frame: Frame) -> None:
        self._ports.counter.count(EVENTS_JOURNALED, n=len(frame.events))
        self._ports.witness.journaled(Journaled(self._domain, offset, frame, self._ports.clock()))

    def _journaled(self, fresh: Sequence[tuple[Incoming, Accepted]]) -> Iterator[Event]:
        """As the journal keeps them: classified, numbered, sealed; all that is to be sealed at once."""
        said = [_said(event) for event, _ in fresh]
        words = [one for one in said if one is not None]
        sealed = iter(self._ports.vault.seal_many([(one.person, one.plain) for one in words]) if words else ())
        for (event, answer), one in zip(fresh, said, strict=True):
            yield self._kept(event, answer, one, None if one is None else next(sealed))

    def _kept(self, event: Incoming, answer: Accepted, said: Said | None, sealed: bytes | None) -> Event:
        match event:
            case ComplaintIn():
                assert answer.number is not None, "the register draws a number for each complaint"
                assert said is not None, "a complaint has its words"
                at_us = microseconds(event.received or event.time)
                for_others = self._ports.people.speaks_for_others(event.contact, said.customer, at_us)
                return journaled(event, answer.number, said.customer, sealed, for_others=for_others)
            case ReplyIn():
                return replied(event, sealed)
            case _:
                return event


def known(event: Incoming, directory: Directory) -> Incoming:
    """A complaint with its customer, where who complains gave only where to reach him."""
    if isinstance(event, ComplaintIn) and not event.customer:
        return msgspec.structs.replace(event, customer=whose(event.contact, directory))
    return event


def called(event: Incoming, answer: Accepted) -> Incoming:
    """Under the id that the register gave it."""
    if getattr(event, "id", answer.id) == answer.id or isinstance(event, Heartbeat):
        return event
    return msgspec.structs.replace(event, id=answer.id)


def _said(event: Incoming) -> Said | None:
    """What a person wrote, and under whose key it goes (UU PDP 27/2022); None where nobody wrote anything."""
    match event:
        case ComplaintIn():
            return said_by(event.customer, event.id, {"text": event.text, "contact": event.contact})
        case ReplyIn() if event.text:
            return said_by(event.customer, event.complaint or event.ticket, {"text": event.text})
        case _:
            return None

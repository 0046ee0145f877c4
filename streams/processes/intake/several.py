"""The one way into several journals: each event goes to the intakes of the domains that it concerns.

Which these are says `routing`. They write by themselves: a journal that takes nothing holds up its own domain
alone. Order of arrival is kept within each domain. Whoever waits is answered when all that the event concerns have it.
"""

import asyncio
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from connectors.intake_ids import entry_of
from connectors.metrics import EVENTS_LOST, JOURNAL_REFUSALS
from connectors.ports import JournalFull, PortError
from connectors.together import together
from correlator.events import Alarm, Incoming
from correlator.wire import BadInput
from streams.processes.intake.queue import FRAME, Answer, Item
from streams.processes.intake.routing import Route
from streams.processes.intake.writer import HELD, RETRY_S, Intake, IntakePorts, awaited, called, known, tell


class Intakes:
    """Implements `ports.Inlet`. `run` works until it is cancelled; `close` writes what is left."""

    def __init__(self, domains: Sequence[str], route: Route, ports: IntakePorts) -> None:
        """`route`: whose journals get what, of these domains."""
        self._route = route
        self._ports = ports
        self._each = {domain: Intake(domain, ports) for domain in domains}
        self._unrouted: list[Item] = []
        self._some = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="routes")
        self._lost: str | None = None  # why nobody knows whose it is

    @property
    def waiting(self) -> int:
        """Events that are not written yet."""
        return len(self._unrouted) + sum(one.waiting for one in self._each.values())

    @property
    def full(self) -> str | None:
        """Why some domain's journal takes nothing, for the health door."""
        full = (f"{domain}: {one.full}" for domain, one in self._each.items() if one.full is not None)
        return self._lost or next(full, None)

    def post(self, alarms: Iterable[Alarm]) -> None:
        """From datagrams. Raises JournalFull when nothing can be written and enough waits already."""
        if (full := self.full) is not None and self.waiting >= HELD:
            raise JournalFull(full)
        self._unrouted.extend(map(Item, alarms))
        self._some.set()

    async def put(self, event: Incoming, sender: str | None = None) -> Answer:
        """From doors that answer: durable on return, in all journals. Raises JournalFull."""
        [answer] = await self.put_all([event], sender)
        return answer

    async def put_all(self, events: Sequence[Incoming], sender: str | None = None) -> list[Answer]:
        """From doors that answer: all durable on return, in all journals. Raises JournalFull."""
        if self._lost is not None and len(self._unrouted) >= HELD:
            raise JournalFull(self._lost)
        answers, items = awaited(events, sender)
        self._unrouted += items
        self._some.set()
        return await asyncio.gather(*answers)

    async def run(self) -> None:
        """Route what comes, and write it, until cancelled."""
        await together(self._routing(), *(one.run() for one in self._each.values()))

    async def close(self) -> None:
        """Write what is left; what cannot be written is counted as lost."""
        while self._unrouted and await self._route_some():
            pass
        if self._unrouted:
            self._ports.counter.count(EVENTS_LOST, "closed_while_store_away", n=len(self._unrouted))
        await asyncio.gather(*(one.close() for one in self._each.values()))
        await asyncio.to_thread(self._thread.shutdown)

    async def forget(self) -> None:
        """Let the register forget what is too old to be a repeat: it is one for all."""
        await next(iter(self._each.values())).forget()

    async def _routing(self) -> None:
        while True:
            await self._some.wait()
            if not await self._route_some():
                await asyncio.sleep(RETRY_S)

    async def _route_some(self) -> bool:
        """The first of what has come; False where nobody knows whose it is. Until then they stay where they are."""
        given = self._unrouted[:FRAME]
        try:
            routed, named = await asyncio.get_running_loop().run_in_executor(self._thread, self._routed, given)
        except PortError as full:
            self._lost = str(full)
            self._ports.counter.count(JOURNAL_REFUSALS)
            self._unrouted[: len(given)] = tell(given, full)
            return False
        self._lost = None
        del self._unrouted[: len(given)]
        for place, (item, domains) in enumerate(zip(given, routed, strict=True)):
            answer = named.get(place)
            if isinstance(answer, BadInput):
                _answered(item, answer)
            else:
                self._hand_on(item if answer is None else replace(item, event=called(item.event, answer)), domains)
        if not self._unrouted:
            self._some.clear()
        return True

    def _routed(self, given: Sequence[Item]) -> tuple[Sequence[Sequence[str]], dict[int, Answer]]:
        """In a thread: it may ask the database. For each its domains; for what several get, what they are to call it:
        the register knows whose an id is."""
        routed = self._route([known(item.event, self._ports.directory) for item in given])
        asked = ((n, entry_of(given[n].event, given[n].sender)) for n, domains in enumerate(routed) if len(domains) > 1)
        entries = {place: entry for place, entry in asked if entry is not None}
        if not entries:
            return routed, {}
        answers = self._ports.register.admit(list(entries.values()), self._ports.clock())
        return routed, dict(zip(entries, answers, strict=True))

    def _hand_on(self, item: Item, domains: Sequence[str]) -> None:
        """To each of them; a part of what several get is no repeat to the register, which does not know who has it.

        It is appended each time that it comes, and the kernels know it by its id.
        """
        if not domains:
            _answered(item, BadInput("type", f"a {_tag(item.event)} is for one journal of several; it is not sent"))
            return
        parts = [item] if len(domains) == 1 else _parts(item, len(domains))
        for domain, part in zip(domains, parts, strict=True):
            if part.answer is not None and self._each[domain].crowded:
                tell([part], JournalFull(str(self._each[domain].full)))
            else:
                self._each[domain].add([part])


def _tag(event: Incoming) -> str:
    return str(event.__struct_config__.tag)


def _answered(item: Item, answer: Answer) -> None:
    if item.answer is not None and not item.answer.done():  # whoever waited may have hung up
        item.answer.set_result(answer)


def _parts(item: Item, number: int) -> list[Item]:
    """One for each of so many journals. Who waits is answered when the last one has it, or the first one has not."""
    if item.answer is None:
        return [Item(item.event, None, registered=False) for _ in range(number)]
    answers: list[asyncio.Future[Answer]] = [item.answer.get_loop().create_future() for _ in range(number)]
    asyncio.gather(*answers).add_done_callback(partial(_joined, item))
    return [Item(item.event, answer, registered=False) for answer in answers]


def _joined(item: Item, answers: asyncio.Future[list[Answer]]) -> None:
    failed = answers.exception()
    if failed is None:
        _answered(item, answers.result()[0])
    elif item.answer is not None and not item.answer.done():
        item.answer.set_exception(failed)

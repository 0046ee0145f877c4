"""Turns the outbox's handle: one task fans effects out, one a channel word sends, so that none waits for another."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import ParamSpec, TypeVar

from connectors.buckets import MemoryBuckets
from connectors.channel_rates import BucketRates, Urgency
from connectors.metrics import OUTBOX_TROUBLES
from connectors.outbox.attempts import Attempts
from connectors.outbox.lease import Lease
from connectors.outbox.parts import HUB, WORDS, DispatchPorts, Job, Rules, Way
from connectors.outbox.recovery import recovered
from connectors.outbox.sending import Sender
from connectors.outbox.under_way import UnderWay
from connectors.ports import PortError, Settled
from connectors.telemetry.witness import Tried
from correlator.effects import Alert, Campaign

POLL_S = 0.5  # between two looks when nothing is known to be due
TROUBLE_S = 1.0  # after an error of the store or the journal
FAST_S, FAST_MOST = 0.1, 1000  # what a channel takes in so long may be under way at once
STOP_S = 0.9

P = ParamSpec("P")
T = TypeVar("T")


class Dispatcher:
    """Sends what the outbox of one domain holds, until cancelled. `routes`: word -> names of ways, the best first.

    A word without a route goes by the way `file`, or else by the first. Assertion: each route names ways that exist.
    """

    def __init__(
        self,
        domain: str,
        ports: DispatchPorts,
        ways: Sequence[Way],
        routes: Mapping[str, Sequence[str]],
        rules: Rules | None = None,
    ) -> None:
        self._domain = domain
        self._ports = ports
        self._rules = rules or Rules()
        self._ways = {way.channel.name: way for way in ways}
        self._routes = routed(self._ways, routes)
        self._attempts = Attempts(domain, ports, self._routes, self._rules)
        self._rates = ports.rates or BucketRates(MemoryBuckets(ports.clock))
        self._sender = Sender(self._rules, self._rates, ports.counter)
        self._lease = Lease(domain, ports, self._rules)
        self._room = {name: asyncio.Semaphore(way.parallel) for name, way in self._ways.items()}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="outbox")
        self._pulse = ThreadPoolExecutor(1, thread_name_prefix="lease")
        self._news = {name: asyncio.Event() for name in ("fan_out", *WORDS)}
        self._unsettled: dict[str, list[Settled]] = {word: [] for word in WORDS}  # that journal or store did not take
        self._stopping = asyncio.Event()
        self._troubles: dict[str, str] = {}  # what step waits for what

    @property
    def trouble(self) -> str | None:
        """Why something does not go on, for a health door."""
        return next(iter(self._troubles.values()), None)

    @property
    def note(self) -> str | None:
        """What is past, and should be known: a message was set aside."""
        return self._attempts.refusals.note

    def wake(self) -> None:
        """Effects were committed. On the loop's thread."""
        self._news["fan_out"].set()

    async def run(self) -> None:
        """Until cancelled; then within a second. Raises PortError where the store is beyond recovery."""
        await self._until_it_works("recover", self.recover)
        tasks = [asyncio.create_task(each()) for each in (self._fan_out_all, self._beat, self._inherit)]
        tasks += [asyncio.create_task(self._send_all(word)) for word in WORDS]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
        finally:
            self._stopping.set()
            for news in self._news.values():
                news.set()
            await asyncio.wait(tasks, timeout=STOP_S)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            with suppress(PortError, TimeoutError):  # else the lease runs out by itself
                async with asyncio.timeout(STOP_S):
                    await self._in_thread(self._lease.renounce)

    async def close(self) -> None:
        """After `run` has ended."""
        for thread in (self._thread, self._pulse):
            await asyncio.to_thread(thread.shutdown)
        for way in self._ways.values():
            await way.channel.close()

    # One step each: what the tasks repeat, and what a test or a simulation calls by itself

    async def recover(self) -> None:
        """After a start: settle the attempts that a crash left open, but for those of dispatchers that live."""
        await self._in_thread(self._lease.renounce)
        await self.adopt()
        await self._in_thread(self._lease.enlist)

    async def live(self) -> None:
        """Say that we live, and strike off who does not. On a thread of its own: the other may wait for the journal."""
        loop = asyncio.get_running_loop()
        self._rates.share(await loop.run_in_executor(self._pulse, self._lease.renew))

    async def adopt(self) -> None:
        """Settle what those who died had begun."""
        found = await self._in_thread(self._attempts.orphans)
        if found:
            results = await recovered(found, self._routes, self._ports)
            await self._in_thread(self._attempts.settle, results)

    async def fan_out(self) -> int:
        """Queue the next messages of each effect that waits; how many steps were made."""
        queued = await self._in_thread(self._attempts.fan_out)
        if queued:
            for word in WORDS:
                self._news[word].set()
        return queued

    async def send(self, word: str) -> int:
        """A batch of a word, begun as its ways have room; how many were tried. 0: none is due, or its channels are at
        their rate.

        Raises PortError, after all that is under way: something is to be tried again. An error of ours in an attempt
        surfaces once what became of the others is written down.
        """
        await self._settle(word)
        under_way = UnderWay(self._attempt_one, self._at_once(word), self._stopping)
        tried, again = 0, None
        try:
            while not self._stopping.is_set() and under_way.error is None:
                if again is None and tried < self._rules.batch:
                    jobs = await self._granted(await self._in_thread(self._attempts.due, word, under_way.room))
                    again = await self._begin(jobs, under_way)
                    tried += len(jobs)
                if not under_way:
                    break
                self._unsettled[word] += await under_way.ended()
                await self._settle(word)
        except PortError:
            while under_way and not self._stopping.is_set() and under_way.error is None:
                self._unsettled[word] += await under_way.ended()
            raise
        finally:
            self._unsettled[word] += await under_way.close()
            if under_way.error is not None:
                with suppress(PortError):
                    await self._settle(word)
                raise under_way.error
        await self._settle(word)
        if again is not None:
            raise again
        return tried

    async def _begin(self, jobs: Sequence[Job], under_way: UnderWay) -> PortError | None:
        """Why some of them are to be tried again."""
        if not jobs:
            return None
        begun, again = await self._in_thread(self._attempts.begin, jobs)
        under_way.start(begun)
        return again

    async def _settle(self, word: str) -> None:
        """Write down what became of attempts; also later, where the store does not take it now."""
        if self._unsettled[word]:
            await self._in_thread(self._attempts.settle, self._unsettled[word])

    def _at_once(self, word: str) -> int:
        """What a crash may leave uncertain. A fast channel is handed more: each time waits for the disk twice."""
        return max(max(way.parallel, min(FAST_MOST, int(way.per_s * FAST_S))) for way in self._routes[word])

    async def _granted(self, jobs: Sequence[Job]) -> list[Job]:
        """Those that the rates of their first ways let go now."""
        asked: dict[tuple[str, Urgency], list[Job]] = {}
        for job in jobs:
            asked.setdefault((job.ways[0][0].channel.name, urgency(job)), []).append(job)
        granted: list[Job] = []
        for (channel, how), some in asked.items():
            count = await self._rates.grant(channel, self._ways[channel].per_s, len(some), how)
            granted += some[:count]
        return granted

    async def _attempt_one(self, job: Job) -> Settled:
        await self._add_files(job)
        async with self._room[job.ways[0][0].channel.name]:
            settled = await self._sender.attempt(job, self._ports.clock())
        done_us = self._ports.clock()
        self._ports.witness.tried(Tried(self._domain, job.effect, job.queued, settled, done_us))
        return settled

    async def _add_files(self, job: Job) -> None:
        """A report is made on a thread of its own: nothing else waits for it."""
        if not isinstance(job.effect, Alert) or job.effect.report is None:
            return
        try:
            job.files = tuple(await asyncio.to_thread(self._ports.renderer.files, job.effect))
        except (PortError, LookupError, ValueError) as error:
            job.unworded = f"its files cannot be made: {type(error).__name__}"

    # The tasks

    async def _beat(self) -> None:
        await self._now_and_then("beat", self.live)

    async def _inherit(self) -> None:
        await self._now_and_then("inherit", self.adopt)

    async def _now_and_then(self, name: str, step: Callable[[], Awaitable[None]]) -> None:
        while not self._stopping.is_set():
            await self._until_it_works(name, step)
            await self._pause(self._stopping, self._rules.beat_s)

    async def _fan_out_all(self) -> None:
        await self._repeat("fan_out", self.fan_out)

    async def _send_all(self, word: str) -> None:
        async def step() -> int:
            return await self.send(word)

        await self._repeat(word, step)

    async def _repeat(self, name: str, step: Callable[[], Awaitable[int]]) -> None:
        news = self._news[name]
        while not self._stopping.is_set():
            news.clear()
            if not await self._until_it_works(name, step):
                await self._pause(news, POLL_S)

    async def _until_it_works(self, name: str, step: Callable[[], Awaitable[T]]) -> T | None:
        """Trouble of store and journal passes: a full disk, another who holds it. None where we are stopped."""
        while not self._stopping.is_set():
            try:
                done = await step()
            except PortError as error:
                if not error.recoverable:
                    raise
                self._troubles[name] = str(error)
                self._ports.counter.count(OUTBOX_TROUBLES, type(error).__name__)
            else:
                self._troubles.pop(name, None)
                return done
            await self._pause(self._stopping, TROUBLE_S)
        return None

    @staticmethod
    async def _pause(event: asyncio.Event, most_s: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(most_s):
                await event.wait()

    async def _in_thread(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: call(*args, **kwargs))


def urgency(job: Job) -> Urgency:
    return "alert" if isinstance(job.effect, Alert) else "bulk" if isinstance(job.effect, Campaign) else "single"


def routed(ways: Mapping[str, Way], routes: Mapping[str, Sequence[str]]) -> dict[str, list[Way]]:
    """For each word its ways."""
    assert ways, "a dispatcher needs a way"
    default = ["file"] if "file" in ways else [next(iter(ways))]
    usual = {
        "report": ["smtp"] if "smtp" in ways else routes.get("staff"),  # it is files
        HUB: [HUB] if HUB in ways else None,
    }
    named = {word: list(routes.get(word) or usual.get(word) or default) for word in WORDS}
    unknown = sorted({name for names in named.values() for name in names} - ways.keys())
    assert not unknown, f"routes name ways that are not set up: {', '.join(unknown)}"
    return {word: [ways[name] for name in names] for word, names in named.items()}

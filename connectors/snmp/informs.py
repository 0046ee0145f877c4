"""Informs: acknowledged only when the journal has them, so a sender repeats what a crash or a full disk lost."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from connectors.metrics import INFORMS
from connectors.ports import Counter, JournalFull

MAX_WAITING = 1_000  # informs that wait for the journal at once; more are not taken, their senders repeat them
REMEMBERED = 4_096  # informs acknowledged; one that comes again is answered and not told twice
CLOSE_S = 5.0  # how long a close waits for those under way


class Informs:
    """Counts informs by what became of them: taken, repeated, too_many, journal_full, answer_not_sent."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._waiting: dict[bytes, asyncio.Task[None]] = {}
        self._answers: dict[bytes, Callable[[], object]] = {}  # of those that wait
        self._acknowledged: OrderedDict[bytes, None] = OrderedDict()

    def take(self, key: bytes, take: Callable[[], Awaitable[None]], answer: Callable[[], object]) -> None:
        """`key` is the same for an inform and its repeats, and for nothing else; `take` writes what it says and raises
        JournalFull; `answer` sends the Response, to the last time that it was asked for."""
        if key in self._acknowledged:
            self._counter.count(INFORMS, "repeated")
            self._say(answer)
        elif key in self._waiting:
            self._counter.count(INFORMS, "repeated")
            self._answers[key] = answer
        elif len(self._waiting) >= MAX_WAITING:
            self._counter.count(INFORMS, "too_many")
        else:
            self._answers[key] = answer
            self._waiting[key] = asyncio.get_running_loop().create_task(self._take(key, take))

    async def close(self) -> None:
        if self._waiting:
            _, late = await asyncio.wait(self._waiting.values(), timeout=CLOSE_S)
            for task in late:
                task.cancel()

    async def _take(self, key: bytes, take: Callable[[], Awaitable[None]]) -> None:
        try:
            await take()
        except JournalFull:
            self._counter.count(INFORMS, "journal_full")
            return
        finally:
            del self._waiting[key]
            answer = self._answers.pop(key)
        self._acknowledged[key] = None
        if len(self._acknowledged) > REMEMBERED:
            self._acknowledged.popitem(last=False)
        self._counter.count(INFORMS, "taken")
        self._say(answer)

    def _say(self, answer: Callable[[], object]) -> None:
        """A lost answer is no loss: the sender asks again, and is answered from what is remembered."""
        try:
            answer()
        except OSError:
            self._counter.count(INFORMS, "answer_not_sent")

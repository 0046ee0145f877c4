"""Attempts that are under way together: as many as their ways bear, and more as the first of them end."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from connectors.outbox.parts import Job
from connectors.ports import Settled

GRACE_S = 0.4  # for what is under way when we are stopped; what is not done then stays an open attempt
MOST_WAIT_S = 0.5  # of what has ended, for others: then it is written down


class UnderWay:
    """At most so many: a crash leaves no more of them open."""

    def __init__(
        self, attempt: Callable[[Job], Coroutine[Any, Any, Settled]], most: int, stopping: asyncio.Event
    ) -> None:
        self._attempt = attempt
        self._most = most
        self._stopping = stopping
        self._stopped = asyncio.create_task(stopping.wait())
        self._running = set[asyncio.Task[Settled]]()
        self._ended: list[Settled] = []
        self._enough = asyncio.Event()  # have ended, or one of them by an error of ours
        self.error: BaseException | None = None  # of ours, the first: what became of the others counts all the same

    def __len__(self) -> int:
        return len(self._running) + len(self._ended)

    @property
    def room(self) -> int:
        """How many more may be begun."""
        return self._most - len(self._running)

    def start(self, jobs: Sequence[Job]) -> None:
        """Those that were begun."""
        for job in jobs:
            task = asyncio.create_task(self._attempt(job))
            task.add_done_callback(self._end)
            self._running.add(task)

    def _end(self, task: asyncio.Task[Settled]) -> None:
        self._running.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            self._ended.append(task.result())
        self.error = self.error or error
        if 4 * self.room >= self._most or error is not None:
            self._enough.set()

    async def ended(self) -> list[Settled]:
        """What has, once there is room for a quarter of all, or a moment has passed, or we are stopped."""
        if self._running and not self._enough.is_set():
            enough = asyncio.create_task(self._enough.wait())
            first = [enough, self._stopped]
            try:
                await asyncio.wait(first, timeout=MOST_WAIT_S, return_when=asyncio.FIRST_COMPLETED)
            finally:
                enough.cancel()
        self._enough.clear()
        return self._taken()

    def _taken(self) -> list[Settled]:
        ended, self._ended = self._ended, []
        return ended

    async def close(self) -> list[Settled]:
        """Leave open what does not end soon; the rest."""
        if self._running and self._stopping.is_set():
            await asyncio.wait(self._running, timeout=GRACE_S)
        left = [*self._running, self._stopped]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        return self._taken()

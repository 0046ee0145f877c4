"""From a loop to the receiver, and from there to the inlet. While the journal is full it is held, and tried again."""

import asyncio
from collections import Counter as Tally
from collections.abc import Callable
from ipaddress import ip_address
from typing import Generic

from connectors.listeners.port import Answer, Datagrams, Networks, Receiver, Taken
from connectors.metrics import DATAGRAMS_REFUSED, LISTENER_JOURNAL_FULL, LISTENER_LOST, Counted
from connectors.ports import Counter, JournalFull

CROWDED = 20_000  # events that wait to be written: a second's worth
RETRY_S = 0.1  # how often a full journal is asked again
MOST_KNOWN = 10_000  # addresses that are remembered as believed or not


class Delivery(Generic[Taken]):
    """One loop's. Counts what was posted, refused and lost, and each try that a full journal refused.

    `full` is called when the journal takes no more: read nothing then. `room`: when it does again.
    """

    def __init__(
        self, receiver: Receiver[Taken], counter: Counter, full: Callable[[], None], room: Callable[[], None]
    ) -> None:
        self._receiver = receiver
        self._counter = counter
        self._full = full
        self._room = room
        self._held: list[Taken] = []  # read, and refused by a full journal so far
        self._retry: asyncio.TimerHandle | None = None
        self.name = receiver.name

    @property
    def paused(self) -> bool:
        """The journal is full: nothing is read until it takes what was read before."""
        return self._retry is not None

    @property
    def crowded(self) -> bool:
        """So much waits to be written that who can let its senders wait should."""
        return self._receiver.waiting >= CROWDED

    def take(self, answer: Answer, datagrams: Datagrams, refused: Tally[str]) -> None:
        """One wake's. `refused`: also why the loop let some not through."""
        taken: list[Taken] = []
        try:
            self._receiver.receive(answer, datagrams, taken, refused)
        finally:  # should one datagram be a programmer's error, its neighbours are not lost with it
            for reason, n in refused.items():
                self.count(DATAGRAMS_REFUSED, reason, n=n)
            if taken:
                self._post(taken)

    def count(self, metric: Counted, *labels: str, n: int = 1) -> None:
        """Of this source: its name is the metric's first label."""
        self._counter.count(metric, self.name, *labels, n=n)

    async def close(self) -> None:
        """A last try; what senders wait for gets some seconds to reach the journal."""
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
            self._last_try()
        await self._receiver.close()

    def _post(self, taken: list[Taken]) -> None:
        try:
            self._receiver.post(taken)
        except JournalFull:
            self._full()
            self._held += taken
            self._wait()
        else:
            self.count(self._receiver.posted, n=len(taken))

    def _wait(self) -> None:
        self.count(LISTENER_JOURNAL_FULL)
        if self._retry is not None:
            self._retry.cancel()
        self._retry = asyncio.get_running_loop().call_later(RETRY_S, self._try_again)

    def _try_again(self) -> None:
        held = self._held
        try:
            self._receiver.post(held)
        except JournalFull:
            self._wait()
        else:
            self.count(self._receiver.posted, n=len(held))
            self._held = []
            self._retry = None
            self._room()

    def _last_try(self) -> None:
        try:
            self._receiver.post(self._held)
        except JournalFull:
            self.count(LISTENER_LOST, "closed_while_journal_full", n=len(self._held))
        self._held = []


class Believed:
    """Whether an address is one of those that are believed.

    UDP's sender address can be made up by whoever the network lets: this keeps out mistakes, and the honest.
    """

    def __init__(self, sources: Networks) -> None:
        self._sources = sources
        self._known: dict[str, bool] = {}
        self.anyone = not sources

    def __call__(self, address: str) -> bool:
        if self.anyone:
            return True
        known = self._known.get(address)
        if known is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            of = ip_address(address)
            known = self._known[address] = any(of in network for network in self._sources)
        return known

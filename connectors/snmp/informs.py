"""Informs: acknowledged only when the journal has them, so a sender repeats what a crash or a full disk lost."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable

from connectors.ports import Counter, Inlet, JournalFull, Refused
from correlator.events import Alarm

MAX_WAITING = 1_000  # informs that wait for the journal at once; more are not taken, their senders repeat them
REMEMBERED = 4_096  # informs acknowledged; one that comes again is answered and not told twice
CLOSE_S = 5.0  # how long a close waits for those under way


class Informs:
    """Counts `snmp.informs` by what became of them: taken, repeated, too_many, journal_full; and `snmp.refused` by
    the inlet."""

    def __init__(self, inlet: Inlet, counter: Counter) -> None:
        self._inlet = inlet
        self._counter = counter
        self._waiting: dict[bytes, asyncio.Task[None]] = {}
        self._acknowledged: OrderedDict[bytes, None] = OrderedDict()

    def hear(self, key: bytes, alarms: Callable[[], Iterable[Alarm]], answer: Callable[[], None]) -> None:
        """`key` is the same for an inform and its repeats, and for nothing else; `answer` sends the Response."""
        if key in self._acknowledged:
            self._counter.count("snmp.informs", "repeated")
            answer()
        elif key in self._waiting:
            self._counter.count("snmp.informs", "repeated")
        elif len(self._waiting) >= MAX_WAITING:
            self._counter.count("snmp.informs", "too_many")
        else:
            self._waiting[key] = asyncio.get_running_loop().create_task(self._take(key, alarms(), answer))

    async def close(self) -> None:
        if self._waiting:
            _, late = await asyncio.wait(self._waiting.values(), timeout=CLOSE_S)
            for task in late:
                task.cancel()

    async def _take(self, key: bytes, alarms: Iterable[Alarm], answer: Callable[[], None]) -> None:
        try:
            for alarm in alarms:
                if isinstance(await self._inlet.put(alarm), Refused):
                    self._counter.count("snmp.refused", "inlet")
        except JournalFull:
            self._counter.count("snmp.informs", "journal_full")
            return
        finally:
            del self._waiting[key]
        self._acknowledged[key] = None
        if len(self._acknowledged) > REMEMBERED:
            self._acknowledged.popitem(last=False)
        self._counter.count("snmp.informs", "taken")
        answer()

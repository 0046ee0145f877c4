"""What waits to be written, bounded by count and by bytes. Beyond, alarms that nobody waits for are shed: of the source
that has most in it, the oldest first, so that one that is out of order does not crowd out the others.
"""

import asyncio
from collections import Counter as Tally
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from connectors.ports import Accepted
from correlator.events import Alarm, Incoming
from correlator.wire import BadInput

FRAME = 500  # events
FRAME_CHARS = 300_000  # of free text in one frame, so that it stays well under 512 kB
EVENT_BYTES = 600  # of an event in memory, without its text
PART = 20  # of a bound, so large a part is shed at once

Answer = Accepted | BadInput


@dataclass(frozen=True, slots=True)
class Bounds:
    events: int = 200_000
    bytes: int = 128_000_000


@dataclass(slots=True)
class Item:
    """An event that is not written yet."""

    event: Incoming
    answer: asyncio.Future[Answer] | None = None  # who waits for it
    registered: bool = True  # the register says whether it is a repeat
    sender: str | None = None  # whose its id is


@dataclass(slots=True)
class _Load:
    """What may be shed of one source, in order: what is taken or shed is always the first of it."""

    items: deque[Item] = field(default_factory=deque)
    number: int = 0
    bytes: int = 0


class Queue:
    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._items: dict[int, Item] = {}  # by identity, in order
        self._loads: dict[str, _Load] = {}
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._items)

    @property
    def unawaited(self) -> bool:
        """Whether it has alarms that nobody waits for."""
        return bool(self._loads)

    def add(self, items: Iterable[Item]) -> Tally[str]:
        """Behind all that waits; what was shed for it, by source."""
        for item in items:
            self._items[id(item)] = item
            self._note(item, 1)
        shed: Tally[str] = Tally()
        if len(self._items) > self._bounds.events:
            self._shed(lambda load: load.number, len(self._items) - _less(self._bounds.events), shed)
        if self._bytes > self._bounds.bytes:
            self._shed(lambda load: load.bytes, self._bytes - _less(self._bounds.bytes), shed)
        return shed

    def put_back(self, items: Iterable[Item]) -> None:
        """Before all that waits."""
        first, behind = {id(item): item for item in items}, self._items
        self._items, self._loads, self._bytes = {}, {}, 0
        for name, item in (first | behind).items():
            self._items[name] = item
            self._note(item, 1)

    def take(self, most: int) -> list[Item]:
        """As many as make a frame, and no more than so many."""
        taken: list[Item] = []
        chars = 0
        for item in self._items.values():
            chars += _chars(item)
            if taken and (chars > FRAME_CHARS or len(taken) == most):
                break
            taken.append(item)
        for item in taken:
            del self._items[id(item)]
            self._note(item, -1)
        return taken

    def _note(self, item: Item, by: int) -> None:
        size = by * _size(item)
        self._bytes += size
        if item.answer is not None or not isinstance(item.event, Alarm):
            return
        source = item.event.source
        load = self._loads.get(source)
        if load is None:
            load = self._loads[source] = _Load()
        load.number += by
        load.bytes += size
        if by > 0:
            load.items.append(item)
        elif not load.number:
            del self._loads[source]
        else:
            load.items.popleft()

    def _shed(self, much: Callable[[_Load], int], over: int, shed: Tally[str]) -> None:
        """So much that the rest is within the bound, of those above a level that is the same for all."""
        level = _level([much(load) for load in self._loads.values()], over)
        for source, load in sorted(self._loads.items()):
            while load.items and much(load) > level:
                item = load.items[0]
                del self._items[id(item)]
                self._note(item, -1)
                shed[source] += 1


def _level(loads: list[int], over: int) -> int:
    """To which the highest are cut so that so much goes; 0 where all goes and it is not enough."""
    loads.sort(reverse=True)
    cut = 0
    for number, load in enumerate(loads, start=1):
        cut += load
        level = (cut - over) // number
        if number == len(loads) or level >= loads[number]:
            return max(0, level)
    return 0


def _less(bound: int) -> int:
    return bound - bound // PART


def _chars(item: Item) -> int:
    return len(getattr(item.event, "text", None) or "")


def _size(item: Item) -> int:
    return EVENT_BYTES + _chars(item)

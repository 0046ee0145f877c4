"""Where a page ended, as a word that only we read: the place of its last row, so that rows which come meanwhile move
nothing.

A door asks for one row more than the page has; where it comes, there is a next page.
"""

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
from anyio import CapacityLimiter, to_thread

from connectors.ports import Place
from correlator.wire import BadInput

MOST = 500  # rows of a page
USUAL = 100
LONGEST = 2000  # characters of a cursor
AT_ONCE = 2  # pages of one lane
INCIDENTS, PLANNED = "incidents", "maintenance"  # names of lists

Row = TypeVar("Row")
Shape = TypeVar("Shape")
Ordered = TypeVar("Ordered", bound=tuple[Any, ...])


class Lane:
    """Pages are read a few at a time, in the order of their questions. SQLite lets the interpreter go at each row: of
    many threads that read at once each waits for others at each row, and up to half of the work goes into that."""

    def __init__(self) -> None:
        self._limiter = CapacityLimiter(AT_ONCE)

    async def read(self, page: Callable[[], Shape]) -> Shape:
        """On a thread."""
        return await to_thread.run_sync(page, limiter=self._limiter)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    rows: list[Row]
    next: str | None  # the cursor of the page that follows; None: this is the last one


def cut(name: str, rows: Sequence[Row], limit: int, place: Callable[[Row], tuple[Any, ...]]) -> Page[Row]:
    """Of one row more than `limit`, where there are so many: the page, and where the next one begins.

    `name`: of the list; a cursor of one is none of another. `place`: of a row, in the order of the list.
    """
    shown = list(rows[:limit])
    return Page(shown, cursor(name, place(shown[-1])) if len(rows) > limit else None)


class Placed(NamedTuple, Generic[Row]):
    """A row of a list that a store keeps in order, by domain."""

    place: Place
    domain: str
    row: Row


def newest(parts: Iterable[Iterable[Placed[Row]]], limit: int) -> list[Placed[Row]]:
    """The first of all parts, each of which is in order, the newest first."""
    ordered = merge(*parts, key=lambda one: one.place, reverse=True)
    return list(islice(ordered, limit))


def filled(
    name: str,
    below: Place | None,
    limit: int,
    read: Callable[[Place | None, int], Sequence[Placed[Row]]],
    wanted: Callable[[Sequence[Placed[Row]]], Iterable[Placed[Row]]],
) -> Page[Placed[Row]]:
    """A page of those that are wanted: `read` in order below a place, so many at a time, until there are enough."""
    found: list[Placed[Row]] = []
    while len(found) <= limit:
        more = read(below, limit + 1)
        found += wanted(more)
        if len(more) <= limit:
            break
        below = more[-1].place
    return cut(name, found, limit, lambda one: one.place)


def after(
    name: str, rows: Iterable[Row], place: Callable[[Row], Ordered], last: Ordered | None, limit: int
) -> Page[Row]:
    """Of rows that are few enough to be held: in the order of their places, those after the last one told."""
    left = sorted((row for row in rows if last is None or place(row) > last), key=place)
    return cut(name, left, limit, place)


def cursor(name: str, place: tuple[Any, ...]) -> str:
    return urlsafe_b64encode(msgspec.msgpack.encode((name, place))).decode().rstrip("=")


def place_of(name: str, given: str | None, shape: type[Shape]) -> Shape | BadInput | None:
    """The place after which the page begins, as a tuple of this shape; None: at the beginning."""
    if not given:
        return None
    try:
        packed = b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True)
        known, place = msgspec.msgpack.decode(packed, type=tuple[str, Any])
        if known == name:
            return msgspec.convert(place, shape)
    except (ValueError, msgspec.MsgspecError):
        pass
    return BadInput("cursor", "this is no cursor of this list")

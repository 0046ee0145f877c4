"""Watches the store and pushes what changed. One look serves all screens, and nobody looks while no screen is on.

News from another process (a notifier) makes it look at once; without, it looks every 0.7 s.

Bounded: a board is read at most once a poll and takes at most a fifth of a core's time; a slow screen gets the
newest state, never a queue.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

import msgspec

from connectors.console.board import Board, Boards
from connectors.console.drawn import Drawing, Sight
from connectors.console.words import Language
from connectors.headline import Headline
from connectors.ports import PortError

IDLE = 4  # rests so many times as long as a look took


@dataclass(frozen=True, slots=True)
class Around:
    """What the page shows besides the store's rows."""

    clock: Callable[[], int]  # microseconds since 1970
    headline: Callable[[], Headline | None]
    checks: Mapping[str, Callable[[], str | None]]  # what is wrong with the service, None where nothing is
    map: Callable[[Board], str] = lambda _: ""


@dataclass(frozen=True, slots=True)
class Pace:
    poll_s: float = 0.7
    news_s: float = 0.1  # where news comes, at most so often
    tick_s: float = 1.0  # a screen hears at least so often that all is well
    counts_s: float = 3.0  # messages are counted at most so often


class Live:
    """The latest sight, and who waits for the next."""

    def __init__(self, boards: Boards, drawing: Drawing, around: Around, pace: Pace | None = None) -> None:
        self._boards = boards
        self._drawing = drawing
        self._around = around
        self._pace = pace or Pace()
        self._sight = Sight(Board(-1, 0))
        self._version = 0
        self._moved = asyncio.Event()
        self._news = asyncio.Event()
        self._watchers = 0
        self._watch: asyncio.Task[None] | None = None
        self._drawn: dict[Language, tuple[int, dict[str, str]]] = {}
        self._looking = asyncio.Lock()
        self._looked_s = -math.inf  # by the event loop's clock
        self._count_again_s = -math.inf
        self.closed = False

    @property
    def watchers(self) -> int:
        return self._watchers

    def hear(self) -> None:
        """Something changed: who has a screen on looks at once. On the loop's thread."""
        self._news.set()

    def close(self) -> None:
        """End all streams, so that a server that stops need not wait for them."""
        self.closed = True
        self._moved.set()

    async def page(self, language: Language, name: str) -> str:
        """The whole page as of now."""
        await self._look(self._pace.poll_s / 2)
        return await asyncio.to_thread(self._drawing.page, self._sight, language, name)

    async def stream(self, language: Language, stands: Callable[[], Awaitable[bool]]) -> AsyncIterator[bytes]:
        """Server-sent events: `board` with the sections that changed, `tick` in between, `gone` when signed out."""
        self._enter()
        try:
            seen, sent = -1, dict[str, str]()
            while not self.closed:
                if not await stands():
                    yield event("gone", {})
                    return
                moved = self._moved
                if seen != self._version:
                    seen, sections = await self._sections(language)
                    changed = {name: html for name, html in sections.items() if sent.get(name) != html}
                    sent = sections
                    yield event("board", {"now": self._now_ms(), "sections": changed})
                else:
                    yield event("tick", {"now": self._now_ms()})
                await _either(moved, self._pace.tick_s)
        finally:
            self._watchers -= 1

    def _enter(self) -> None:
        self._watchers += 1
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._keep_watch())

    async def _keep_watch(self) -> None:
        elapsed_s = asyncio.get_running_loop().time
        while self._watchers and not self.closed:
            started_s = elapsed_s()
            self._news.clear()
            await self._look(0.0)
            rest_s = max(self._pace.news_s, IDLE * (elapsed_s() - started_s))
            await asyncio.sleep(rest_s)
            if rest_s < self._pace.poll_s:
                await _either(self._news, self._pace.poll_s - rest_s)

    async def _look(self, seen_s: float) -> None:
        """Read what changed and wake who waits; one looks at a time, and what was seen within `seen_s` will do."""
        elapsed_s = asyncio.get_running_loop().time
        async with self._looking:
            started_s = elapsed_s()
            if started_s - self._looked_s < seen_s:
                return
            counting = started_s >= self._count_again_s
            seen = await asyncio.to_thread(self._seen, counting)
            self._looked_s = elapsed_s()
            if counting:
                self._count_again_s = self._looked_s + max(self._pace.counts_s, 20 * (self._looked_s - started_s))
            if seen != self._sight or self._version == 0:
                self._sight = seen
                self._version += 1
                moved, self._moved = self._moved, asyncio.Event()
                moved.set()

    def _seen(self, counting: bool) -> Sight:
        around = self._around
        wrong = {name: said for name, check in sorted(around.checks.items()) if (said := check()) is not None}
        sight = replace(self._sight, wrong=wrong, headline=around.headline())
        try:
            if self._boards.applied() != sight.board.applied:
                board = self._boards.read()
                sight = replace(sight, board=board, map=around.map(board))
            turned_calm = sight.board.totals.calm and not self._sight.board.totals.calm
            if counting or turned_calm:
                sight = replace(sight, unexplained=self._boards.unexplained(around.clock()))
            if counting:
                sight = replace(sight, counts=self._boards.counts())
        except PortError as error:  # the page stays up with what it knows, and says so
            sight = replace(sight, wrong={**wrong, "store": str(error)})
        return sight

    async def _sections(self, language: Language) -> tuple[int, dict[str, str]]:
        """Drawn once for all screens of a language."""
        async with self._looking:
            version, sections = self._drawn.get(language, (-1, {}))
            if version != self._version:
                version = self._version
                sections = await asyncio.to_thread(self._drawing.sections, self._sight, language)
                self._drawn[language] = (version, sections)
            return version, sections

    def _now_ms(self) -> int:
        return self._around.clock() // 1000


def event(name: str, data: object) -> bytes:
    """One server-sent event; JSON holds no line break, so one `data` line does."""
    return b"event: " + name.encode() + b"\ndata: " + msgspec.json.encode(data) + b"\n\n"


async def _either(moved: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await moved.wait()
    except TimeoutError:
        pass

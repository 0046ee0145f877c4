"""The spool before a raw log: what it holds back, in which order it lets go, and what a full disk or a crash does."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from connectors.formats.raw_frames import Placed
from connectors.metrics import EDGE_FRAMES, EDGE_SPOOL_FULL
from connectors.ports import JournalFull, Unusable
from connectors.rawlog.by_kind import RawLogs
from connectors.rawlog.memory import MemoryRawLog
from connectors.rawlog.spool import SPOOL, Spool
from connectors.rawlog.spooled import SpooledRawLog
from connectors.sqlite_file import Format, SqliteFile
from connectors.telemetry.metrics import MemoryCounter
from tests.integration.house import until

ENOUGH = 10_000_000


class Silent(MemoryRawLog):
    """Answers nothing until it is `awake`; then it has what it was given, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.awake = asyncio.Event()

    async def append(self, frames: Sequence[Placed]) -> None:
        await self.awake.wait()
        await super().append(frames)


@dataclass
class Post:
    """A spool before a log that is ours to disturb."""

    spool: Spool
    behind: MemoryRawLog = field(default_factory=MemoryRawLog)
    counter: MemoryCounter = field(default_factory=MemoryCounter)

    def __post_init__(self) -> None:
        self.log = SpooledRawLog(self.behind, self.spool, self.counter)

    async def add(self, *names: str, place: int = 0) -> None:
        for name in names:
            await self.log.append([Placed(place, name.encode())])

    def there(self, place: int = 0) -> list[str]:
        return [body.decode() for body in self.behind.kept.get(place, [])]

    async def calm(self) -> None:
        await asyncio.to_thread(until, "empty spool", lambda: not self.log.spooling)

    async def full(self) -> str:
        """Why nothing can be taken, as soon as that is so."""
        return await asyncio.to_thread(until, "word of a full disk", lambda: self.log.full)

    def frames(self) -> dict[str, int]:
        return self.counter.by_label(EDGE_FRAMES)


@asynccontextmanager
async def kept_going(post: Post) -> AsyncIterator[Post]:
    keeping = asyncio.create_task(post.log.run())
    try:
        yield post
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await post.log.close()


def during(act: Callable[[Post], Awaitable[None]], spool: Spool, behind: type[MemoryRawLog] = MemoryRawLog) -> Post:
    async def run() -> Post:
        post = Post(spool, behind())
        async with kept_going(post):
            await act(post)
        return post

    return asyncio.run(run())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spool.db"


def test_while_all_is_well_nothing_is_spooled(path: Path) -> None:
    post = during(lambda post: post.add("a", "b", "c"), Spool(path, ENOUGH))
    assert post.there() == ["a", "b", "c"]
    assert post.frames() == {"log": 3}


def test_what_the_log_refuses_comes_to_it_later_in_order(path: Path) -> None:
    async def act(post: Post) -> None:
        await post.add("a")
        post.behind.away = True
        await post.add("b", "c")
        assert (post.there(), post.spool.frames) == (["a"], 2)
        assert "Nobody answers" in (post.log.trouble or "")
        post.behind.away = False
        await post.add("d")
        await post.calm()
        await post.add("e")
        assert post.there() == ["a", "b", "c", "d", "e"]
        assert (post.log.trouble, post.log.full, post.spool.frames, post.spool.bytes) == (None, None, 0, 0)

    assert during(act, Spool(path, ENOUGH)).frames() == {"log": 2, "spool": 3, "drained": 3}


def test_a_log_that_is_silent_holds_nobody_up_and_has_nothing_twice(path: Path) -> None:
    """What it was given before it fell silent it may have, sooner or later: that is not given again."""

    async def act(post: Post) -> None:
        assert isinstance(post.behind, Silent)
        await asyncio.gather(*(post.add(name) for name in "abc"))
        await post.add("d", "e")
        assert (post.there(), post.spool.frames) == ([], 5)
        assert "not answered" in (post.log.trouble or "")
        post.behind.awake.set()
        await post.calm()
        assert post.there() == ["a", "b", "c", "d", "e"]

    assert during(act, Spool(path, ENOUGH), Silent).frames() == {"log": 3, "spool": 5, "drained": 2}


def test_what_is_spooled_survives_and_comes_before_what_is_new(path: Path) -> None:
    async def before(post: Post) -> None:
        post.behind.away = True
        await post.add("a", "b")

    async def after(post: Post) -> None:
        await post.add("c")
        await post.calm()

    assert during(before, Spool(path, ENOUGH)).there() == []
    assert during(after, Spool(path, ENOUGH)).there() == ["a", "b", "c"]


def test_a_crash_amid_draining_repeats_and_never_loses(path: Path) -> None:
    """The spool as a SIGKILL leaves it: the log has some of what is still there."""
    with closing(Spool(path, ENOUGH)) as left:
        left.append([Placed(0, name.encode()) for name in "abcd"])
    behind = MemoryRawLog()
    behind.kept[0] = [b"a", b"b"]

    async def run() -> list[str]:
        post = Post(Spool(path, ENOUGH), behind)
        async with kept_going(post):
            await post.calm()
        return post.there()

    assert asyncio.run(run()) == ["a", "b", "a", "b", "c", "d"]


def test_a_full_spool_takes_no_more_says_so_and_goes_on(path: Path) -> None:
    async def act(post: Post) -> None:
        post.behind.away = True
        await post.add("x" * 60)
        waits = asyncio.create_task(post.add("y" * 60))
        assert "edge.spool_bytes" in await post.full()
        assert not waits.done(), "it is not acknowledged"
        post.behind.away = False
        await waits
        await post.calm()
        assert post.there() == ["x" * 60, "y" * 60]
        assert post.log.full is None

    assert during(act, Spool(path, 100)).counter.counted(EDGE_SPOOL_FULL) >= 1


def test_what_neither_can_take_at_the_end_is_counted(path: Path) -> None:
    async def act(post: Post) -> None:
        post.behind.away = True
        waits = asyncio.create_task(post.add("y" * 600))
        await post.full()
        waits.cancel()

    assert during(act, Spool(path, 100)).frames() == {"lost": 1}


@pytest.mark.parametrize("seed", range(5))
def test_whatever_happens_each_place_has_everything_in_order(path: Path, seed: int) -> None:
    draw = random.Random(seed)
    names = [f"{n}" for n in range(300)]

    async def act(post: Post) -> None:
        adding = []
        for name in names:
            if draw.random() < 0.05:
                post.behind.away = not post.behind.away
            adding.append(asyncio.create_task(post.add(name, place=int(name) % 3)))
            if draw.random() < 0.3:
                await asyncio.sleep(draw.random() / 100)
        post.behind.away = False
        await asyncio.gather(*adding)
        await post.calm()
        for place in range(3):
            assert post.there(place) == [name for name in names if int(name) % 3 == place]

    during(act, Spool(path, ENOUGH))


# The spool itself


def test_the_file_gives_its_room_back(path: Path) -> None:
    with closing(Spool(path, 50_000_000)) as spool:
        numbers = spool.append([Placed(0, random.Random(1).randbytes(1_000_000)) for _ in range(20)])
        full_size = path.stat().st_size
        spool.remove(numbers[-1])
        assert path.stat().st_size < full_size / 100
        assert spool.append([Placed(0, b"x")]) == [numbers[-1] + 1], "numbers only grow"


def test_it_answers_in_bites(path: Path) -> None:
    with closing(Spool(path, 50_000_000)) as spool:
        numbers = spool.append([Placed(n, bytes([n]) * 1_000_000) for n in range(9)])
        seen: list[int] = []
        while found := spool.read(seen[-1] if seen else 0):
            assert len(found) < 9
            seen += [number for number, _ in found]
        assert seen == numbers


def test_a_call_is_taken_whole_or_not_at_all(path: Path) -> None:
    with closing(Spool(path, 100)) as spool:
        with pytest.raises(JournalFull, match="as many as it may"):
            spool.append([Placed(0, b"x" * 60), Placed(0, b"y" * 60)])
        assert (spool.read(0), spool.frames, spool.bytes, spool.last) == ([], 0, 0, 0)


def test_frames_of_before_there_were_kinds_are_of_the_first(path: Path) -> None:
    first = Format(SPOOL.name, SPOOL.application_id, SPOOL.steps[:1])
    with closing(SqliteFile(path, first)) as old, old.writing() as connection:
        connection.execute("insert into frames (place, body) values (2, x'61')")
    with closing(Spool(path, ENOUGH)) as spool:
        spool.append([Placed(2, b"b", "lines")])
        assert [frame for _, frame in spool.read(0)] == [Placed(2, b"a", "snmp"), Placed(2, b"b", "lines")]


def test_each_kind_has_its_log() -> None:
    async def run() -> None:
        traps, lines = MemoryRawLog(), MemoryRawLog()
        both = RawLogs({"snmp": traps, "lines": lines})
        await both.append([Placed(0, b"a"), Placed(0, b"b", "lines"), Placed(0, b"c")])
        lines.away = True
        with pytest.raises(JournalFull):
            await both.append([Placed(0, b"d", "lines"), Placed(0, b"e")])
        await both.close()
        assert (traps.kept, lines.kept) == ({0: [b"a", b"c", b"e"]}, {0: [b"b"]})

    asyncio.run(run())


def test_a_file_of_another_kind_is_refused(path: Path) -> None:
    path.write_bytes(b"something else")
    with pytest.raises(Unusable):
        Spool(path, ENOUGH)

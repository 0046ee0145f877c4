"""Raw frames become frames of the journal: in order, acknowledged when they are durable, whatever the brokers do."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec
import pytest

from connectors.journal.memory import MemoryJournal
from connectors.ports import JournalFull, PortError, Unusable
from connectors.telemetry.metrics import PrometheusCounter
from correlator.events import Alarm, Event, Frame
from streams.processes.intake.queue import FRAME, FRAME_CHARS
from streams.processes.worker.inflow import HELD, Inflow, InflowPorts, Raw, framed
from tests.integration.house import until
from tests.streams.small import alarm


class Away(MemoryJournal):
    """Takes nothing while it is away."""

    def __init__(self) -> None:
        super().__init__()
        self.away = threading.Event()

    def append(self, domain: str, frame: Frame) -> int:
        if self.away.is_set():
            raise JournalFull("nobody answers", "wait")
        return super().append(domain, frame)


def told(raw: Raw) -> Sequence[tuple[str, Event]]:
    """`north:3` is an alarm of the north; where the name ends in a star there are as many as a frame holds."""
    domain, _, name = raw.body.decode().partition(":")
    times = FRAME if name.endswith("*") else 1
    return [(domain, alarm(f"{name}.{n}", 0, "SBY-1/2")) for n in range(times)]


@dataclass
class Scene:
    parse: Callable[[Raw], Sequence[tuple[str, Event]]] = told
    journal: Away = field(default_factory=Away)
    taken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.inflow = Inflow(InflowPorts(self.parse, self.journal, PrometheusCounter(), lambda: 7))

    async def take(self, *bodies: str) -> None:
        for body in bodies:
            await self.inflow.take(Raw(body.encode(), "here", lambda body=body: self.taken.append(body)))  # type: ignore[misc]

    async def running(self, work: Callable[[], object]) -> None:
        """Until the inflow has taken what `work` wants."""
        task = asyncio.create_task(self.inflow.run())
        try:
            await asyncio.to_thread(until, "all that is waited for", work)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            self.inflow.close()

    def frames(self, domain: str) -> list[list[str]]:
        read = self.journal.read(domain, 0)
        return [[event.id for event in frame.events if isinstance(event, Alarm)] for _, frame in read]


def test_what_waits_together_is_framed_together_by_domain() -> None:
    scene = Scene()

    async def play() -> None:
        await scene.take("north:1", "south:2", "north:3")
        await scene.running(lambda: len(scene.taken) == 3)

    asyncio.run(play())
    assert scene.frames("north") == [["1.0", "3.0"]]
    assert scene.frames("south") == [["2.0"]]
    assert scene.taken == ["north:1", "south:2", "north:3"]


def test_nothing_is_acknowledged_before_it_is_durable() -> None:
    scene = Scene()
    scene.journal.away.set()

    async def play() -> None:
        await scene.take("north:1")

        def full() -> bool:
            if scene.inflow.full is not None:
                assert scene.taken == []
                scene.journal.away.clear()
            return bool(scene.taken)

        await scene.running(full)

    asyncio.run(play())
    assert scene.frames("north") == [["1.0"]]
    assert scene.inflow.full is None


@pytest.mark.parametrize("error", [JournalFull("dead letters cannot be written"), Unusable("a frame of a newer edge")])
def test_what_cannot_be_parsed_now_waits_and_holds_up_what_is_behind_it(error: PortError) -> None:
    refusals = iter([error, error])

    def parse(raw: Raw) -> Sequence[tuple[str, Event]]:
        if raw.body == b"north:2" and (refused := next(refusals, None)) is not None:
            raise refused
        return told(raw)

    scene = Scene(parse)

    async def play() -> None:
        await scene.take("north:1", "north:2", "north:3")
        await scene.running(lambda: len(scene.taken) == 3)

    asyncio.run(play())
    assert scene.frames("north") == [["1.0", "2.0", "3.0"]]


def test_whoever_brings_more_than_can_be_held_waits() -> None:
    scene = Scene()

    async def play() -> None:
        bringing = asyncio.create_task(scene.take(*(f"north:{n}" for n in range(HELD + 2))))
        await asyncio.sleep(0)
        assert not bringing.done()
        await scene.running(lambda: len(scene.taken) == HELD + 2)
        await bringing

    asyncio.run(play())
    assert [name for frame in scene.frames("north") for name in frame] == [f"{n}.0" for n in range(HELD + 2)]


def test_frames_have_500_events_at_most() -> None:
    scene = Scene()

    async def play() -> None:
        await scene.take("north:1*", "north:2")
        await scene.running(lambda: len(scene.taken) == 2)

    asyncio.run(play())
    assert [len(frame) for frame in scene.frames("north")] == [FRAME, 1]


def test_long_words_make_short_frames() -> None:
    wordy = [msgspec.structs.replace(alarm(f"a-{n}", 0, "SBY-1/2"), text="x" * (FRAME_CHARS - 10)) for n in range(3)]
    assert [len(frame) for frame in framed(wordy)] == [1, 1, 1]

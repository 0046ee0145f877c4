"""Too much for the way in: who sends most loses his oldest, who waits for an answer nothing; the journal is told."""

import asyncio
import threading
from collections import Counter

import msgspec

from connectors.journal.memory import MemoryJournal
from connectors.metrics import INTAKE_SHED
from connectors.ports import Accepted
from correlator.events import (
    Alarm,
    Complaint,
    Frame,
    IntakeShed,
)
from streams.processes.intake.queue import FRAME, Bounds
from tests.streams.processes.inlet import House, run, said, until
from tests.streams.small import DOMAIN, alarm


def traps(source: str, number: int, text: str = "") -> list[Alarm]:
    some = (alarm(f"{source}-{n}", 0, f"SBY-1/{n}") for n in range(number))
    return [msgspec.structs.replace(one, source=source, text=text or None) for one in some]


def kept(house: House) -> dict[str, int]:
    return dict(Counter(event.source for event in house.events if isinstance(event, Alarm)))


def test_beyond_the_bound_the_source_with_most_in_it_loses_its_oldest() -> None:
    house, told = House(), Counter[str]()

    async def test() -> None:
        async with house.open(Bounds(events=100), told.update) as intake:
            intake.post(traps("quiet", 10))
            intake.post(traps("loud", 85))
            assert intake.waiting == 95
            intake.post(traps("louder", 200))
            assert intake.waiting <= 100, "the bound holds"

    run(test())
    left = kept(house)
    assert left["quiet"] == 10
    assert left["loud"] == left["louder"] == 42, "each to one level: 95 that may stay, less the 10"
    ids = [event.id for event in house.events if isinstance(event, Alarm) and event.source == "louder"]
    assert ids == [f"louder-{n}" for n in range(158, 200)]
    assert told == {"loud": 43, "louder": 158}
    assert house.counter.counted(INTAKE_SHED, "louder") == 158


def test_long_texts_reach_the_bound_of_bytes_first() -> None:
    house = House()

    async def test() -> None:
        async with house.open(Bounds(bytes=100_000)) as intake:
            intake.post(traps("short", 20))
            intake.post(traps("long", 20, "x" * 9_000))

    run(test())
    left = kept(house)
    assert left["short"] == 20
    assert 0 < left["long"] < 10


def test_who_waits_for_an_answer_and_what_is_no_alarm_is_never_shed() -> None:
    house = House()

    async def test() -> None:
        async with house.open(Bounds(events=20)) as intake:
            asked = [asyncio.create_task(intake.put(said(f"c-{n}"))) for n in range(10)]
            answered = asyncio.create_task(intake.put(alarm("informed", 0, "SBY-1/2")))
            await asyncio.sleep(0)
            intake.post(traps("loud", 500))
            assert all(isinstance(one, Accepted) for one in await asyncio.gather(*asked, answered))

    run(test())
    assert "informed" in {getattr(event, "id", "") for event in house.events}
    assert len([event for event in house.events if isinstance(event, Complaint)]) == 10


def test_what_the_journal_is_told_of_it_has_its_room_in_a_frame() -> None:
    house = House()

    async def test() -> None:
        async with house.open(Bounds(events=3 * FRAME)) as intake:
            intake.post(traps("loud", 4 * FRAME))

    run(test())
    sizes = [len(frame.events) for _, frame in house.journal.read(DOMAIN, 0)]
    assert sizes[0] == FRAME == max(sizes)
    assert isinstance(house.events[0], IntakeShed)


def test_the_journal_is_told_once_that_some_was_shed_and_that_it_is_over() -> None:
    house = House()

    async def test() -> None:
        async with house.open(Bounds(events=20)) as intake:
            for _ in range(3):
                intake.post(traps("loud", 50))
                intake.post(traps("quiet", 1))
                await until(lambda: intake.waiting == 0)

    run(test())
    begins, over = (event for event in house.events if isinstance(event, IntakeShed))
    assert (begins.state, begins.sources) == ("begins", (("loud", 31),))
    assert (over.state, over.number) == ("over", 3 * 50 + 3 - len(house.events) + 2)


def test_that_it_is_over_is_told_also_when_that_comes_while_a_frame_is_written() -> None:
    class Slow(MemoryJournal):
        begun, goes_on = threading.Event(), threading.Event()

        def append(self, domain: str, frame: Frame) -> int:
            self.begun.set()
            self.goes_on.wait(20)
            return super().append(domain, frame)

    journal = Slow()
    house = House(journal=journal)

    async def test() -> None:
        async with house.open(Bounds(events=20)) as intake:
            intake.post(traps("loud", 50))
            await until(journal.begun.is_set)
            asyncio.get_running_loop().call_soon(journal.goes_on.set)  # once `close` has said that it is over

    run(test())
    assert [event.state for event in house.events if isinstance(event, IntakeShed)] == ["begins", "over"]

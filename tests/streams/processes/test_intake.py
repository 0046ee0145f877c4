"""The one way in: what is acknowledged is in the journal, once; what a full disk refuses is said, or held."""

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import msgspec
import pytest

from connectors.intake_register import MemoryRegister
from connectors.journal.memory import MemoryJournal
from connectors.metrics import INTAKE_SHED
from connectors.ports import Accepted, Contact, JournalFull
from connectors.privacy.directory import MemoryDirectory
from connectors.privacy.vault import MemoryVault
from connectors.telemetry.metrics import MemoryCounter
from correlator.events import (
    Alarm,
    Command,
    Complaint,
    ComplaintIn,
    Event,
    Frame,
    Incoming,
    IntakeShed,
    Reply,
    ReplyIn,
    WorldChange,
    microseconds,
)
from correlator.wire import BadInput
from streams.processes.intake.queue import FRAME, Bounds
from streams.processes.intake.writer import HELD, Intake, IntakePorts
from tests.streams.small import DOMAIN, START, alarm, at


@dataclass
class House:
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    register: MemoryRegister = field(default_factory=MemoryRegister)
    vault: MemoryVault = field(default_factory=MemoryVault)
    counter: MemoryCounter = field(default_factory=MemoryCounter)

    def __post_init__(self) -> None:
        self.directory = MemoryDirectory(self.vault)
        self.directory.replace([("CU-1", Contact("Budi", "+62811111", "noc@cu-1.example"))])

    @asynccontextmanager
    async def open(
        self, bounds: Bounds | None = None, shed: Callable[[dict[str, int]], None] = dict
    ) -> AsyncIterator[Intake]:
        ports = IntakePorts(
            self.journal,
            self.register,
            self.vault,
            self.directory,
            self.counter,
            lambda: microseconds(START),
            shed=lambda source, number: shed({source: number}),
        )
        intake = Intake(DOMAIN, ports, bounds)
        writing = asyncio.create_task(intake.run())
        yield intake
        writing.cancel()
        await intake.close()

    @property
    def events(self) -> list[Event]:
        return [event for _, frame in self.journal.read(DOMAIN, 0) for event in frame.events]


def run(test: Awaitable[None]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(30):
            await test

    asyncio.run(limited())


async def until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110  # the intake's own clockwork turns meanwhile
        await asyncio.sleep(0.01)


def said(name: str, text: str = "internet mati total", **more: object) -> ComplaintIn:
    return ComplaintIn(id=name, time=at(0), channel="phone", text=text, **more)  # type: ignore[arg-type]  # a table's


def test_a_complaint_is_numbered_classified_and_sealed() -> None:
    house = House()

    async def test() -> None:
        async with house.open() as intake:
            answer = await intake.put(said("c-1", customer="CU-1", contact="0811 111"))
        assert answer == Accepted("c-1", "NT-20260301-000001")

    run(test())
    [event] = house.events
    assert isinstance(event, Complaint)
    assert (event.number, event.category, event.symptom) == ("NT-20260301-000001", "network", "no_service")
    assert event.sealed is not None
    assert b"mati" not in event.sealed
    plain = house.vault.unseal("customer:CU-1", event.sealed)
    assert plain is not None
    assert msgspec.json.decode(plain) == {"text": "internet mati total", "contact": "0811 111"}


def test_what_comes_together_is_sealed_each_under_its_own_key() -> None:
    house = House()

    async def test() -> None:
        async with house.open() as intake:
            intake.post([alarm("a-1", 0, "SBY-1/2")])
            reply = ReplyIn(id="r-1", time=at(0), ticket="T-1", customer="CU-1", says="other", text="masih mati")
            mute = ReplyIn(id="r-2", time=at(0), ticket="T-1", customer="CU-1", says="satisfied", via="sms", score=4)
            unknown = ReplyIn(id="r-3", time=at(0), ticket="T-3", complaint="c-0", says="other", text="belum")
            together: list[Incoming] = [said("c-1", "satu"), reply, said("c-2", "dua"), mute, unknown]
            await asyncio.gather(*map(intake.put, together))

    run(test())
    assert len(house.journal.read(DOMAIN, 0)) == 1, "one frame"
    sealed = {event.id: event.sealed for event in house.events if isinstance(event, Complaint | Reply)}
    owners = {"c-1": "complaint:c-1", "r-1": "customer:CU-1", "c-2": "complaint:c-2", "r-3": "complaint:c-0"}
    plain = {name: house.vault.unseal(owner, sealed[name] or b"") or b"" for name, owner in owners.items()}
    texts = {name: msgspec.json.decode(text)["text"] for name, text in plain.items()}
    assert texts == {"c-1": "satu", "r-1": "masih mati", "c-2": "dua", "r-3": "belum"}
    assert sealed["r-2"] is None
    replies = [(event.via, event.score, event.complaint) for event in house.events if isinstance(event, Reply)]
    assert replies == [(None, None, None), ("sms", 4, None), (None, None, "c-0")]


def test_a_repeat_gets_the_same_number_and_appends_nothing() -> None:
    house = House()

    async def test() -> None:
        async with house.open() as intake:
            first = await intake.put(said("c-1"))
            again = await intake.put(said("c-1"))
            other = await intake.put(said("c-2"))
        assert isinstance(first, Accepted)
        assert again == Accepted("c-1", first.number, repeated=True)
        assert isinstance(other, Accepted)
        assert other.number != first.number

    run(test())
    assert len(house.events) == 2


def test_the_customer_is_found_by_phone_or_mail_and_by_nothing_else() -> None:
    house = House()

    async def test() -> None:
        async with house.open() as intake:
            await intake.put(said("c-1", contact="+62 811-111"))
            await intake.put(said("c-2", contact="NOC@cu-1.example"))
            await intake.put(said("c-3", contact="somebody@else.example"))

    run(test())
    assert [event.customer for event in house.events if isinstance(event, Complaint)] == ["CU-1", "CU-1", None]


def test_order_of_arrival_is_kept_across_doors() -> None:
    house = House()

    async def test() -> None:
        async with house.open() as intake:
            intake.post([alarm("a-1", 0, "SBY-1/2"), alarm("a-2", 0, "SBY-1/2", state="cleared")])
            await intake.put(alarm("a-3", 0, "SBY-1/2"))
            intake.post([alarm("a-4", 0, "SBY-1/2")])

    run(test())
    assert [event.id for event in house.events if isinstance(event, Alarm)] == ["a-1", "a-2", "a-3", "a-4"]


def test_a_storm_is_cut_into_frames() -> None:
    house = House()

    async def test() -> None:
        async with house.open() as intake:
            intake.post([alarm(f"a-{n}", 0, "SBY-1/2") for n in range(2 * FRAME + 1)])

    run(test())
    sizes = [len(frame.events) for _, frame in house.journal.read(DOMAIN, 0)]
    assert sizes == [FRAME, FRAME, 1]


def test_long_texts_make_smaller_frames() -> None:
    house = House()

    async def test() -> None:
        async with house.open() as intake:
            await asyncio.gather(*(intake.put(said(f"c-{n}", "x" * 200_000)) for n in range(3)))

    run(test())
    assert [len(frame.events) for _, frame in house.journal.read(DOMAIN, 0)] == [1, 1, 1]


def test_a_full_disk_is_said_and_what_nobody_waits_for_is_held() -> None:
    house = House()

    async def test() -> None:
        async with house.open() as intake:
            house.journal.full = True
            intake.post([alarm("a-1", 0, "SBY-1/2")])
            with pytest.raises(JournalFull):
                await intake.put(said("c-1"))
            with pytest.raises(JournalFull):  # at once, without another try
                await intake.put(said("c-1"))
            assert intake.full is not None
            house.journal.full = False
            await until(lambda: intake.full is None)
            again = await intake.put(said("c-1"))
        assert again == Accepted("c-1", "NT-20260301-000001")

    run(test())
    assert [getattr(event, "id", None) for event in house.events] == ["a-1", "c-1"]


def test_a_disk_that_fills_up_between_two_frames_loses_and_doubles_nothing() -> None:
    house = House()
    append = house.journal.append

    def once(domain: str, frame: Frame) -> int:
        offset = append(domain, frame)
        house.journal.full = True
        return offset

    async def test() -> None:
        async with house.open() as intake:
            waits = asyncio.create_task(intake.put_all([alarm(f"w-{n}", 0, "SBY-1/2") for n in range(FRAME)]))
            late = asyncio.create_task(intake.put_all([alarm("late", 0, "SBY-1/2")]))
            await asyncio.sleep(0)
            intake.post([alarm(f"a-{n}", 0, "SBY-1/2") for n in range(2 * FRAME)])
            house.journal.append = once  # type: ignore[method-assign]  # the first frame is written, the next is not
            assert len(await waits) == FRAME
            with pytest.raises(JournalFull):
                await late
            assert intake.full is not None
            house.journal.append = append  # type: ignore[method-assign]
            house.journal.full = False
            await until(lambda: not intake.waiting)

    run(test())
    names = [event.id for event in house.events if isinstance(event, Alarm)]
    assert names == [*(f"w-{n}" for n in range(FRAME)), *(f"a-{n}" for n in range(2 * FRAME))]


def test_a_full_disk_stops_the_listeners_in_the_end() -> None:
    house = House()

    async def test() -> None:
        async with house.open() as intake:
            house.journal.full = True
            intake.post([alarm(f"a-{n}", 0, "SBY-1/2") for n in range(HELD)])
            await until(lambda: intake.full is not None)
            with pytest.raises(JournalFull):
                intake.post([alarm("one-more", 0, "SBY-1/2")])
            house.journal.full = False

    run(test())
    assert len(house.events) == HELD


def test_who_hung_up_is_no_harm_to_the_others() -> None:
    house = House()

    async def test() -> None:
        async with house.open() as intake:
            gone = asyncio.create_task(intake.put(said("c-1")))
            await asyncio.sleep(0)
            gone.cancel()
            answer = await intake.put(said("c-2"))
        assert isinstance(answer, Accepted)

    run(test())
    assert len(house.events) == 2


def test_a_world_cannot_be_sent() -> None:
    house = House()

    async def test() -> None:
        async with house.open() as intake:
            answer = await intake.put(WorldChange(id="w", time=at(0), inventory="x"))
        assert isinstance(answer, BadInput)

    run(test())
    assert house.events == []


def test_commands_and_replies_are_kept_once() -> None:
    house = House()
    order = Command(
        id="k-1", time=at(0), actor="siti", role="noc_operator", action="acknowledge", target="x", reason="y"
    )

    async def test() -> None:
        async with house.open() as intake:
            for _ in range(2):
                await intake.put(order)
                await intake.put(
                    ReplyIn(id="r-1", time=at(0), customer="CU-1", ticket="t", says="other", text="rahasia")
                )

    run(test())
    assert [type(event) for event in house.events] == [Command, Reply]
    assert b"rahasia" not in msgspec.msgpack.encode(house.events)


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

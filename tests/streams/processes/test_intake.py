"""The one way in: what is acknowledged is in the journal, once; what a full disk refuses is said, or held."""

import asyncio

import msgspec
import pytest

from connectors.ports import Accepted, JournalFull
from correlator.events import (
    Alarm,
    Command,
    Complaint,
    Frame,
    Incoming,
    Reply,
    ReplyIn,
    WorldChange,
)
from correlator.wire import BadInput
from streams.processes.intake.queue import FRAME
from streams.processes.intake.writer import HELD
from tests.streams.processes.inlet import House, run, said, until
from tests.streams.small import DOMAIN, alarm, at


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

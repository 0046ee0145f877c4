"""One way in to several journals: each event is in those that it concerns, once, whatever fails in between."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import msgspec
import pytest

from connectors import intake_register as registers
from connectors.intake_register import MemoryRegister
from connectors.journal.memory import MemoryJournal
from connectors.ports import Accepted, Contact, JournalFull
from connectors.privacy.directory import MemoryDirectory
from connectors.privacy.vault import MemoryVault
from connectors.store.memory import MemoryStore
from connectors.telemetry.metrics import PrometheusCounter
from correlator.events import (
    HOUR_US,
    Command,
    Complaint,
    ComplaintIn,
    Frame,
    Incoming,
    Maintenance,
    Quarantine,
    microseconds,
)
from correlator.wire import BadInput
from streams.complaints import People
from streams.processes.intake.routing import Routes
from streams.processes.intake.several import Intakes
from streams.processes.intake.writer import IntakePorts
from tests.regions import DOMAINS, world
from tests.streams.small import START, alarm, at

WORLD = world()
NATIONAL, BARAT, TIMUR = DOMAINS.names


class Journals(MemoryJournal):
    """Some domains may take nothing, or take their time."""

    def __init__(self) -> None:
        super().__init__()
        self.away: set[str] = set()
        self.hangs: dict[str, threading.Event] = {}  # until it is set

    def append(self, domain: str, frame: Frame) -> int:
        if domain in self.hangs:
            self.hangs[domain].wait()
        if domain in self.away:
            raise JournalFull(f"nobody answers for {domain}", "Wait")
        return super().append(domain, frame)


@dataclass
class House:
    journal: Journals = field(default_factory=Journals)
    register: MemoryRegister = field(default_factory=MemoryRegister)
    vault: MemoryVault = field(default_factory=MemoryVault)
    store_down: bool = False

    def __post_init__(self) -> None:
        self.directory = MemoryDirectory(self.vault)
        self.directory.replace([("C-T1-1", Contact("Budi", "+62811111", None))])

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Intakes]:
        now_us = microseconds(START)
        for domain in DOMAINS.names:
            registers.reconcile(self.register, self.journal, domain, now_us)
        ports = IntakePorts(
            self.journal, self.register, self.vault, self.directory, PrometheusCounter(), lambda: now_us
        )
        routes = Routes(lambda: WORLD, WORLD, MemoryStore())

        def route(events: Sequence[Incoming]) -> Sequence[Sequence[str]]:
            if self.store_down:
                raise JournalFull("the store is away", "Wait")
            return routes(events)

        intake = Intakes(DOMAINS.names, route, ports)
        writing = asyncio.create_task(intake.run())
        yield intake
        writing.cancel()
        await intake.close()

    def of(self, domain: str) -> list[str]:
        """Ids of what its journal has."""
        frames = (frame for _, frame in self.journal.read(domain, 0))
        return [getattr(event, "id", "") for frame in frames for event in frame.events]


def run(test: Awaitable[None]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(30):
            await test

    asyncio.run(limited())


def said(name: str, customer: str | None = None, contact: str | None = None) -> ComplaintIn:
    return ComplaintIn(id=name, time=at(0), channel="phone", text="mati", customer=customer, contact=contact)


def shelve(name: str) -> Command:
    """An alarm by the id of an event: no intake knows whose that is."""
    return Command(
        id=name,
        time=at(0),
        actor="siti",
        role="noc_operator",
        action="shelve",
        target="a-77",
        arguments={"until": "2026-03-02T00:00:00Z"},
        reason="r",
    )


WORK = Maintenance(id="m-1", time=at(0), objects=("OLT-B1",), start=at(0), end=at(9), reason="x")


@pytest.mark.parametrize(
    ("told", "for_others"),
    [
        pytest.param(
            [("C-T1-1", "0811 7"), ("C-B1-1", "+62811-7"), ("C-T1-1", "08117")], [0, 1, 0], id="one telephone"
        ),
        pytest.param([("C-T1-1", "a@b.example"), ("C-T1-2", "Ani <A@b.example>")], [0, 1], id="one address"),
        pytest.param([("C-T1-1", "0811 7"), ("C-T1-2", "0811 8")], [0, 0], id="two telephones"),
        pytest.param([("C-T1-1", "0811 7"), ("C-T1-1", "0811 7")], [0, 0], id="one customer, twice"),
        pytest.param([("C-T1-1", None), ("C-T1-2", None)], [0, 0], id="nobody says who complains"),
        pytest.param([(None, "0899 9"), (None, "0899 9")], [0, 0], id="nobody knows for whom"),
    ],
)
def test_who_complains_for_one_after_the_other_is_one_witness(
    told: list[tuple[str | None, str | None]], for_others: list[int]
) -> None:
    house = House()

    async def test() -> None:
        async with house.open() as intake:
            for n, (customer, contact) in enumerate(told):
                await intake.put(said(f"c-{n}", customer, contact))

    run(test())
    frames = [frame for domain in DOMAINS.names for _, frame in house.journal.read(domain, 0)]
    found = {one.id: one.for_others for frame in frames for one in frame.events if isinstance(one, Complaint)}
    assert [found[f"c-{n}"] for n in range(len(told))] == for_others


def test_a_day_later_a_contact_may_speak_for_another_customer() -> None:
    people = People()
    hours = [(0, "CU-1"), (23.9, "CU-2"), (24.1, "CU-2"), (30, "CU-2"), (31, "CU-1")]
    told = [people.speaks_for_others("0811 111", customer, round(hour * HOUR_US)) for hour, customer in hours]
    assert told == [False, True, False, False, True]


def test_each_event_is_in_the_journal_of_its_domain_in_order() -> None:
    house = House()

    async def test() -> None:
        async with house.open() as intake:
            together: list[Incoming] = [
                alarm("t-1", 0, "OLT-T1"),
                alarm("b-1", 0, "OLT-B1/1"),
                said("t-2", "C-T2-1"),
                WORK,
                alarm("n-1", 0, "BB-1"),
                alarm("t-3", 0, "OLT-T1", state="cleared"),
                said("n-2"),
                said("t-4", contact="0811 111"),
            ]
            answers = await asyncio.gather(*map(intake.put, together))
        assert sorted(one.number for one in answers if isinstance(one, Accepted) and one.number) == [
            "NT-20260301-000001",
            "NT-20260301-000002",
            "NT-20260301-000003",
        ]

    run(test())
    assert house.of(NATIONAL) == ["m-1", "n-1", "n-2"]
    assert house.of(BARAT) == ["b-1", "m-1"]
    assert house.of(TIMUR) == ["t-1", "t-2", "m-1", "t-3", "t-4"]
    assert all(house.journal.end(domain) == 1 for domain in DOMAINS.names), "a frame a domain"


def test_a_repeat_appends_nothing_also_after_a_restart_and_with_another_book() -> None:
    house = House()

    async def test() -> None:
        async with house.open() as intake:
            first = [await intake.put(one) for one in (said("t", "C-T2-1"), said("b", "C-B1-1"))]
        house.register = MemoryRegister()  # lost: it learns from the journals
        async with house.open() as intake:
            again = [await intake.put(one) for one in (said("b", "C-B1-1"), said("t", "C-T2-1"))]
            other = await intake.put(said("t-2", "C-T2-1"))
        numbers = {one.id: one.number for one in first if isinstance(one, Accepted)}
        assert again == [Accepted(name, numbers[name], repeated=True) for name in ("b", "t")]
        assert isinstance(other, Accepted)
        assert other.number not in numbers.values()

    run(test())
    assert (house.of(BARAT), house.of(TIMUR)) == (["b"], ["t", "t-2"])


def test_where_one_domain_takes_nothing_the_others_have_theirs_and_nothing_is_there_twice() -> None:
    house = House()
    both: list[Incoming] = [said("b", "C-B1-1"), said("t", "C-T2-1")]

    async def test() -> None:
        async with house.open() as intake:
            house.journal.away = {TIMUR}
            took, failed = await asyncio.gather(*map(intake.put, both), return_exceptions=True)
            assert (took, type(failed)) == (Accepted("b", took.number), JournalFull)
            assert intake.full is not None
            house.journal.away = set()
            again, other = await asyncio.gather(*map(intake.put, both))
        assert again == Accepted("b", took.number, repeated=True)
        assert isinstance(other, Accepted)
        assert not other.repeated
        assert {again.number, other.number} == {"NT-20260301-000001", "NT-20260301-000002"}

    run(test())
    assert (house.of(BARAT), house.of(TIMUR)) == (["b"], ["t"])


def test_a_journal_that_hangs_holds_up_its_own_domain_alone() -> None:
    house = House()
    hangs = house.journal.hangs[TIMUR] = threading.Event()

    async def test() -> None:
        async with house.open() as intake:
            waits = [asyncio.create_task(intake.put(one)) for one in (said("t", "C-T2-1"), WORK)]
            await asyncio.sleep(0)
            for number in range(3):
                assert isinstance(await intake.put(said(f"b-{number}", "C-B1-1")), Accepted)
                assert await intake.put(alarm(f"n-{number}", 0, "BB-1")) == Accepted(f"n-{number}")
            assert not any(one.done() for one in waits), "all is for Timur, too"
            hangs.set()
            assert [type(one) for one in await asyncio.gather(*waits)] == [Accepted, Accepted]

    run(test())
    assert house.of(NATIONAL) == ["m-1", "n-0", "n-1", "n-2"]
    assert house.of(BARAT) == ["m-1", "b-0", "b-1", "b-2"]
    assert house.of(TIMUR) == ["t", "m-1"]


def test_what_nobody_waits_for_is_held_for_the_domain_that_takes_nothing() -> None:
    house = House()

    async def test() -> None:
        async with house.open() as intake:
            house.journal.away = {TIMUR}
            intake.post([alarm("t-1", 0, "OLT-T1"), alarm("b-1", 0, "OLT-B1/1")])
            with pytest.raises(JournalFull):
                await intake.put(alarm("t-2", 0, "OLT-T1"))
            assert await intake.put(alarm("b-2", 0, "OLT-B1/1")) == Accepted("b-2")
            house.journal.away = set()
            assert await intake.put(alarm("t-2", 0, "OLT-T1")) == Accepted("t-2")
            assert (intake.full, intake.waiting) == (None, 0)

    run(test())
    assert (house.of(BARAT), house.of(TIMUR)) == (["b-1", "b-2"], ["t-1", "t-2"])


def test_while_nobody_can_say_whose_it_is_nothing_is_taken_and_alarms_are_held() -> None:
    house = House(store_down=True)

    async def test() -> None:
        async with house.open() as intake:
            intake.post([alarm("t-1", 0, "OLT-T1")])
            with pytest.raises(JournalFull, match="the store is away"):
                await intake.put(alarm("t-2", 0, "OLT-T1"))
            assert intake.full is not None
            house.store_down = False
            assert await intake.put(alarm("t-2", 0, "OLT-T1")) == Accepted("t-2")
            assert intake.full is None

    run(test())
    assert house.of(TIMUR) == ["t-1", "t-2"]


def test_what_all_get_is_answered_when_all_have_it_and_given_again_where_one_had_not() -> None:
    house = House()

    async def test() -> None:
        async with house.open() as intake:
            house.journal.away = {TIMUR}
            with pytest.raises(JournalFull):
                await intake.put(shelve("k-1"))
            house.journal.away = set()
        async with house.open() as intake:  # one journal has it: the register must not take it for a repeat
            assert await intake.put(shelve("k-1")) == Accepted("k-1")

    run(test())
    assert all("k-1" in house.of(domain) for domain in DOMAINS.names)
    assert house.of(TIMUR) == ["k-1"]


def test_what_is_for_one_journal_and_does_not_say_which_is_refused() -> None:
    house = House()

    async def test() -> None:
        async with house.open() as intake:
            answer = await intake.put(Quarantine(id="q", time=at(0), offset=1, index=0, reason="x"))
        assert isinstance(answer, BadInput)

    run(test())
    assert house.journal.domains() == []


def test_complaints_are_kept_as_always() -> None:
    house = House()

    async def test() -> None:
        async with house.open() as intake:
            await intake.put(said("t", contact="0811 111"))

    run(test())
    [(_, frame)] = house.journal.read(TIMUR, 0)
    [event] = frame.events
    assert isinstance(event, Complaint)
    assert (event.customer, event.symptom) == ("C-T1-1", "no_service")
    assert event.sealed is not None
    assert house.vault.holds("customer:C-T1-1")


def test_two_senders_commands_of_one_id_reach_all_domains_as_two() -> None:
    """... also where several kernels get them, and the register cannot say who has them."""
    house = House()
    another = msgspec.structs.replace(shelve("cmd-1"), actor="budi", reason="s")

    async def test() -> None:
        async with house.open() as intake:
            first, second = await intake.put(shelve("cmd-1"), "siti"), await intake.put(another, "budi")
            assert (first, second) == (Accepted("cmd-1"), Accepted("cmd-1@budi"))
            assert isinstance(await intake.put(another, "siti"), BadInput), "one id, other content"
            assert await intake.put(another, "budi") == Accepted("cmd-1@budi")
        assert [house.of(domain)[:2] for domain in DOMAINS.names] == [["cmd-1", "cmd-1@budi"]] * 3

    run(test())

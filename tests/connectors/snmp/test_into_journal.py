"""Informs and traps through the real intake into a journal that fills up and has room again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from connectors.journal.memory import MemoryJournal
from connectors.listeners.udp import UdpListener, UdpSettings
from connectors.metrics import INFORMS, JOURNAL_REFUSALS, Counted
from connectors.snmp.receiving import TrapReceiver, Trusted
from connectors.telemetry.metrics import MemoryCounter
from correlator.events import Alarm, microseconds
from streams.processes.intake.writer import Intake, IntakePorts
from tests.connectors.snmp.house import NOW, translator
from tests.connectors.snmp.test_golden import octets
from tests.connectors.snmp.test_listen import LINK_DOWN, LOOPBACK, ONCE, V2C, Post, knock, needs_net_snmp

DOMAIN = "national"
UNUSED: Any = None  # register, vault and directory: an alarm has no number, no person


def through(journal: MemoryJournal, act: Callable[[Post], Awaitable[None]]) -> MemoryCounter:
    async def run() -> MemoryCounter:
        counter = MemoryCounter()
        ports = IntakePorts(journal, UNUSED, UNUSED, UNUSED, counter, lambda: microseconds(NOW))
        intake = Intake(DOMAIN, ports)
        settings = UdpSettings(addresses=((LOOPBACK, 0),))
        receiver = TrapReceiver(translator(counter), intake, counter, lambda: NOW, Trusted(frozenset({b"public"})))
        listener = UdpListener(receiver, counter, settings)
        await listener.start()
        writing = asyncio.create_task(intake.run())
        try:
            await act(Post(listener, counter=counter))
        finally:
            await listener.close()
            writing.cancel()
            await intake.close()
        return counter

    return asyncio.run(run())


def objects(journal: MemoryJournal) -> list[str]:
    return [event.object for _, frame in journal.read(DOMAIN, 0) for event in frame.events if isinstance(event, Alarm)]


async def counted(post: Post, n: int, metric: Counted, *labels: str) -> None:
    """Wait until it was counted so often: the intake's thread counts, so there is no event to wait for."""
    async with asyncio.timeout(20):
        while post.counter.counted(metric, *labels) < n:  # noqa: ASYNC110  # as said
            await asyncio.sleep(0.001)


@needs_net_snmp
def test_an_inform_is_in_the_journal_before_its_sender_hears_so() -> None:
    journal = MemoryJournal()

    async def act(post: Post) -> None:
        assert await post.says("snmpinform", [*V2C, *ONCE], LINK_DOWN) == 0
        assert objects(journal) == ["R1/ge-0/0/1"]

    through(journal, act)


@needs_net_snmp
def test_a_full_journal_acknowledges_nothing_and_takes_the_repeat_when_it_has_room() -> None:
    journal = MemoryJournal()

    async def act(post: Post) -> None:
        journal.full = True
        assert await post.says("snmpinform", [*V2C, *ONCE], LINK_DOWN) == 1
        assert objects(journal) == []
        patient = asyncio.create_task(post.says("snmpinform", [*V2C, "-r", "60", "-t", "0.2"], LINK_DOWN))
        await counted(post, 2, INFORMS, "journal_full")
        journal.full = False
        assert await asyncio.wait_for(patient, 20) == 0
        assert objects(journal) == ["R1/ge-0/0/1"]

    counter = through(journal, act)
    assert counter.counted(INFORMS, "taken") == 1


def test_traps_that_came_while_the_journal_was_full_are_written_afterwards() -> None:
    journal = MemoryJournal()

    async def act(post: Post) -> None:
        journal.full = True
        with knock(post.address) as sender:
            for _ in range(1_200):
                sender.send(octets("link-up"))
        await counted(post, 1, JOURNAL_REFUSALS)
        journal.full = False

    through(journal, act)
    assert len(objects(journal)) == 1_200

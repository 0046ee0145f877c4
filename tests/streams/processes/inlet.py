"""A way in over memory, and what the tests of it send."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from connectors.intake_register import MemoryRegister
from connectors.journal.memory import MemoryJournal
from connectors.ports import Contact
from connectors.privacy.directory import MemoryDirectory
from connectors.privacy.vault import MemoryVault
from connectors.telemetry.metrics import MemoryCounter
from correlator.events import (
    ComplaintIn,
    Event,
    microseconds,
)
from streams.processes.intake.queue import Bounds
from streams.processes.intake.writer import Intake, IntakePorts
from tests.streams.small import DOMAIN, START, at


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

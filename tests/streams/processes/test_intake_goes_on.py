"""The intake outlives whatever its journal, register or keys say no with, and ends with all that it took written."""

import asyncio
import threading
from typing import NoReturn

import pytest

from connectors.ports import Accepted, JournalFull, PortError, Refused, StoreDown, Unusable
from correlator.events import Alarm
from streams.processes.intake.queue import FRAME
from tests.streams.processes.inlet import House, run, said, until
from tests.streams.small import alarm


@pytest.mark.parametrize("kind", [Unusable, StoreDown, Refused])
def test_whatever_says_no_ends_nothing_who_waits_is_told_and_the_rest_is_held(
    kind: type[PortError], monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House()
    real = house.register.admit

    def no(*_: object) -> NoReturn:
        raise kind("register.db is damaged", "Put the last back-up in its place")

    async def test() -> None:
        async with house.open() as intake:
            monkeypatch.setattr(house.register, "admit", no)
            intake.post([alarm("a-1", 0, "SBY-1/2")])
            for _ in range(3):
                with pytest.raises(JournalFull, match="damaged"):
                    await intake.put(said("c-1"))
            assert "damaged" in (intake.full or "")
            monkeypatch.setattr(house.register, "admit", real)
            assert await intake.put(said("c-1")) == Accepted("c-1", "NT-20260301-000001")
            assert intake.full is None

    run(test())
    assert sorted(getattr(event, "id", "") for event in house.events) == ["a-1", "c-1"]


def test_what_is_on_its_way_to_the_journal_as_it_ends_gets_there() -> None:
    house, gate = House(), threading.Event()
    house.register.prune = lambda _: int(gate.wait(20))  # type: ignore[method-assign]  # the journal's thread is busy

    async def test() -> None:
        async with house.open() as intake:
            forgets = asyncio.create_task(intake.forget())
            await asyncio.sleep(0)
            intake.post([alarm(f"a-{n}", 0, "SBY-1/2") for n in range(FRAME)])
            await until(lambda: not intake.waiting)  # it is taken, and not written yet
            asyncio.get_running_loop().call_later(0.1, gate.set)
        await forgets

    run(test())
    assert [event.id for event in house.events if isinstance(event, Alarm)] == [f"a-{n}" for n in range(FRAME)]

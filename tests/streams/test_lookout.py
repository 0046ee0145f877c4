"""What is behind a process is looked at by itself: one that hangs or fails is said, and holds up nothing."""

import asyncio
import threading
from collections.abc import Callable

from connectors.ports import StoreDown
from streams.processes.health_probes import HealthProbes


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while True:
            if true():
                return
            await asyncio.sleep(0.01)


def test_trouble_is_said_while_it_lasts() -> None:
    broken = [StoreDown("the server is away")]
    looks = 0

    def look() -> None:
        nonlocal looks
        looks += 1
        if broken:
            raise broken[0]

    async def run() -> list[str | None]:
        health_probes = HealthProbes({"store": look, "other": lambda: None})
        running = asyncio.create_task(health_probes.run())
        said = [health_probes.trouble("store")]
        await until(lambda: health_probes.trouble("store") == "the server is away")
        said.append(health_probes.trouble("other"))
        broken.clear()
        await until(lambda: health_probes.trouble("store") is None)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return said

    assert asyncio.run(run()) == [None, None]
    assert looks >= 2


def test_one_that_gives_no_answer_is_said() -> None:
    answer = threading.Event()

    async def run() -> None:
        health_probes = HealthProbes({"journal": answer.wait})
        running = asyncio.create_task(health_probes.run())
        await until(lambda: "has not answered" in (health_probes.trouble("journal") or ""))
        answer.set()
        await until(lambda: health_probes.trouble("journal") is None)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(run())

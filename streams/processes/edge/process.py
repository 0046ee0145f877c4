"""`simpul edge`: listens where the network is, and hands on what it hears to the brokers, as it came."""

import asyncio
import gc
from collections.abc import Callable
from contextlib import closing

import structlog

from connectors.listeners.handed import inherited
from connectors.listeners.listener import close_all, start_all
from streams.bootstrap.edge import Edge, edge
from streams.processes.data_lock import hold
from streams.processes.health_door import Checks, opened
from streams.processes.table import Ready
from streams.settings import Settings

LOOK_S = 1.0  # how often it is told in the log that the brokers are away, or back

log = structlog.get_logger("edge")


async def start(settings: Settings, stop: asyncio.Event, say: Callable[[Ready], None]) -> None:
    """Listen until `stop`, alone on the data folder. Raises PortError."""
    with closing(hold(settings.data, "edge.lock")):
        await run(settings, stop, say)


async def run(settings: Settings, stop: asyncio.Event, say: Callable[[Ready], None]) -> None:
    """What was taken in is with the brokers or in the spool when it returns."""
    house = edge(settings)
    door = opened(settings, lambda: checks(house), house.counter.exposition)
    await start_all(house.listeners, inherited())
    running = [*(relay.run() for relay in house.relays), house.log.run(), tell(house)]
    works = [asyncio.create_task(work) for work in running]
    gc.collect()
    gc.freeze()  # what is loaded by now stays
    say(Ready("edge", door.address, {one.name: one.listens for one in house.listeners}))
    stopping = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait([stopping, door.serving, *works], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()  # raises what it died of
    finally:
        await close_all(house.listeners)
        for relay in house.relays:
            await relay.close()
        for work in (stopping, *works):
            work.cancel()
        await asyncio.gather(stopping, *works, return_exceptions=True)
        await house.log.close()
        await asyncio.to_thread(house.watching.close)
        await door.close()


def checks(house: Edge) -> Checks:
    """What is wrong: brokers that are away are what the spool is for, and no reason to start an edge again."""
    return {"spool": house.log.full}


async def tell(house: Edge) -> None:
    """In the log, once each time."""
    told: str | None = None
    while True:
        await asyncio.sleep(LOOK_S)
        if (trouble := house.log.full or house.log.trouble) != told:
            told = trouble
            if trouble:
                log.warning("spooling", why=trouble)
            elif not house.log.spooling:
                log.info("drained")

"""`simpul api`: the HTTP door and the page of the distributed runtime. What it takes in is journaled, or refused."""

import asyncio
import gc
from collections.abc import Callable
from functools import partial

from streams.bootstrap.api import Api, api
from streams.processes.awaiting import when_there
from streams.processes.health_door import served
from streams.processes.http_server import server
from streams.processes.http_socket import bind
from streams.processes.intake.process import forget
from streams.processes.table import Ready
from streams.settings import Settings


async def start(settings: Settings, stop: asyncio.Event, say: Callable[[Ready], None]) -> None:
    """Serve until `stop`, as soon as brokers and database are there. Raises PortError."""
    house = await when_there(partial(api, settings), partial(served, place=settings.http), stop)
    if house is not None:
        await run(settings, house, stop, say)


async def run(settings: Settings, house: Api, stop: asyncio.Event, say: Callable[[Ready], None]) -> None:
    """Serve until `stop`; who was let in is answered, and what was taken in is written, before it returns.

    `say` is told where the door is. Raises PortError where it cannot go on.
    """
    door = server(house.app, settings.http)
    listening = bind(settings.http)
    works = [
        asyncio.create_task(work) for work in (house.intake.run(), forget(house.intake), house.health_probes.run())
    ]
    works += [asyncio.create_task(one.run()) for one in house.pollers]
    if house.notifier is not None:
        works.append(asyncio.create_task(house.notifier.listen(lambda _: house.page.live.hear())))
    serving = asyncio.create_task(door.serve(sockets=[listening]))
    gc.collect()
    gc.freeze()  # what is loaded by now stays
    say(Ready("api", listening.getsockname()[:2]))
    stopping = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait([stopping, serving, *works], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()  # raises what it died of
    finally:
        house.page.close()  # its streams have no end of their own, and the server waits for them
        door.should_exit = True
        await serving
        for work in (stopping, *works):
            work.cancel()
        await asyncio.gather(stopping, *works, return_exceptions=True)
        await house.close()

"""`simpul api`: the HTTP door and the page of the distributed runtime. What it takes in is journaled, or refused."""

import asyncio
import gc
from collections.abc import Callable

from streams.bootstrap.api import Api
from streams.processes.http_server import bind, server
from streams.processes.intake.process import forget
from streams.settings import Settings

Address = tuple[str, int]


async def run(settings: Settings, house: Api, stop: asyncio.Event, say: Callable[[Address], None]) -> None:
    """Serve until `stop`; who was let in is answered, and what was taken in is written, before it returns.

    `say` is told where the door is. Raises PortError where it cannot go on.
    """
    door = server(house.app, settings.http)
    listening = bind(settings.http)
    works = [
        asyncio.create_task(work) for work in (house.intake.run(), forget(house.intake), house.health_probes.run())
    ]
    if house.notifier is not None:
        works.append(asyncio.create_task(house.notifier.listen(lambda _: house.page.live.hear())))
    serving = asyncio.create_task(door.serve(sockets=[listening]))
    gc.collect()
    gc.freeze()  # what is loaded by now stays
    say(listening.getsockname()[:2])
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

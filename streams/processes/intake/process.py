"""The intake process: it alone listens. Datagrams and requests become frames of the journal; nothing here thinks."""

import asyncio
from collections.abc import Callable

import structlog

from connectors.listeners.handed import inherited
from connectors.listeners.listener import close_all, start_all
from connectors.ports import PortError
from streams import bootstrap
from streams.processes.http_server import server
from streams.processes.http_socket import bind
from streams.processes.intake.several import Intakes
from streams.processes.intake.writer import Intake
from streams.processes.table import Ready
from streams.settings import Settings

HOUSE_S = 3600.0  # between two clearings of the register

log = structlog.get_logger("intake")


async def start(settings: Settings, stop: asyncio.Event, say: Callable[[Ready], None]) -> None:
    """Listen until `stop`; what was taken in is written before it returns."""
    house = await asyncio.to_thread(bootstrap.intake, settings)
    door, handed = server(house.app, settings.http), inherited()
    listening = bind(settings.http, handed=handed)
    writing = asyncio.create_task(house.intake.run())
    forgetting = asyncio.create_task(forget(house.intake))
    await start_all(house.listeners, handed)
    asking = [asyncio.create_task(one.run()) for one in house.pollers]
    serving = asyncio.create_task(door.serve(sockets=[listening]))
    host, port = listening.getsockname()[:2]
    say(Ready("intake", (host, port), {one.name: one.listens for one in house.listeners}))
    try:
        tasks = [asyncio.create_task(stop.wait()), writing, forgetting, serving, *asking]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await close_all(house.listeners)
        for one in asking:
            one.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        house.page.close()  # its streams have no end of their own, and the server waits for them
        door.should_exit = True
        await serving
        died = next((error for task in (writing, forgetting, *asking) if (error := why(task))), None)
        for task in (writing, forgetting):
            task.cancel()
        await asyncio.gather(writing, forgetting, return_exceptions=True)
        await house.close()
    if died:
        raise died


def why(task: asyncio.Task[None]) -> BaseException | None:
    """What a task died of; None where it works, or was told to end."""
    return task.exception() if task.done() and not task.cancelled() else None


async def forget(intake: Intake | Intakes) -> None:
    """Keep the register small. What cannot be done now is tried an hour later; that is no reason to end."""
    while True:
        await asyncio.sleep(HOUSE_S)
        try:
            await intake.forget()
        except PortError as error:
            log.error("not_cleared", what=error.what, remedy=error.remedy)

"""The intake process: it alone listens. Datagrams and requests become frames of the journal; nothing here thinks."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
import uvicorn

from connectors.ports import PortError
from streams import bootstrap
from streams.embedded import Ready
from streams.intake import Intake
from streams.settings import Settings

HOUSE_S = 3600.0  # between two clearings of the book
BACKLOG = 2048  # connections that wait to be accepted; the kernel may grant fewer

log = structlog.get_logger("intake")


class Server(uvicorn.Server):
    """Signals are heard elsewhere."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class PortTaken(PortError):
    """Somebody else listens there."""

    recoverable = False


async def run(settings: Settings, stop: asyncio.Event, say: Callable[[Ready], None]) -> None:
    """Listen until `stop`; what was taken in is written before it returns."""
    house = await asyncio.to_thread(bootstrap.intake, settings)
    listening = bind(settings)
    config = uvicorn.Config(house.app, log_config=None, lifespan="off", access_log=False, timeout_graceful_shutdown=3)
    server = Server(config)
    writing = asyncio.create_task(house.intake.run())
    forgetting = asyncio.create_task(forget(house.intake))
    if house.traps is not None:
        await house.traps.start()
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    host, port = listening.getsockname()[:2]
    say(Ready("intake", (host, port), house.trap_address()))
    try:
        tasks = [asyncio.create_task(stop.wait()), writing, forgetting, serving]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        if house.traps is not None:
            await house.traps.close()
        house.page.close()  # its streams have no end of their own, and the server waits for them
        server.should_exit = True
        await serving
        died = next((error for task in (writing, forgetting) if (error := why(task))), None)
        for task in (writing, forgetting):
            task.cancel()
        await asyncio.gather(writing, forgetting, return_exceptions=True)
        await house.close()
    if died:
        raise died


def why(task: asyncio.Task[None]) -> BaseException | None:
    """What a task died of; None where it works, or was told to end."""
    return task.exception() if task.done() and not task.cancelled() else None


async def forget(intake: Intake) -> None:
    """Keep the book small. A full disk is no reason to end; then it is done an hour later."""
    while True:
        await asyncio.sleep(HOUSE_S)
        try:
            await intake.forget()
        except PortError as error:
            if not error.recoverable:
                raise
            log.warning("not_cleared", what=error.what)


def bind(settings: Settings) -> socket.socket:
    """The HTTP door's socket. Raises PortTaken."""
    host, port = settings.http.host, settings.http.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)  # before we say that we are ready: who comes early waits, and is not refused
    except OSError as error:
        listening.close()
        raise PortTaken(
            f"Port {port} on {host} cannot be listened on: {error.strerror}",
            "End what listens there, or set http.port",
        ) from error
    return listening

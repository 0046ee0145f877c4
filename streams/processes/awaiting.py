"""A process that is started while its brokers or its database are away waits for them, and says so at its door.

What waiting does not mend (a topic that is missing, a wrong password) ends it at once.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from connectors.ports import PortError
from correlator.times import rfc3339
from streams import clock
from streams.processes.health_door import Probe

FIRST_S, MOST_S = 0.25, 10.0  # between two tries
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

T = TypeVar("T")
log = structlog.get_logger("start")


async def when_there(make: Callable[[], T], serve: Callable[[ASGIApp], Probe], stop: asyncio.Event) -> T | None:
    """What `make` gives, as soon as it does, called on a thread; None: told to stop before. Raises PortError.

    `serve` opens the process's door, for as long as it waits.
    """
    wait: Wait | None = None
    try:
        while not stop.is_set():
            try:
                made = await asyncio.to_thread(make)
            except PortError as error:
                if not error.recoverable:
                    raise
                wait = wait or begun(serve)
                wait.go_on(error)
                await wait.pause(stop)
            else:
                if wait is not None:
                    log.info("waited", seconds=round((clock.wall_us() - wait.since_us) / 1e6, 1))
                return made
        return None
    finally:
        if wait is not None:
            await wait.door.close()


def begun(serve: Callable[[ASGIApp], Probe]) -> "Wait":
    said: dict[str, str] = {}
    return Wait(clock.wall_us(), said, serve(closed(said)))


def closed(said: dict[str, str]) -> ASGIApp:
    """Not ready, and why, whatever is asked."""

    async def not_yet(_: Request) -> JSONResponse:
        retry = {"Retry-After": str(int(MOST_S))}
        return JSONResponse({"status": "waiting", "checks": dict(said)}, 503, headers=retry)

    return Starlette(routes=[Route("/{path:path}", not_yet, methods=METHODS)])


@dataclass(slots=True)
class Wait:
    """One, until they come. `said`: what the door tells."""

    since_us: int
    said: dict[str, str]
    door: Probe
    pause_s: float = FIRST_S

    def go_on(self, error: PortError) -> None:
        """The log has it once; the door tells the last reason."""
        if not self.said:
            log.warning("waits", what=error.what, remedy=error.remedy)
        self.said["start"] = f"waits since {rfc3339(self.since_us)}: {error}"

    async def pause(self, stop: asyncio.Event) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self.pause_s):
                await stop.wait()
        self.pause_s = min(2 * self.pause_s, MOST_S)

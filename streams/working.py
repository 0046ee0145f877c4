"""The worker process: folds the journal as the domain's owner, commits, dispatches what is decided, keeps house."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import structlog

from connectors.ports import PortError
from correlator.events import DAY_US
from streams import bootstrap, clock
from streams.embedded import Ready
from streams.host import Host
from streams.settings import Settings
from streams.status import Status

IDLE_S = 0.01  # between two looks at the journal
TROUBLE_S = 1.0  # after an error of the disk or the database
STATUS_S = 1.0
HOUSE_S = 3600.0  # between two prunings

log = structlog.get_logger("worker")


@dataclass(slots=True)
class Fold:
    """The folding thread: it alone touches the host."""

    host: Host
    wake: Callable[[], None]  # the dispatcher; from this thread
    stop: threading.Event
    trouble: str | None = None  # why it stands still, for the health door

    def run(self) -> None:
        """Until `stop`. Raises what it dies of, to whoever waits for this thread."""
        while not self.stop.is_set():
            self._turn()

    def _turn(self) -> None:
        before = self.host.applied
        try:
            said = self.host.turn()
            self.trouble = self.host.stopped
        except PortError as error:
            if not error.recoverable:
                raise
            log.error("worker_waits", what=error.what, remedy=error.remedy)
            self.trouble = str(error)
            self.stop.wait(TROUBLE_S)
            return
        if self.host.applied != before:
            self.wake()
        if said == "idle":
            self.stop.wait(IDLE_S)
        elif said == "stopped":
            self.stop.wait(TROUBLE_S)


async def run(settings: Settings, stop: asyncio.Event, say: Callable[[Ready], None]) -> None:
    """Work until `stop`. Raises PortError where it cannot."""
    house = await asyncio.to_thread(bootstrap.worker, settings)
    loop = asyncio.get_running_loop()

    def wake() -> None:
        loop.call_soon_threadsafe(house.dispatcher.wake)

    fold = Fold(house.host, wake, threading.Event())
    await asyncio.to_thread(house.host.start, house.world)
    say(Ready("worker"))
    thread = ThreadPoolExecutor(1, thread_name_prefix="fold")
    folding = loop.run_in_executor(thread, fold.run)
    tasks: list[asyncio.Future[Any]] = [
        asyncio.create_task(house.dispatcher.run()),
        asyncio.create_task(report(house, fold)),
        asyncio.create_task(keep(house, settings)),
        asyncio.create_task(stop.wait()),
    ]
    try:
        done, _ = await asyncio.wait([folding, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()  # raises what it died of
    finally:
        fold.stop.set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(folding, *tasks, return_exceptions=True)  # the frame in hand is committed first
        thread.shutdown()
        await house.close()
    folding.result()  # raises what it died of while it was told to stop


async def report(house: "bootstrap.Worker", fold: Fold) -> None:
    """What the doors tell of this process."""
    while True:
        status = Status(
            at_us=clock.wall_us(),
            applied=fold.host.applied,
            end=await asyncio.to_thread(house.journal.end, fold.host.domain),
            trouble=fold.trouble,
            metrics=house.counter.exposition().decode(),
        )
        await asyncio.to_thread(house.status.write, status)
        await asyncio.sleep(STATUS_S)


async def keep(house: "bootstrap.Worker", settings: Settings) -> None:
    """Forget what the policy of retention lets go, now and then. A full disk is no reason to end."""
    while True:
        await asyncio.sleep(HOUSE_S)
        try:
            await asyncio.to_thread(prune, house, settings)
        except PortError as error:
            if not error.recoverable:
                raise
            log.warning("not_pruned", what=error.what)


def prune(house: "bootstrap.Worker", settings: Settings) -> None:
    domain, now_us = settings.domain, house.clock()
    applied = house.store.applied(domain)
    frames = house.journal.prune(domain, now_us - settings.keep.journal_days * DAY_US, applied)
    effects = house.store.prune(domain, now_us - settings.keep.effects_days * DAY_US)
    log.info("pruned", frames=frames, effects=effects)

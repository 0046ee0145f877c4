"""The worker process: folds the journal as the domain's owner, commits, dispatches what is decided, keeps house."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import structlog

from connectors.ports import PortError
from streams import bootstrap, clock
from streams.processes.figures import lag, shown_by_domain, shown_waiting, waiting
from streams.processes.table import Ready
from streams.processes.worker.folding import Fold, Progress
from streams.processes.worker.pruning import prune
from streams.settings import Settings

IDLE_S = 0.01  # between two looks at the journal
STATUS_S = 1.0
OUTBOX_S, OUTBOX_SHARE = 5.0, 0.01  # counting messages looks at each: not more often, nor more of a core than that
HOUSE_S = 3600.0  # between two prunings

log = structlog.get_logger("worker")


@dataclass(slots=True)
class Turning:
    """The folding thread: it alone touches the host."""

    fold: Fold
    loop: asyncio.AbstractEventLoop  # of those who wait for news
    stop: threading.Event = field(default_factory=threading.Event)
    turned: asyncio.Event = field(default_factory=asyncio.Event)  # the first turn is done
    outbox_due_s: float = 0.0  # when the outbox is counted again (monotonic)

    def run(self) -> None:
        """Until `stop`. Raises what it dies of, to whoever waits for this thread."""
        while not self.stop.is_set():
            rest_s = self.fold.turn()
            if not self.turned.is_set():
                self.loop.call_soon_threadsafe(self.turned.set)
            if rest_s:
                self.stop.wait(rest_s)


async def start(settings: Settings, stop: asyncio.Event, say: Callable[[Ready], None]) -> None:
    """Work until `stop`. Raises PortError where it cannot."""
    house = await asyncio.to_thread(bootstrap.worker, settings)
    loop = asyncio.get_running_loop()
    fold = Fold(house.host, lambda: loop.call_soon_threadsafe(house.dispatcher.wake), IDLE_S)
    turning = Turning(fold, loop)
    await asyncio.to_thread(house.host.start, house.world)
    say(Ready("worker"))
    thread = ThreadPoolExecutor(1, thread_name_prefix="fold")
    folding = loop.run_in_executor(thread, turning.run)
    tasks: list[asyncio.Future[Any]] = [
        asyncio.create_task(house.dispatcher.run()),
        asyncio.create_task(report(house, turning)),
        asyncio.create_task(keep(house, settings)),
        asyncio.create_task(stop.wait()),
    ]
    try:
        done, _ = await asyncio.wait([folding, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()  # raises what it died of
    finally:
        turning.stop.set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(folding, *tasks, return_exceptions=True)  # the frame in hand is committed first
        thread.shutdown()
        await house.close()
    folding.result()  # raises what it died of while it was told to stop


async def report(house: "bootstrap.Worker", turning: Turning) -> None:
    """What the doors tell of this process; nothing before its first turn, so that one which dies there stays silent."""
    fold = turning.fold
    name = fold.host.domain
    shown_by_domain(house.counter, lambda: {name: fold.figures})
    shown_waiting(house.counter, lambda: {name: fold.figures.waiting})
    progress = Progress()
    await turning.turned.wait()
    while True:
        try:
            await asyncio.to_thread(read, house, turning)
        except PortError as error:
            if not error.recoverable:
                raise
            log.warning("not_read", domain=fold.host.domain, what=error.what)
        still_s, outbox = progress.still_s(fold.figures.lag), house.dispatcher
        metrics = house.counter.exposition().decode()
        said = fold.status(still_s, metrics, outbox=outbox.trouble, set_aside=outbox.note)
        house.stall.look(said.trouble)
        await asyncio.to_thread(house.status.write, said)
        await asyncio.sleep(STATUS_S)


def read(house: "bootstrap.Worker", turning: Turning) -> None:
    """The figures that are not the folding thread's. Raises PortError."""
    fold = turning.fold
    domain, now_us, figures = fold.host.domain, house.clock(), fold.figures
    figures.lag = lag(house.journal, domain, fold.host.applied, now_us)
    started_s = clock.monotonic_s()
    if started_s >= turning.outbox_due_s:
        figures.waiting = waiting(house.store, domain, now_us)
        spent_s = clock.monotonic_s() - started_s
        turning.outbox_due_s = started_s + max(OUTBOX_S, spent_s / OUTBOX_SHARE)


async def keep(house: "bootstrap.Worker", settings: Settings) -> None:
    """Forget what the policy of retention lets go, now and then. A full disk is no reason to end."""
    while True:
        await asyncio.sleep(HOUSE_S)
        try:
            await asyncio.to_thread(prune, settings.domain, house.journal, house.store, settings.keep, house.clock())
        except PortError as error:
            if not error.recoverable:
                raise
            log.warning("not_pruned", domain=settings.domain, what=error.what)

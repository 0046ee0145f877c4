"""`simpul dispatch`: sends what the outbox holds. Many may run; each message is begun by one of them."""

import asyncio
import gc
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import structlog

from connectors.ports import PortError
from streams.bootstrap.dispatch import Post, post
from streams.processes.awaiting import when_there
from streams.processes.figures import Waiting, shown_waiting, waiting
from streams.processes.health_door import Checks, opened, probed
from streams.processes.table import Ready
from streams.settings import Settings

REPORT_S, REPORT_SHARE = 5.0, 0.01  # counting messages looks at each: not more often, nor more of the time than that

log = structlog.get_logger("dispatch")


async def start(settings: Settings, stop: asyncio.Event, say: Callable[[Ready], None]) -> None:
    """Send until `stop`, as soon as brokers and database are there. Raises PortError."""
    house = await when_there(partial(post, settings), partial(probed, settings), stop)
    if house is not None:
        await run(settings, house, stop, say)


async def run(settings: Settings, house: Post, stop: asyncio.Event, say: Callable[[Ready], None]) -> None:
    """Work until `stop`. `say` is told where the door is. Raises PortError where it cannot."""
    found: dict[str, Waiting] = {}
    shown_waiting(house.counter, lambda: found)
    door = opened(settings, lambda: checks(house), house.counter.exposition, lambda: notes(house))
    gc.collect()
    gc.freeze()  # what is loaded by now stays
    sending = [asyncio.create_task(one.run()) for one in house.dispatchers.values()]
    others: list[asyncio.Task[Any]] = [asyncio.create_task(report(house, found)), asyncio.create_task(stop.wait())]
    if house.notifier is not None:
        others.append(asyncio.create_task(house.notifier.listen(lambda name: wake(house, name))))
    say(Ready("dispatch", door.address))
    try:
        done, _ = await asyncio.wait([door.serving, *sending, *others], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()  # raises what it died of
    finally:
        for task in (*sending, *others):
            task.cancel()
        await asyncio.gather(*sending, *others, return_exceptions=True)
        for one in house.dispatchers.values():
            await one.close()
        await door.close()
        await asyncio.to_thread(house.close)


def wake(house: Post, name: str) -> None:
    """Effects may have been committed in the domain of this name; none: in any."""
    for domain, one in house.dispatchers.items():
        if name in ("", domain):
            one.wake()


def checks(house: Post) -> Checks:
    """What is wrong, by part."""
    return {f"outbox of {domain}": one.trouble for domain, one in house.dispatchers.items()}


def notes(house: Post) -> Checks:
    """What is past, and should be known, by part."""
    return {f"outbox of {domain}": one.note for domain, one in house.dispatchers.items()}


async def report(house: Post, found: dict[str, Waiting]) -> None:
    """Count now and then what waits, for `/metrics`."""
    elapsed_s = asyncio.get_running_loop().time
    while True:
        started_s = elapsed_s()
        try:
            found.update(await asyncio.to_thread(counted, house))
        except PortError as error:
            log.warning("not_counted", what=error.what)
        await asyncio.sleep(max(REPORT_S, (elapsed_s() - started_s) / REPORT_SHARE))


def counted(house: Post) -> Mapping[str, Waiting]:
    """Raises PortError."""
    return {domain: waiting(house.store, domain, house.clock()) for domain in house.dispatchers}

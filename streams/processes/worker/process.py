"""`simpul worker`: a member of the consumer group. Parses raw frames, folds the domains that it is given, tells others.

Each domain has a thread that folds and one that publishes; the loop is Faust's, and never waits for a disk, a database
or a solve. The process holds nothing that the journal and the store do not: it may be killed at any time.
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

import structlog

from connectors.metrics import ASSIGNMENTS
from connectors.ports import PortError, Unusable
from streams import bootstrap
from streams.bootstrap import Domain, Member
from streams.processes.awaiting import when_there
from streams.processes.figures import Figures, lag, shown_by_domain
from streams.processes.health_door import Checks, opened, probed
from streams.processes.table import Ready
from streams.processes.worker import faust_app
from streams.processes.worker.folding import Progress
from streams.processes.worker.pruning import prune
from streams.settings import Settings

GOODBYE_S = 4.0  # for what the group's member has in hand; then it comes again
REPORT_S = 1.0
HOUSE_S = 3600.0  # between two prunings

log = structlog.get_logger("member")


async def start(
    settings: Settings, stop: asyncio.Event, say: Callable[[Ready], None], *, recorded: bool = False
) -> None:
    """Work until `stop`, as soon as brokers and database are there. `recorded`: a rehearsal. Raises PortError."""
    parts = partial(bootstrap.member, settings, recorded=recorded)
    house = await when_there(parts, partial(probed, settings), stop)
    if house is not None:
        await run(settings, house, stop, say)


async def run(settings: Settings, house: Member, stop: asyncio.Event, say: Callable[[Ready], None]) -> None:
    """Work until `stop`. `say` is told where the door is. Raises PortError where it cannot."""
    loop = asyncio.get_running_loop()
    app = faust_app.app(house.group, house.owners, house.inflow)
    shown_by_domain(house.counter, lambda: owned(house))
    house.counter.gauge(ASSIGNMENTS, lambda: house.owners.assignments)
    door = opened(settings, lambda: checks(house), house.counter.exposition)
    threads = ThreadPoolExecutor(2 * len(house.domains), thread_name_prefix="domain")
    turning = [loop.run_in_executor(threads, one.owner.run) for one in house.domains]
    turning += [loop.run_in_executor(threads, one.telling.run) for one in house.domains]
    tasks: list[asyncio.Future[Any]] = [
        asyncio.create_task(house.inflow.run()),
        asyncio.create_task(report(house)),
        asyncio.create_task(keep(house, settings)),
        asyncio.create_task(stop.wait()),
    ]
    try:
        await faust_app.start(app)
        say(Ready("worker", door.address))
        tasks.append(asyncio.create_task(app.wait_until_stopped()))
        done, _ = await asyncio.wait([*turning, *tasks, door.serving], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()  # raises what it died of
        if app.crashed:
            raise Unusable(f"The consumer group's member broke: {app.crash_reason!r}", "Its log above says where")
    finally:
        await house.owners.end()  # the frames in hand are committed, then the group may give the domains to others
        for one in house.domains:
            one.telling.end()
        with suppress(TimeoutError):  # it waits for records in hand, and these perhaps for brokers that are away
            async with asyncio.timeout(GOODBYE_S):
                await app.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*turning, *tasks, door.close(), return_exceptions=True)
        house.inflow.close()
        threads.shutdown()
        await asyncio.to_thread(house.close)


def owned(house: Member) -> Mapping[str, Figures]:
    """The figures of the domains that this process has."""
    return {one.name: one.owner.fold.figures for one in house.domains if one.owner.owns}


def checks(house: Member) -> Checks:
    """What is wrong, by part."""
    mine = [one for one in house.domains if one.owner.owns]
    folding = {f"domain {one.name}": one.owner.fold.trouble for one in mine}
    telling = {f"effects of {one.name}": one.telling.trouble for one in mine}
    return {"inflow": house.inflow.full, **folding, **telling}


async def report(house: Member) -> None:
    """What the doors tell of the domains that are ours; of one that was just taken over, whatever it was before."""
    progress = {one.name: Progress() for one in house.domains}
    while True:
        for one in house.domains:
            if not one.owner.owns:
                one.stall.look(None)
                continue
            try:
                await asyncio.to_thread(read, house, one)
            except PortError as error:
                log.warning("not_read", domain=one.name, what=error.what)
            fold = one.owner.fold
            said = fold.status(progress[one.name].still_s(fold.figures.lag), house.counter.exposition().decode())
            one.stall.look(said.trouble)
            await asyncio.to_thread(one.word.write, said)
        await asyncio.sleep(REPORT_S)


def read(house: Member, one: Domain) -> None:
    """The figures that are not the folding thread's. Raises PortError."""
    fold = one.owner.fold
    fold.figures.lag = lag(house.journal, one.name, fold.host.applied, house.clock())


async def keep(house: Member, settings: Settings) -> None:
    """Forget what the policy of retention lets go, of the domains that are ours."""
    while True:
        await asyncio.sleep(HOUSE_S)
        for one in house.domains:
            if one.owner.owns and not house.recorded:
                try:
                    await asyncio.to_thread(prune, one.name, house.journal, house.store, settings.keep, house.clock())
                except PortError as error:
                    log.warning("not_pruned", domain=one.name, what=error.what)

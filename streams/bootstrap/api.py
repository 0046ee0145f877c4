"""The parts of `simpul api`: the HTTP door and the page of the distributed runtime. Any number may run."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.metrics import PrometheusCounter
from streams import clock, figures
from streams.bootstrap.domains import agreed, inlet_of, nationally
from streams.bootstrap.doors import Behind, front, noted, waits_for
from streams.bootstrap.parsing import resolver_of
from streams.bootstrap.places import clock_of, journal_of, store_of
from streams.bootstrap.redis import bell_of, limiter_of, link_of, shown
from streams.bootstrap.shared import shared
from streams.bootstrap.watching import watching
from streams.files import Files, world_of
from streams.inforce import InForce
from streams.intake import Intake, IntakePorts
from streams.intakes import Intakes
from streams.lagging import Lagging
from streams.lookout import Lookout
from streams.routing import Routes
from streams.settings import Settings
from streams.status import LastWord
from streams.worlds import Worlds

if TYPE_CHECKING:
    from fastapi import FastAPI

    from connectors.bell import Bell
    from connectors.console.page import Console


@dataclass(frozen=True, slots=True)
class Api:
    """The parts of one process."""

    intake: Intake | Intakes
    app: "FastAPI"
    page: "Console"
    lookout: Lookout
    bell: "Bell | None"
    opened: ExitStack

    async def close(self) -> None:
        self.page.close()
        await self.intake.close()
        self.opened.close()


def api(settings: Settings) -> Api:
    """Raises PortError."""
    with ExitStack() as opened:
        return api_of(settings, opened)


def api_of(settings: Settings, opened: ExitStack) -> Api:
    """What it opens is in `opened` until all is; then it is the door's. Raises PortError."""
    from connectors import book as books

    keep, files = opened.enter_context, Files(settings.data)
    journal, store = keep(closing(journal_of(settings))), keep(closing(store_of(settings)))
    parts = keep(closing(shared(settings, watching=True)))
    aside = keep(closing(journal_of(settings)))  # its reader may hang while the brokers are away
    world = world_of(settings, files)
    agreed(settings, world.policy)
    domains = nationally(settings, world.policy)
    now, counter = clock_of(settings, journal), PrometheusCounter("api")
    for name in domains:
        books.reconcile(parts.book, journal, name, now())
    watch, link = keep(closing(watching(settings, counter))), link_of(settings, counter)
    worlds = Worlds(files.worlds, world, parts.archive)
    in_force = {name: InForce(name, store, worlds, clock.monotonic_s) for name in domains}
    ports = IntakePorts(journal, parts.book, parts.vault, parts.directory, counter, now, watch.witness)
    inlet, bell = inlet_of(domains, Routes(in_force[domains[0]], world, store), ports), bell_of(link)
    for one in (link, bell):
        if one is not None:
            keep(closing(one))
    lookout = Lookout({"journal": lambda: aside.end(domains[0]), "store": lambda: store.offsets(domains)})
    words = {name: parts.status(name) for name in domains}
    figures.heard(counter, inlet, settings.http)
    shown(link, counter)
    behind = Behind(
        settings=settings,
        store=store,
        parts=parts,
        inlet=inlet,
        resolver=resolver_of(world, now),
        worlds=in_force,
        counter=counter,
        clock=now,
        limiter=limiter_of(link),
        exposition=counter.exposition,
        checks=checks(inlet, lookout, words),
        notes={
            "redis": lambda: link.trouble if link is not None else None,
            **{f"kernel of {name}": noted(word) for name, word in words.items()},
            **{f"domain {name}": Lagging(word) for name, word in words.items()},
        },
    )
    app, page = front(behind)
    return Api(inlet, app, page, lookout, bell, opened.pop_all())


def checks(
    inlet: Intake | Intakes, lookout: Lookout, words: Mapping[str, LastWord]
) -> Mapping[str, Callable[[], str | None]]:
    """What is wrong, by part; none of it asks anybody."""
    return {
        "journal": lambda: inlet.full or lookout.trouble("journal"),
        "store": lambda: lookout.trouble("store"),
        **{f"worker of {name}": waits_for(word) for name, word in words.items()},
    }

"""The parts of `simpul api`: the HTTP door and the page of the distributed runtime. Any number may run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from connectors.metrics import PrometheusCounter
from streams import clock, figures
from streams.bootstrap.doors import Behind, front, noted, waits_for
from streams.bootstrap.parsing import resolver_of
from streams.bootstrap.places import clock_of, journal_of, store_of
from streams.bootstrap.redis import bell_of, limiter_of, link_of, shown
from streams.bootstrap.shared import shared
from streams.bootstrap.watching import watching
from streams.files import Files, world_of
from streams.inforce import InForce
from streams.intake import Intake, IntakePorts
from streams.lookout import Lookout
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

    intake: Intake
    app: "FastAPI"
    page: "Console"
    lookout: Lookout
    bell: "Bell | None"
    closing: list[Callable[[], None]] = field(default_factory=list)

    async def close(self) -> None:
        self.page.close()
        await self.intake.close()
        for close in self.closing:
            close()


def api(settings: Settings) -> Api:
    """Raises PortError."""
    from connectors import book as books

    domain = settings.domain
    journal, store, parts = journal_of(settings), store_of(settings), shared(settings, watching=True)
    aside = journal_of(settings)  # its reader may hang while the brokers are away
    files, now, counter = Files(settings.data), clock_of(settings, journal), PrometheusCounter("api")
    books.reconcile(parts.book, journal, domain, now())
    world, watch, link = world_of(settings, files), watching(settings, counter), link_of(settings, counter)
    in_force = InForce(domain, store, Worlds(files.worlds, world, parts.archive), clock.monotonic_s)
    ports = IntakePorts(journal, parts.book, parts.vault, parts.directory, counter, now, watch.witness)
    inlet, bell = Intake(domain, ports), bell_of(link)
    lookout = Lookout({"journal": lambda: aside.end(domain), "store": lambda: store.applied(domain)})
    words = {name: parts.status(name) for name in settings.domains}
    figures.heard(counter, inlet, settings.http)
    shown(link, counter)
    behind = Behind(
        settings=settings,
        domain=domain,
        store=store,
        parts=parts,
        inlet=inlet,
        resolver=resolver_of(world, now),
        world=in_force,
        counter=counter,
        clock=now,
        limiter=limiter_of(link),
        exposition=counter.exposition,
        checks=checks(inlet, lookout, words),
        notes={
            "redis": lambda: link.trouble if link is not None else None,
            **{f"kernel of {name}": noted(word) for name, word in words.items()},
        },
    )
    app, page = front(behind)
    closing = [watch.close, store.close, journal.close, aside.close, parts.close]
    closing += [one.close for one in (bell, link) if one is not None]
    return Api(inlet, app, page, lookout, bell, closing)


def checks(inlet: Intake, lookout: Lookout, words: Mapping[str, LastWord]) -> Mapping[str, Callable[[], str | None]]:
    """What is wrong, by part; none of it asks anybody."""
    return {
        "journal": lambda: inlet.full or lookout.trouble("journal"),
        "store": lambda: lookout.trouble("store"),
        **{f"worker of {name}": waits_for(word) for name, word in words.items()},
    }

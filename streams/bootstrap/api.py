"""The parts of `simpul api`: the HTTP door and the page of the distributed runtime. Any number may run."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.heard import Heard, HeardInlet
from connectors.telemetry.metrics import PrometheusCounter
from streams import clock
from streams.bootstrap.domains import agreed, inlet_of, nationally
from streams.bootstrap.doors import Behind, front, noted, waits_for
from streams.bootstrap.listeners import resolver_of
from streams.bootstrap.places import clock_of, journal_of, store_of
from streams.bootstrap.polls import PollParts, pollers
from streams.bootstrap.redis import limiter_of, link_of, notifier_of, shown
from streams.bootstrap.shared import shared
from streams.bootstrap.watching import watching
from streams.files import Files, world_of
from streams.host.worlds import Worlds
from streams.processes import figures
from streams.processes.api.lag import Lagging
from streams.processes.health_probes import HealthProbes
from streams.processes.intake.routing import Routes
from streams.processes.intake.several import Intakes
from streams.processes.intake.writer import Intake, IntakePorts
from streams.processes.status import LastWord
from streams.processes.world_in_force import InForce
from streams.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from connectors.console.page import Console
    from connectors.notifier import Notifier
    from connectors.polls.poller import Poller


@dataclass(frozen=True, slots=True)
class Api:
    """The parts of one process."""

    intake: Intake | Intakes
    app: "FastAPI"
    page: "Console"
    health_probes: HealthProbes
    notifier: "Notifier | None"
    pollers: "Sequence[Poller]"
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
    from connectors import intake_register as registers

    keep, files = opened.enter_context, Files(settings.data)
    journal, store = keep(closing(journal_of(settings))), keep(closing(store_of(settings)))
    parts = keep(closing(shared(settings, watching=True)))
    aside = keep(closing(journal_of(settings)))  # its reader may hang while the brokers are away
    world = world_of(settings, files)
    agreed(settings, world.policy)
    domains = nationally(settings, world.policy)
    now, counter = clock_of(settings, journal), PrometheusCounter("api")
    for name in domains:
        registers.reconcile(parts.register, journal, name, now())
    watch, link = keep(closing(watching(settings, counter))), link_of(settings, counter)
    worlds = Worlds(files.worlds, world, parts.archive)
    in_force = {name: InForce(name, store, worlds, clock.monotonic_s) for name in domains}
    ports = IntakePorts(journal, parts.register, parts.vault, parts.directory, counter, now, watch.witness)
    inlet, notifier = inlet_of(domains, Routes(in_force[domains[0]], world, store), ports), notifier_of(link)
    for one in (link, notifier):
        if one is not None:
            keep(closing(one))
    health_probes = HealthProbes({"journal": lambda: aside.end(domains[0]), "store": lambda: store.offsets(domains)})
    words = {name: parts.status(name) for name in domains}
    figures.heard(counter, inlet, settings.http)
    shown(link, counter)
    resolver = resolver_of(world, now)
    heard = Heard(now, resolver.lists)
    noted_in = HeardInlet(inlet, heard)
    asking = pollers(settings, PollParts(noted_in, store, world.topology, domains, resolver, counter, now))
    behind = Behind(
        settings=settings,
        store=store,
        journal=keep(closing(journal_of(settings))),  # its readers may wait for brokers: nobody else's do
        parts=parts,
        inlet=inlet,
        resolver=resolver,
        heard=heard,
        worlds=in_force,
        counter=counter,
        clock=now,
        limiter=limiter_of(link),
        exposition=counter.exposition,
        checks=checks(inlet, health_probes, words),
        notes={
            "redis": lambda: link.trouble if link is not None else None,
            **{f"kernel of {name}": noted(word) for name, word in words.items()},
            **{f"domain {name}": Lagging(word) for name, word in words.items()},
        },
    )
    app, page = front(behind)
    return Api(inlet, app, page, health_probes, notifier, asking, opened.pop_all())


def checks(
    inlet: Intake | Intakes, health_probes: HealthProbes, words: Mapping[str, LastWord]
) -> Mapping[str, Callable[[], str | None]]:
    """What is wrong, by part; none of it asks anybody."""
    return {
        "journal": lambda: inlet.full or health_probes.trouble("journal"),
        "store": lambda: health_probes.trouble("store"),
        **{f"worker of {name}": waits_for(word) for name, word in words.items()},
    }

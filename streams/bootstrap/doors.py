"""The intake process's parts: the doors, and what they put into the journal."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from connectors.access.audit_trail import AuditTrail
from connectors.heard import Heard, HeardInlet
from connectors.listeners.unread import Unread
from connectors.metrics import JOURNAL_APPENDED, WORKER_SILENT
from connectors.ports import Inlet, Journal, Resolver, Store
from connectors.telemetry.metrics import PrometheusCounter, joined
from correlator.events import Alarm
from correlator.world import World
from streams import clock
from streams.audit import Audit
from streams.bootstrap.listeners import Around, at_once, resolver_of
from streams.bootstrap.places import clock_of, journal_of, store_of
from streams.bootstrap.polls import PollParts, pollers
from streams.bootstrap.ports import PortAskerParts, port_asker, port_names
from streams.bootstrap.redis import limiter_of
from streams.bootstrap.sending import links_of
from streams.bootstrap.shared import Shared, shared
from streams.bootstrap.watching import watching
from streams.bootstrap.webhooks import forms, parsers, signers
from streams.channel_settings import Hub
from streams.files import Files, world_of
from streams.processes import figures
from streams.processes.intake.writer import Intake, IntakePorts
from streams.processes.status import LastWord
from streams.settings import Http, Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from connectors.access.limits import Limiter
    from connectors.access.single_sign_on import SingleSignOn
    from connectors.api.doors import DoorSettings, ReadCounter
    from connectors.console.page import Console
    from connectors.listeners.listener import Listener
    from connectors.polls.poller import Poller
    from connectors.polls.port_asker import PortAsker

SILENT_US = 10_000_000  # a worker whose status is older has a problem


@dataclass(slots=True)
class Doors:
    """The intake process's parts."""

    intake: Intake
    app: "FastAPI"
    page: "Console"
    listeners: "Sequence[Listener[Alarm]]"
    pollers: "Sequence[Poller | PortAsker]" = ()
    closing: list[Callable[[], None]] = field(default_factory=list)

    async def close(self) -> None:
        self.page.close()
        await self.intake.close()
        for close in self.closing:
            close()


def intake(settings: Settings) -> Doors:
    """Raises PortError."""
    from connectors import intake_register as registers

    journal, store, parts = journal_of(settings), store_of(settings), shared(settings, watching=True)
    now = clock_of(settings, journal)
    registers.reconcile(parts.register, journal, settings.domain, now())
    world = world_of(settings, Files(settings.data))
    names = port_names(settings, world.topology, now)
    resolver = resolver_of(world, now, names)
    counter = PrometheusCounter()
    heard = Heard(now, resolver.lists)
    around = Around(world.topology, resolver, counter, heard=heard)
    watch = watching(settings, counter)
    ports = IntakePorts(journal, parts.register, parts.vault, parts.directory, counter, now, watch.witness, heard.shed)
    inlet = Intake(settings.domain, ports)
    naming = names and port_asker(names, PortAskerParts(resolver, inlet, counter, store, settings.domain))
    status = parts.status(settings.domain)
    figures.heard(counter, inlet, settings.http)
    counter.gauge(JOURNAL_APPENDED, lambda: journal.end(settings.domain))
    counter.gauge(WORKER_SILENT, lambda: silent_us(status) / 1e6)
    behind = Behind(
        settings=settings,
        store=store,
        journal=journal,
        parts=parts,
        inlet=naming or inlet,
        resolver=resolver,
        unread=around.unread,
        heard=heard,
        worlds={settings.domain: lambda: world},
        counter=counter,
        clock=now,
        limiter=limiter_of(None),
        exposition=lambda: exposition(counter, status),
        checks=health(inlet, status),
        notes={"kernel": noted(status)},
    )
    app, page = front(behind)
    closing = [watch.close, store.close, journal.close, parts.close, *([names.close] if names else [])]
    noted_in = HeardInlet(naming or inlet, heard)
    listeners = at_once(settings, around, noted_in, now)
    asking = pollers(settings, PollParts(noted_in, store, world.topology, (settings.domain,), resolver, counter, now))
    return Doors(inlet, app, page, listeners, [*asking, *([naming] if naming else [])], closing)


@dataclass(frozen=True, slots=True)
class Behind:
    """What the HTTP door and the page stand before. `notes`: well, but to be known."""

    settings: Settings
    store: Store
    journal: Journal  # to look into; nobody appends by it
    parts: Shared
    inlet: Inlet
    resolver: Resolver
    heard: Heard
    worlds: Mapping[str, Callable[[], World]]  # in force, by domain, the national one's first
    counter: "ReadCounter"
    clock: clock.Clock
    limiter: "Limiter"
    exposition: Callable[[], bytes]
    checks: Mapping[str, Callable[[], str | None]]
    notes: Mapping[str, Callable[[], str | None]]
    unread: Unread = field(default_factory=Unread)


def front(behind: Behind) -> "tuple[FastAPI, Console]":
    """The door and its page."""
    from connectors.access.tries import Tries
    from connectors.api.app import create_app
    from connectors.api.doors import Doors as ApiDoors
    from connectors.api.read import Reader
    from connectors.console.page import Console, Parts
    from connectors.formats.documents.page import Company
    from connectors.privacy.words import Words

    settings, parts, counter = behind.settings, behind.parts, behind.counter
    page = Console(
        Parts(
            store=behind.store,
            worlds=behind.worlds,
            clock=behind.clock,
            bearers=parts.tokens,
            counter=counter,
            passes=parts.passes,
            folder=settings.data,
            checks={**behind.checks, **behind.notes},
            wall=clock.wall_us,
            users=parts.users,
            tries=Tries(behind.limiter, settings.http.guesses_per_min),
            single_sign_on=single_sign_on(settings),
        )
    )
    app = create_app(
        ApiDoors(
            inlet=behind.inlet,
            reader=Reader(behind.store, behind.worlds, behind.clock, parts.directory),
            words=Words(behind.journal, list(behind.worlds), parts.vault),
            tokens=parts.tokens,
            resolver=behind.resolver,
            counter=counter,
            clock=behind.clock,
            parsers=parsers(settings),
            forms=forms(settings),
            signers=signers(settings),
            heard=behind.heard,
            checks=behind.checks,
            exposition=behind.exposition,
            limiter=behind.limiter,
            audit=Audit(AuditTrail(Files(settings.data).audit)).told,
            settings=door_settings(settings.http, settings.channels.hub),
            notes=behind.notes,
            unread=behind.unread,
            page=page,
            links=links_of(settings, parts),
            company=Company(**settings.company.model_dump()),
        )
    )
    return app, page


def single_sign_on(settings: Settings) -> "SingleSignOn | None":
    """None where there is no [oidc]. The provider is first asked when somebody signs in."""
    given = settings.oidc
    if given is None:
        return None
    from connectors.oidc.provider import Provider, Registered

    return Provider(
        Registered(
            issuer=given.issuer,
            client_id=given.client_id,
            client_secret=given.client_secret,
            roles=given.roles,
            title=given.title,
            scopes=given.scopes,
            roles_claim=given.roles_claim,
            name_claim=given.name_claim,
        ),
        clock.wall_us,
    )


def door_settings(http: Http, hub: Hub | None) -> "DoorSettings":
    """Of every process that opens the HTTP door."""
    from connectors.api.doors import DoorSettings

    return DoorSettings(
        hub_hosts=frozenset(hub.hosts if hub else ()),
        body_bytes=http.body_bytes,
        batch=http.batch,
        open_metrics=http.open_metrics,
        proxies=http.proxies,
        forwarded=http.forwarded,
        plain=http.plain,
        systems_per_s=http.systems_per_s,
        people_per_s=http.people_per_s,
        guesses_per_min=http.guesses_per_min,
        lookups_per_day=http.lookups_per_day,
        lookups_each_per_day=http.lookups_each_per_day,
    )


def health(inlet: Intake, status: LastWord) -> Mapping[str, Callable[[], str | None]]:
    """What is wrong, by part; None where nothing is."""
    return {"journal": lambda: inlet.full, "worker": waits_for(status, lives)}


def waits_for(status: LastWord, lives: Callable[[int], bool] | None = None) -> Callable[[], str | None]:
    """What is wrong with the worker whose word this is. `lives`: whether its process does, where that is of here."""

    def working() -> str | None:
        said = status.read()
        if said is None:
            return "no worker has been heard of yet"
        silent_s = (clock.wall_us() - said.at_us) // 1_000_000
        if silent_s * 1_000_000 <= SILENT_US:
            return said.trouble
        silent = f"its last word was {silent_s} s ago"
        if lives is None or not said.pid:
            return f"the worker: {silent}; its own log, or that of its machine, says why"
        if lives(said.pid):
            return f"the worker (process {said.pid}) lives, and {silent}: it is busy, or it hangs"
        return f"the worker (process {said.pid}) has ended, and {silent}; a new one is being started"

    return working


def lives(pid: int) -> bool:
    """Whether this process is there. One that ended is not, once its parent has heard of it."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def noted(word: LastWord) -> Callable[[], str | None]:
    """What is past, and should be known of the worker whose word this is."""
    return lambda: said.note if (said := word.read()) else None


def silent_us(status: LastWord) -> int:
    """Age of the worker's last word; since 1970 where there is none."""
    said = status.read()
    return clock.wall_us() - (said.at_us if said else 0)


def exposition(counter: PrometheusCounter, status: LastWord) -> bytes:
    """The intake's figures, then the worker's last ones."""
    said = status.read()
    return joined(counter.exposition().decode(), said.metrics if said else "")

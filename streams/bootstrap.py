"""The composition root: the only place that names concrete connectors. What one process needs is imported there."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from connectors.journal.sqlite import SqliteJournal
from connectors.metrics import PrometheusCounter
from connectors.ports import Contact, Counter, Inlet, Journal, Resolver, Store
from correlator.events import Event, Frame, moment
from correlator.world import World
from streams import clock, figures
from streams import stall as stalls
from streams.erasing import Kept
from streams.files import BadFiles, Files, inventory, world_of
from streams.host import Host
from streams.host import Ports as HostPorts
from streams.intake import Intake, IntakePorts
from streams.settings import Settings, Snmp
from streams.stall import Stall
from streams.status import StatusFile
from streams.worlds import Worlds
from topology.model import Inventory

if TYPE_CHECKING:
    from fastapi import FastAPI

    from connectors.api.tokens import Tokens
    from connectors.console.page import Console
    from connectors.outbox import Way
    from connectors.snmp.listen import TrapListener
    from connectors.vault import MasterKey, SqliteVault

SILENT_US = 10_000_000  # a worker whose status is older has a problem


class Sender(Protocol):
    """Sends what the outbox holds."""

    def wake(self) -> None: ...

    async def run(self) -> None: ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class First:
    """What a start found: the administrator's token, at the very first one only."""

    token: str | None


@dataclass(slots=True)
class Worker:
    """The worker process's parts."""

    host: Host
    world: World
    journal: Journal
    store: Store
    dispatcher: Sender
    status: StatusFile
    stall: Stall
    counter: PrometheusCounter
    clock: clock.Clock
    closing: list[Callable[[], None]] = field(default_factory=list)

    async def close(self) -> None:
        await self.dispatcher.close()
        for close in self.closing:
            close()


@dataclass(slots=True)
class Doors:
    """The intake process's parts."""

    intake: Intake
    app: "FastAPI"
    page: "Console"
    traps: "TrapListener | None"
    closing: list[Callable[[], None]] = field(default_factory=list)

    def trap_address(self) -> tuple[str, int] | None:
        """Where traps are taken; None where that door is shut."""
        if self.traps is None:
            return None
        host, port, _ = self.traps.bound[0]
        return host, port

    async def close(self) -> None:
        self.page.close()
        await self.intake.close()
        for close in self.closing:
            close()


def recorded(path: Path) -> Journal:
    """A journal to read, untouched."""
    return SqliteJournal(path, readonly=True)


def clock_of(settings: Settings, journal: Journal) -> clock.Clock:
    """Microseconds since 1970; never before what the journal holds, whatever NTP does."""
    end = journal.end(settings.domain)
    frames = journal.read(settings.domain, end - 1, 1) if end else []
    last_us = frames[0][1].at_us if frames else 0
    if settings.clock_factor == 1:
        return clock.steady(last_us=last_us)
    return clock.steady(
        clock.accelerated(settings.clock_start_us or clock.wall_us(), settings.clock_factor), last_us=last_us
    )


def prepare(settings: Settings) -> First:
    """Before the processes start: the files are good, the contacts are sealed, there is a token. Raises PortError."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    files = Files(settings.data)
    world = world_of(settings, files)
    Worlds(files.worlds, world)
    keep_contacts(files, inventory(settings))
    return First(tokens(settings).first())


def page_link(settings: Settings, http: tuple[str, int]) -> str:
    """An address that signs a browser in once. Whoever may read the data folder may have one."""
    from connectors.passes import Passes

    host, port = http
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/signin?key={Passes(settings.data / 'passes', clock.wall_us).link()}"


def tokens(settings: Settings) -> "Tokens":
    """The bearer tokens; a running service sees a change at its next request."""
    from connectors.api.tokens import Tokens

    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Tokens(Files(settings.data).tokens, clock.wall_us)


@contextmanager
def kept(settings: Settings) -> Iterator[Kept]:
    """What may hold something of a person, beside a running service. Raises PortError."""
    from connectors.directory import SqliteDirectory
    from connectors.store.sql import SqlStore

    files = Files(settings.data)
    if not files.keys.exists():
        raise BadFiles(f"No service has kept anything in {files.data}", "Name its settings with --config")
    with ExitStack() as stack:
        journal = stack.enter_context(closing(SqliteJournal(files.journal)))
        store = stack.enter_context(closing(SqlStore(files.store)))
        vault, master = vault_of(files)
        stack.enter_context(closing(vault))
        directory = stack.enter_context(closing(SqliteDirectory(files.directory, vault, master.derived("directory"))))
        yield Kept(settings.domain, vault, directory, store, journal, files.messages)


def keep_contacts(files: Files, network: Inventory) -> None:
    """Seal the customers' contacts: personal data is no part of the World."""
    from connectors.directory import SqliteDirectory

    vault, master = vault_of(files)
    directory = SqliteDirectory(files.directory, vault, master.derived("directory"))
    try:
        directory.replace(
            (customer.id, Contact(customer.name, customer.phone, customer.email)) for customer in network.customers
        )
    finally:
        directory.close()
        vault.close()


def vault_of(files: Files) -> "tuple[SqliteVault, MasterKey]":
    from connectors.vault import MasterKey, SqliteVault

    master = MasterKey(files.master)
    return SqliteVault(files.keys, master), master


def worker(settings: Settings) -> Worker:
    """Raises PortError."""
    from connectors.directory import SqliteDirectory
    from connectors.outbox import Addresses, Complainants, Dispatcher, DispatchPorts, Rules
    from connectors.rendering import Rendering
    from connectors.store.sql import SqlStore

    files = Files(settings.data)
    journal = SqliteJournal(files.journal)
    store = SqlStore(files.store)
    world = world_of(settings, files)
    now = clock_of(settings, journal)
    worlds = Worlds(files.worlds, world)
    counter = PrometheusCounter("worker")
    host = Host(settings.domain, HostPorts(journal, store, worlds, now, counter))
    vault, master = vault_of(files)
    directory = SqliteDirectory(files.directory, vault, master.derived("directory"))
    people = Complainants(settings.domain, journal, store, vault)

    def receipts(some: Iterable[Event]) -> None:
        journal.append(settings.domain, Frame(now(), tuple(some)))

    ports = DispatchPorts(
        outbox=store.outbox,
        renderer=Rendering(lambda: host.in_force(world), worlds.known),
        addresses=Addresses(directory, people.contact, {str(role): to for role, to in settings.channels.staff.items()}),
        receipts=receipts,
        counter=counter,
        clock=now,
    )
    channels = settings.channels
    rules = Rules(attempts=channels.attempts)
    made = ways(settings, files, now)
    dispatcher = Dispatcher(settings.domain, ports, made, channels.routes, rules)
    stall = Stall(settings.domain, past_the_outbox(settings, made), clock.steady())
    closing = [directory.close, vault.close, store.close, journal.close]
    return Worker(host, world, journal, store, dispatcher, StatusFile(files.status), stall, counter, now, closing)


def past_the_outbox(settings: Settings, made: "list[Way]") -> list[stalls.Way]:
    """The administrator's ways, as alerts take them; the file at last."""
    names = [*settings.channels.routes.get("staff", []), "file"]
    mail = settings.channels.staff.get("administrator")
    channels = {way.channel.name: way for way in made if way.reads != "phone" and (mail or way.reads == "any")}
    return [stalls.Way(channels[name].channel, mail or "administrator") for name in names if name in channels]


def channel_names(settings: Settings, files: Files) -> list[str]:
    """Which channels are set up. Raises BadFiles."""
    return [way.channel.name for way in ways(settings, files, clock.wall_us)]


def granted_buffer_bytes(asked_bytes: int) -> int:
    """What the kernel would give a socket that receives traps."""
    from connectors.snmp.udp import granted_buffer

    return granted_buffer(asked_bytes).granted_bytes


def ways(settings: Settings, files: Files, now: clock.Clock) -> "list[Way]":
    """The channels that are set up; the file is there always. Raises BadFiles for a route to one that is not."""
    from connectors.channels.file import FileChannel
    from connectors.channels.smtp import SmtpChannel, SmtpSettings
    from connectors.channels.webhook import WebhookChannel, WebhookSettings
    from connectors.outbox import Way

    channels = settings.channels
    made = {"file": Way(FileChannel(files.messages, now), "any", channels.file_per_s)}
    if (mail := channels.smtp) is not None:
        security = SmtpSettings(mail.host, mail.port, mail.security, mail.username, mail.password, mail.sender)
        made["smtp"] = Way(SmtpChannel(security, now), "email", mail.per_s)
    if (hook := channels.webhook) is not None:
        made["webhook"] = Way(
            WebhookChannel(WebhookSettings(hook.url, hook.secret), now), "phone", hook.per_s, parallel=8
        )
    for word, names in channels.routes.items():
        for name in names:
            if name not in made:
                raise BadFiles(f"channels.routes.{word} names {name}, which is not set up", f"Add [channels.{name}]")
    return list(made.values())


def intake(settings: Settings) -> Doors:
    """Raises PortError."""
    from connectors import book as books
    from connectors.api.app import create_app
    from connectors.api.doors import Doors as ApiDoors
    from connectors.api.doors import DoorSettings
    from connectors.api.read import Reader
    from connectors.console.page import Console, Parts
    from connectors.directory import SqliteDirectory
    from connectors.resolver import InventoryResolver
    from connectors.store.sql import SqlStore
    from connectors.webhooks.alertmanager import parse as alertmanager
    from connectors.webhooks.generic import parse as generic

    files = Files(settings.data)
    journal = SqliteJournal(files.journal)
    store = SqlStore(files.store)
    now = clock_of(settings, journal)
    book = books.SqliteBook(files.book)
    books.reconcile(book, journal, settings.domain, now())
    vault, master = vault_of(files)
    directory = SqliteDirectory(files.directory, vault, master.derived("directory"))
    world = world_of(settings, files)
    topology = world.topology
    names = {topology.ids[element]: name for element, name in topology.names.items() if topology.is_device(element)}
    resolver = InventoryResolver(topology, names, now)
    counter = PrometheusCounter()
    inlet = Intake(settings.domain, IntakePorts(journal, book, vault, directory, counter, now))
    bearers = tokens(settings)
    status = StatusFile(files.status)
    figures.heard(counter, inlet, journal, settings.domain)
    counter.gauge("worker_silent_seconds", "Age of the worker's last word", lambda: silent_us(status) / 1e6)
    checks, notes = health(inlet, status), {"kernel": lambda: said.note if (said := status.read()) else None}
    shown = {**checks, **notes}
    page = Console(
        Parts(store, settings.domain, lambda: world, now, bearers, counter, files.data, shown, wall=clock.wall_us)
    )
    app = create_app(
        ApiDoors(
            inlet=inlet,
            reader=Reader(store, settings.domain, lambda: world, now, directory),
            tokens=bearers,
            resolver=resolver,
            counter=counter,
            clock=now,
            parsers={"generic": generic, "alertmanager": alertmanager},
            checks=checks,
            exposition=lambda: exposition(counter, status),
            settings=DoorSettings(
                body_bytes=settings.http.body_bytes, batch=settings.http.batch, open_metrics=settings.http.open_metrics
            ),
            notes=notes,
            page=page,
        )
    )
    closing = [store.close, journal.close, book.close, directory.close, vault.close]
    heard = Heard(world, resolver, inlet, counter, now)
    return Doors(inlet, app, page, traps(settings.snmp, heard) if settings.snmp.enabled else None, closing)


@dataclass(frozen=True, slots=True)
class Heard:
    """What every listener is handed."""

    world: World
    resolver: Resolver
    inlet: Inlet
    counter: Counter
    clock: clock.Clock


def traps(snmp: Snmp, heard: Heard) -> "TrapListener":
    """The door for SNMP. Raises CatalogueError."""
    from connectors.snmp.catalogue import load
    from connectors.snmp.listen import TrapListener, TrapSettings
    from connectors.snmp.places import TopologyPlaces
    from connectors.snmp.translate import Translator

    catalogue = load(*([snmp.catalogues] if snmp.catalogues else []))
    translator = Translator(catalogue, heard.resolver, heard.counter, TopologyPlaces(heard.world.topology))
    communities = frozenset(name.encode() for name in snmp.communities)
    believed = TrapSettings(((snmp.host, snmp.port),), communities, snmp.buffer_bytes)
    return TrapListener(translator, heard.inlet, heard.counter, lambda: moment(heard.clock()), believed)


def health(inlet: Intake, status: StatusFile) -> Mapping[str, Callable[[], str | None]]:
    """What is wrong, by part; None where nothing is."""

    def working() -> str | None:
        said = status.read()
        if said is None or clock.wall_us() - said.at_us > SILENT_US:
            return "the worker has not been heard of for some seconds; it is started again by itself"
        return said.trouble

    return {"journal": lambda: inlet.full, "worker": working}


def silent_us(status: StatusFile) -> int:
    """Age of the worker's last word; since 1970 where there is none."""
    said = status.read()
    return clock.wall_us() - (said.at_us if said else 0)


def exposition(counter: PrometheusCounter, status: StatusFile) -> bytes:
    """The intake's figures, then the worker's last ones."""
    said = status.read()
    return counter.exposition() + (said.metrics.encode() if said else b"")

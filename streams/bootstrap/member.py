"""The parts of `simpul worker`: one owner a domain, what tells others of it, and what parses raw frames."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.ports import Counter, Journal, Store, Unusable
from connectors.telemetry.metrics import PrometheusCounter
from connectors.telemetry.witness import NOBODY
from correlator.world import World
from streams import clock
from streams.bootstrap.channels import ways
from streams.bootstrap.domains import agreed
from streams.bootstrap.listeners import Around, kinds, readers, resolver_of
from streams.bootstrap.places import cluster, dead_letters_of, journal_of, publisher_of, store_of
from streams.bootstrap.redis import link_of, notifier_of
from streams.bootstrap.sending import past_the_outbox
from streams.bootstrap.shared import shared
from streams.bootstrap.topics import Names
from streams.bootstrap.watching import watching
from streams.files import Files, world_of
from streams.host.host import Host
from streams.host.host import Ports as HostPorts
from streams.host.worlds import Worlds
from streams.processes.intake.routing import domain_of
from streams.processes.status import LastWord
from streams.processes.worker.folding import Fold
from streams.processes.worker.inflow import Inflow, InflowPorts
from streams.processes.worker.owning import LOOK_S, Owner, Owners
from streams.processes.worker.parsing import Parser, ParserPorts
from streams.processes.worker.publisher import EffectPublisher
from streams.processes.worker.publishing import Publishing, Says
from streams.processes.worker.stall_alert import Stall
from streams.settings import Settings

if TYPE_CHECKING:
    from connectors.formats.dead_letters import DeadLetters
    from connectors.notifier import Notifier
    from streams.processes.worker.faust_app import Group


@dataclass(frozen=True, slots=True)
class Domain:
    """All that one process has of a domain."""

    owner: Owner
    telling: EffectPublisher
    stall: Stall
    word: LastWord  # for the doors

    @property
    def name(self) -> str:
        return self.owner.domain


@dataclass(frozen=True, slots=True)
class Member:
    """The parts of one process."""

    group: "Group"
    domains: Sequence[Domain]  # in the order of their partitions
    owners: Owners
    inflow: Inflow
    journal: Journal  # to look at beside those who fold: their readers stay where they are
    store: Store
    counter: PrometheusCounter
    clock: clock.Clock
    recorded: bool
    opened: ExitStack

    def close(self) -> None:
        self.opened.close()


def member(settings: Settings, *, recorded: bool = False) -> Member:
    """`recorded`: fold a journal that was written before; nothing is appended, parsed or told. Raises PortError."""
    with ExitStack() as opened:
        return member_of(settings, opened, recorded=recorded)


def member_of(settings: Settings, opened: ExitStack, *, recorded: bool) -> Member:
    """What it opens is in `opened` until all is; then it is the member's. Raises PortError."""
    keep, files, counter = opened.enter_context, Files(settings.data), PrometheusCounter("worker")
    group, common = group_of(settings, recorded=recorded), keep(closing(shared(settings)))
    check_topics(settings, group.raw)
    store = keep(closing(store_of(settings)))  # before what takes longer: it may be away
    world = world_of(settings, files)
    if world.policy.domains.names:
        agreed(settings, world.policy)
    journal, aside = keep(closing(journal_of(settings))), keep(closing(journal_of(settings)))
    publisher, dead = keep(closing(publisher_of(settings))), keep(closing(dead_letters_of(settings)))
    watch, link = keep(closing(watching(settings, counter))), link_of(settings, counter)
    notifier = notifier_of(link)
    for one in (link, notifier):
        if one is not None:
            keep(closing(one))
    seen = NOBODY if recorded else watch.witness  # of another time
    worlds = Worlds(files.worlds, world, common.archive)
    ports = HostPorts(journal, store, worlds, clock.steady(), counter, seen)
    takes = InflowPorts(parser(settings, world, counter, dead), journal, counter, ports.clock, seen)
    to_administrator = past_the_outbox(settings, ways(settings, files, ports.clock))
    says = Says(publisher, aside, ports.clock)

    def domain(name: str) -> Domain:
        publishing = Publishing(name, store, says, counter)
        telling = EffectPublisher(publishing, lambda: owner.owns and not recorded)
        fold = Fold(Host(name, ports, recorded=recorded), news(name, telling, notifier), LOOK_S, 2 * group.heartbeat_s)
        owner = Owner(fold, world)
        return Domain(owner, telling, Stall(name, to_administrator, ports.clock), common.status(name))

    domains = [domain(name) for name in settings.domains]
    return Member(
        group=group,
        domains=domains,
        owners=Owners([one.owner for one in domains], group.session_s / 3),
        inflow=Inflow(takes),
        journal=aside,
        store=store,
        counter=counter,
        clock=ports.clock,
        recorded=recorded,
        opened=opened.pop_all(),
    )


def news(domain: str, telling: EffectPublisher, notifier: "Notifier | None") -> Callable[[], None]:
    """What hears of a commit: who tells other systems, and the doors and dispatchers that listen."""
    if notifier is None:
        return telling.news

    def both() -> None:
        telling.news()
        notifier.ring(domain)

    return both


def check_topics(settings: Settings, names: Sequence[str]) -> None:
    """A group waits in silence for a topic that is not there. Raises Unusable."""
    from connectors.kafka.cluster import MAKE, partitions

    for name in names:
        if not partitions(cluster(settings), name):
            raise Unusable(f"There is no topic {name}", MAKE)


def group_of(settings: Settings, *, recorded: bool = False) -> "Group":
    """The workers' consumer group."""
    from streams.processes.worker.faust_app import Group

    kafka = settings.kafka
    assert kafka is not None, "settings.distributed says whether there is a group"
    names = Names(kafka.prefix)
    return Group(
        name=f"{kafka.prefix}worker",
        servers=kafka.servers,
        login=cluster(settings).login,
        events=names.events,
        raw=() if recorded else tuple(names.raw(listener) for listener in kinds()),
        session_s=kafka.session_s,
        folder=settings.data / "faust",
    )


def parser(settings: Settings, world: World, counter: Counter, dead: "DeadLetters | None" = None) -> Parser:
    """The parse stage of a worker. `dead`: none: the topic of the settings. Raises PortError."""
    now = clock.steady()
    around = Around(world.topology, resolver_of(world, now), counter)
    return Parser(
        ParserPorts(
            readers=readers(settings, around),
            domain_of=domain_of(world, settings.domain),
            dead=dead or dead_letters_of(settings),
            counter=counter,
            clock=now,
        )
    )

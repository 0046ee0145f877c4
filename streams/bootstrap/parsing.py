"""What reads raw frames in the distributed runtime, and what names mean in both."""

from typing import TYPE_CHECKING

from connectors.ports import Counter, Resolver
from correlator.world import World
from streams import clock
from streams.bootstrap.listeners import Around, readers
from streams.bootstrap.places import dead_letters_of
from streams.processes.intake.routing import domain_of
from streams.processes.worker.parsing import Parser, ParserPorts
from streams.settings import Settings

if TYPE_CHECKING:
    from connectors.formats.dead_letters import DeadLetters
    from connectors.resolver import Ports


def resolver_of(world: World, now: clock.Clock, ports: "Ports | None" = None) -> Resolver:
    """Names and addresses of the inventory. `ports`: how devices call their ports, where they are asked."""
    from connectors.resolver import InventoryResolver

    topology = world.topology
    names = {topology.ids[element]: name for element, name in topology.names.items() if topology.is_device(element)}
    return InventoryResolver(topology, names, now, ports)


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

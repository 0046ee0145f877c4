"""What reads datagrams: the same translator in the embedded intake and in the distributed runtime's parse stage."""

from typing import TYPE_CHECKING

from connectors.ports import Counter, Resolver
from correlator.world import World
from streams import clock
from streams.bootstrap.places import dead_letters_of
from streams.processes.intake.routing import domain_of
from streams.processes.worker.parsing import Parser, ParserPorts
from streams.settings import Settings, Snmp

if TYPE_CHECKING:
    from connectors.formats.dead_letters import DeadLetters
    from connectors.snmp.translate import Translator


def resolver_of(world: World, now: clock.Clock) -> Resolver:
    """Names and addresses of the inventory."""
    from connectors.resolver import InventoryResolver

    topology = world.topology
    names = {topology.ids[element]: name for element, name in topology.names.items() if topology.is_device(element)}
    return InventoryResolver(topology, names, now)


def translator_of(snmp: Snmp, world: World, resolver: Resolver, counter: Counter) -> "Translator":
    """From traps to alarms. Raises CatalogueError."""
    from connectors.snmp.catalogue import load
    from connectors.snmp.places import TopologyPlaces
    from connectors.snmp.translate import Translator

    catalogue = load(*([snmp.catalogues] if snmp.catalogues else []))
    return Translator(catalogue, resolver, counter, TopologyPlaces(world.topology))


def parser(settings: Settings, world: World, counter: Counter, dead: "DeadLetters | None" = None) -> Parser:
    """The parse stage of a worker. `dead`: none: the topic of the settings. Raises PortError."""
    from connectors.snmp.reader import TrapReader

    now = clock.steady()
    translator = translator_of(settings.snmp, world, resolver_of(world, now), counter)
    return Parser(
        ParserPorts(
            readers={"snmp": TrapReader(translator)},
            domain_of=domain_of(world, settings.domain),
            dead=dead or dead_letters_of(settings),
            counter=counter,
            clock=now,
        )
    )

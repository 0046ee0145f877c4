"""One storm, folded by one kernel and by several that share the network: what they find, and what each has to do.

In memory, one after the other: the CPU time of each kernel is what it would take on a core of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bench import Row
from bench.replaying import FAULTS
from bench.storm.national import national
from bench.storm.storms import storm
from connectors.store.memory import MemoryStore
from correlator.customers import unpack
from correlator.effects import Campaign, Handed
from correlator.events import ComplaintIn, microseconds
from correlator.policy import DomainPolicy, Policy
from correlator.rows.incidents import IncidentRow
from correlator.wire import BadInput, decode
from correlator.world import World
from streams.processes.intake.routing import Route, Routes, only
from streams.simulation.country import ALONE, Country
from topology.compile import compile_inventory
from topology.graph import Topology
from topology.model import Inventory

RESOURCES = {"smoke": 10_000, "full": 100_000}
EVENTS = {"smoke": 6_000, "full": 100_000}
SEED = 2
DRAIN_US = 1_200_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """What came of the storm."""

    settled: list[tuple[str, IncidentRow]]
    roots: set[str]  # and what nothing tells apart from them
    told: list[tuple[str, str]]  # (customer, kind), once a message
    cpu_s: dict[str, float]
    handed: int


def run(scale: str) -> list[Row]:
    """`scale`: smoke or full."""
    inventory = national(RESOURCES[scale], SEED)
    topology = compile_inventory(inventory)
    said = storm(inventory, EVENTS[scale], FAULTS[scale], SEED)
    alone = played(topology, Policy(), said.lines)
    shared = played(topology, Policy(domains=shares(inventory)), said.lines)
    told = [fault.root for fault in said.truth if fault.alarms]
    many = f"{len(shared.cpu_s)} kernels"
    return [*rows("one kernel", alone, told), *rows(many, shared, told), *beside(alone, shared)]


def shares(inventory: Inventory) -> DomainPolicy:
    """A domain a province, and the national one."""
    regions = sorted({site.region for site in inventory.sites if site.region is not None})
    return DomainPolicy(names=("national", *regions), regions={region: region for region in regions})


def played(topology: Topology, policy: Policy, lines: Iterable[bytes]) -> Found:
    country = told(topology, policy, lines)
    settled = [(name, row) for name, row in country.incidents() if row.opened_us and row.status != "merged"]
    effects = [effect for seat in country.seats.values() for effect in seat.effects]
    messages = [
        (topology.customer_ids[customer], one.kind)
        for one in effects
        if isinstance(one, Campaign)
        for customer in unpack(one.audience).tolist()
    ]
    return Found(
        settled,
        {root for _, row in settled for root in (row.root, *row.equivalent)},
        messages,
        {name: seat.cpu_s for name, seat in country.seats.items()},
        sum(isinstance(effect, Handed) for effect in effects),
    )


def route_of(world: World) -> Route:
    return only(ALONE) if world.domains is None else Routes(lambda: world, world, MemoryStore())


def told(topology: Topology, policy: Policy, lines: Iterable[bytes], killed_after: int = 0) -> Country:
    """All of it, to the end. `killed_after`: so many lines each time, the kernels are killed."""
    country: Country | None = None
    for number, line in enumerate(lines, start=1):
        event = decode(line)
        assert not isinstance(event, BadInput), event
        at_us = microseconds(getattr(event, "received", None) or event.time)
        country = country or Country(topology, policy, at_us, route_of(World(topology, policy)))
        country.until(at_us)
        country.say(event, f"NT-20260301-{number:06}" if isinstance(event, ComplaintIn) else "")
        if killed_after and number % killed_after == 0:
            country.restart()
    assert country is not None, "something was said"
    country.until(country.now_us + DRAIN_US)
    return country


def rows(who: str, found: Found, told: list[str]) -> list[Row]:
    hits = sum(root in found.roots for root in told)
    national = sum(name == "national" for name, _ in found.settled)
    most = max(found.cpu_s, key=lambda name: found.cpu_s[name])
    return [
        Row(f"{who}: root found", 100 * hits / max(1, len(told)), "%", None, f"of {len(told)} faults that alarms tell"),
        Row(f"{who}: settled incidents", len(found.settled), "", None, f"{national} national"),
        Row(f"{who}: CPU of all", sum(found.cpu_s.values()), "s", None, ""),
        Row(f"{who}: CPU of the busiest", found.cpu_s[most], "s", None, most),
        Row(f"{who}: messages about outages", sum(kind == "outage" for _, kind in found.told), "", None, ""),
    ]


def beside(alone: Found, shared: Found) -> list[Row]:
    mine, theirs = ({row.root for _, row in found.settled} for found in (alone, shared))
    outage = [{who for who, kind in found.told if kind == "outage"} for found in (alone, shared)]
    both = len(outage[0] & outage[1])
    return [
        Row("roots that both name", 100 * len(mine & theirs) / max(1, len(mine | theirs)), "%", None, "of all named"),
        Row("customers told by both", 100 * both / max(1, len(outage[0] | outage[1])), "%", None, "of all told"),
        Row("handed over", shared.handed, "", None, "alarms, complaints, rulings"),
    ]

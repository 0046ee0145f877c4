"""A storm on a meshed backbone: some forty sites on a map, each joined to its neighbours, and many faults at once."""

from itertools import pairwise
from random import Random

import msgspec
import networkx as nx

from correlator.events import MINUTE_US, SECOND_US, Complaint, ComplaintIn, Event, SourceState, moment
from correlator.policy import Policy
from streams.simulation.faults import Breakage
from streams.simulation.networks import Drawing
from streams.simulation.noise import noise
from streams.simulation.physics import Physics
from streams.simulation.telling import Mischief, Saying, alarms, calls, in_order, repairs, spoil
from streams.simulation.voices import draw_voices
from tests.golden.journals.recorder import START_US, Paper
from topology.model import Conduit, Inventory, RiskGroup

SITES, NEAR, GATEWAYS, OLTS = 50, 0.27, 3, 16
FEWER = 5  # of those who call, one in so many
WAVES_S = (0, 2400, 9000)  # when it breaks, and breaks again


def mesh(rng: Random, seed: int) -> nx.Graph:
    """Each site with those near it, and what else it takes to be one network."""
    graph = nx.random_geometric_graph(SITES, NEAR, seed=seed)
    parts = [sorted(part) for part in nx.connected_components(graph)]
    for one, other in pairwise(parts):
        graph.add_edge(rng.choice(one), rng.choice(other))
        graph.add_edge(rng.choice(one), rng.choice(other))
    return graph


def draw(rng: Random, seed: int) -> tuple[Inventory, nx.Graph]:
    drawing, graph = Drawing(rng), mesh(rng, seed)
    gateways = rng.sample(sorted(graph), GATEWAYS)
    for n in sorted(graph):
        drawing.device(f"CR-{n:02}", drawing.site(f"K{n:02}"), "core", "backbone", gateway=n in gateways)
    for a, b in sorted(graph.edges):
        routes = [(drawing.span(f"K{a:02}", f"K{b:02}", "backbone"),)]
        if rng.random() < 0.2:
            routes.append((drawing.span(f"K{a:02}", f"K{b:02}", "backbone"),))
        drawing.link(f"CR-{a:02}", f"CR-{b:02}", "backbone", *routes)
    for number, n in enumerate(rng.sample(sorted(graph), OLTS), start=1):
        access(drawing, f"CR-{n:02}", f"K{n:02}", number)
    business(drawing, rng, sorted(graph))
    ducts(drawing, rng)
    for number in (1, 2):
        street = tuple(f"K{n:02}" for n in rng.sample(sorted(graph), 3))
        drawing.groups.append(RiskGroup(id=f"PLN-{number}", kind="power", members=street))
    return drawing.inventory(), graph


def access(drawing: Drawing, core: str, site: str, number: int) -> None:
    """An OLT over its own cable, a splitter, six homes."""
    place = drawing.site(f"X{number}")
    olt = drawing.device(f"OLT-{number}", place, "olt", "feeder")
    drawing.link(core, olt, "metro", (drawing.span(site, place, "metro"),))
    cabinet = drawing.site(f"CAB-{number}", "cabinet")
    splitter = drawing.device(f"SPL-{number}", cabinet, "splitter", "distribution")
    drawing.link(olt, splitter, "feeder", (drawing.span(place, cabinet, "feeder"),))
    for leaf in range(1, 7):
        home = drawing.site(f"H-{number}-{leaf}", "customer")
        ont = drawing.device(f"ONT-{number}-{leaf}", home, "ont", "drop")
        drawing.link(splitter, ont, "drop", (drawing.span(cabinet, home, "drop"),))
        drawing.service(drawing.customer("residential"), "broadband", ont)


def business(drawing: Drawing, rng: Random, sites: list[int]) -> None:
    for _ in range(25):
        legs = [drawing.port(f"CR-{n:02}") for n in rng.sample(sites, rng.choice((1, 1, 2)))]
        drawing.service(drawing.customer(rng.choice(("business", "enterprise"))), "vpn", *legs, need=1)


def ducts(drawing: Drawing, rng: Random) -> None:
    """Cables that leave one site share the first trench."""
    backbone = [row for row in drawing.spans if row.tier == "backbone"]
    for number in range(1, 7):
        site = rng.choice(backbone).a
        here = [row.id for row in backbone if site in (row.a, row.b)]
        drawing.conduits.append(Conduit(id=f"CD-{number}"))
        for span in rng.sample(here, min(len(here), 3)):
            drawing.ducts.setdefault(span, []).append(f"CD-{number}")


def breakages(rng: Random, inventory: Inventory, graph: nx.Graph) -> list[Breakage]:
    """In three waves; what broke once does not break again."""
    found: dict[str, Breakage] = {}
    for wave_s in WAVES_S:
        for one in wave(rng, inventory, graph, wave_s):
            found.setdefault(one.element, one)
    return sorted(found.values(), key=lambda one: one.start_us)


def wave(rng: Random, inventory: Inventory, graph: nx.Graph, wave_s: int) -> list[Breakage]:
    """Within five minutes: ducts, sites, spans, cores, an OLT, mains, and both cables of a site at the edge."""
    found: list[Breakage] = []

    def breaks(kind: str, element: str, after_s: int) -> None:
        if element not in {one.element for one in found}:
            start_us = START_US + (60 + wave_s + after_s) * SECOND_US
            lasts_us = rng.randint(1800, 5400) * SECOND_US
            found.append(Breakage(element, kind, start_us, start_us + lasts_us, rng.random() < 0.5, rng.random() < 0.5))

    edge = rng.choice([n for n in sorted(graph) if graph.degree[n] == 2])
    around = [row.id for row in inventory.spans if row.tier == "backbone" and f"K{edge:02}" in (row.a, row.b)]
    for span in around:
        breaks("span", span, 0)
    for number in rng.sample(range(1, 7), 3):
        breaks("conduit", f"CD-{number}", rng.randint(0, 300))
    for n in rng.sample(sorted(graph), 4):
        breaks("site" if n % 2 else "device", f"K{n:02}" if n % 2 else f"CR-{n:02}", rng.randint(0, 300))
    for row in rng.sample([row for row in inventory.spans if row.tier == "backbone"], 6):
        breaks("span", row.id, rng.randint(0, 300))
    breaks("device", f"OLT-{rng.randint(1, OLTS)}", rng.randint(0, 300))
    breaks("splitter", f"SPL-{rng.randint(1, OLTS)}", rng.randint(0, 300))
    breaks("power", rng.choice(("PLN-1", "PLN-2")), rng.randint(0, 300))
    return found


def incoming(event: Event) -> bytes:
    """As it comes in: a complaint with its words."""
    if isinstance(event, Complaint):
        names = ("id", "time", "channel", "customer", "service", "number")
        kept = {name: getattr(event, name) for name in names}
        return msgspec.json.encode(ComplaintIn(text="Internet mati total sejak tadi", **kept))
    return msgspec.json.encode(event)


def sayings(rng: Random, physics: Physics, broken: list[Breakage]) -> list[Saying]:
    """What arrives: jittered, some twice, some late, some lost; and a poller that is blind for a while."""
    over = START_US, max(one.end_us for one in broken)
    said = alarms(rng, physics, draw_voices(rng, physics), broken)
    said += calls(rng, physics, broken, over)[::FEWER]  # each makes a ticket of many lines
    said += [*repairs(broken), *noise(rng, physics, over)]
    for place, state in enumerate(("lost", "restored")):
        at_us = START_US + (5 + 20 * place) * MINUTE_US
        objects = tuple(sorted(physics.devices)[:5])
        event = SourceState(id=f"s{place}", time=moment(at_us), source="icmp:poller", objects=objects, state=state)  # type: ignore[arg-type]  # one of the two
        said.append(Saying(at_us, event))
    return spoil(rng, in_order(said), Mischief(lost=0.02, late=0.05, doubled=0.1, jitter_s=3.0))


def record(seed: int, name: str) -> None:
    rng = Random(seed)
    inventory, graph = draw(rng, seed)
    said = sayings(rng, Physics(inventory), breakages(rng, inventory, graph))
    paper = Paper(name, [inventory], [Policy()])
    paper.write(events=b"".join(incoming(one.event) + b"\n" for one in said))


NIGHTS = {"storm-on-a-mesh": lambda: record(7, "storm-on-a-mesh")}

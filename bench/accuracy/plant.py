"""A network on a real graph: two routers a node, fibres, ducts, gateways; `access.py` hangs the rest on it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from bench.accuracy.access import datacentre, units
from bench.accuracy.graphs import Graph, load
from bench.accuracy.inventory import Plant

POLLED = frozenset({"core", "edge", "aggregation", "olt", "bts", "server", "optical"})


@dataclass(frozen=True, slots=True)
class Size:
    """How much hangs on a graph."""

    rows: int  # access units are added until there are so many
    onts: tuple[int, int] = (8, 16)  # at a splitter
    splitters: tuple[int, int] = (2, 4)  # at an OLT
    olts: tuple[int, int] = (1, 2)  # at an aggregation device


SIZES = {
    "small": Size(900),
    "usual": Size(1600),
    "day": Size(2600),
    "homes": Size(3000, onts=(24, 32), splitters=(3, 4), olts=(1, 2)),
    "storm": Size(35_000, onts=(16, 32)),
    "gale": Size(6000, onts=(16, 32)),
    "10k": Size(10_000, onts=(16, 32)),
    "100k": Size(100_000, onts=(16, 32)),
    "1M": Size(1_000_000, onts=(16, 32)),
}


@lru_cache(maxsize=64)
def plant(graph: str, size: str, seed: int) -> Plant:
    """The same for the same three."""
    found = load(graph)
    rng = Random(f"plant {graph} {size} {seed}")
    made = Plant(graph, found.shape, seed)
    regions = _regions(found)
    _routers(made, found, regions)
    _backbone(made, found, rng)
    _conduits(made, found, rng)
    datacentre(made, found, rng)
    units(made, found, rng, SIZES[size])
    _voices(made, rng)
    return made


def _regions(graph: Graph) -> list[str]:
    """Slices of the country from west to east."""
    order = sorted(range(len(graph.places)), key=lambda n: (graph.places[n][1], graph.places[n][0]))
    slices = 2 if len(order) < 20 else 3 if len(order) < 60 else 4
    region = {node: f"R{1 + place * slices // len(order)}" for place, node in enumerate(order)}
    return [region[n] for n in range(len(order))]


def _routers(made: Plant, graph: Graph, regions: list[str]) -> None:
    degrees = graph.degrees()
    count = 1 if len(degrees) < 15 else 2 if len(degrees) < 40 else 3
    gateways = set(sorted(range(len(degrees)), key=lambda n: (-degrees[n], n))[:count])
    for n, place in enumerate(graph.places):
        site = made.site(f"S{n}", "pop", regions[n], place)
        core = made.device(f"cr-{n}", site, "core", "backbone", n in gateways)
        edge = made.device(f"er-{n}", site, "edge", "metro")
        made.link(f"L-ce-{n}", (f"{core}/e0", f"{edge}/c0"), "metro", [])


def _backbone(made: Plant, graph: Graph, rng: Random) -> None:
    """A link over each span, some of them protected the long way round, and some express links."""
    for a, b in graph.edges:
        made.span(f"F{a}-{b}", (f"S{a}", f"S{b}"), "backbone", graph.length_km(a, b))
    for a, b in graph.edges:
        routes = [[f"F{a}-{b}"]]
        around = way(graph, a, b, (a, b)) if rng.random() < 0.2 else []
        if 1 < len(around) <= 5:
            routes.append(around)
        made.link(f"L{a}-{b}", (f"cr-{a}/x{b}", f"cr-{b}/x{a}"), "backbone", routes)
    for n in range(len(graph.edges) // 6):
        a, b = rng.sample(range(len(graph.places)), 2)
        route = way(graph, a, b, None)
        if 2 <= len(route) <= 3:
            made.link(f"X{n}-{a}-{b}", (f"cr-{a}/y{n}", f"cr-{b}/y{n}"), "backbone", [route])


def way(graph: Graph, start: int, goal: int, without: tuple[int, int] | None) -> list[str]:
    """The spans of a shortest way by hops; none where there is no way."""
    beside: dict[int, list[int]] = {}
    for a, b in graph.edges:
        if (a, b) != without:
            beside.setdefault(a, []).append(b)
            beside.setdefault(b, []).append(a)
    back = {start: start}
    waiting = deque([start])
    while waiting and goal not in back:
        here = waiting.popleft()
        for other in beside.get(here, ()):
            if other not in back:
                back[other] = here
                waiting.append(other)
    if goal not in back:
        return []
    spans = []
    here = goal
    while here != start:
        spans.append(f"F{min(here, back[here])}-{max(here, back[here])}")
        here = back[here]
    return spans[::-1]


def _conduits(made: Plant, graph: Graph, rng: Random) -> None:
    """Two or three spans leave some sites through one duct; a few spans have a duct of their own."""
    leaving: dict[str, list[dict[str, object]]] = {}
    for row in made.rows["spans"]:
        for end in (row["a"], row["b"]):
            leaving.setdefault(end, []).append(row)
    taken: set[object] = set()
    for n in range(len(graph.places)):
        rows = [row for row in leaving.get(f"S{n}", ()) if row["id"] not in taken]
        if len(rows) >= 2 and rng.random() < 0.35:
            shared = rng.sample(rows, min(len(rows), rng.choice((2, 2, 3))))
            made.rows["conduits"].append({"id": f"D{n}"})
            for row in shared:
                row["conduits"] = [f"D{n}"]
                taken.add(row["id"])


def _voices(made: Plant, rng: Random) -> None:
    voices = made.voices
    choices = (("loss_of_signal",), ("link_down",), ("loss_of_signal", "link_down"))
    for row in made.rows["devices"]:
        name, role = row["id"], row["role"]
        if role in POLLED:
            voices.words[name] = rng.choices(choices, (45, 40, 15))[0]
        if (role in ("core", "edge") and rng.random() < 0.6) or (role == "aggregation" and rng.random() < 0.3):
            voices.neighbours.add(name)
        if rng.random() < 0.6:
            voices.switches.add(name)
        if role in ("ont", "bts", "olt", "aggregation") and rng.random() < 0.5:
            voices.gasps.add(name)
    voices.monitored = {row["id"] for row in made.rows["spans"] if row["tier"] != "drop" and rng.random() < 0.3}
    kinds = {row["id"]: row["segment"] for row in made.rows["customers"]}
    business = [row["id"] for row in made.rows["services"] if kinds[row["customer"]] != "residential"]
    voices.probed = {name for name in business if rng.random() < 0.3}
    sites = [row["id"] for row in made.rows["sites"] if row["kind"] in ("pop", "tower", "datacenter")]
    voices.powered = {name for name in sites if rng.random() < 0.6}

"""What hangs on the routers: aggregation, OLTs with their splitters, base stations, businesses, a data centre."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from bench.accuracy.graphs import Graph
from bench.accuracy.inventory import Plant

if TYPE_CHECKING:
    from bench.accuracy.plant import Size

Place = tuple[float, float]


def near(rng: Random, place: Place, km: float) -> Place:
    return place[0] + rng.uniform(-km, km) / 111.2, place[1] + rng.uniform(-km, km) / 111.2


def units(made: Plant, graph: Graph, rng: Random, size: Size) -> None:
    """Metro units at nodes in a drawn order, again and again until the plant is as great as asked."""
    order = list(range(len(graph.places)))
    rng.shuffle(order)
    count = 0
    while made.count() < size.rows:
        _Unit(made, rng, size, f"{count}", order[count % len(order)], graph).build()
        count += 1


def datacentre(made: Plant, graph: Graph, rng: Random) -> None:
    """One or two, each with a switch on two ways, and servers."""
    for n in rng.sample(range(len(graph.places)), 1 if len(graph.places) < 30 else 2):
        place = near(rng, graph.places[n], 6)
        site = made.site(f"DC{n}", "datacenter", made.rows["sites"][n]["region"], place)
        switch = made.device(f"ds-{n}", site, "edge", "metro")
        for leg in range(rng.choice((1, 2))):
            span = made.span(f"DF{n}-{leg}", (f"S{n}", site), "metro", rng.uniform(3, 9))
            made.link(f"L-dc-{n}-{leg}", (f"er-{n}/d{leg}", f"{switch}/u{leg}"), "metro", [[span]])
        for number in range(rng.randint(4, 7)):
            server = made.device(f"sv-{n}-{number}", site, "server", "distribution")
            made.link(f"L-sv-{n}-{number}", (f"{switch}/s{number}", f"{server}/eth0"), "distribution", [])
            for tenant in range(rng.randint(2, 5)):
                customer = made.customer(f"c-dc{n}-{number}-{tenant}", rng.choice(("business", "enterprise")))
                made.service(customer, "cloud", [server])


class _Unit:
    """One metro area below an edge router."""

    def __init__(self, made: Plant, rng: Random, size: Size, name: str, node: int, graph: Graph) -> None:
        self.made, self.rng, self.size, self.name, self.node, self.graph = made, rng, size, name, node, graph
        self.region: str = made.rows["sites"][node]["region"]
        self.edge = f"er-{node}"

    def build(self) -> None:
        ring = self.rng.random() < 0.4
        placed = [self._aggregation(n) for n in range(2 if ring else 1)]
        self._up(placed[0], 0)
        if ring:
            self._up(placed[1], 1)
            (a, here), (b, there) = placed
            span = self.made.span(f"MF{self.name}-r", (here, there), "metro", self.rng.uniform(3, 15))
            self.made.link(f"L-ag-{self.name}-r", (f"{a}/r0", f"{b}/r0"), "metro", [[span]])
        elif self.rng.random() < 0.25:  # a second leg over a fibre of its own
            self._up(placed[0], 1)
        powered: list[str] = []
        for n, (aggregation, site) in enumerate(placed):
            powered += self._below(aggregation, site, n)
        self._power(powered, placed[0][1])

    def _aggregation(self, n: int) -> tuple[str, str]:
        place = near(self.rng, self.graph.places[self.node], 12)
        site = self.made.site(f"M{self.name}-{n}", "pop", self.region, place)
        return self.made.device(f"ag-{self.name}-{n}", site, "aggregation", "metro"), site

    def _up(self, placed: tuple[str, str], leg: int) -> None:
        aggregation, site = placed
        span = self.made.span(f"MF{self.name}-{leg}", (f"S{self.node}", site), "metro", self.rng.uniform(4, 25))
        ports = f"{self.edge}/m{self.name}.{leg}", f"{aggregation}/u{leg}"
        self.made.link(f"L-ag-{self.name}-{leg}", ports, "metro", [[span]])

    def _below(self, aggregation: str, site: str, n: int) -> list[str]:
        """Sites that have no battery worth the name."""
        powered: list[str] = []
        for olt in range(self.rng.randint(*self.size.olts)):
            powered += self._olt(aggregation, site, f"{self.name}-{n}-{olt}")
        previous = ""
        for tower in range(self.rng.randint(2, 3)):
            previous, place = self._tower(aggregation, site, f"{self.name}-{n}-{tower}", previous)
            powered.append(place)
        for number in range(self.rng.randint(2, 4)):
            self._business(aggregation, f"{self.name}-{n}-{number}")
        return powered

    def _olt(self, aggregation: str, site: str, name: str) -> list[str]:
        made, rng = self.made, self.rng
        home, routes = site, []
        powered: list[str] = []
        if rng.random() < 0.5:  # in a cabinet of its own
            home = made.site(f"O{name}", "cabinet", self.region, near(rng, self.graph.places[self.node], 12))
            routes = [[made.span(f"OF{name}", (site, home), "feeder", rng.uniform(1, 9))]]
            powered.append(home)
        olt = made.device(f"olt-{name}", home, "olt", "feeder")
        made.link(f"L-olt-{name}", (f"{aggregation}/o{name}", f"{olt}/up0"), "feeder", routes)
        for number in range(rng.randint(*self.size.splitters)):
            self._splitter(olt, home, f"{name}-{number}")
        return powered

    def _splitter(self, olt: str, cabinet: str, name: str) -> None:
        """In a block of flats with its ONTs, or in a cabinet in the street with a drop to each."""
        made, rng = self.made, self.rng
        block = rng.random() < 0.5
        kind = "customer" if block else "cabinet"
        site = made.site(f"P{name}", kind, self.region, near(rng, self.graph.places[self.node], 14))
        feeder = made.span(f"PF{name}", (cabinet, site), "feeder", rng.uniform(0.5, 6))
        splitter = made.device(f"sp-{name}", site, "splitter", "distribution")
        made.link(f"L-pon-{name}", (f"{olt}/pon{name}", f"{splitter}/in"), "feeder", [[feeder]])
        for n in range(rng.randint(*self.size.onts)):
            home, routes = site, []
            if not block:
                home = made.site(f"H{name}-{n}", "customer", self.region, self.graph.places[self.node])
                routes = [[made.span(f"HF{name}-{n}", (site, home), "drop", rng.uniform(0.05, 0.4))]]
            ont = made.device(f"ont-{name}-{n}", home, "ont", "drop")
            made.link(f"L-ont-{name}-{n}", (f"{splitter}/{n}", f"{ont}/pon"), "drop", routes)
            made.service(made.customer(f"c-{name}-{n}", "residential"), "broadband", [ont])

    def _tower(self, aggregation: str, site: str, name: str, previous: str) -> tuple[str, str]:
        """A base station, on the aggregation device or behind the one before it."""
        made, rng = self.made, self.rng
        place = made.site(f"T{name}", "tower", self.region, near(rng, self.graph.places[self.node], 14))
        bts = made.device(f"bts-{name}", place, "bts", "distribution")
        chained = bool(previous) and rng.random() < 0.3
        above, start = (f"bts-{previous}", f"T{previous}") if chained else (aggregation, site)
        span = made.span(f"TF{name}", (start, place), "feeder", rng.uniform(1, 12))
        made.link(f"L-bts-{name}", (f"{above}/b{name}", f"{bts}/up0"), "feeder", [[span]])
        for tenant in range(rng.randint(1, 3)):
            made.service(made.customer(f"c-t{name}-{tenant}", "wholesale"), "tower", [bts])
        return name, place

    def _business(self, aggregation: str, name: str) -> None:
        made, rng = self.made, self.rng
        enterprise = rng.random() < 0.4
        customer = made.customer(f"c-b{name}", "enterprise" if enterprise else "business")
        here = f"{aggregation}/ge{name}"
        draw = rng.random()
        if draw < 0.2:  # on two devices, one is enough
            made.service(customer, "dia", [here, f"{self.edge}/ge{name}"], 1)
        elif draw < 0.4:  # joins two places
            other = rng.randrange(len(self.graph.places))
            made.service(customer, "vpn", [here, f"er-{other}/ge{name}"])
        else:
            made.service(customer, rng.choice(("dia", "uc", "vpn")), [here if draw < 0.8 else f"{self.edge}/ge{name}"])

    def _power(self, powered: list[str], battery: str) -> None:
        if len(powered) < 2 or self.rng.random() < 0.3:
            return
        members = sorted(self.rng.sample(powered, min(len(powered), self.rng.randint(2, 4))))
        group = f"PW{self.name}"
        self.made.rows["risk_groups"].append({"id": group, "kind": "power", "members": members})
        self.made.voices.batteries[group] = [battery, f"S{self.node}"]

"""A small random network: a core ring with protected links, conduits, dual-homed metro, access trees, gates."""

from random import Random

from topology.model import (
    Conduit,
    Customer,
    Device,
    Inventory,
    Link,
    RiskGroup,
    Role,
    Segment,
    Service,
    Site,
    Span,
    Tier,
)


class Drawing:
    """The rows as they grow."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.sites: list[Site] = []
        self.spans: list[Span] = []
        self.devices: list[Device] = []
        self.links: list[Link] = []
        self.services: list[Service] = []
        self.customers: list[Customer] = []
        self.conduits: list[Conduit] = []
        self.groups: list[RiskGroup] = []
        self.ducts: dict[str, list[str]] = {}  # span -> conduits
        self.ports: dict[str, int] = {}

    def site(self, name: str, kind: str = "pop") -> str:
        self.sites.append(Site(id=name, kind=kind, region=self.rng.choice(("Jawa Barat", "Bali", "Papua"))))  # type: ignore[arg-type]  # one of SiteKind
        return name

    def device(self, name: str, site: str, role: Role, tier: Tier, *, gateway: bool = False) -> str:
        self.devices.append(Device(id=name, site=site, role=role, tier=tier, gateway=gateway or None))
        return name

    def span(self, a: str, b: str, tier: Tier) -> str:
        name = f"SP-{len(self.spans) + 1:03}"
        self.spans.append(Span(id=name, a=a, b=b, tier=tier, length_km=round(self.rng.uniform(0.5, 90.0), 1)))
        return name

    def port(self, device: str) -> str:
        self.ports[device] = self.ports.get(device, 0) + 1
        return f"{device}/{self.ports[device]}"

    def link(self, a: str, b: str, tier: Tier, *routes: tuple[str, ...]) -> None:
        name = f"LK-{len(self.links) + 1:03}"
        self.links.append(Link(id=name, a=self.port(a), b=self.port(b), tier=tier, routes=routes or None))

    def customer(self, segment: Segment) -> str:
        name = f"CU-{len(self.customers) + 1:03}"
        self.customers.append(Customer(id=name, segment=segment, strategic=self.rng.random() < 0.05 or None))
        return name

    def service(self, customer: str, product: str, *attach: str, need: int | None = None) -> None:
        name = f"SV-{len(self.services) + 1:03}"
        self.services.append(Service(id=name, customer=customer, product=product, attach=attach, need=need))  # type: ignore[arg-type]  # one of Product

    def inventory(self) -> Inventory:
        spans = tuple(
            Span(id=s.id, a=s.a, b=s.b, tier=s.tier, length_km=s.length_km, conduits=tuple(self.ducts[s.id]))
            if s.id in self.ducts
            else s
            for s in self.spans
        )
        return Inventory(
            sites=tuple(self.sites),
            conduits=tuple(self.conduits),
            spans=spans,
            devices=tuple(self.devices),
            links=tuple(self.links),
            services=tuple(self.services),
            customers=tuple(self.customers),
            risk_groups=tuple(self.groups),
        )


def draw_network(rng: Random) -> Inventory:
    """Some 60 to 250 rows."""
    drawing = Drawing(rng)
    cores = _core(drawing)
    edges = _metro(drawing, cores)
    _data_centre(drawing, cores)
    for number in range(1, rng.randint(1, 3) + 1):
        _access(drawing, number, rng.choice(edges))
    _business(drawing, [*cores, *edges])
    _conduits(drawing)
    _power(drawing)
    return drawing.inventory()


def _route(drawing: Drawing, a: str, b: str, tier: Tier) -> tuple[str, ...]:
    """One span, or two over a hut between."""
    if drawing.rng.random() < 0.75:
        return (drawing.span(a, b, tier),)
    hut = drawing.site(f"HUT-{len(drawing.sites) + 1}", "cabinet")
    return (drawing.span(a, hut, tier), drawing.span(hut, b, tier))


def _routed(drawing: Drawing, ends: tuple[str, str], sites: tuple[str, str], tier: Tier, protected: float) -> None:
    routes = [_route(drawing, *sites, tier)]
    if drawing.rng.random() < protected:
        routes.append(_route(drawing, *sites, tier))
    drawing.link(*ends, tier, *routes)


def _core(drawing: Drawing) -> list[str]:
    rng = drawing.rng
    count = rng.randint(3, 6)
    gateways = rng.sample(range(count), rng.choice((1, 2, 2)))
    cores = [
        drawing.device(f"CORE-{n + 1}", drawing.site(f"P{n + 1}"), "core", "backbone", gateway=n in gateways)
        for n in range(count)
    ]
    pairs = [(n, (n + 1) % count) for n in range(count)]
    if count > 4 and rng.random() < 0.5:
        pairs.append((0, count // 2))
    for a, b in pairs:
        _routed(drawing, (cores[a], cores[b]), (f"P{a + 1}", f"P{b + 1}"), "backbone", protected=0.5)
    return cores


def _site_of(drawing: Drawing, device: str) -> str:
    return next(row.site for row in drawing.devices if row.id == device)


def _metro(drawing: Drawing, cores: list[str]) -> list[str]:
    """Aggregation devices: single-homed, dual-homed, or two in a ring."""
    rng, edges = drawing.rng, list[str]()
    for number in range(1, rng.randint(2, 4) + 1):
        edge = drawing.device(f"AGG-{number}", drawing.site(f"M{number}"), "aggregation", "metro")
        shape = rng.random()
        homes = rng.sample(cores, 1 if shape < 0.4 else 2)
        if shape > 0.75 and edges:
            homes[1] = edges[-1]
        for home in homes:
            _routed(drawing, (home, edge), (_site_of(drawing, home), f"M{number}"), "metro", protected=0.35)
        edges.append(edge)
    return edges


def _data_centre(drawing: Drawing, cores: list[str]) -> None:
    rng = drawing.rng
    if rng.random() < 0.5:
        return
    server = drawing.device("SRV-1", drawing.site("DC-1", "datacenter"), "server", "metro")
    for core in rng.sample(cores, 2):
        _routed(drawing, (core, server), (_site_of(drawing, core), "DC-1"), "metro", protected=0.0)
    drawing.service(drawing.customer("enterprise"), "cloud", server)


def _access(drawing: Drawing, number: int, edge: str) -> None:
    rng = drawing.rng
    home, site = _site_of(drawing, edge), drawing.site(f"X{number}")
    cable = _route(drawing, home, site, "metro")
    olt = drawing.device(f"OLT-{number}", site, "olt", "feeder")
    drawing.link(edge, olt, "metro", cable)
    if rng.random() < 0.5:
        drawing.link(edge, olt, "metro", cable if rng.random() < 0.5 else _route(drawing, home, site, "metro"))
    if rng.random() < 0.5:
        tower = drawing.device(f"BTS-{number}", site, "bts", "feeder")
        drawing.link(edge, tower, "metro", cable)
        drawing.service(drawing.customer("wholesale"), "tower", tower)
    for pon in range(1, rng.randint(1, 3) + 1):
        _tree(drawing, olt, site, f"{number}{pon}")


def _tree(drawing: Drawing, olt: str, site: str, number: str) -> None:
    cabinet = drawing.site(f"CAB-{number}", "cabinet")
    splitter = drawing.device(f"SPL-{number}", cabinet, "splitter", "distribution")
    drawing.link(olt, splitter, "feeder", (drawing.span(site, cabinet, "feeder"),))
    for leaf in range(1, drawing.rng.randint(3, 6) + 1):
        house = drawing.site(f"H-{number}-{leaf}", "customer")
        ont = drawing.device(f"ONT-{number}-{leaf}", house, "ont", "drop")
        drawing.link(splitter, ont, "drop", (drawing.span(cabinet, house, "drop"),))
        drawing.service(drawing.customer("residential"), "broadband", ont)


def _business(drawing: Drawing, routers: list[str]) -> None:
    rng = drawing.rng
    for _ in range(rng.randint(2, 6)):
        customer = drawing.customer(rng.choice(("business", "enterprise")))
        drawing.service(customer, "dia", drawing.port(rng.choice(routers)))
        if rng.random() < 0.4:
            legs = [drawing.port(router) for router in rng.sample(routers, 2)]
            drawing.service(customer, "vpn", *legs, need=rng.choice((1, 2)))


def _conduits(drawing: Drawing) -> None:
    """Each takes two or three spans that leave one site, or both routes of one link."""
    rng = drawing.rng
    for number in range(1, rng.randint(1, 3) + 1):
        link = rng.choice([row for row in drawing.links if row.routes])
        routes = link.routes or ()
        if len(routes) > 1:
            taken = [rng.choice(route) for route in routes]
        else:
            span = next(row for row in drawing.spans if row.id == routes[0][0])
            near = [row.id for row in drawing.spans if span.a in (row.a, row.b)]
            taken = rng.sample(near, min(len(near), rng.choice((2, 3))))
        name = f"CD-{number}"
        drawing.conduits.append(Conduit(id=name))
        for one in dict.fromkeys(taken):
            drawing.ducts.setdefault(one, []).append(name)


def _power(drawing: Drawing) -> None:
    """The mains of one street, or of two sites."""
    rng = drawing.rng
    streets = sorted({row.site.rpartition("-")[0] for row in drawing.devices if row.role == "ont"})
    street = rng.choice(streets)
    homes = tuple(row.id for row in drawing.sites if row.id.startswith(f"{street}-"))
    drawing.groups.append(RiskGroup(id="PLN-1", kind="power", members=homes))
    if rng.random() < 0.5:
        pops = [row.id for row in drawing.sites if row.kind == "pop"]
        drawing.groups.append(RiskGroup(id="PLN-2", kind="power", members=tuple(rng.sample(pops, 2))))

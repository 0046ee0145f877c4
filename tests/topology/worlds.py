"""Small networks with everything in them that makes a failure hard to judge, drawn from a seed."""

from random import Random

from topology.model import (
    TIERS,
    Conduit,
    Customer,
    Device,
    Inventory,
    Link,
    RiskGroup,
    Role,
    Service,
    Site,
    Span,
)

ROLES: tuple[Role, ...] = ("core", "edge", "aggregation", "olt", "splitter", "splitter", "ont", "ont", "bts", "cpe")


def small_world(chance: Random) -> Inventory:
    """Rings, parallel links, two links on one port, loops, islands, protected links whose routes share spans and
    ducts, splitters, services with several legs, some at ports, some never served, groups within groups."""
    sites = tuple(Site(id=f"P{n}", kind="pop") for n in range(chance.randint(1, 6)))
    conduits = tuple(Conduit(id=f"CD{n}") for n in range(chance.randint(0, 3)))
    spans = draw_spans(chance, sites, conduits)
    devices = draw_devices(chance, sites)
    links = draw_links(chance, devices, spans)
    customers = tuple(Customer(id=f"C{n}", segment="business") for n in range(chance.randint(1, 3)))
    services = draw_services(chance, devices, links, customers)
    rows = Inventory(
        sites=sites,
        conduits=conduits,
        spans=spans,
        devices=devices,
        links=links,
        services=services,
        customers=customers,
    )
    return Inventory(**{name: getattr(rows, name) for name in LISTS}, risk_groups=draw_groups(chance, rows))


LISTS = ("sites", "conduits", "spans", "devices", "links", "services", "customers")


def draw_spans(chance: Random, sites: tuple[Site, ...], conduits: tuple[Conduit, ...]) -> tuple[Span, ...]:
    return tuple(
        Span(
            id=f"S{n}",
            a=chance.choice(sites).id,
            b=chance.choice(sites).id,
            tier=chance.choice(TIERS),
            conduits=tuple(row.id for row in conduits if chance.random() < 0.3) or None,
        )
        for n in range(chance.randint(0, 8))
    )


def draw_devices(chance: Random, sites: tuple[Site, ...]) -> tuple[Device, ...]:
    gateways = chance.choice((0.0, 0.15, 0.4))
    return tuple(
        Device(
            id=f"D{n}",
            site=chance.choice(sites).id,
            role=chance.choice(ROLES),
            tier=chance.choice(TIERS),
            gateway=chance.random() < gateways or None,
        )
        for n in range(chance.randint(1, 10))
    )


def draw_links(chance: Random, devices: tuple[Device, ...], spans: tuple[Span, ...]) -> tuple[Link, ...]:
    links = []
    tree = chance.random() < 0.5
    for n in range(chance.randint(0, 13)):
        a = devices[chance.randint(0, n) if tree and n + 1 < len(devices) else chance.randrange(len(devices))]
        b = devices[n + 1 if tree and n + 1 < len(devices) else chance.randrange(len(devices))]
        ports = [f"{end.id}/{'x' if chance.random() < 0.1 else f'{side}{n}'}" for end, side in ((a, "a"), (b, "b"))]
        if ports[0] == ports[1]:
            continue
        links.append(
            Link(id=f"L{n}", a=ports[0], b=ports[1], tier=chance.choice(TIERS), routes=draw_routes(chance, spans))
        )
    return tuple(links)


def draw_routes(chance: Random, spans: tuple[Span, ...]) -> tuple[tuple[str, ...], ...] | None:
    if not spans:
        return None
    number = chance.choice((0, 1, 1, 2, 2, 2, 3))
    routes = (
        tuple(row.id for row in chance.sample(spans, chance.randint(1, min(3, len(spans))))) for _ in range(number)
    )
    return tuple(routes) or None


def draw_services(
    chance: Random, devices: tuple[Device, ...], links: tuple[Link, ...], customers: tuple[Customer, ...]
) -> tuple[Service, ...]:
    points = [row.id for row in devices] * 2
    points += [f"{row.id}/s{chance.randint(0, 1)}" for row in devices]
    points += [port for row in links for port in (row.a, row.b)]
    services = []
    for n in range(chance.randint(0, 8)):
        attach = tuple(chance.choice(points) for _ in range(chance.choice((1, 1, 2, 2, 3, 4))))
        need = chance.choice((None, chance.randint(1, len(attach))))
        owner = chance.choice(customers).id
        services.append(Service(id=f"V{n}", customer=owner, product="dia", attach=attach, need=need))
    return tuple(services)


def draw_groups(chance: Random, rows: Inventory) -> tuple[RiskGroup, ...]:
    names = [row.id for name in LISTS for row in getattr(rows, name)]
    names += [port for row in rows.links for port in (row.a, row.b)] + [f"{rows.devices[0].id}/nobody"]
    names += [point for row in rows.services for point in row.attach]
    ids = [f"G{n}" for n in range(chance.randint(0, 3))]
    return tuple(
        RiskGroup(id=name, kind="other", members=tuple(chance.choice(names + ids) for _ in range(chance.randint(1, 4))))
        for name in ids
    )

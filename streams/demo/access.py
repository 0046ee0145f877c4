"""Draws the last miles: OLTs, splitters in cabinets, subscribers with their ONTs (ITU-T G.984 trees)."""

from dataclasses import dataclass
from random import Random

from streams.demo.metro import Node, around
from streams.demo.people import company, household
from streams.demo.rows import Rows
from topology.model import Conduit, Customer, Device, Link, Product, Service, Site, Span

OLT_AWAY = 0.4  # an OLT in a building of its own
TWO_HOMED = 0.5  # ... whose second uplink goes to the next node of the ring
FEEDERS_IN_A_DUCT = (2, 6)
HOUSE_DRAWN = 0.1  # a subscriber whose house and drop cable have rows; other ONTs are listed at the cabinet


@dataclass(frozen=True, slots=True)
class Olt:
    code: str
    id: str
    site: str
    region: str


@dataclass(frozen=True, slots=True)
class Splitter:
    code: str
    id: str
    cabinet: str
    region: str


def draw_olt(rows: Rows, node: Node, chance: Random) -> Olt:
    """An OLT with two uplinks."""
    node.olts += 1
    code = f"{node.code}-{node.olts}"
    olt = Olt(code, f"OLT-{code}", f"ST-{code}" if chance.random() < OLT_AWAY else node.site, node.place.region)
    rows.add(Device(id=olt.id, site=olt.site, role="olt", tier="feeder", addresses=rows.address()))
    if olt.site == node.site:
        for n in (1, 2):
            draw_uplink(rows, olt, node, n)
        return olt
    place = around(node.place, 0.05, chance)
    node.fed.append(olt.site)
    rows.add(Site(id=olt.site, kind="pop", region=place.region, lat=place.lat, lon=place.lon))
    second = node.next if node.next and chance.random() < TWO_HOMED else node
    for n, home in enumerate((node, second), start=1):
        span = f"SP-{code}-{n}"
        if n == 2 and second is node:
            span = f"SP-{code}-1"  # both uplinks in one cable
        else:
            km = round(chance.uniform(1, 12), 1)
            rows.add(Span(id=span, a=home.site, b=olt.site, tier="metro", length_km=km))
        draw_uplink(rows, olt, home, n, span)
    return olt


def draw_uplink(rows: Rows, olt: Olt, home: Node, number: int, span: str | None = None) -> None:
    home.ports += 1
    ports = f"{home.device}/ge-0/1/{home.ports}", f"{olt.id}/up{number}"
    routes = ((span,),) if span else None
    rows.add(Link(id=f"LK-{olt.id}-{number}", a=ports[0], b=ports[1], tier="metro", routes=routes))


def draw_trees(rows: Rows, olt: Olt, trees: int, chance: Random) -> list[Splitter]:
    """Splitters of an OLT, each in its cabinet on a PON port; a street duct holds 2 to 6 of the feeders."""
    splitters: list[Splitter] = []
    while len(splitters) < trees:
        first = len(splitters) + 1
        duct = f"CD-{olt.code}-{first}"
        rows.add(Conduit(id=duct))
        last = min(trees, first + chance.randint(*FEEDERS_IN_A_DUCT) - 1)
        splitters += [draw_splitter(rows, olt, pon, duct) for pon in range(first, last + 1)]
    return splitters


def draw_splitter(rows: Rows, olt: Olt, pon: int, duct: str) -> Splitter:
    code = f"{olt.code}-{pon:02}"
    splitter, feeder = Splitter(code, f"SPL-{code}", f"CAB-{code}", olt.region), f"FD-{code}"
    rows.add(Site(id=splitter.cabinet, kind="cabinet", region=olt.region))
    rows.add(Device(id=splitter.id, site=splitter.cabinet, role="splitter", tier="distribution"))
    rows.add(Span(id=feeder, a=olt.site, b=splitter.cabinet, tier="feeder", length_km=2.5, conduits=(duct,)))
    ports = f"{olt.id}/pon{pon}", f"{splitter.id}/in"
    rows.add(Link(id=f"LK-{feeder}", a=ports[0], b=ports[1], tier="feeder", routes=((feeder,),)))
    return splitter


def draw_subscriber(rows: Rows, splitter: Splitter, leaf: int, chance: Random) -> None:
    """A customer with an ONT and a service on it."""
    code = f"{splitter.code}-{leaf:02}"
    ont, site, routes = f"ONT-{code}", splitter.cabinet, None
    if chance.random() < HOUSE_DRAWN:
        house, drop = f"H-{code}", f"DR-{code}"
        rows.add(Site(id=house, kind="customer", region=splitter.region))
        rows.add(Span(id=drop, a=site, b=house, tier="drop", length_km=0.2))
        site, routes = house, ((drop,),)
    rows.add(Device(id=ont, site=site, role="ont", tier="drop"))
    rows.add(Link(id=f"LK-{ont}", a=f"{splitter.id}/{leaf}", b=f"{ont}/pon", tier="drop", routes=routes))
    draw_line(rows, ont, chance)


def draw_line(rows: Rows, ont: str, chance: Random) -> None:
    number, draw = next(rows.customers), chance.random()
    customer: Customer
    product: Product = "broadband"
    if draw < 0.06:
        customer = company(number, "business", chance)
        product = "uc" if draw < 0.02 else "broadband"
    else:
        customer = household(number, chance)
    rows.add(customer, Service(id=f"SV-{number:06}", customer=customer.id, product=product, attach=(ont,)))
    if draw > 0.99:
        rows.add(Service(id=f"SV-{number:06}-2", customer=customer.id, product="iot", attach=(ont,)))

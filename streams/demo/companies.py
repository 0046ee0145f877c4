"""Draws what companies buy: access with one leg or two, private networks, dark fibre, servers in data centres."""

from random import Random

from streams.demo.metro import Hub, Node
from streams.demo.people import company
from streams.demo.rows import Rows
from topology.model import Device, Link, Product, Service, Site, Span

TWO_LEGS = 0.4  # dedicated access with a second leg to the next node


def draw_office(rows: Rows, node: Node, chance: Random) -> str:
    """A company's router at the end of its own fibre, with dedicated access (DIA); the router's id."""
    number = next(rows.customers)
    customer = company(number, "enterprise", chance)
    site, cpe = f"OF-{number:06}", f"CPE-{number:06}"
    rows.add(customer)
    rows.add(Site(id=site, kind="customer", region=node.place.region, lat=node.place.lat, lon=node.place.lon))
    rows.add(Device(id=cpe, site=site, role="cpe", tier="drop", addresses=rows.address()))
    homes = [node, node.next] if node.next and chance.random() < TWO_LEGS else [node]
    for n, home in enumerate(filter(None, homes), start=1):
        span = f"SP-{cpe}-{n}"
        home.ports += 1
        rows.add(Span(id=span, a=home.site, b=site, tier="distribution", length_km=round(chance.uniform(0.5, 6), 1)))
        ports = f"{home.device}/ge-0/2/{home.ports}", f"{cpe}/wan{n}"
        rows.add(Link(id=f"LK-{cpe}-{n}", a=ports[0], b=ports[1], tier="distribution", routes=((span,),)))
    rows.add(Service(id=f"SV-{number:06}", customer=customer.id, product="dia", attach=(cpe,)))
    return cpe


def draw_private_network(rows: Rows, ends: list[Node], chance: Random) -> None:
    """A VPN over ports in several cities: it needs all but one of its ends, or its head office's two legs' one."""
    number = next(rows.customers)
    customer = company(number, "enterprise", chance)
    attach = []
    for node in ends:
        node.ports += 1
        attach.append(f"{node.device}/ge-0/3/{node.ports}")
    need = max(1, len(attach) - 1)
    rows.add(
        customer,
        Service(id=f"SV-{number:06}", customer=customer.id, product="vpn", attach=tuple(attach), need=need),
    )


def draw_transit(rows: Rows, hub: Hub, other: Hub, chance: Random) -> None:
    """What other operators buy at the hubs: capacity between two of them, or access with a leg in each."""
    number = next(rows.customers)
    customer = company(number, "wholesale", chance)
    product: Product = "fiber" if chance.random() < 0.5 else "dia"
    attach = f"{hub.edges[number % 2]}/xe-0/4/{number}", f"{other.edges[number % 2]}/xe-0/4/{number}"
    need = 2 if product == "fiber" else 1
    rows.add(customer, Service(id=f"SV-{number:06}", customer=customer.id, product=product, attach=attach, need=need))


def draw_data_centre(rows: Rows, hub: Hub, other: Hub, chance: Random) -> list[str]:
    """A data centre with two ways in, and its servers."""
    site, servers = f"DC-{hub.code}", [f"SRV-{hub.code}-{n}" for n in (1, 2)]
    rows.add(
        Site(
            id=site,
            kind="datacenter",
            name=f"Pusat data {hub.place.city}",
            region=hub.place.region,
            lat=hub.place.lat,
            lon=hub.place.lon,
        )
    )
    ways = ((hub.site, hub.edges[0]), (other.site, other.edges[1]))
    for way, (home, _) in zip("ab", ways, strict=True):
        km = round(chance.uniform(3, 30), 1)
        rows.add(Span(id=f"SP-{site}-{way}", a=home, b=site, tier="metro", length_km=km))
    for server in servers:
        rows.add(Device(id=server, site=site, role="server", tier="metro", addresses=rows.address()))
        for way, (_, edge) in zip("ab", ways, strict=True):
            ports = f"{edge}/{server}", f"{server}/eth-{way}"
            route = ((f"SP-{site}-{way}",),)
            rows.add(Link(id=f"LK-{server}-{way}", a=ports[0], b=ports[1], tier="metro", routes=route))
    return servers


def draw_hosting(rows: Rows, servers: list[str], chance: Random) -> None:
    """Cloud hosting (or telephony) on two servers, one of which is enough."""
    number = next(rows.customers)
    customer = company(number, chance.choice(("business", "enterprise")), chance)
    product: Product = "cloud" if chance.random() < 0.7 else "uc"
    attach = tuple(chance.sample(servers, 2))
    rows.add(customer, Service(id=f"SV-{number:06}", customer=customer.id, product=product, attach=attach, need=1))

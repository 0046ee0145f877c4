"""Two regions and the sea between them: a network small enough to read, for whatever several domains share.

Barat has the gateway. One duct holds both legs to Timur; each region has a metro link, an aggregation node and OLTs
with a splitter and four homes each. VPN-1 joins an office in each region.
"""

from correlator.policy import DomainPolicy, Policy
from correlator.world import World
from topology.compile import compile_inventory
from topology.model import (
    Conduit,
    Customer,
    Device,
    Inventory,
    Link,
    Service,
    Site,
    Span,
)

NATIONAL = "nasional"
DOMAINS = DomainPolicy(names=(NATIONAL, "barat", "timur"), regions={"Barat": "barat", "Timur": "timur"})
REGIONS = {"B": "Barat", "T": "Timur"}
HOMES = 4


def world() -> World:
    """As all domains have it."""
    return World(compile_inventory(two_regions()), Policy(domains=DOMAINS))


class Rows:
    """What is drawn so far."""

    def __init__(self) -> None:
        self.sites: list[Site] = []
        self.spans: list[Span] = []
        self.devices: list[Device] = []
        self.links: list[Link] = []
        self.services: list[Service] = []
        self.customers: list[Customer] = []


def two_regions(olts: int = 3) -> Inventory:
    """`olts`: a region."""
    rows = Rows()
    for code in REGIONS:
        draw_region(rows, code, olts)
    for leg in (1, 2):
        rows.spans.append(
            Span(id=f"S-BB{leg}", a="POP-B", b="POP-T", tier="backbone", length_km=300, conduits=("CD-SEA",))
        )
        join(rows, f"BB-{leg}", (f"PE-B/{leg}", f"PE-T/{leg}"), "backbone", f"S-BB{leg}")
    for code in REGIONS:
        rows.devices.append(Device(id=f"CPE-{code}", site=f"POP-{code}", role="cpe", tier="drop"))
        join(rows, f"AC-{code}", (f"PE-{code}/9", f"CPE-{code}/1"), "drop")
    rows.customers.append(Customer(id="C-VPN", segment="enterprise", language="en"))
    rows.services.append(Service(id="VPN-1", customer="C-VPN", product="vpn", attach=("CPE-B", "CPE-T")))
    return Inventory(
        sites=tuple(rows.sites),
        conduits=(Conduit(id="CD-SEA"),),
        spans=tuple(rows.spans),
        devices=tuple(rows.devices),
        links=tuple(rows.links),
        services=tuple(rows.services),
        customers=tuple(rows.customers),
    )


def draw_region(rows: Rows, code: str, olts: int) -> None:
    region = REGIONS[code]
    rows.sites += [Site(id=f"{kind}-{code}", kind="pop", region=region) for kind in ("POP", "MET")]
    rows.devices.append(
        Device(id=f"PE-{code}", site=f"POP-{code}", role="core", tier="backbone", gateway=code == "B" or None)
    )
    rows.devices.append(Device(id=f"AG-{code}", site=f"MET-{code}", role="aggregation", tier="metro"))
    rows.spans.append(Span(id=f"S-{code}", a=f"POP-{code}", b=f"MET-{code}", tier="metro", length_km=12))
    join(rows, f"MT-{code}", (f"PE-{code}/8", f"AG-{code}/1"), "metro", f"S-{code}")
    for n in range(1, olts + 1):
        draw_tree(rows, f"{code}{n}", f"AG-{code}/{n + 1}", f"MET-{code}")


def draw_tree(rows: Rows, code: str, port: str, site: str) -> None:
    """An OLT, its splitter, and the homes behind it; a customer's own site has no region."""
    rows.devices.append(Device(id=f"OLT-{code}", site=site, role="olt", tier="feeder"))
    join(rows, f"UP-{code}", (port, f"OLT-{code}/up"), "metro")
    rows.devices.append(Device(id=f"SPL-{code}", site=site, role="splitter", tier="distribution"))
    join(rows, f"FD-{code}", (f"OLT-{code}/1", f"SPL-{code}/in"), "feeder")
    for n in range(1, HOMES + 1):
        home = f"{code}-{n}"
        rows.sites.append(Site(id=f"HOME-{home}", kind="customer"))
        rows.devices.append(Device(id=f"ONT-{home}", site=f"HOME-{home}", role="ont", tier="drop"))
        join(rows, f"DR-{home}", (f"SPL-{code}/{n}", f"ONT-{home}/1"), "drop")
        rows.customers.append(Customer(id=f"C-{home}", segment="residential", language="id"))
        rows.services.append(
            Service(id=f"BB-{home}-net", customer=f"C-{home}", product="broadband", attach=(f"ONT-{home}",))
        )


def join(rows: Rows, name: str, ports: tuple[str, str], tier: str, *route: str) -> None:
    routes = (route,) if route else None
    rows.links.append(Link(id=name, a=ports[0], b=ports[1], tier=tier, routes=routes))  # type: ignore[arg-type]  # one of Tier

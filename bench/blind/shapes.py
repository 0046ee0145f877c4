"""Graphs of an archipelago's operator, each drawn by a seed: what it is made of, and who lives on it."""

from itertools import pairwise
from random import Random

from bench.blind.network import Net

CITIES = "JKT KRW CRB TGL PKL SMG KDS RBG TBN SBY PRB BWI BDG TSM PWT JOG SLO".split()  # noqa: SIM905
ISLES = "BTM BLT PTK BJM BPN MKS KDI AMB TTE SRG KPG DPS MTR BIM MDO JAP".split()  # noqa: SIM905


def offices(net: Net, device: str, count: int, products: tuple[str, ...] = ("dia", "vpn")) -> None:
    """Business customers on ports of a router, some with two services."""
    for _ in range(count):
        owner = net.customer(net.rng.choice(["business", "business", "enterprise"]))
        for _ in range(2 if net.rng.random() < 0.15 else 1):
            net.service(owner, net.rng.choice(products), net.port(device))


def ladder(rng: Random, rungs: int = 6) -> Net:
    """Two rails along the coasts and rungs between; an edge router at each town. Gateways at both ends of the north."""
    net = Net(rng)
    towns = rng.sample(CITIES, 2 * rungs)
    rails = towns[:rungs], towns[rungs:]
    for town in towns:
        vendor = rng.choice(["loud", "terse"])
        net.site(town, "pop", town)
        net.device(f"CR-{town}", town, "core", "backbone", vendor, gateway=town in (rails[0][0], rails[0][-1]))
        net.device(f"PE-{town}", town, "edge", "backbone", rng.choice(["loud", "terse"]))
        for _ in range(2):
            net.link(f"CR-{town}", f"PE-{town}", "backbone")
        offices(net, f"PE-{town}", rng.randint(3, 7))
    for rail, name in zip(rails, ("PANTURA", "PANSELA"), strict=True):
        for a, b in pairwise(rail):
            duct = net.conduit(f"CD-{name}-{a}-{b}")
            net.fibre(f"CR-{a}", f"CR-{b}", "backbone", duct)
            if rng.random() < 0.5:  # a second pair in the same duct
                net.fibre(f"CR-{a}", f"CR-{b}", "backbone", duct)
    for a, b in zip(*rails, strict=True):
        if a in (rails[0][0], rails[0][-1]) or rng.random() < 0.6:
            net.fibre(f"CR-{a}", f"CR-{b}", "backbone")
    _managed(net, "backbone", 0.3)
    return net


def submarine(rng: Random, isles: int = 7) -> Net:
    """Islands in a chain of sea segments; a second system skips some of them. Protected links where both land."""
    net = Net(rng)
    names = rng.sample(ISLES, isles)
    for name in names:
        net.site(f"CLS-{name}", "pop", name)  # a cable landing station
        net.site(f"KOTA-{name}", "pop", name)
        net.device(f"{name}-CR1", f"CLS-{name}", "core", "backbone", "terse", gateway=name == names[0])
        net.device(f"{name}-PE1", f"KOTA-{name}", "edge", "backbone", "loud")
        hauls = [[net.span(f"CLS-{name}", f"KOTA-{name}", "backbone")] for _ in range(rng.choice([1, 2]))]
        net.link(f"{name}-CR1", f"{name}-PE1", "backbone", *hauls)
        offices(net, f"{name}-PE1", rng.randint(4, 9))
    for a, b in pairwise(names):
        system = net.conduit(f"SKKL-{a}-{b}")
        routes = [[net.span(f"CLS-{a}", f"CLS-{b}", "backbone", system)]]
        if rng.random() < 0.35:
            routes.append([net.span(f"CLS-{a}", f"CLS-{b}", "backbone", net.conduit(f"SKKL2-{a}-{b}"))])
        net.link(f"{a}-CR1", f"{b}-CR1", "backbone", *routes)
    if rng.random() < 0.6:
        net.fibre(f"{names[0]}-CR1", f"{names[-2]}-CR1", "backbone", net.conduit("SKKL-EXPRESS"))
    _managed(net, "backbone", 0.8)
    net.habits.monitored = {one for one in net.ids("spans") if rng.random() < 0.4}
    return net


def metro(rng: Random, rings: int = 3, flat: bool = False) -> Net:
    """A pair of cores and rings of access routers; flat: a ring's first and last span leave in one duct."""
    net = Net(rng)
    for core in ("STO-A", "STO-B"):
        net.site(core, "pop", "kota")
        net.device(f"MC-{core}", core, "core", "metro", "loud", gateway=True)
    net.fibre("MC-STO-A", "MC-STO-B", "metro")
    for ring in range(1, rings + 1):
        vendor = rng.choice(["loud", "terse", "plain"])
        size = rng.randint(3, 8)
        nodes = [f"AGR-{ring}{chr(97 + place)}" for place in range(size)]
        shared = [net.conduit(f"DUCT-R{ring}")] if flat or rng.random() < 0.3 else []
        for node in nodes:
            net.site(f"S{node[3:]}", rng.choice(["pop", "cabinet"]), f"kec-{ring}")
            net.device(node, f"S{node[3:]}", "aggregation", "metro", vendor)
            offices(net, node, rng.randint(2, 6))
        chain = ["MC-STO-A", *nodes, "MC-STO-A" if flat else rng.choice(["MC-STO-A", "MC-STO-B"])]
        for place, (a, b) in enumerate(pairwise(chain)):
            net.fibre(a, b, "metro", *(shared if place in (0, size) else []))
    return net


def gpon(rng: Random, olts: int = 2, two_level: bool | None = None) -> Net:
    """OLTs on a pair of routers; a feeder a tree, some of many kilometres; splitters in cabinets; an ONT a home."""
    net = Net(rng)
    net.site("STO", "pop", "kota")
    for name in ("BRAS-1", "BRAS-2"):
        net.device(name, "STO", "edge", "metro", "loud", gateway=True)
    net.link("BRAS-1", "BRAS-2", "metro")
    two = rng.random() < 0.4 if two_level is None else two_level
    for number in range(1, olts + 1):
        olt = f"OLT-{number:02d}"
        remote = rng.random() < 0.5
        site = net.site(f"MINI-{number}", "cabinet", f"kel-{number}") if remote else "STO"
        net.device(olt, site, "olt", "feeder", "pon")
        for bras in ("BRAS-1", "BRAS-2") if rng.random() < 0.6 else ("BRAS-1",):
            net.fibre(olt, bras, "metro") if remote else net.link(olt, bras, "metro")
        duct = net.conduit(f"FEEDER-{olt}")
        for tree in range(rng.randint(2, 5)):
            pon_tree(net, olt, tree, duct, two)
    return net


def pon_tree(net: Net, olt: str, tree: int, duct: str, two: bool) -> None:
    region = f"rw-{olt[4:]}{tree}"
    odc = net.site(f"ODC-{olt[4:]}-{tree}", "cabinet", region)
    first = net.device(f"SP-{olt[4:]}-{tree}", odc, "splitter", "feeder")
    net.fibre(olt, first, "feeder", duct, pon=True)
    ends = [first]
    if two:
        ends = []
        for number in range(net.rng.randint(2, 4)):
            odp = net.site(f"ODP-{olt[4:]}-{tree}-{number}", "cabinet", region)
            ends.append(net.device(f"SP-{olt[4:]}-{tree}-{number}", odp, "splitter", "distribution"))
            net.fibre(first, ends[-1], "distribution")
    for splitter in ends:
        for _ in range(net.rng.randint(5, 12)):
            home(net, splitter, region)


def home(net: Net, splitter: str, region: str) -> None:
    number = net.next("H", 5)
    net.site(f"RMH-{number}", "customer", region)
    ont = net.device(f"ONT-{number}", f"RMH-{number}", "ont", "drop")
    net.fibre(splitter, ont, "drop")
    net.service(net.customer(), "broadband", ont)


def microwave(rng: Random, towers: int = 12) -> Net:
    """A tree of radio hops from a hub on fibre: links without a route, a base station a tower."""
    net = Net(rng)
    net.site("HUB", "pop", "kab")
    net.device("HUB-PE", "HUB", "edge", "metro", "loud", gateway=True)
    names = ["HUB-PE"]
    for number in range(1, towers + 1):
        tower = net.site(f"TWR{number:03d}", "tower", f"kec-{number % 4}")
        router = net.device(f"CSR-{tower}", tower, "aggregation", "distribution", rng.choice(["plain", "loud"]))
        above = names[0] if number < 3 else rng.choice(names[-6:])
        net.link(above, router, "distribution")
        names.append(router)
        bts = net.device(f"BTS-{tower}", tower, "bts", "drop", "plain")
        net.link(router, bts, "drop")
        tenant = net.customer("wholesale")
        net.service(tenant, "tower", bts)
        if rng.random() < 0.4:
            offices(net, router, 1, ("wireless",))
    return net


def fabric(rng: Random, leaves: int = 6) -> Net:
    """A data centre: two spines, leaves, servers on two leaves each; feeds A and B of power."""
    net = Net(rng)
    net.site("DC1", "datacenter", "DC1")
    for name in ("BDR-1", "BDR-2"):
        net.device(name, "DC1", "edge", "metro", "terse", gateway=True)
    spines = [net.device(f"SPINE-{n}", "DC1", "core", "metro", "loud") for n in (1, 2)]
    for spine in spines:
        for border in ("BDR-1", "BDR-2"):
            net.link(spine, border, "metro")
    tops = [net.device(f"LEAF-{n:02d}", "DC1", "aggregation", "distribution", "loud") for n in range(1, leaves + 1)]
    for leaf in tops:
        for spine in spines:
            net.link(leaf, spine, "distribution")
    for rack in range(0, leaves - 1, 2):
        members = []
        for number in range(rng.randint(4, 9)):
            server = net.device(f"SRV-{rack:02d}-{number}", "DC1", "server", "drop", "plain")
            members.append(server)
            for leaf in tops[rack : rack + (2 if rng.random() < 0.8 else 1)]:
                net.link(leaf, server, "drop")
            net.service(net.customer("enterprise"), rng.choice(["cloud", "uc"]), server)
        net.group(f"PDU-{rack:02d}", "power", [*members, *tops[rack : rack + 2]])
    return net


def leased(rng: Random, branches: int = 8) -> Net:
    """Branch routers (polled) behind circuits leased of others: one span each, some customers on two of them."""
    net = Net(rng)
    net.site("NOC", "pop", "JKT")
    for name in ("HUB-1", "HUB-2"):
        net.device(name, "NOC", "edge", "metro", "loud", gateway=True)
    net.link("HUB-1", "HUB-2", "metro")
    carriers = [net.conduit(f"SEWA-{name}") for name in ("A", "B")]
    for number in range(1, branches + 1):
        site = net.site(f"KC-{number:02d}", "customer", f"prov-{number % 3}")
        first = net.device(f"BR-{number:02d}-1", site, "edge", "distribution", rng.choice(["loud", "plain"]))
        net.fibre("HUB-1", first, "distribution", carriers[number % 2])
        bank = net.customer("enterprise")
        if rng.random() < 0.5:
            second = net.device(f"BR-{number:02d}-2", site, "edge", "distribution", "terse")
            net.fibre("HUB-2", second, "distribution", carriers[(number + 1) % 2])
            net.service(bank, "vpn", first, second, need=1)
        else:
            net.service(bank, "vpn", first)
        if rng.random() < 0.3:
            net.service(bank, "iot", first)
    net.habits.probed = {one for one in net.ids("services") if rng.random() < 0.5}
    return net


def town(rng: Random) -> Net:
    """A town with several of these in one: a metro ring, trees of homes behind it, radio towers."""
    net = metro(rng, 2)
    routers = net.ids("devices", role="aggregation")
    for number, router in enumerate(rng.sample(routers, 2), start=1):
        site = net.sites[router]
        olt = net.device(f"OLT-{number:02d}", site, "olt", "feeder", "pon")
        net.link(olt, router, "metro")
        duct = net.conduit(f"FEEDER-{olt}")
        for tree in range(rng.randint(2, 4)):
            pon_tree(net, olt, tree, duct, two=False)
    for number in range(1, 5):
        tower = net.site(f"TWR{number:03d}", "tower", "kota")
        csr = net.device(f"CSR-{number:03d}", tower, "aggregation", "distribution", "plain")
        net.link(rng.choice(routers), csr, "distribution")
        bts = net.device(f"BTS-{number:03d}", tower, "bts", "drop", "plain")
        net.link(csr, bts, "drop")
        net.service(net.customer("wholesale"), "tower", bts)
    return net


def _managed(net: Net, tier: str, share: float) -> None:
    net.habits.managed = {one for one in net.ids("links", tier=tier) if net.rng.random() < share}


SHAPES = (ladder, submarine, metro, gpon, microwave, fabric, leased, town)

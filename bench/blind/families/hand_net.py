"""The small network of the cases made by hand: a ring, an OLT with two trees, a radio tower, two branch offices."""

from random import Random

from bench.blind import shapes
from bench.blind.case import Case
from bench.blind.network import Net


def small(rng: Random) -> Net:
    net = Net(rng)
    for name in ("R1", "R2"):
        net.device(name, net.site(f"STO-{name}", "pop", "kota"), "core", "metro", gateway=True)
    for name in ("A1", "A2", "A3"):
        net.device(name, net.site(f"POP-{name}", "pop", f"kec-{name}"), "aggregation", "metro")
    for a, b in (("R1", "A1"), ("A1", "A2"), ("A2", "A3"), ("A3", "R2")):
        net.fibre(a, b, "metro")
    north, south = net.span("STO-R1", "STO-R2", "metro"), net.span("STO-R1", "STO-R2", "metro")
    net.link("R1", "R2", "metro", [north], [south])
    for router in ("A1", "A2", "A3"):
        shapes.offices(net, router, 4, ("dia",))
    net.device("OLT-1", net.site("MINI-1", "cabinet", "kel"), "olt", "feeder", "pon")
    net.fibre("A2", "OLT-1", "metro")
    for name in ("SP1", "SP2"):
        net.device(name, net.site(f"ODC-{name}", "cabinet", f"rw-{name}"), "splitter", "feeder")
        net.fibre("OLT-1", name, "feeder", pon=True)
        for _ in range(6):
            shapes.home(net, name, f"rw-{name}")
    net.device("CSR-1", net.site("TWR1", "tower", "bukit"), "aggregation", "distribution", "plain")
    net.device("BTS-1", "TWR1", "bts", "drop", "plain")
    net.link("A3", "CSR-1", "distribution")
    net.link("CSR-1", "BTS-1", "drop")
    net.service(net.customer("wholesale"), "tower", "BTS-1")
    net.device("BR-1", net.site("KC-1", "customer", "kota"), "edge", "distribution")
    net.device("BR-2", net.site("KC-2", "customer", "kota"), "edge", "distribution")
    for branch, hub in (("BR-1", "R1"), ("BR-2", "R1"), ("BR-2", "R2")):
        net.fibre(hub, branch, "distribution")
    net.service(net.customer("enterprise"), "vpn", "BR-1")
    net.service(net.customer("enterprise"), "vpn", "BR-2")
    return net


def link(case: Case, a: str, b: str) -> str:
    """The link between two devices."""
    return next(name for name, ends in sorted(case.physics.ends.items()) if set(ends) == {a, b})


def port(case: Case, at: str, to: str) -> str:
    """The port of the first device towards the second."""
    row = case.physics.links[link(case, at, to)]
    return str(row["a"] if row["a"].startswith(f"{at}/") else row["b"])


def span(case: Case, a: str, b: str) -> str:
    return str(case.physics.links[link(case, a, b)]["routes"][0][0])


def homes(case: Case, splitter: str) -> list[str]:
    """The ONT of a splitter."""
    ends = [end for name in case.physics.links_of[splitter] for end in case.physics.ends[name]]
    return sorted(one for one in ends if one.startswith("ONT"))


def services(case: Case, device: str) -> list[str]:
    """What needs this device, and who has it: down when it alone is dead."""
    return sorted(case.physics.state([device]).down)


def owner(case: Case, service: str) -> str:
    return str(case.physics.services[service]["customer"])


def both(case: Case, when: float, a: str, b: str, state: str = "raised") -> None:
    """Both ends of a link tell."""
    case.trap(when, port(case, a, b), state=state)
    case.trap(when + 2, port(case, b, a), state=state)

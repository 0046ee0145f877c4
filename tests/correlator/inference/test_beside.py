"""Two failures, one behind the other: the small one came first, and the great one is not split up for it."""

import pytest

from correlator.events import AlarmType
from tests.correlator.inference.telling import LATE, Telling
from topology.compile import compile_inventory
from topology.graph import Topology
from topology.model import Conduit, Device, Inventory, Link, Role, Site, Span, Tier

HOMES = tuple(f"ONT-{n:02}" for n in range(12))
SERVERS = tuple(f"SV-{n}" for n in range(6))
TOWERS = tuple(f"BTS-{n:02}" for n in range(20))
PORTS: tuple[tuple[str, AlarmType], ...] = (("RX/1", "loss_of_signal"), ("RX/2", "loss_of_signal"))


def device(name: str, site: str, role: Role, tier: Tier, *, gateway: bool = False) -> Device:
    return Device(id=name, site=site, role=role, tier=tier, gateway=gateway)


def link(a: str, b: str, tier: Tier, *span: str) -> Link:
    return Link(id=f"{a}-{b}", a=a, b=b, tier=tier, routes=(span,) if span else ())


@pytest.fixture(scope="module")
def town() -> Topology:
    """C - X, and from X in one duct to P1 (an OLT with homes, and towers) and to P2 (towers), behind which P6 has
    servers."""
    ends = (("CX", "C", "X", ()), ("X1", "X", "P1", ("DUCT",)), ("X2", "X", "P2", ("DUCT",)), ("26", "P2", "P6", ()))
    spans = tuple(
        Span(id=f"S{name}", a=a, b=b, tier="metro", length_km=9, conduits=ducts) for name, a, b, ducts in ends
    )
    devices = [device("RC", "C", "core", "backbone", gateway=True), device("RX", "X", "core", "backbone")]
    devices += [device(f"A{n}", f"P{n}", "aggregation", "metro") for n in "126"]
    devices += [device("OLT", "P1", "olt", "feeder"), device("SPL", "P1", "splitter", "distribution")]
    devices += [device(name, "P1", "ont", "drop") for name in HOMES]
    devices += [device(name, f"T{name}", "bts", "distribution") for name in TOWERS]
    devices += [device(name, "P6", "server", "metro") for name in SERVERS]
    links = [link("RC/x", "RX/c", "backbone", "SCX"), link("RX/1", "A1/x", "metro", "SX1")]
    links += [link("RX/2", "A2/x", "metro", "SX2"), link("A2/6", "A6/2", "metro", "S26")]
    links += [link("A1/o", "OLT/u", "feeder"), link("OLT/p", "SPL/in", "distribution")]
    links += [link(f"SPL/{n}", f"{name}/pon", "drop") for n, name in enumerate(HOMES)]
    links += [link(f"A{1 + n % 2}/t{n}", f"{name}/u", "distribution") for n, name in enumerate(TOWERS)]
    links += [link(f"A6/s{n}", f"{name}/e", "metro") for n, name in enumerate(SERVERS)]
    pops = tuple(Site(id=name, kind="pop") for name in ("C", "X", "P1", "P2", "P6"))
    towers = tuple(Site(id=f"T{name}", kind="tower") for name in TOWERS)
    return compile_inventory(
        Inventory(
            sites=pops + towers, conduits=(Conduit(id="DUCT"),), spans=spans, devices=tuple(devices), links=tuple(links)
        )
    )


@pytest.mark.parametrize("servers", [3, 4, 5, 6])
def test_a_pon_that_failed_half_a_minute_before_the_duct_does_not_split_it(town: Topology, servers: int) -> None:
    wire = Telling(town)
    wire.all_told(*((name, "device_unreachable") for name in HOMES[:9]), since=LATE - 36)
    wire.all_told(*PORTS, *((name, "device_unreachable") for name in ("A6", *SERVERS[:servers])), since=LATE - 6)
    assert wire.roots(LATE) == ["OLT/p-SPL/in", "DUCT"]

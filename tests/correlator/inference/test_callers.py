"""Where only callers tell: those from everywhere have a cause outside, those of one street a fault of that street.

A city with two gateways; by each 4 OLTs, by each OLT 4 splitters, by each splitter 32 customers: 1,024 in all.
"""

import pytest

from tests.correlator.inference.telling import LATE, Telling
from topology.compile import compile_inventory
from topology.graph import Topology
from topology.model import Customer, Device, Inventory, Link, Service, Site, Span, Tier

STREETS = [f"{pop}{olt}{street}" for pop in "AB" for olt in range(4) for street in range(4)]


@pytest.fixture(scope="module")
def city() -> Topology:
    sites: list[Site] = []
    devices: list[Device] = []
    spans: list[Span] = []
    links: list[Link] = []

    def linked(tier: Tier, near: str, far: str, site: str, way: str) -> None:
        """A device at `site`, by a link and its fibre to what is near."""
        spans.append(Span(id=f"SP-{far}", a=way, b=site, tier=tier, length_km=5))
        links.append(Link(id=f"LK-{far}", a=f"{near}/{far}", b=f"{far}/up", tier=tier, routes=((f"SP-{far}",),)))

    for pop in "AB":
        sites.append(Site(id=f"POP-{pop}", kind="pop"))
        devices.append(Device(id=f"GW-{pop}", site=f"POP-{pop}", role="core", tier="backbone", gateway=True))
        for olt in (f"OLT-{pop}{n}" for n in range(4)):
            sites.append(Site(id=f"STO-{olt}", kind="pop"))
            devices.append(Device(id=olt, site=f"STO-{olt}", role="olt", tier="feeder"))
            linked("feeder", f"GW-{pop}", olt, f"STO-{olt}", f"POP-{pop}")
    for street in STREETS:
        olt, splitter = f"OLT-{street[:2]}", f"SPL-{street}"
        sites.append(Site(id=f"CAB-{street}", kind="cabinet"))
        devices.append(Device(id=splitter, site=f"CAB-{street}", role="splitter", tier="feeder"))
        linked("feeder", olt, splitter, f"CAB-{street}", f"STO-{olt}")
        for ont in (f"ONT-{street}-{n:02}" for n in range(32)):
            sites.append(Site(id=f"H-{ont}", kind="customer"))
            devices.append(Device(id=ont, site=f"H-{ont}", role="ont", tier="drop"))
            linked("drop", splitter, ont, f"H-{ont}", f"CAB-{street}")
    homes = [device.id for device in devices if device.role == "ont"]
    services = [Service(id=f"SV-{one}", customer=f"CU-{one}", product="broadband", attach=(one,)) for one in homes]
    customers = [Customer(id=f"CU-{one}", segment="residential") for one in homes]
    return compile_inventory(
        Inventory(
            sites=tuple(sites),
            spans=tuple(spans),
            devices=tuple(devices),
            links=tuple(links),
            services=tuple(services),
            customers=tuple(customers),
        )
    )


@pytest.mark.parametrize(
    ("each", "weight"),
    [
        pytest.param(1, 1000, id="three in a hundred say that nothing works"),
        pytest.param(2, 1000, id="six in a hundred"),
        pytest.param(2, 300, id="six in a hundred say that it is slow"),
        pytest.param(4, 300, id="one in eight says so"),
    ],
)
def test_callers_from_everywhere_mean_no_gateway(city: Topology, each: int, weight: int) -> None:
    wire = Telling(city)
    wire.called(*(f"CU-ONT-{street}-{n:02}" for street in STREETS for n in range(each)), since=LATE - 60, weight=weight)
    assert [one.root for one in wire.found()] == []


@pytest.mark.parametrize("callers", [8, 16])
def test_callers_of_one_street_mean_the_street(city: Topology, callers: int) -> None:
    wire = Telling(city)
    wire.called(*(f"CU-ONT-A00-{n:02}" for n in range(callers)), since=LATE - 60)
    [found] = wire.found()
    assert "SPL-A00" in found.members


def test_callers_of_every_street_of_an_olt_mean_the_olt(city: Topology) -> None:
    wire = Telling(city)
    wire.called(*(f"CU-ONT-A0{street}-{n:02}" for street in range(4) for n in range(3)), since=LATE - 60)
    [found] = wire.found()
    assert "OLT-A0" in found.members


@pytest.mark.parametrize("elsewhere", [1, 2])
def test_callers_elsewhere_raise_the_day_and_may_have_a_cause_outside(city: Topology, elsewhere: int) -> None:
    """Eight of one street: what each further caller takes from what they say, by the tables."""
    quiet, raised = Telling(city), Telling(city)
    for wire, others in ((quiet, 0), (raised, elsewhere)):
        wire.called(*(f"CU-ONT-A00-{n:02}" for n in range(8)), since=LATE - 60)
        wire.called(*(f"CU-ONT-{street}-00" for street in STREETS[16 : 16 + others]), since=LATE - 60)
    scores, mine, windows = quiet.scores, (8000,) * 3, len(quiet.scores.usual_calls)
    customers, others = len(STREETS) * 32, (len(STREETS) - 1) * 32
    steps = tuple(scores.raised(elsewhere * 1000, others * usual) for usual in scores.usual_calls)
    of_the_day = scores.calls(mine, 32) - scores.calls(mine, 32, steps)
    total = ((8 + elsewhere) * 1000,) * windows
    of_outside = scores.outside(total, customers) - scores.outside(mine, customers)
    [best], [less] = quiet.found(), raised.found()
    assert best.root == less.root == "LK-SPL-A00"
    assert best.gain - less.gain == of_the_day + of_outside
    assert min(of_the_day, of_outside) > 0


@pytest.mark.parametrize(("lost", "found"), [(0, True), (6, False)])
def test_who_calls_of_a_line_that_is_told_down_tells_of_that_line_alone(city: Topology, lost: int, found: bool) -> None:
    """Callers at two streets of an OLT; of whom it says itself that they lost power, or of nobody."""
    wire = Telling(city)
    homes = [f"ONT-A0{street}-0{n}" for street in range(2) for n in range(3)]
    for home in homes[:lost]:
        wire.told(home, "dying_gasp", since=LATE - 300)
    wire.called(*(f"CU-{home}" for home in homes), since=LATE - 60)
    assert ("OLT-A0" in {member for one in wire.found() for member in one.members}) is found

"""The auditor's physics, on a network small enough to know the answers by heart."""

import pytest

from streams.simulation.physics import Physics
from topology.model import Conduit, Customer, Device, Inventory, Link, RiskGroup, Service, Site, Span


def ring() -> Inventory:
    """GW* - A - B - GW*, GW - A protected over S1 and S2, which share the conduit C; B feeds OLT, splitter and ONT."""
    sites = tuple(Site(id=name, kind="pop") for name in ("P", "PA", "PB", "H"))
    spans = (
        *(Span(id=name, a="P", b="PA", tier="metro", conduits=("C",)) for name in ("S1", "S2")),
        Span(id="S3", a="PA", b="PB", tier="metro"),
        Span(id="S4", a="PB", b="P", tier="metro"),
    )
    devices = (
        Device(id="GW", site="P", role="core", tier="backbone", gateway=True),
        Device(id="A", site="PA", role="aggregation", tier="metro"),
        Device(id="B", site="PB", role="aggregation", tier="metro"),
        Device(id="OLT", site="PB", role="olt", tier="feeder"),
        Device(id="SPL", site="PB", role="splitter", tier="distribution"),
        Device(id="ONT", site="H", role="ont", tier="drop"),
    )
    links = (
        Link(id="L1", a="GW/1", b="A/1", tier="metro", routes=(("S1",), ("S2",))),
        Link(id="L2", a="A/2", b="B/1", tier="metro", routes=(("S3",),)),
        Link(id="L3", a="B/2", b="GW/2", tier="metro", routes=(("S4",),)),
        Link(id="L4", a="B/3", b="OLT/1", tier="metro"),
        Link(id="L5", a="OLT/2", b="SPL/1", tier="feeder"),
        Link(id="L6", a="SPL/2", b="ONT/1", tier="drop"),
    )
    services = (
        Service(id="home", customer="C1", product="broadband", attach=("ONT",)),
        Service(id="one-of-two", customer="C2", product="vpn", attach=("A/9", "B/9"), need=1),
        Service(id="two-of-two", customer="C3", product="fiber", attach=("A/8", "B/8")),
    )
    return Inventory(
        sites=sites,
        conduits=(Conduit(id="C"),),
        spans=spans,
        devices=devices,
        links=links,
        services=services,
        customers=tuple(Customer(id=name, segment="business") for name in ("C1", "C2", "C3")),
        risk_groups=(RiskGroup(id="PLN", kind="power", members=("PA", "PB")),),
    )


@pytest.mark.parametrize(
    ("broken", "dark", "switched", "lost", "down"),
    [
        ((), "", "", "", ""),
        (("S1",), "", "L1", "", ""),
        (("C",), "L1", "", "", ""),  # the ring carries on
        (("C", "S3"), "L1 L2", "", "A", "two-of-two"),
        (("S3", "S4"), "L2 L3", "", "B OLT SPL ONT", "home two-of-two"),
        (("A",), "L1 L2", "", "A", "two-of-two"),
        (("A/1",), "L1", "", "", ""),
        (("SPL",), "L5 L6", "", "SPL ONT", "home"),
        (("OLT/2",), "L5", "", "SPL ONT", "home"),
        (("PLN",), "L1 L2 L3 L4 L5 L6", "", "A B OLT SPL ONT", "home one-of-two two-of-two"),
        (("GW",), "L1 L3", "", "GW A B OLT SPL ONT", "home one-of-two two-of-two"),
        (("A/8",), "", "", "", "two-of-two"),
        (("home",), "", "", "", "home"),
    ],
)
def test_what_fails_with_what(broken: tuple[str, ...], dark: str, switched: str, lost: str, down: str) -> None:
    found = Physics(ring()).condition(broken)
    assert found.dark == set(dark.split())
    assert found.switched == set(switched.split())
    assert found.lost == set(lost.split())
    assert found.services_down == set(down.split())


def test_who_is_passive_or_cut_off_cannot_speak() -> None:
    physics = Physics(ring())
    cut = physics.condition(("S3", "S4"))
    assert [name for name in physics.devices if physics.can_speak(name, cut)] == ["GW", "A"]
    assert physics.speaker_of("ONT") == "OLT"

"""What broke makes an outage Critical, whatever protection saves (SOP 4.3): a table over every kind of element."""

import pytest

from correlator.events import TicketSeverity
from correlator.policy.care import CarePolicy
from correlator.rows.incidents import IncidentRow
from correlator.service_desk import severity
from topology.compile import compile_inventory
from topology.model import Conduit, Customer, Device, Inventory, Link, RiskGroup, Service, Site, Span

TOPOLOGY = compile_inventory(
    Inventory(
        sites=(
            Site(id="POP", kind="pop"),
            Site(id="DC", kind="datacenter"),
            Site(id="HUT", kind="cabinet"),
            Site(id="MAST", kind="tower"),
        ),
        conduits=(Conduit(id="CD-MIX"), Conduit(id="CD-LOW"), Conduit(id="CD-EMPTY")),
        spans=(
            Span(id="SP-BB", a="POP", b="DC", tier="backbone", conduits=("CD-MIX",)),
            Span(id="SP-MT", a="POP", b="HUT", tier="metro"),
            Span(id="SP-FD", a="HUT", b="MAST", tier="feeder"),
            Span(id="SP-DI", a="HUT", b="MAST", tier="distribution", conduits=("CD-MIX", "CD-LOW")),
            Span(id="SP-DR", a="HUT", b="MAST", tier="drop", conduits=("CD-LOW",)),
        ),
        devices=(
            Device(id="CR", site="POP", role="core", tier="backbone", gateway=True),
            Device(id="SRV", site="DC", role="server", tier="metro"),
            Device(id="OLT", site="HUT", role="olt", tier="feeder"),
            Device(id="SPL-BB", site="HUT", role="splitter", tier="distribution"),
            Device(id="BTS", site="MAST", role="bts", tier="distribution"),
        ),
        links=(
            Link(id="LK-BB", a="CR/1", b="SRV/1", tier="backbone", routes=(("SP-BB",),)),
            Link(id="LK-MT", a="CR/2", b="OLT/1", tier="metro", routes=(("SP-MT",),)),
            Link(id="LK-DI", a="OLT/2", b="BTS/1", tier="distribution", routes=(("SP-DI",),)),
            Link(id="LK-SP", a="OLT/3", b="SPL-BB/in", tier="distribution", routes=(("SP-DR",),)),
        ),
        services=(Service(id="SV", customer="CU", product="tower", attach=("BTS/9",)),),
        customers=(Customer(id="CU", segment="wholesale"),),
        risk_groups=(
            RiskGroup(id="RG-DC", kind="power", members=("DC",)),
            RiskGroup(id="RG-BB", kind="building", members=("POP", "HUT")),
            RiskGroup(id="RG-CR", kind="other", members=("CR",)),
            RiskGroup(id="RG-LOW", kind="power", members=("HUT", "MAST")),
        ),
    )
)


def outage(root: str, *equivalent: str, services_down: int = 0) -> IncidentRow:
    return IncidentRow("IN-1", "open", root, 0, 0, 0, equivalent=(root, *equivalent), services_down=services_down)


@pytest.mark.parametrize(
    ("root", "given", "code"),
    [
        ("SP-BB", "Critical", "backbone_fibre"),
        ("SP-MT", "Critical", "metro_fibre"),
        ("SP-FD", "Critical", "feeder_fibre"),
        ("SP-DI", "Minor", "nothing_down"),
        ("SP-DR", "Minor", "nothing_down"),
        ("CD-MIX", "Critical", "backbone_fibre"),  # a conduit has the highest tier of its spans
        ("CD-LOW", "Minor", "nothing_down"),
        ("CD-EMPTY", "Minor", "nothing_down"),
        ("LK-BB", "Critical", "backbone"),
        ("LK-MT", "Minor", "nothing_down"),  # a metro link is no metro fibre
        ("CR", "Critical", "backbone"),
        ("OLT", "Minor", "nothing_down"),
        ("SPL-BB", "Minor", "nothing_down"),
        ("SRV/1", "Critical", "backbone_port"),
        ("OLT/1", "Minor", "nothing_down"),
        ("DC", "Critical", "data_centre"),
        ("POP", "Critical", "backbone_site"),
        ("HUT", "Minor", "nothing_down"),
        ("RG-DC", "Critical", "data_centre"),
        ("RG-BB", "Critical", "backbone_group"),
        ("RG-CR", "Critical", "backbone_group"),
        ("RG-LOW", "Minor", "nothing_down"),
        ("external", "Minor", "nothing_down"),
        ("NO-LONGER-THERE", "Minor", "nothing_down"),
    ],
)
def test_what_broke(root: str, given: TicketSeverity, code: str) -> None:
    found = severity.of_outage(TOPOLOGY, CarePolicy(), outage(root), 0)
    assert (found.severity, found.reason.code, found.reason.source) == (given, code, "SOP 4.3")
    assert (root if root != "external" else "outside the network") in found.reason.text


def test_the_highest_that_any_equivalent_gives_and_the_reason_names_it() -> None:
    found = severity.of_outage(TOPOLOGY, CarePolicy(), outage("LK-MT", "OLT/1", "SP-MT"), 5)
    assert (found.severity, found.reason.code) == ("Critical", "metro_fibre")
    assert found.reason.text.startswith("LK-MT, atau / or SP-MT:")


@pytest.mark.parametrize(
    ("services", "customers", "given"),
    [(0, 0, "Minor"), (1, 0, "Major"), (1, 1, "Major"), (5, 999, "Major"), (5, 1000, "Critical")],
)
def test_breadth(services: int, customers: int, given: TicketSeverity) -> None:
    found = severity.of_outage(TOPOLOGY, CarePolicy(), outage("OLT", services_down=services), customers)
    assert found.severity == given

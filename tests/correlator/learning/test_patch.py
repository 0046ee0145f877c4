"""A suspicion as a change of the inventory: the least that lets the root explain the thing."""

from typing import Any

import pytest

from correlator.learning.inventory_patch import change, changed, operations
from correlator.learning.suspicions import Suspicion
from topology.model import Conduit, Customer, Device, Inventory, Link, RiskGroup, Service, Site, Span

# A - B - C, with a link from A to C over two spans; B holds a server
INVENTORY = Inventory(
    sites=tuple(Site(id=name, kind="pop") for name in "ABC"),
    spans=(
        Span(id="SP-ab", a="A", b="B", tier="metro", length_km=3),
        Span(id="SP-bc", a="C", b="B", tier="metro", length_km=3, conduits=("CD-1",)),
        Span(id="SP-xy", a="X", b="Y", tier="metro", length_km=3),
    ),
    conduits=(Conduit(id="CD-1"), Conduit(id="CD-2")),
    devices=tuple(Device(id=f"R-{name}", site=name, role="core", tier="metro") for name in "abc".upper()),
    links=(
        Link(id="LK-none", a="R-A/1", b="R-C/1", tier="metro"),
        Link(id="LK-half", a="R-A/2", b="R-C/2", tier="metro", routes=(("SP-bc",), ("SP-ab",))),
        Link(id="LK-whole", a="R-C/3", b="R-A/3", tier="metro", routes=(("SP-bc", "SP-ab"),)),
    ),
    services=(Service(id="SV-1", customer="CU-1", product="dedicated", attach=("R-A",)),),
    customers=(Customer(id="CU-1", segment="enterprise"),),
)
GROUPED = Inventory(
    sites=INVENTORY.sites,
    spans=INVENTORY.spans,
    conduits=INVENTORY.conduits,
    devices=INVENTORY.devices,
    links=INVENTORY.links,
    services=INVENTORY.services,
    customers=INVENTORY.customers,
    risk_groups=(RiskGroup(id="RG-1", kind="other", members=("SP-ab", "SP-xy")),),
)


def suspicion(root: str, thing: str) -> Suspicion:
    return Suspicion(root, thing, 3, 3, 3, 1e-6)


@pytest.mark.parametrize(
    ("root", "thing", "where", "value"),
    [
        pytest.param("SP-ab", "LK-none", "/links/0/routes", [["SP-ab"]], id="a link without a route gets one"),
        pytest.param(
            "SP-ab", "LK-half", "/links/1/routes", [["SP-ab", "SP-bc"], ["SP-ab"]], id="before, where it joins"
        ),
        pytest.param(
            "SP-bc", "LK-half", "/links/1/routes", [["SP-bc"], ["SP-ab", "SP-bc"]], id="behind, where it joins"
        ),
        pytest.param("SP-xy", "LK-half", "/links/1/routes", [["SP-bc", "SP-xy"], ["SP-ab", "SP-xy"]], id="else last"),
        pytest.param("SP-bc", "LK-whole", "/links/2/routes", [["SP-bc", "SP-ab"]], id="it is on it already"),
        pytest.param("CD-2", "SP-ab", "/spans/0/conduits", ["CD-2"], id="a span without a duct"),
        pytest.param("CD-2", "SP-bc", "/spans/1/conduits", ["CD-1", "CD-2"], id="a span with one"),
        pytest.param("R-C", "SV-1", "/services/0/attach", ["R-A", "R-C"], id="a service that needs another router"),
    ],
)
def test_a_row_is_changed_where_the_rows_have_a_place_for_it(
    root: str, thing: str, where: str, value: list[Any]
) -> None:
    one = change(INVENTORY, suspicion(root, thing))
    first, second = operations(INVENTORY, [one])
    assert first == {"op": "test", "path": f"{where.rpartition('/')[0]}/id", "value": thing}
    assert (second["op"], second["path"]) == ("add", where)
    assert [list(each) if isinstance(each, tuple) else each for each in second["value"]] == value
    after = changed(INVENTORY, [one])
    name, place, column = where.strip("/").split("/")
    assert getattr(getattr(after, name)[int(place)], column) == second["value"]
    others = [row.id for row in getattr(after, name)]
    assert others == [row.id for row in getattr(INVENTORY, name)]


def test_what_has_no_place_in_the_rows_shares_a_risk_group() -> None:
    two = [change(INVENTORY, suspicion("R-A", "R-B")), change(INVENTORY, suspicion("R-A/1", "LK-half"))]
    opened, first, second = operations(INVENTORY, two)
    assert opened == {"op": "add", "path": "/risk_groups", "value": []}
    assert (first["path"], second["path"]) == ("/risk_groups/-", "/risk_groups/-")
    assert first["value"]["id"] == "RG-R-A-R-B"
    assert list(first["value"]["members"]) == ["R-A", "R-B"]
    assert second["value"]["id"] == "RG-R-A-1-LK-half"
    assert [row.id for row in changed(INVENTORY, two).risk_groups] == ["RG-R-A-R-B", "RG-R-A-1-LK-half"]


def test_a_risk_group_that_stands_takes_the_thing_in() -> None:
    one = change(GROUPED, suspicion("RG-1", "SP-bc"))
    assert operations(GROUPED, [one]) == [
        {"op": "test", "path": "/risk_groups/0/id", "value": "RG-1"},
        {"op": "add", "path": "/risk_groups/0/members", "value": ("SP-ab", "SP-xy", "SP-bc")},
    ]
    [new] = operations(GROUPED, [change(GROUPED, suspicion("R-A", "R-B"))])
    assert new["path"] == "/risk_groups/-", "there is a list of them already"

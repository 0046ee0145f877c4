"""The map: where the backbone lies, what is broken, cut off or suspected."""

import re
from typing import Any

import pytest

from connectors.console.board import Boards
from connectors.console.chart import Chart
from correlator.policy import Policy
from correlator.world import World
from tests.connectors.house import DOMAIN, INVENTORY, House, incident
from topology.compile import compile_inventory
from topology.model import Inventory, Site, Span


def drawn(root: str, status: str = "open", world: World | None = None) -> str:
    house = House()
    row = incident(root=root, status=status, ticket=None)
    house.commit([("incidents", row.id, row)])
    worlds = (lambda: world) if world else house.world
    return Chart(worlds)(Boards(house.store, {DOMAIN: worlds}).read())


def count(svg: str, tag: str, kind: str) -> int:
    return len(re.findall(rf'<{tag} class="[^"]*\b{kind}\b', svg))


@pytest.mark.parametrize(
    ("root", "broken", "hit", "dark"),
    [
        ("C-77", 1, 0, 1),  # the conduit's span; Denpasar is cut off
        ("S-1", 1, 0, 2),
        ("DPS", 0, 1, 0),  # the site itself
        ("SBY-CR1", 0, 1, 1),  # a device stands for its site
        ("L-2", 0, 2, 0),  # a link for both its ends
        ("SV-1", 0, 0, 0),
        ("nowhere", 0, 0, 0),
    ],
)
def test_what_an_open_incident_marks(root: str, broken: int, hit: int, dark: int) -> None:
    svg = drawn(root)
    assert count(svg, "line", "span") == 2
    assert count(svg, "line", "bad") == broken
    assert count(svg, "circle", "hit") == hit
    if root != "L-2":
        assert count(svg, "circle", "dark") == dark


def test_a_suspicion_is_drawn_as_one() -> None:
    svg = drawn("C-77", "suspected")
    assert (count(svg, "line", "maybe"), count(svg, "line", "bad"), count(svg, "circle", "dark")) == (1, 0, 0)


def test_what_is_over_is_not_marked() -> None:
    svg = drawn("C-77", "resolved")
    assert (count(svg, "line", "bad"), count(svg, "line", "maybe")) == (0, 0)


def test_the_west_is_left_and_the_north_above() -> None:
    svg = drawn("x")
    at = {
        name: (float(x), float(y)) for x, y, name in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"[^>]*><title>(\w+)', svg)
    }
    assert at["Jakarta"][0] < at["Surabaya"][0] < at["Denpasar"][0]
    assert at["Jakarta"][1] < at["Surabaya"][1] < at["Denpasar"][1]


def test_an_inventory_without_places_has_no_map() -> None:
    bare = tuple(Site(id=site.id, kind=site.kind) for site in INVENTORY.sites)
    parts: dict[str, Any] = {name: getattr(INVENTORY, name) for name in INVENTORY.__struct_fields__}
    world = World(compile_inventory(Inventory(**{**parts, "sites": bare})), Policy())
    assert drawn("C-77", world=world) == ""


def test_names_of_the_inventory_are_escaped() -> None:
    sites = tuple(Site(id=name, kind="pop", name=f"<b>{name}", lat=1.0, lon=float(n)) for n, name in enumerate("AB"))
    world = World(
        compile_inventory(Inventory(sites=sites, spans=(Span(id="S", a="A", b="B", tier="metro"),))), Policy()
    )
    svg = drawn("S", world=world)
    assert "<b>" not in svg
    assert "&lt;b&gt;A" in svg

"""From a drawing to answers: a GraphML file as such files are found, compiled and asked."""

from pathlib import Path

from topology import cover, impact
from topology.compile import compile_inventory
from topology.graph import Topology
from topology.loaders import load
from topology.model import Device, Inventory, Link, Site

DRAWING = Path(__file__).parent / "loaders" / "graphs" / "archipelago.graphml"


def drawn() -> Topology:
    return compile_inventory(load(DRAWING))


def down(topology: Topology, *failed: str) -> set[str]:
    fallen = impact.down(topology, [topology.index[name] for name in failed])
    return {topology.ids[topology.device_at[at]] for low, high in fallen.intervals for at in range(low, high)}


def test_each_part_has_the_device_with_most_links_for_its_gateway_and_says_so() -> None:
    topology = drawn()
    chosen = ["CORE-Ambon", "CORE-Mataram", "CORE-Merauke"]
    assert sorted(topology.ids[device] for device in topology.gateways) == chosen
    assert list(topology.warnings) == [
        f"no device has gateway: true; {name}, with most links of its part, serves as one" for name in chosen
    ]


def test_a_doubled_edge_is_two_ways() -> None:
    topology = drawn()
    assert down(topology, "SPAN-Denpasar:Mataram") == set()
    assert down(topology, "SPAN-Denpasar:Mataram", "SPAN-Denpasar:Mataram:2") == {"CORE-Denpasar"}
    assert down(topology, "SPAN-Bima:Mataram") == {"CORE-Bima"}


def test_parts_do_not_lean_on_each_other() -> None:
    topology = drawn()
    assert down(topology, "CORE-Mataram") == {"CORE-Mataram", "CORE-Denpasar", "CORE-Bima", "CORE-Kupang"}
    assert down(topology, "SITE-Ambon") == {"CORE-Ambon", "CORE-Ternate"}
    assert down(topology, "SITE-Merauke") == {"CORE-Merauke"}


def test_places_without_coordinates_are_as_good_as_others() -> None:
    topology = drawn()
    assert [topology.place_of(topology.index[f"SITE-{name}"]) for name in ("Denpasar", "Bima")] == [
        (-8.65, 115.22),
        None,
    ]
    ternate = cover.equivalents(topology, topology.index["CORE-Ternate"])
    assert [topology.ids[element] for element in ternate] == [
        "CORE-Ambon/Ambon:Ternate",
        "CORE-Ternate",
        "CORE-Ternate/Ambon:Ternate",
        "LINK-Ambon:Ternate",
        "SITE-Ternate",
        "SPAN-Ambon:Ternate",
    ]


def test_a_part_that_lacks_its_link_is_entered_at_its_highest_device() -> None:
    rows = [
        Device(id="CORE", site="P", role="core", tier="backbone", gateway=True),
        Device(id="OLT", site="P", role="olt", tier="feeder"),
        *(Device(id=name, site="P", role="splitter", tier="distribution") for name in ("SPL-1", "SPL-2")),
        *(Device(id=f"ONT-{name}", site="P", role="ont", tier="drop") for name in "ABCD"),
    ]
    ways = [("OLT", "SPL-1"), ("SPL-1", "SPL-2"), *(("SPL-2", f"ONT-{name}") for name in "ABCD")]
    links = tuple(Link(id=f"{a}:{b}", a=f"{a}/{b}", b=f"{b}/{a}", tier="feeder") for a, b in ways)
    topology = compile_inventory(Inventory(sites=(Site(id="P", kind="pop"),), devices=tuple(rows), links=links))
    assert sorted(topology.ids[device] for device in topology.gateways) == ["CORE", "OLT"]
    assert down(topology, "SPL-1:SPL-2") == {"SPL-2", *(f"ONT-{name}" for name in "ABCD")}
    assert list(topology.warnings) == [
        "no gateway reaches OLT, and what hangs by it: a link is missing; OLT serves as one meanwhile"
    ]

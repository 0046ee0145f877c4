"""GraphML as the Topology Zoo has it, flaws and all. The drawings in `graphs/` are made by hand in its style."""

import re
from pathlib import Path

import pytest

from tests.topology.loaders.small import said
from topology.loaders import load_graphml
from topology.model import Device, Inventory, Link, Site, Span

GRAPHS = Path(__file__).parent / "graphs"


def drawn(name: str) -> Inventory:
    return load_graphml((GRAPHS / f"{name}.graphml").read_bytes())


def test_a_node_is_a_site_with_a_core_and_an_edge_a_span_with_a_link() -> None:
    ring = drawn("ring")
    assert ring.sites[0] == Site(
        id="SITE-Jakarta", kind="pop", name="Jakarta", region="Indonesia", lat=-6.17, lon=106.83
    )
    assert ring.devices[0] == Device(id="CORE-Jakarta", site="SITE-Jakarta", role="core", tier="backbone")
    assert ring.spans[0] == Span(id="SPAN-Bandung:Jakarta", a="SITE-Bandung", b="SITE-Jakarta", tier="backbone")
    assert ring.links[0] == Link(
        id="LINK-Bandung:Jakarta",
        a="CORE-Bandung/Bandung:Jakarta",
        b="CORE-Jakarta/Bandung:Jakarta",
        tier="backbone",
        routes=(("SPAN-Bandung:Jakarta",),),
    )
    assert [len(rows) for rows in (ring.sites, ring.devices, ring.spans, ring.links)] == [4, 4, 4, 4]


def test_no_gateway_is_made_up() -> None:
    assert not any(device.gateway for device in drawn("ring").devices)


def test_labels_that_are_repeated_odd_or_missing() -> None:
    assert [(site.id, site.name) for site in drawn("flaws").sites] == [
        ("SITE-Paris~0", "Paris"),
        ("SITE-Paris~1", "Paris"),
        ("SITE-São-Paulo-IX-Sé-2", 'São Paulo / IX; "Sé" | 2'),
        ("SITE-3~3", "3"),
        ("SITE-node~4", "???"),
        ("SITE-5", "5"),
        ("SITE-3~6", "3"),
    ]


def test_positions_that_are_missing_or_off_the_globe_are_absent() -> None:
    assert [(site.lat, site.lon) for site in drawn("flaws").sites] == [
        (48.86, 2.35),
        (33.66, -95.56),
        *[(None, None)] * 5,
    ]


def test_doubled_edges_are_numbered_and_loops_left_out() -> None:
    flaws = drawn("flaws")
    assert [span.id for span in flaws.spans] == [
        "SPAN-Paris~0:Paris~1",
        "SPAN-Paris~0:Paris~1:2",
        "SPAN-Paris~1:São-Paulo-IX-Sé-2",
        "SPAN-3~3:node~4",
        "SPAN-3~3:node~4:2",
    ]
    assert len({port for link in flaws.links for port in (link.a, link.b)}) == 2 * len(flaws.links)


def test_an_arrow_and_one_that_runs_back_are_one_edge() -> None:
    directed = drawn("directed")
    assert [site.name for site in directed.sites] == ["Medan", "Banda Aceh", "Padang"]
    assert [span.id for span in directed.spans] == [
        "SPAN-Banda-Aceh:Medan",
        "SPAN-Medan:Padang",
        "SPAN-Medan:Padang:2",
    ]


def test_attributes_that_are_not_what_the_file_says() -> None:
    padang, jambi = drawn("types").sites
    assert padang == Site(id="SITE-Padang", kind="pop", name="Padang", lat=-0.95, lon=100.35)
    assert jambi == Site(id="SITE-Jambi", kind="pop", name="Jambi")


def test_ids_do_not_hang_on_the_order_of_the_file() -> None:
    text = (GRAPHS / "flaws.graphml").read_bytes()
    nodes = re.findall(rb"<node .*\n", text)
    turned = text.replace(b"".join(re.findall(rb" +<node .*\n", text)), b"".join(reversed(nodes)))
    assert turned != text
    assert {site.id: site.name for site in load_graphml(turned).sites} == {
        site.id: site.name for site in drawn("flaws").sites
    }


def test_a_graph_of_nothing() -> None:
    assert load_graphml(b'<graphml><graph edgedefault="undirected"/></graphml>') == Inventory()


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", "line 1 column 1: this is not XML: no element found"),
        (b"<graphml>\n<graph>", "line 2 column 8: this is not XML: no element found"),
        (b"<html/>", "the file: this is not GraphML: file not successfully read as graphml"),
        (b'<graphml><graph><node id="0"/><hyperedge/></graph></graphml>', "the file: this is not GraphML: "),
        (b'<graphml><graph><node id="0"><data key="d9">x</data></node></graph></graphml>', "the file: this is not Gra"),
    ],
)
def test_what_is_no_graphml(data: bytes, line: str) -> None:
    (fault,) = said(lambda: load_graphml(data))
    assert fault.startswith(line)

"""The demo's network: sound, national, always the same; and its weak place is really weak."""

from collections import Counter

import networkx as nx

from streams.demo.backbone import GATEWAYS, LANDING
from streams.demo.network import demo_inventory
from streams.demo.places import PLACES
from tests.bench.sound import faults
from topology.model import Inventory


def test_the_contract_is_kept(inventory: Inventory) -> None:
    assert faults(inventory) == []


def test_always_the_same(inventory: Inventory) -> None:
    assert demo_inventory() == inventory


def test_its_size(inventory: Inventory) -> None:
    rows = sum(len(getattr(inventory, field)) for field in inventory.__struct_fields__)
    assert len(inventory.customers) == 20_000
    assert 80_000 < rows < 110_000


def test_customers_of_all_kinds(inventory: Inventory) -> None:
    segments = Counter(customer.segment for customer in inventory.customers)
    languages = Counter(customer.language for customer in inventory.customers)
    strategic = sum(bool(customer.strategic) for customer in inventory.customers)
    assert min(segments[kind] for kind in ("residential", "business", "enterprise", "wholesale")) > 50
    assert set(languages) == {"id", "en"}
    assert 20 < strategic < 200
    assert {service.product for service in inventory.services} == {
        *("dia", "broadband", "vpn", "fiber", "tower", "wireless", "cloud", "uc", "iot")
    }


def test_nobody_can_be_reached(inventory: Inventory) -> None:
    """No number that rings, no mailbox that exists (RFC 2606)."""
    assert all((customer.phone or "").startswith("+62000") for customer in inventory.customers)
    assert all((customer.email or "").endswith("@example.com") for customer in inventory.customers)
    assert len({customer.phone for customer in inventory.customers}) == len(inventory.customers)


def test_every_site_but_none_is_in_a_province(inventory: Inventory) -> None:
    provinces = {place.region for place in PLACES}
    assert {site.region for site in inventory.sites} == provinces
    assert len(provinces) > 30


def test_gateways_on_three_islands(inventory: Inventory) -> None:
    assert {device.id for device in inventory.devices if device.gateway} == {f"CORE-{code}" for code in GATEWAYS}


def test_the_backbone_holds_without_any_one_city(inventory: Inventory) -> None:
    """But for Bima, which lies at the end of its chain."""
    sites = {device.id: device.site for device in inventory.devices}
    mesh = nx.Graph()
    for link in inventory.links:
        if link.tier == "backbone":
            mesh.add_edge(sites[link.a.partition("/")[0]], sites[link.b.partition("/")[0]])
    assert set(nx.articulation_points(mesh)) == {"POP-SWQ"}


def test_links_are_protected_over_several_routes(inventory: Inventory) -> None:
    protected = [link for link in inventory.links if len(link.routes or ()) > 1]
    assert len(protected) >= 12
    spans = {span.id: span for span in inventory.spans}
    in_one_conduit = [
        link.id
        for link in protected
        if set.intersection(*({c for span in route for c in spans[span].conduits or ()} for route in link.routes or ()))
    ]
    assert "LK-AMI-DPS" in in_one_conduit  # both legs come ashore in one place, honestly
    assert LANDING in (spans["BB-AMI-DPS-1"].conduits or ())

"""What is down when something fails: the arrays agree with a plain reading by networkx, failure by failure."""

from random import Random

import networkx as nx
import pytest

from bench.storm.national import national
from bench.storm.plant import Plant
from topology.model import Inventory, device_of

INVENTORY = national(6_000, seed=2)
ELEMENTS = [
    row.id
    for rows in (INVENTORY.spans, INVENTORY.conduits, INVENTORY.devices, INVENTORY.sites, INVENTORY.risk_groups)
    for row in rows
    if not row.id.startswith(("ONT-", "DR-", "H-"))
]


def members(inventory: Inventory, elements: list[str]) -> set[str]:
    """Devices and spans that fail with these elements."""
    groups = {group.id: group.members for group in inventory.risk_groups}
    names = {name for element in elements for name in groups.get(element, (element,))}
    down = {device.id for device in inventory.devices if device.id in names or device.site in names}
    return down | {span.id for span in inventory.spans if names & {span.id, *(span.conduits or ())}}


def reached(inventory: Inventory, elements: list[str]) -> set[str]:
    down = members(inventory, elements)
    network = nx.Graph()
    network.add_nodes_from(device.id for device in inventory.devices if device.id not in down)
    for link in inventory.links:
        ends = device_of(link.a), device_of(link.b)
        whole = not link.routes or any(down.isdisjoint(route) for route in link.routes)
        if whole and down.isdisjoint(ends):
            network.add_edge(*ends)
    gateways = [device.id for device in inventory.devices if device.gateway and device.id not in down]
    return set().union(*(nx.node_connected_component(network, gateway) for gateway in gateways))


@pytest.mark.parametrize("seed", range(40))
def test_one_to_three_failures(seed: int) -> None:
    chance, plant = Random(seed), Plant(INVENTORY)
    elements = chance.sample(ELEMENTS, chance.randint(1, 3))
    now = plant.condition(plant.failed(elements))
    alive = reached(INVENTORY, elements)
    assert {device.id for device, up in zip(INVENTORY.devices, now.reached, strict=True) if up} == alive
    works = {service.id for service, up in zip(INVENTORY.services, now.service_works, strict=True) if up}
    assert works == {
        service.id
        for service in INVENTORY.services
        if sum(device_of(point) in alive for point in service.attach) >= (service.need or len(service.attach))
    }


def test_nothing_failed_nothing_down() -> None:
    plant = Plant(INVENTORY)
    now = plant.condition(plant.failed([]))
    assert now.reached.all()
    assert now.link_works.all()
    assert now.service_works.all()
    assert not now.switched.any()


def test_a_protected_link_switches() -> None:
    plant = Plant(INVENTORY)
    link = next(link for link in INVENTORY.links if link.routes and len(link.routes) > 1)
    now = plant.condition(plant.failed([link.routes[0][0]]))
    assert now.switched[plant.link[link.id]]
    assert now.link_works[plant.link[link.id]]

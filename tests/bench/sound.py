"""What the contract asks of an inventory, checked plainly (networkx, sets), apart from the service's own reader."""

from collections import Counter

import networkx as nx

from topology.model import Inventory, device_of


def faults(inventory: Inventory) -> list[str]:
    """Doubled ids, references to nothing, routes with a gap, devices that no chain joins to a gateway."""
    rows = [row for field in inventory.__struct_fields__ for row in getattr(inventory, field)]
    ids = Counter(row.id for row in rows)
    found = [f"{name} is there {times} times" for name, times in ids.items() if times > 1]
    found += [f"{where} names {name}" for where, name in references(inventory) if name not in ids]
    return found or [*broken_routes(inventory), *doubled_ports(inventory), *cut_off(inventory)]


def references(inventory: Inventory) -> list[tuple[str, str]]:
    return [
        *((span.id, site) for span in inventory.spans for site in (span.a, span.b)),
        *((span.id, conduit) for span in inventory.spans for conduit in span.conduits or ()),
        *((device.id, device.site) for device in inventory.devices),
        *((link.id, device_of(port)) for link in inventory.links for port in (link.a, link.b)),
        *((link.id, span) for link in inventory.links for route in link.routes or () for span in route),
        *((service.id, service.customer) for service in inventory.services),
        *((service.id, device_of(point)) for service in inventory.services for point in service.attach),
        *((group.id, member) for group in inventory.risk_groups for member in group.members),
    ]


def broken_routes(inventory: Inventory) -> list[str]:
    """Links between two sites whose routes do not lead from one to the other."""
    spans = {span.id: span for span in inventory.spans}
    sites = {device.id: device.site for device in inventory.devices}
    found = []
    for link in inventory.links:
        a, b = sites[device_of(link.a)], sites[device_of(link.b)]
        if a != b and not link.routes:
            found.append(f"{link.id} has no route")
        for route in link.routes or ():
            here = a
            for span in map(spans.__getitem__, route):
                here = {span.a: span.b, span.b: span.a}.get(here, "nowhere")
            if here != b:
                found.append(f"{link.id}: {route} does not lead from {a} to {b}")
    return found


def doubled_ports(inventory: Inventory) -> list[str]:
    ports = Counter(port for link in inventory.links for port in (link.a, link.b))
    attached = {point for service in inventory.services for point in service.attach if "/" in point}
    return [f"{port} has {n} links" for port, n in ports.items() if n > 1 or port in attached]


def cut_off(inventory: Inventory) -> list[str]:
    network = nx.Graph((device_of(link.a), device_of(link.b)) for link in inventory.links)
    network.add_nodes_from(device.id for device in inventory.devices)
    gateways = [device.id for device in inventory.devices if device.gateway]
    reached = set().union(*(nx.node_connected_component(network, gateway) for gateway in gateways))
    return [f"{device.id} is cut off" for device in inventory.devices if device.id not in reached]

"""Lays the plant out in arrays: sites, fibre, devices, links and risk groups, each by its own number."""

from array import array
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from topology.building.numbering import Numbered
from topology.csr import Csr, Ints, flat, from_lists, from_pairs, ints, inverse, view
from topology.graph import NO_TIER, ROLES, SITE_KINDS, Firsts, Plant, Words
from topology.model import TIERS, Site, device_of
from topology.version import whole_routes

NOT_GIVEN = float("nan")


def lay(numbered: Numbered) -> Plant:
    rows, index, first = numbered.rows, numbered.index, numbered.first
    regions = tuple(sorted({row.region for row in rows.sites if row.region is not None}))
    region_code = {region: code for code, region in enumerate(regions)}
    span_conduits = from_lists(sorted({index[name] for name in row.conduits or ()}) for row in rows.spans)
    device_site = ints(index[row.site] for row in rows.devices)
    link_ports, port_device = lay_ports(numbered)
    link_devices = view(port_device)[view(link_ports) - first.port]
    link_routes, route_spans = routes(numbered)
    members = open_groups(numbered)
    return Plant(
        regions=regions,
        site_region=ints(-1 if row.region is None else region_code[row.region] for row in rows.sites),
        site_kind=Words(bytes(SITE_KINDS.index(row.kind) for row in rows.sites), SITE_KINDS),
        site_places=array("d", places(rows.sites)),
        site_devices=shifted(from_pairs(view(device_site), own(len(rows.devices)), len(rows.sites)), first.device),
        conduit_spans=shifted(inverse(shifted(span_conduits, -first.conduit), len(rows.conduits)), first.span),
        span_ends=ints(index[name] for row in rows.spans for name in (row.a, row.b)),
        span_km=array("d", (NOT_GIVEN if row.length_km is None else row.length_km for row in rows.spans)),
        span_conduits=span_conduits,
        span_links=links_over(link_routes, route_spans, first, len(rows.spans)),
        device_site=device_site,
        device_role=Words(bytes(ROLES.index(row.role) for row in rows.devices), ROLES),
        device_links=at_ends(link_devices - first.device, first.link, len(rows.devices)),
        link_ports=link_ports,
        link_devices=flat(link_devices),
        link_routes=link_routes,
        route_spans=route_spans,
        port_device=port_device,
        port_links=at_ends(view(link_ports) - first.port, first.link, len(numbered.ports)),
        group_members=members,
        groups_of=shifted(inverse(members, first.end), first.risk_group),
    )


def lay_again(numbered: Numbered, before: Plant) -> Plant:
    """Where sites, fibre, devices and links are as before: only ports and groups have new numbers."""
    first = numbered.first
    link_ports, port_device = lay_ports(numbered)
    members = open_groups(numbered)
    return replace(
        before,
        link_ports=link_ports,
        port_device=port_device,
        port_links=at_ends(view(link_ports) - first.port, first.link, len(numbered.ports)),
        group_members=members,
        groups_of=shifted(inverse(members, first.end), first.risk_group),
    )


def lay_ports(numbered: Numbered) -> "tuple[array[int], array[int]]":
    """(the two ports of each link, the device of each port)."""
    ports, index = numbered.ports, numbered.index
    link_ports = ints(ports[name] for row in numbered.rows.links for name in (row.a, row.b))
    return link_ports, ints(index[device_of(name)] for name in ports)


def own(size: int) -> Ints:
    return np.arange(size, dtype=np.int32)


def shifted(lists: Csr, by: int) -> Csr:
    return Csr(lists.starts, flat(view(lists.values) + by))


def places(sites: Iterable[Site]) -> Iterable[float]:
    for site in sites:
        yield NOT_GIVEN if site.lat is None else site.lat
        yield NOT_GIVEN if site.lon is None else site.lon


def at_ends(ends: Ints, first_link: int, size: int) -> Csr:
    """Links by what stands at their two ends, ascending; a link from a thing to itself comes once."""
    pairs = ends.reshape(-1, 2)
    links = own(len(pairs)) + first_link
    once = pairs[:, 0] != pairs[:, 1]
    rows, values = np.concatenate([pairs[:, 0], pairs[once, 1]]), np.concatenate([links, links[once]])
    order = np.argsort(values, kind="stable")
    return from_pairs(rows[order], values[order], size)


def routes(numbered: Numbered) -> tuple[Csr, Csr]:
    """Routes by link, and spans by route."""
    index = numbered.index
    starts, made = ints([0]), ints([0])
    spans = ints([])
    for row in numbered.rows.links:
        for route in whole_routes(row):
            spans.extend(index[span] for span in route)
            made.append(len(spans))
        starts.append(len(made) - 1)
    return Csr(starts, flat(own(len(made) - 1))), Csr(made, spans)


def links_over(link_routes: Csr, route_spans: Csr, first: Firsts, spans: int) -> Csr:
    """Links by span: each link once, however many of its routes hold the span."""
    starts = view(route_spans.starts)[view(link_routes.starts)]
    by_link = Csr(flat(starts), flat(view(route_spans.values) - first.span))
    return shifted(inverse(by_link, spans), first.link)


def open_groups(numbered: Numbered) -> Csr:
    """What fails with each risk group, nested groups opened (they may hold each other).

    Customers do not fail, and a port that no row names carries nothing: both are passed over.
    """
    index, start = numbered.index, numbered.first.risk_group
    direct = [{index[name] for name in row.members if name in index} for row in numbered.rows.risk_groups]
    groups = range(start, start + len(direct))
    opened = []
    for group in groups:
        held, todo = {group}, [group]
        while todo:
            fresh = direct[todo.pop() - start] - held
            held |= fresh
            todo += [member for member in fresh if member in groups]
        opened.append(sorted(held.difference(groups)))
    return from_lists(opened)


def tiers(numbered: Numbered, plant: Plant) -> bytes:
    """By element. What has no tier of its own takes the highest that is in it."""
    rows, first = numbered.rows, numbered.first
    code = {tier: place for place, tier in enumerate(TIERS)}
    tier = np.full(first.end, NO_TIER, dtype=np.uint8)
    tier[first.span : first.device] = [code[row.tier] for row in rows.spans]
    tier[first.device : first.link] = [code[row.tier] for row in rows.devices]
    tier[first.link : first.service] = [code[row.tier] for row in rows.links]
    np.minimum.at(tier, view(plant.device_site), tier[first.device : first.link])
    spans = np.repeat(own(len(rows.spans)) + first.span, np.diff(view(plant.span_conduits.starts)))
    np.minimum.at(tier, view(plant.span_conduits.values), tier[spans])
    np.minimum.at(tier, view(plant.link_ports), np.repeat(tier[first.link : first.service], 2))
    ports = tier[first.port :]
    ports[ports == NO_TIER] = tier[view(plant.port_device)][ports == NO_TIER]
    for group in range(first.risk_group, first.port):
        members = view(plant.group_members[group - first.risk_group])
        tier[group] = tier[members].min(initial=NO_TIER)
    return tier.tobytes()

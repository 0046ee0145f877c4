"""What an inventory leaves open: accepted, named, and a suspect when alarms disagree with it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from topology.blocks import Blocks
from topology.building.numbering import Numbered
from topology.graph import Plant
from topology.model import Link, Span
from topology.version import whole_routes

SHOWN = 20  # of each sort of hole; the rest is counted
NAMED = 5  # ids that one warning names


@dataclass(frozen=True, slots=True)
class Holes:
    numbered: Numbered
    plant: Plant
    blocks: Blocks
    stand_ins: tuple[int, ...]  # devices that serve as gateways where none is named


def find_holes(seen: Holes) -> tuple[str, ...]:
    sorts = (without_device, without_gateway, routes, shared_ports, shared_addresses)
    return tuple(line for sort in sorts for line in cut(sort(seen)))


def cut(lines: Iterable[str]) -> Iterator[str]:
    more = 0
    for place, line in enumerate(lines):
        if place < SHOWN:
            yield line
        else:
            more += 1
    if more:
        yield f"and {more} more of this sort"


def some(ids: Sequence[str]) -> str:
    named = ", ".join(ids[:NAMED])
    return f"{named} and {len(ids) - NAMED} more" if len(ids) > NAMED else named


def without_device(seen: Holes) -> Iterator[str]:
    if not seen.numbered.rows.devices:
        yield "it has no device: no alarm names anything in it, and no outage is found"


def without_gateway(seen: Holes) -> Iterator[str]:
    is_named = any(row.gateway for row in seen.numbered.rows.devices)
    for element in seen.stand_ins:
        name = seen.numbered.ids[element]
        if is_named:
            yield f"no gateway reaches {name}, and what hangs by it: a link is missing; {name} serves as one meanwhile"
        else:
            yield f"no device has gateway: true; {name}, with most links of its part, serves as one"


def routes(seen: Holes) -> Iterator[str]:
    rows = seen.numbered.rows
    spans = {row.id: row for row in rows.spans}
    device_site = [rows.sites[site].id for site in seen.plant.device_site]
    first = seen.numbered.first.device
    for number, link in enumerate(rows.links):
        a, b = (device_site[device - first] for device in seen.plant.link_devices[2 * number : 2 * number + 2])
        yield from routes_of(link, (a, b), spans)


def routes_of(link: Link, ends: tuple[str, str], spans: dict[str, Span]) -> Iterator[str]:
    whole = whole_routes(link)
    if not whole and ends[0] != ends[1]:
        yield f"link {link.id}, between sites {ends[0]} and {ends[1]}, has no route"
    for route in whole:
        if follows(route, ends, spans) or follows(route, (ends[1], ends[0]), spans):
            continue
        fault = "lists its spans out of order" if joined(route, ends, spans) else "has a gap"
        yield f"link {link.id}: the route {some(route)} from {ends[0]} to {ends[1]} {fault}"


def follows(route: Sequence[str], ends: tuple[str, str], spans: dict[str, Span]) -> bool:
    at = ends[0]
    for name in route:
        span = spans[name]
        if span.a == at:
            at = span.b
        elif span.b == at:
            at = span.a
        else:
            return False
    return at == ends[1]


def joined(route: Sequence[str], ends: tuple[str, str], spans: dict[str, Span]) -> bool:
    """Whether the spans, in another order, join the ends: all in one piece, and odd at the two ends only."""
    touched = Counter(site for name in set(route) for site in (spans[name].a, spans[name].b))
    odd = {site for site, times in touched.items() if times % 2}
    if odd != set(ends):
        return False
    reached, grew = {ends[0]}, True
    while grew:
        fresh = {site for name in route for site in pair(spans[name], reached)} - reached
        grew = bool(fresh)
        reached |= fresh
    return reached >= touched.keys()


def pair(span: Span, reached: set[str]) -> tuple[str, ...]:
    return (span.a, span.b) if span.a in reached or span.b in reached else ()


def shared_ports(seen: Holes) -> Iterator[str]:
    first = seen.numbered.first
    for port in range(len(seen.plant.port_links)):
        links = seen.plant.port_links[port]
        if len(links) > 1:
            ids = seen.numbered.ids
            yield f"port {ids[first.port + port]} carries {len(links)} links: {some([ids[link] for link in links])}"


def shared_addresses(seen: Holes) -> Iterator[str]:
    owner: dict[str, str] = {}
    for row in seen.numbered.rows.devices:
        for address in row.addresses or ():
            if owner.setdefault(address, row.id) != row.id:
                yield f"address {address} is claimed by {owner[address]} and {row.id}; {owner[address]} keeps it"

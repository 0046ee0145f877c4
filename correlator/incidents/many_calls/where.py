"""Where those are who complain: behind which one element, or in which region."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from correlator.incidents.impact import services_of
from correlator.rows.service_desk import ComplaintRow
from topology.cover import fails_service
from topology.graph import Topology
from topology.impact import customers_below

NEARLY_ALL = 90  # percent
REGIONS = 3  # named at most
SITE_FIRST = ("site", "device", "splitter")  # of what takes the same customers down, this is named


class Place(NamedTuple):
    name: str | None  # of the element
    indonesian: str
    english: str


def place_of(topology: Topology, rows: Sequence[ComplaintRow]) -> Place:
    """The smallest element by whose failure alone all or nearly all would be down; else their region."""
    below = Counter[int]()
    for row in rows:
        below.update({one for service in services_of(topology, row) for one in fails_service(topology, service)})
    common = [element for element, count in below.items() if _is_most(count, len(rows))]
    if common:
        element = min(common, key=lambda one: (customers_below(topology, one), _rank(topology, one), one))
        name, is_all = topology.ids[element], below[element] == len(rows)
        of_them = ("semuanya", "all") if is_all else ("hampir semuanya", "nearly all")
        return Place(name, f"{of_them[0]} di bawah {name}", f"{of_them[1]} behind {name}")
    regions = Counter(topology.customer_region(row.customer) or "-" for row in rows)
    ordered = sorted(regions.items(), key=lambda item: (-item[1], item[0]))
    region, count = ordered[0]
    if _is_most(count, len(rows)) and region != "-":
        almost = ("", "") if count == len(rows) else ("hampir semuanya ", "nearly all ")
        return Place(None, f"{almost[0]}di {region}", f"{almost[1]}in {region}")
    named = ", ".join(f"{name} {count:,}" for name, count in ordered[:REGIONS] if name != "-")
    more = f" ({named}{', ...' if len(ordered) > REGIONS else ''})" if named else ""
    return Place(None, f"di beberapa wilayah{more}", f"in several regions{more}")


def _is_most(count: int, of: int) -> bool:
    return count * 100 >= of * NEARLY_ALL


def _rank(topology: Topology, element: int) -> int:
    kind = topology.kind_of(element)
    return SITE_FIRST.index(kind) if kind in SITE_FIRST else len(SITE_FIRST)

"""The network as a small map: the backbone between its sites, what is broken in red, what is cut off in amber.

The country needs no coastline to be known by its fibre, and a page that loads nothing from elsewhere has no tiles.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape

import numpy as np

from connectors.console.board import Board
from correlator.world import World
from topology import impact
from topology.graph import Topology
from topology.model import TIERS

MOST_SPANS = 1500
MOST_LABELS = 40
WIDTH, TALLEST, MARGIN = 1200.0, 460.0, 34.0
LABEL_HEIGHT, LETTER = 17.0, 8.2  # in units of the drawing


@dataclass(frozen=True, slots=True)
class Ground:
    """What stays the same while the topology does: points by site, spans that are drawn."""

    hash: str
    points: dict[int, tuple[float, float]]
    spans: tuple[int, ...]
    labels: dict[int, tuple[float, float, str]]  # site -> place and anchor
    height: float


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked: elements of open incidents, of suspected ones, and sites without a working device."""

    bad: frozenset[int]
    maybe: frozenset[int]
    dark: frozenset[int]


class Chart:
    """Draws the map of a board; empty where the inventory has no places."""

    def __init__(self, world: Callable[[], World]) -> None:
        self._world = world
        self._ground: Ground | None = None

    def __call__(self, board: Board) -> str:
        topology = self._world().topology
        if self._ground is None or self._ground.hash != topology.hash:
            self._ground = survey(topology)
        return drawn(topology, self._ground, marks(topology, self._ground, board)) if self._ground.points else ""


def survey(topology: Topology) -> Ground:
    """The spans of the highest tier that has any with places at both ends, and where they lie on the page."""
    first = topology.first
    tiers = np.frombuffer(topology.tier, np.uint8)[first.span : first.device]
    for tier in range(len(TIERS)):
        chosen = [first.span + int(number) for number in np.flatnonzero(tiers == tier)[:MOST_SPANS]]
        spans = tuple(span for span in chosen if all(map(topology.place_of, topology.span_ends(span))))
        if spans:
            break
    else:
        return Ground(topology.hash, {}, (), {}, 0)
    places = {site: topology.place_of(site) or (0.0, 0.0) for span in spans for site in topology.span_ends(span)}
    points, height = _projected(places)
    return Ground(topology.hash, points, spans, _labels(topology, points, spans), height)


def _projected(places: dict[int, tuple[float, float]]) -> tuple[dict[int, tuple[float, float]], float]:
    """Equirectangular: near the equator that is as true as any."""
    lats, lons = [lat for lat, _ in places.values()], [lon for _, lon in places.values()]
    squeeze = math.cos(math.radians((min(lats) + max(lats)) / 2))
    wide, tall = max((max(lons) - min(lons)) * squeeze, 0.01), max(max(lats) - min(lats), 0.01)
    scale = min((WIDTH - 2 * MARGIN) / wide, (TALLEST - 2 * MARGIN) / tall)
    left = (WIDTH - wide * scale) / 2
    points = {
        site: (left + (lon - min(lons)) * squeeze * scale, MARGIN + (max(lats) - lat) * scale)
        for site, (lat, lon) in places.items()
    }
    return points, tall * scale + 2 * MARGIN


def _labels(
    topology: Topology, points: dict[int, tuple[float, float]], spans: Iterable[int]
) -> dict[int, tuple[float, float, str]]:
    """Names where they fit, the sites with most spans first."""
    degree: dict[int, int] = dict.fromkeys(points, 0)
    for span in spans:
        for site in topology.span_ends(span):
            degree[site] += 1
    taken = [(x - 5, y - 5, x + 5, y + 5) for x, y in points.values()]
    found: dict[int, tuple[float, float, str]] = {}
    for site in sorted(points, key=lambda site: (-degree[site], site)):
        x, y = points[site]
        wide = LETTER * len(_name(topology, site))
        for at, anchor in (
            ((x + 8, y + 5), "start"),
            ((x - 8, y + 5), "end"),
            ((x, y - 9), "middle"),
            ((x, y + 20), "middle"),
        ):
            left = at[0] - {"start": 0, "end": wide, "middle": wide / 2}[anchor]
            box = (left, at[1] - LABEL_HEIGHT + 4, left + wide, at[1] + 4)
            inside = box[0] > 0 and box[2] < WIDTH
            if inside and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                found[site] = (*at, anchor)
                break
        if len(found) == MOST_LABELS:
            break
    return found


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def marks(topology: Topology, ground: Ground, board: Board) -> Marks:
    roots: dict[bool, set[int]] = {True: set(), False: set()}
    for line in board.incidents:
        number = topology.find(line.row.root)
        if number is not None and line.row.status in ("open", "clearing", "suspected"):
            roots[line.row.status != "suspected"].add(number)
    dark: frozenset[int] = frozenset()
    if roots[True]:
        down = impact.down(topology, sorted(roots[True]))
        position = topology.places.position
        dark = frozenset(
            site
            for site in ground.points
            if (devices := topology.devices_in(site)) and all(down.holds(int(position[one])) for one in devices)
        )
    return Marks(_shown(topology, roots[True]), _shown(topology, roots[False]), dark)


def _shown(topology: Topology, roots: Iterable[int]) -> frozenset[int]:
    """The spans and sites that stand for these elements on the map."""
    found: set[int] = set()
    for root in roots:
        match topology.kind_of(root):
            case "conduit":
                found.update(topology.spans_in(root))
            case "span" | "site":
                found.add(root)
            case "device":
                found.add(topology.site_of(root))
            case "link":
                found.update(topology.site_of(end) for end in topology.ends(root))
            case "risk_group":
                found.update(topology.members_of(root))
            case _:
                pass
    return frozenset(found)


def drawn(topology: Topology, ground: Ground, marked: Marks) -> str:
    """SVG. Ids and names come from the inventory and are escaped."""
    out = [f'<svg viewBox="0 0 {WIDTH:.0f} {ground.height:.0f}" role="img" aria-label="{_says(topology, marked)}">']
    order = sorted(ground.spans, key=lambda span: (span in marked.bad, span in marked.maybe, span))
    for span in order:
        (ax, ay), (bx, by) = (ground.points[site] for site in topology.span_ends(span))
        kind = "bad" if span in marked.bad else "maybe" if span in marked.maybe else "backbone"
        out.append(f'<line class="span {kind}" x1="{ax:.1f}" y1="{ay:.1f}" x2="{bx:.1f}" y2="{by:.1f}"/>')
        if kind == "bad":
            out.append(f'<path class="cut" d="M{(ax + bx) / 2 - 6:.1f} {(ay + by) / 2 - 6:.1f}l12 12m0 -12l-12 12"/>')
    for site, (x, y) in ground.points.items():
        hit = "hit" if site in marked.bad else "dark" if site in marked.dark else ""
        name = escape(_name(topology, site))
        radius = 7 if hit else 3.6
        out.append(f'<circle class="{hit}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}"><title>{name}</title></circle>')
        if site in ground.labels:
            lx, ly, anchor = ground.labels[site]
            hot = ' class="hot"' if hit else ""
            out.append(f'<text{hot} x="{lx:.1f}" y="{ly:.1f}" text-anchor="{anchor}">{name}</text>')
    return "".join([*out, "</svg>"])


def _name(topology: Topology, site: int) -> str:
    return topology.name_of(site)[:24]


def _says(topology: Topology, marked: Marks) -> str:
    """For who cannot see it: what is red."""
    names = [topology.name_of(one) for one in sorted(marked.bad)][:10]
    return escape(", ".join(names), quote=True)

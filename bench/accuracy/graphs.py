"""Real backbones of topohub, in two lists that share none: one to tune with, one to report with."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

TUNING = (
    "sndlib/polska",
    "topozoo/Bellsouth",
    "sndlib/cost266",
    "topozoo/Cesnet1993",
    "topozoo/Garr201201",
    "sndlib/nobel-germany",
    "topozoo/Uninett2010",
    "sndlib/germany50",
)
REPORTING = (
    "sndlib/nobel-eu",
    "topozoo/Cesnet201006",
    "topozoo/HiberniaCanada",
    "sndlib/janos-us-ca",
    "topozoo/Sinet",
    "topozoo/Abilene",
    "topozoo/Geant2012",
    "topozoo/TataNld",
)
STORM = {"tuning": "backbone/africa_nosc", "reporting": "backbone/south_america_nosc"}  # meshed and national

KM_PER_DEGREE = 111.2
SLACK = 1.25  # fibre is longer than the crow flies
SHORTEST_KM = 2.0


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes with places, and edges between their numbers."""

    name: str
    places: tuple[tuple[float, float], ...]  # latitude, longitude
    edges: tuple[tuple[int, int], ...]

    @property
    def shape(self) -> str:
        """As the page names it: mostly leaves is a tree, few is a mesh."""
        degrees = self.degrees()
        leaves = sum(1 for degree in degrees if degree < 2) / len(degrees)
        form = "tree" if leaves > 0.4 else "ring" if len(self.edges) <= 1.15 * len(degrees) else "mesh"
        return f"{form}-{len(degrees)}"

    def degrees(self) -> list[int]:
        degrees = [0] * len(self.places)
        for a, b in self.edges:
            degrees[a] += 1
            degrees[b] += 1
        return degrees

    def length_km(self, a: int, b: int) -> float:
        """Of a fibre between two nodes."""
        (lat, lon), (lat2, lon2) = self.places[a], self.places[b]
        east = (lon2 - lon) * math.cos(math.radians((lat + lat2) / 2))
        return round(max(SHORTEST_KM, SLACK * KM_PER_DEGREE * math.hypot(lat2 - lat, east)), 1)


@cache
def load(name: str) -> Graph:
    """The greatest connected part of a graph, without loops and parallel edges."""
    found = json.loads((files("topohub") / f"data/{name}.json").read_text())  # its own `get` leaves the file open
    number = {node["id"]: n for n, node in enumerate(found["nodes"])}
    pairs = {tuple(sorted((number[e["source"]], number[e["target"]]))) for e in found["edges"]}
    edges = sorted((a, b) for a, b in pairs if a != b)
    kept = _greatest(len(number), edges)
    again = {old: new for new, old in enumerate(kept)}
    places = [found["nodes"][old]["pos"] for old in kept]
    return Graph(
        name,
        tuple((round(float(lat), 4), round(float(lon), 4)) for lon, lat in places),
        tuple((again[a], again[b]) for a, b in edges if a in again and b in again),
    )


def _greatest(count: int, edges: list[tuple[int, int]]) -> list[int]:
    beside: list[list[int]] = [[] for _ in range(count)]
    for a, b in edges:
        beside[a].append(b)
        beside[b].append(a)
    best: list[int] = []
    seen: set[int] = set()
    for start in range(count):
        if start in seen:
            continue
        part, waiting = {start}, [start]
        while waiting:
            for other in beside[waiting.pop()]:
                if other not in part:
                    part.add(other)
                    waiting.append(other)
        seen |= part
        if len(part) > len(best):
            best = sorted(part)
    return best

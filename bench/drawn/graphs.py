"""Backbones: real graphs of topohub, of 7 to 74 nodes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

GRAPHS = (
    "sndlib/polska",
    "topozoo/Abilene",
    "sndlib/atlanta",
    "sndlib/nobel-us",
    "sndlib/france",
    "sndlib/newyork",
    "sndlib/di-yuan",
    "topozoo/Garr201201",
    "sndlib/germany50",
    "sndlib/norway",
    "topozoo/Geant2012",
    "topozoo/Arnes",
    "topozoo/Uninett2010",
    "topozoo/Sanren",
)
REGIONS = 3


@dataclass(frozen=True, slots=True)
class Graph:
    """Towns with their places, and the cables between them."""

    name: str
    places: dict[str, tuple[float, float]]  # by town: x, y; longitude and latitude, where they are on Earth
    cables: tuple[tuple[str, str, float], ...]  # between two towns, in km

    @property
    def shape(self) -> str:
        """As the page names it: mostly leaves is a tree, hardly more cables than towns a ring."""
        degrees = self.degrees()
        pairs = {frozenset(cable[:2]) for cable in self.cables}
        leaves = sum(degree < 2 for degree in degrees.values()) / len(degrees)
        form = "tree" if leaves > 0.4 else "ring" if len(pairs) <= 1.15 * len(degrees) else "mesh"
        return f"{form}-{len(degrees)}"

    def degrees(self) -> dict[str, int]:
        """Cables at each town."""
        found = dict.fromkeys(self.places, 0)
        for a, b, _ in self.cables:
            found[a] += 1
            found[b] += 1
        return found

    def regions(self) -> dict[str, str]:
        """The country in strips from west to east."""
        x = [place[0] for place in self.places.values()]
        width = 1e-9 + max(x) - min(x) + 0.001
        return {town: f"R{int((place[0] - min(x)) * REGIONS / width)}" for town, place in self.places.items()}


@cache
def load(name: str) -> Graph:
    found = json.loads((files("topohub") / f"data/{name}.json").read_text())  # its own `get` leaves the file open
    places = {str(node["id"]): (node["pos"][0], node["pos"][1]) for node in found["nodes"]}
    edges = [(str(edge["source"]), str(edge["target"]), edge["dist"]) for edge in found["edges"]]
    return Graph(name, places, tuple(edge for edge in edges if edge[0] != edge[1]))

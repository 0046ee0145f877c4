"""GraphML as the Topology Zoo (topology-zoo.org) has it: a node is a site with a core device, an edge a span, a link.

Such files are drawings of networks, with all that drawings have: nodes without coordinates, labels that are missing,
odd or repeated, doubled edges, loops, several components. All of that is accepted. They name no gateway.
"""

import io
import re
import unicodedata
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import ParseError

from topology.loaders.reading import Reading, collector_paused, finish, refuse
from topology.model import Device, Inventory, Link, Site, Span

ATTRIBUTE_TYPE = re.compile(rb"""(\battr\.type\s*=\s*)(?:"[^"]*"|'[^']*')""")
NO_LABEL = frozenset({"", "none", "null", "nan", "?"})


def load_graphml(data: bytes) -> Inventory:
    """The inventory that a GraphML graph draws. Raises `BadInventory` where the text is no GraphML."""
    with collector_paused():
        graph = _graph(data)
        keys = _keys(graph)
        ends = list(_edges(graph, keys))
        inventory = Inventory(
            sites=tuple(_site(keys[node], node, about) for node, about in graph.nodes(data=True)),
            spans=tuple(Span(id=f"SPAN-{edge}", a=f"SITE-{a}", b=f"SITE-{b}", tier="backbone") for edge, a, b in ends),
            devices=tuple(
                Device(id=f"CORE-{keys[node]}", site=f"SITE-{keys[node]}", role="core", tier="backbone")
                for node in graph
            ),
            links=tuple(_link(edge, a, b) for edge, a, b in ends),
        )
        return finish(Reading(inventory))


def _graph(data: bytes) -> Any:
    """The graph as networkx reads it, all attributes as text.

    Files declare `int` for what holds "1.0" or "", and networkx then refuses the whole of them; we convert the few
    attributes that we use ourselves.
    """
    import networkx as nx  # a tenth of a process's start, and only such a file needs it

    text = ATTRIBUTE_TYPE.sub(rb'\1"string"', data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # ports of edges, which networkx skips and says so
            return nx.read_graphml(io.BytesIO(text))
    except ParseError as error:
        line, column = error.position
        raise refuse(f"line {line} column {column + 1}", f"this is not XML: {error.msg}", "Correct it there") from error
    except (nx.NetworkXError, LookupError, ValueError) as error:
        raise refuse("the file", f"this is not GraphML: {error}", "Export it anew") from error


def _keys(graph: Any) -> dict[str, str]:
    """A key for each node, the same whatever the order of the file: its label, and its own id too where others share
    that label. Keys hold no `:`, which divides the ends of an edge, and a `~` only before the node's id."""
    slugs = {node: _slug(_label(node, about)) for node, about in graph.nodes(data=True)}
    shared = Counter(slugs.values())
    return {
        node: slug if slug and shared[slug] == 1 else f"{slug or 'node'}~{quote(node, safe='').replace('~', '%7E')}"
        for node, slug in slugs.items()
    }


def _label(node: str, about: Mapping[str, Any]) -> str:
    label = " ".join(str(about.get("label") or about.get("name") or "").split())
    return node if label.lower() in NO_LABEL else label


def _slug(label: str) -> str:
    return re.sub(r"[^\w.]+", "-", unicodedata.normalize("NFC", label)).strip("-")


def _edges(graph: Any, keys: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """(key of the edge, of its one end, of its other), loops left out, ends in the order of their names.

    Doubled edges are numbered. In a directed graph an arc and one that runs back are the two directions of one edge.
    """
    seen: Counter[tuple[str, str]] = Counter()
    back: Counter[tuple[str, str]] = Counter()
    for tail, head in graph.edges():
        a, b = keys[tail], keys[head]
        if a == b:
            continue
        if graph.is_directed():
            if back[a, b]:
                back[a, b] -= 1
                continue
            back[b, a] += 1
        a, b = min(a, b), max(a, b)
        seen[a, b] += 1
        yield f"{a}:{b}" if seen[a, b] == 1 else f"{a}:{b}:{seen[a, b]}", a, b


def _site(key: str, node: str, about: Mapping[str, Any]) -> Site:
    low = {name.lower(): value for name, value in about.items()}
    return Site(
        id=f"SITE-{key}",
        kind="pop",
        name=_label(node, about),
        region=str(low.get("country") or "").strip() or None,
        lat=_degrees(low.get("latitude", low.get("lat")), 90),
        lon=_degrees(low.get("longitude", low.get("lon")), 180),
    )


def _degrees(text: Any, most: int) -> float | None:
    """A coordinate, or None for what is none: a hole in a drawing, not a fault."""
    try:
        value = float(text)
    except (TypeError, ValueError):
        return None
    return value if -most <= value <= most else None


def _link(edge: str, a: str, b: str) -> Link:
    """The ports are named by the edge: no two links share one."""
    return Link(
        id=f"LINK-{edge}", a=f"CORE-{a}/{edge}", b=f"CORE-{b}/{edge}", tier="backbone", routes=((f"SPAN-{edge}",),)
    )

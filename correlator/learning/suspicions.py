"""What keeps failing with a root that cannot explain it: the inventory lacks that the one needs the other.

Counted are beginnings within a minute and a half of each other: of incidents of a root, and of alarms that no incident
of that root explained, but another one or none. Proposed is what comes along most times, far more often than by chance.
"""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from correlator.learning.history import Cause, History
from topology.domains import element_of
from topology.graph import Topology
from topology.impact import prediction

NEAR_US = 90_000_000  # as a failure is told within so long (`FaultPolicy.fresh_s`)
LEAST = 3  # times together
SHARE = 0.6  # of the root's incidents, that it came along with
LAYERS = {"conduit": 0, "span": 1, "link": 2, "site": 3, "device": 4, "splitter": 5}  # by kind: what others lie on
CHANCE = 1e-3  # of finding as much anywhere in this history, if all came as it would


class Suspicion(NamedTuple):
    """`thing` fails with `root`, `together` of `times`; it began `begun` times in all."""

    root: str
    thing: str
    together: int
    times: int
    begun: int
    chance: float


@dataclass(slots=True)
class Happening:
    """Something that began, several times. Of roots: what nothing tells from it, and words that it explained in all."""

    name: str
    times: list[int] = field(default_factory=list)
    alike: set[str] = field(default_factory=set)
    words: int = 0


def suspicions(history: History) -> list[Suspicion]:
    """The likeliest reason for each thing, by name of the root."""
    topology = history.topology
    roots, things = _roots(history), _things(history)
    held = _held(history)
    pairs = len(roots) * len(things)
    found = [
        one
        for root in roots.values()
        if len(root.times) >= LEAST
        for thing in things.values()
        if (one := _together(history, root, thing, held.get((root.name, thing.name), 0), pairs)) is not None
        and not _is_known(topology, one)
    ]
    found = _one_way(topology, found, roots)
    by_thing: dict[str, Suspicion] = {}
    for one in sorted(found, key=lambda each: (-roots[each.root].words, each.chance, each.root)):
        by_thing.setdefault(one.thing, one)
    kept = [one for one in by_thing.values() if not _follows(topology, one, by_thing, roots)]
    return sorted(kept, key=lambda one: (one.root, one.thing))


def _roots(history: History) -> dict[str, Happening]:
    """Incidents by what their root is, as it is called most often."""
    held: dict[str, int] = defaultdict(int)
    for word in history.words:
        held[word.incident or ""] += 1
    found: dict[str, Happening] = {}
    for cause in _causes(history):
        name = _named(history.topology, cause)
        happening = found.setdefault(name, Happening(name))
        happening.times.append(cause.begun_us)
        happening.words += held[cause.id]
        happening.alike.update((name, *cause.equivalent))
    return {name: _sorted(happening) for name, happening in found.items()}


def _things(history: History) -> dict[str, Happening]:
    """What was told, by what it is about: whatever explained it, and nothing."""
    found: dict[str, Happening] = {}
    for word in history.words:
        if not word.apart:
            name = _about(history.topology, word.object)
            found.setdefault(name, Happening(name)).times.append(word.begun_us)
    return {name: _sorted(happening) for name, happening in found.items()}


def _held(history: History) -> dict[tuple[str, str], int]:
    """(root, thing) -> how often an incident of that root explained it."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for word in history.words:
        cause = history.cause_of(word)
        if cause is not None:
            found[_named(history.topology, cause), _about(history.topology, word.object)].add(cause.id)
    return {pair: len(incidents) for pair, incidents in found.items()}


def _sorted(happening: Happening) -> Happening:
    """What began within a minute and a half began once."""
    times = sorted(happening.times)
    happening.times = [at for place, at in enumerate(times) if not place or at - times[place - 1] > NEAR_US]
    return happening


def _causes(history: History) -> Iterator[Cause]:
    return (cause for cause in history.causes.values() if cause.is_fault and cause.into is None)


def _named(topology: Topology, cause: Cause) -> str:
    """The same for all that nothing tells apart: fibre before links, these before what is left."""
    names = [name for name in (cause.equivalent or (cause.root,)) if topology.find(name) is not None]
    if cause.confirmed or not names:
        return cause.root
    return min(names, key=lambda name: (_layer(topology, name), name))


def _layer(topology: Topology, name: str) -> int:
    element = topology.find(name)
    return LAYERS.get(topology.kind_of(element), len(LAYERS)) if element is not None else len(LAYERS)


def _about(topology: Topology, name: str) -> str:
    """Of a port its link."""
    element = topology.find(name)
    if element is None or topology.kind_of(element) != "port":
        return name
    link = topology.link_of(element)
    return name if link < 0 else topology.ids[link]


def _together(history: History, root: Happening, thing: Happening, held: int, pairs: int) -> Suspicion | None:
    """`held`: how often the root explained it."""
    if thing.name in root.alike or held:
        return None
    together = sum(1 for at_us in root.times if _is_near(thing.times, at_us))
    times = len(root.times)
    if together < LEAST or together < SHARE * times:
        return None
    alone = 1 - math.exp(-len(thing.times) * 2 * NEAR_US / history.length_us)
    chance = min(1.0, pairs * _at_least(together, times, alone))
    return Suspicion(root.name, thing.name, together, times, len(thing.times), chance) if chance < CHANCE else None


def _is_near(times: list[int], at_us: int) -> bool:
    place = bisect_left(times, at_us - NEAR_US)
    return place < len(times) and times[place] <= at_us + NEAR_US


def _at_least(hits: int, tries: int, chance: float) -> float:
    return sum(math.comb(tries, n) * chance**n * (1 - chance) ** (tries - n) for n in range(hits, tries + 1))


def _is_known(topology: Topology, one: Suspicion) -> bool:
    """The inventory has it that one takes the other down, or that both are the same to all who tell."""
    return _takes_down(topology, one.root, one.thing) or _takes_down(topology, one.thing, one.root)


def _takes_down(topology: Topology, root: str, thing: str) -> bool:
    cause, hit = element_of(topology, root), element_of(topology, thing)
    if cause < 0 or hit < 0:
        return True  # nothing is known of it
    fallen = prediction(topology, cause).down
    if any(hit in part for part in (fallen.failed, fallen.links, fallen.sites, fallen.ports, fallen.degraded)):
        return True
    if topology.kind_of(hit) == "span":  # it never speaks: its links do
        over = topology.links_over(hit)
        return bool(over) and all(link in fallen.links for link in over)
    return topology.is_device(hit) and topology.reachable(hit) and fallen.holds(int(topology.position[hit]))


def _one_way(topology: Topology, found: list[Suspicion], roots: dict[str, Happening]) -> list[Suspicion]:
    """Of two that come along with each other, who takes the other along more surely is the root.

    Else the fibre is, then who explains more words.
    """

    def back(one: Suspicion) -> Suspicion | None:
        """The same, the other way round."""
        alike = roots[one.root].alike
        return next((two for two in found if two.thing in alike and one.thing in roots[two.root].alike), None)

    def better(one: Suspicion) -> bool:
        other = back(one)
        if other is None:
            return True
        mine, its = (
            (each.together / each.times, -_layer(topology, each.root), roots[each.root].words, each.root)
            for each in (one, other)
        )
        return mine > its

    return [one for one in found if better(one)]


def _follows(topology: Topology, one: Suspicion, by_thing: dict[str, Suspicion], roots: dict[str, Happening]) -> bool:
    """What is missing for another thing explains this one as well."""
    others = [other for other in by_thing.values() if other.root == one.root and other.thing != one.thing]
    if any(
        _takes_down(topology, other.thing, one.thing) and not _takes_down(topology, one.thing, other.thing)
        for other in others
    ):
        return True
    theirs = (by_thing.get(name) for name in roots[one.root].alike)  # the root itself is what comes along with another
    return any(other is not None and other.root != one.root for other in theirs)

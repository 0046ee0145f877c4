"""SCORE (Kompella and others, NSDI 2005): a greedy cover of what is told by risk groups that are hit well enough."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from bench.accuracy.answers import Answer, Found
from bench.accuracy.case import Case
from bench.accuracy.physics import Net
from bench.accuracy.telling import Key, Speech
from bench.accuracy.timeline import Told

HIT = 0.4  # of a group's signature must be told; chosen on the tuning graphs
GAP_S, LONGEST_S = 120.0, 600.0  # words with no longer pause are one cluster, for so long


@dataclass(slots=True)
class Signatures:
    """For each element what its failure makes others say, and the other way round."""

    of: dict[str, frozenset[Key]] = field(default_factory=dict)
    by: dict[Key, list[str]] = field(default_factory=lambda: defaultdict(list))


_made: dict[int, tuple[Net, Signatures]] = {}


def signatures(speech: Speech) -> Signatures:
    """Of every element of a plant, once."""
    known = _made.get(id(speech.net))
    if known is None:
        known = _made[id(speech.net)] = speech.net, _signatures(speech)
    return known[1]


def _signatures(speech: Speech) -> Signatures:
    made = Signatures()
    for name in speech.net.elements():
        words = frozenset(speech.words(speech.net.condition([name])))
        if words:
            made.of[name] = words
            for key in words:
                made.by[key].append(name)
    return made


def clusters(told: list[Told]) -> list[list[Told]]:
    """Raises that came together."""
    found: list[list[Told]] = []
    standing: set[Key] = set()
    for one in told:
        if not one.raised:
            continue
        last = found[-1] if found else None
        if last is None or one.received - last[-1].received > GAP_S or one.received - last[0].received > LONGEST_S:
            found.append([])
            standing = set()
        if one.key not in standing:
            standing.add(one.key)
            found[-1].append(one)
    return [cluster for cluster in found if cluster]


def answer(case: Case) -> Answer:
    speech = case.scene.speech if case.given is None else Speech(case.scene.plant, case.given)
    known = signatures(speech)
    found = []
    for cluster in clusters(case.told):
        at = {one.key: one.received for one in cluster}
        for root, keys in cover(known, set(at)):
            first = min(at[key] for key in keys)
            found.append(Found(root, cluster[-1].received + GAP_S, first))
    return Answer(found)


def cover(known: Signatures, told: set[Key]) -> list[tuple[str, set[Key]]]:
    """Elements in the order taken, each with what it explains that none before it did."""
    left = set(told)
    taken = []
    while left:
        near = sorted({name for key in left for name in known.by.get(key, ())})
        worth = {name: _worth(known, name, told, left) for name in near}
        best = max(near, key=lambda name: worth[name], default=None)
        if best is None or worth[best][0] == 0:
            break
        explained = (known.of[best] | {(best, "card_failure")}) & left
        taken.append((best, set(explained)))
        left -= explained
    return taken


def _worth(known: Signatures, name: str, told: set[Key], left: set[Key]) -> tuple[int, float]:
    """How much more it explains, where enough of it is told; then how well it is hit. A card need not speak."""
    signature = known.of[name]
    hit = len(signature & told) / len(signature)
    card = (name, "card_failure") in left
    return (len(signature & left) + card, hit) if hit >= HIT else (0, hit)

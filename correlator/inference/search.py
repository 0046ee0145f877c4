"""The search: which few failures explain best what is told, what is silent and who called.

Weighted cover on residual counts, lazily greedy (exact while gates stay fixed), as integers. Only candidates that
something changed for are looked at; a candidate whose gain on all free evidence is not positive can never be chosen,
since marginal gains only shrink.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import heapify, heappop, heapreplace

from correlator.inference.evidence import Evidence
from correlator.inference.observations import Token
from correlator.inference.weighing import NOTHING, Taken, Weighed, weigh, weigh_class


@dataclass(slots=True)
class Chosen:
    """A chosen candidate with its rivals."""

    weighed: Weighed
    rivals: list[tuple[int, int]] = field(default_factory=list)  # (candidate, gain on the same evidence), best first
    confidence_ppm: int = 0
    besides: tuple[int, ...] = ()  # fails together with these (an island cut off by several links)

    @property
    def odds(self) -> int:
        """Micro-nats to the best other root."""
        return self.weighed.gain - (self.rivals[0][1] if self.rivals else 0)


@dataclass(slots=True)
class Region:
    """The candidates of one solve that can be chosen, and the suspected incidents that it re-thinks."""

    weighed: dict[int, Weighed | None] = field(default_factory=dict)  # roughly, on all free evidence: all looked at
    viable: dict[int, Weighed] = field(default_factory=dict)  # of these, by the likeliest of the class
    seen: set[int] = field(default_factory=set)
    suspects: set[str] = field(default_factory=set)


def gather(evidence: Evidence, suspects: dict[str, set[Token]], roots: dict[int, str], now_us: int) -> Region:
    """From what changed: the viable candidates, and those of every suspected incident that shares evidence with them.

    `suspects`: suspected incident -> its tokens; `roots`: the likeliest of its root's class -> incident.
    """
    region = Region()
    waiting = evidence.dirty.copy()
    evidence.dirty.clear()
    while waiting:
        for candidate in sorted(evidence.possible(waiting)):
            if candidate not in region.weighed:
                _consider(evidence, region, candidate, now_us)
        region.seen |= waiting
        touched = {name for c, name in roots.items() if c in waiting or c in region.viable}
        for weighed in region.viable.values():
            touched |= {token.suspect for token in weighed.tokens if token.suspect is not None}
        new = touched - region.suspects
        region.suspects |= touched
        more = set[int]().union(*(token.credit for name in sorted(new) for token in suspects.get(name, ())))
        more.update(c for c, name in roots.items() if name in new)
        waiting = more - region.seen
    return region


def _consider(evidence: Evidence, region: Region, candidate: int, now_us: int) -> None:
    evidence.units += 1
    twins = evidence.twins(candidate)
    weighed = weigh_class(evidence, twins, now_us, NOTHING, rough=True)
    for twin in twins[2]:
        region.weighed[twin] = weighed
    if weighed is not None and weighed.gain > 0:
        region.viable[weighed.candidate] = weighed


def choose(evidence: Evidence, region: Region, now_us: int) -> list[Chosen]:
    """Lazy greedy over the region: the best first, then what explains the rest."""
    taken = Taken()
    name = evidence.planner.name_of
    heap = [(-w.gain, name(c), c) for c, w in region.viable.items()]
    heapify(heap)
    chosen: list[Chosen] = []
    while heap:
        _, label, candidate = heap[0]
        now = weigh(evidence, candidate, now_us, taken) if chosen else region.viable[candidate]
        if now is None or now.gain <= 0:
            heappop(heap)
            continue
        if chosen and len(heap) > 1 and (-now.gain, label) > min(heap[1:3])[:2]:
            heapreplace(heap, (-now.gain, label, candidate))
            continue
        heappop(heap)
        chosen.append(_rivals(evidence, now, region, taken, now_us))
        take(evidence, taken, now)
    return chosen


def take(evidence: Evidence, taken: Taken, weighed: Weighed) -> None:
    """From now on what it predicts is accounted for."""
    taken.tokens.update(weighed.tokens)
    for complaint in evidence.calls.get(weighed.candidate, ()):
        taken.calls.setdefault(complaint, weighed.candidate)
    predicted = evidence.predicted(weighed.candidate)
    if predicted is not None:
        taken.intervals.extend(predicted.down.intervals)
        taken.links.update(predicted.links)
    for token in sorted_tokens(evidence, explained_without_credit(evidence, weighed)):
        taken.tokens.add(token)


def all_explained(evidence: Evidence, weighed: Weighed) -> list[Token]:
    """What speaks for the root, and what it accounts for besides."""
    return [*weighed.tokens, *explained_without_credit(evidence, weighed)]


def explained_without_credit(evidence: Evidence, weighed: Weighed) -> list[Token]:
    """Tokens that the root accounts for though they do not speak for it (told by one whom it cut off)."""
    predicted = evidence.predicted(weighed.candidate)
    if predicted is None:
        return []
    found = [token for token in weighed.unlikely if token.owner is None]
    for link in predicted.down.links:
        if link in evidence.dark_links:
            found.extend(
                token
                for end in (0, 1, 2)
                if (token := evidence.tokens.get(("link_end", link, end))) is not None and token.owner is None
            )
    mine = set(weighed.tokens)
    return [token for token in found if token not in mine]


def sorted_tokens(evidence: Evidence, tokens: Iterable[Token]) -> list[Token]:
    """In an order that does not depend on arrival."""
    name = evidence.planner.name_of
    return sorted(tokens, key=lambda t: (t.kind, name(t.key[1]), t.key[2]))


def _rivals(evidence: Evidence, best: Weighed, region: Region, taken: Taken, now_us: int) -> Chosen:
    """The other roots for the same evidence, each with its gain as if it were chosen instead."""
    others: set[int] = set()
    if len(best.tokens) <= 2000:
        others.update(*(token.credit for token in best.tokens))
    else:  # a sample tells the same: rivals of a great fault share nearly all of it
        for token in sorted_tokens(evidence, best.tokens)[:: len(best.tokens) // 500]:
            others.update(token.credit)
    if best.candidate in evidence.calls and not best.tokens:
        mine = set(evidence.calls[best.candidate])
        others |= {c for c, held in evidence.calls.items() if mine & held.keys()}
    rivals: dict[int, int] = {}
    fresh = not (taken.tokens or taken.calls)
    done = set(best.members)
    for candidate in sorted(evidence.possible(others)):
        if candidate in done:
            continue
        weighed = region.weighed.get(candidate)
        looked = candidate in region.weighed and (weighed is None or (fresh and not weighed.rough))
        if not looked:  # None on all is None on a part
            twins = evidence.twins(candidate)
            done.update(twins[2])
            weighed = weigh_class(evidence, twins, now_us, taken)
        if weighed is not None and weighed.candidate not in best.members:
            rivals[weighed.candidate] = weighed.gain
    name = evidence.planner.name_of
    ranked = sorted(rivals.items(), key=lambda pair: (-pair[1], name(pair[0])))
    confidence = evidence.scores.confidence_ppm(best.gain, (gain for _, gain in ranked))
    return Chosen(best, ranked[: evidence.policy.listed_alternatives], confidence)

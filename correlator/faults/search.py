"""The search: which few failures explain best what is told, what is silent and who called.

Weighted cover on residual counts, lazily greedy (exact while gates stay fixed), as integers. Only candidates that
something changed for are looked at; a candidate whose gain on all free evidence is not positive can never be chosen,
since marginal gains only shrink.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import heapify, heappop, heapreplace

from correlator.faults.evidence import Evidence
from correlator.faults.score import Silence
from correlator.faults.sight import count
from correlator.faults.tokens import EXTERNAL, Token
from topology.down import Intervals
from topology.impact import Prediction


@dataclass(slots=True)
class Weighed:
    """One candidate's gain over "no fault", and what it is made of."""

    candidate: int  # the likeliest of its class
    members: tuple[int, ...]
    gain: int
    tokens: list[Token]
    prior: int = 0
    alarms: int = 0  # what active tokens add
    silence: int = 0  # what silence takes
    calls: int = 0  # what complaints add
    silent: dict[Silence, int] = field(default_factory=dict)
    oldest_us: int = 0
    unlikely: list[Token] = field(default_factory=list)  # ONTs that were told though their speaker would be dead

    @property
    def share(self) -> float:
        """Of the informative things that it predicts, by number: how many are told."""
        quiet = sum(self.silent.values())
        return len(self.tokens) / (len(self.tokens) + quiet) if self.tokens else 0.0


@dataclass(slots=True)
class Hypothesis:
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
class Taken:
    """What the hypotheses chosen so far in this solve already account for."""

    tokens: set[Token] = field(default_factory=set)
    intervals: list[tuple[int, int]] = field(default_factory=list)
    links: set[int] = field(default_factory=set)
    calls: dict[str, int] = field(default_factory=dict)  # complaint -> the chosen candidate that explains it


NOTHING = Taken()


Weighings = dict[tuple[int, int, int | None], tuple[Weighed | None, int]]  # of one moment, with their counted work


def weigh(
    evidence: Evidence, candidate: int, now_us: int, taken: Taken = NOTHING, known: Weighings | None = None
) -> Weighed | None:
    """The candidate's gain on what is free and not taken; None where it cannot be positive.

    `known`: what was weighed already with the same `taken`: those that no alarm tells apart weigh the same.
    """
    if candidate in evidence.root_owner:  # it is known to have failed
        return None
    if evidence.is_hopeless(candidate, now_us):
        return None
    calls = evidence.callers.score(candidate, now_us) if candidate in evidence.calls else None
    best, prior = evidence.twins(candidate)
    what = best, prior, calls
    if known is None:
        return _weigh_class(evidence, what, now_us, taken)
    same = known.get(what)
    if same is None:
        before = evidence.units
        weighed = _weigh_class(evidence, what, now_us, taken)
        known[what] = weighed, evidence.units - before
        return weighed
    evidence.units += same[1]
    return same[0]


def _weigh_class(evidence: Evidence, what: tuple[int, int, int | None], now_us: int, taken: Taken) -> Weighed | None:
    """`what`: the likeliest of the class, ln of the summed rates, what complaints say."""
    candidate, prior, calls = what
    members = evidence.elements.family(candidate)[1]
    free = evidence.free.get(candidate, ())
    tokens = [token for token in free if token not in taken.tokens] if taken.tokens else list(free)
    evidence.units += len(tokens) + 20
    if taken.calls and calls is not None:
        calls = evidence.callers.score(candidate, now_us, taken.calls)
    if not tokens and calls is None:
        return None
    if candidate == EXTERNAL:
        return _weigh_external(evidence, tokens, prior)
    if calls is None and _all_power(tokens):
        return None
    if _is_power(evidence, candidate, tokens):
        tokens = [token for token in tokens if token.kind != "device"]
    weighed = Weighed(candidate, members, 0, tokens, prior + evidence.bonus(members))
    weighed.alarms = _alarms_worth(evidence, candidate, tokens)
    weighed.calls = _calls_worth(evidence, calls, bool(tokens))
    bound = weighed.prior + weighed.alarms + weighed.calls
    if bound <= 0:
        return None
    _add_silence(evidence, weighed, now_us, taken)
    weighed.gain = weighed.prior + weighed.alarms + weighed.calls + weighed.silence
    return weighed


def _alarms_worth(evidence: Evidence, candidate: int, tokens: list[Token]) -> int:
    """All that is told; of what one customer may have switched off once, unless a monitor names the fibre itself."""
    if not evidence.elements.is_leaf(candidate):
        return sum([token.worth for token in tokens])
    named = sum([token.worth for token in tokens if token.kind == "fibre"])
    return named + max([token.worth for token in tokens if token.kind != "fibre"], default=0)


def weigh_set(
    evidence: Evidence, candidate: int, tokens: list[Token], now_us: int, swallowed: list[str]
) -> Weighed | None:
    """The candidate's gain on exactly these tokens, as if the swallowed incidents explained nothing.

    Silence counts in full: what is settled yields to evidence, not to a minute in which nobody has spoken yet.
    """
    _, members, prior = evidence.elements.family(candidate)
    if candidate == EXTERNAL:
        return _weigh_external(evidence, tokens, prior)
    if _all_power(tokens):
        return None
    if _is_power(evidence, candidate, tokens):
        tokens = [token for token in tokens if token.kind != "device"]
    worth = sum(token.worth for token in tokens if candidate in token.credit)
    weighed = Weighed(candidate, members, 0, tokens, prior + evidence.bonus(members), worth)
    calls = evidence.callers.score(candidate, now_us) if candidate in evidence.calls else None
    weighed.calls = _calls_worth(evidence, calls, bool(tokens))
    with evidence.disregarding(swallowed):
        _add_silence(evidence, weighed, now_us, NOTHING, mature=True)
    weighed.gain = weighed.prior + weighed.alarms + weighed.calls + weighed.silence
    return weighed


def _calls_worth(evidence: Evidence, calls: int | None, beside_alarms: bool) -> int:
    if calls is None:
        return 0
    if beside_alarms:  # nobody has called in the first seconds; that vetoes nothing
        return int(max(0, calls) * 1000 * evidence.policy.call_weight_beside_alarms) // 1000
    return calls


def _all_power(tokens: list[Token]) -> bool:
    """Mains lost and nothing down for it: batteries carry on, and nobody is out (X.733 "powerProblem")."""
    return bool(tokens) and all(token.kind == "power" for token in tokens)


def _is_power(evidence: Evidence, candidate: int, tokens: Iterable[Token]) -> bool:
    """Dying gasps from a third of the lost: whatever fails above them, it is not the fibre."""
    gasping = evidence.gasping.get(candidate, 0)
    if not gasping:
        return False
    lost = sum(1 for token in tokens if token.kind == "device")
    return gasping >= lost * evidence.policy.gasp_share


def _weigh_external(evidence: Evidence, tokens: list[Token], prior: int) -> Weighed | None:
    topology = evidence.topology
    sites = {topology.site_of(t.device) if t.device >= 0 else t.key[1] for t in tokens}
    if len(sites) < evidence.policy.external_sites:
        return None
    alarms = evidence.scores.external * len(tokens)
    weighed = Weighed(EXTERNAL, (EXTERNAL,), prior + alarms, tokens, prior, alarms)
    weighed.oldest_us = min(token.first_us for token in tokens)
    return weighed


def _add_silence(evidence: Evidence, weighed: Weighed, now_us: int, taken: Taken, *, mature: bool = False) -> None:
    predicted = evidence.predicted(weighed.candidate)
    fresh_from = now_us - evidence.policy.fresh_s * 1_000_000
    fresh = [token.first_us for token in weighed.tokens if token.first_us >= fresh_from]
    age_us = now_us - min(fresh) if fresh and not mature else evidence.policy.fresh_s * 1_000_000
    weighed.oldest_us = now_us - age_us
    if predicted is None or weighed.candidate in evidence.partial:
        return
    silent: dict[Silence, int] = {}
    dark, link_owner = evidence.dark_links, evidence.link_owner
    links = 0
    for link in predicted.links:
        if link in dark or link in taken.links or evidence.sight.link_is_mute(link):
            continue
        if link not in link_owner or link_owner[link] in evidence.disregarded:
            links += 1
    if links:
        silent["link"] = links
    intervals = without(predicted.down.intervals, taken.intervals)
    polled = count(evidence.sight.polled, intervals) - _polled_tokens(evidence, weighed.tokens)
    if polled > 0:
        silent["polled"] = polled
    onts, unlikely = silent_onts(evidence, predicted, weighed.tokens, intervals, evidence.scores.silence("ont", age_us))
    if unlikely:
        weighed.unlikely = unlikely
        weighed.alarms -= sum(token.worth for token in unlikely)
        gone = set(unlikely)
        weighed.tokens = [token for token in weighed.tokens if token not in gone]
    if onts:
        silent["ont"] = onts
    probes = evidence.probes_up(intervals)
    if probes:
        silent["probe"] = probes
    evidence.units += len(predicted.links) + len(predicted.onts)
    weighed.silent = silent
    weighed.silence = sum(n * evidence.scores.silence(kind, age_us) for kind, n in silent.items())


def silent_onts(
    evidence: Evidence, predicted: Prediction, tokens: list[Token], intervals: list[tuple[int, int]], each: int
) -> tuple[int, list[Token]]:
    """(ONTs that should have been told lost and were not, those that were told and hardly can have been).

    Of ONTs whose OLT is down as well, an access manager tells either all or none: what was told counts with the
    silence of the rest, or not at all. `each`: what one silent ONT takes, in micro-nats.
    """
    sight = evidence.sight
    silent = count(sight.quiet, predicted.onts)
    mute = count(sight.onts, intervals) - count(sight.heard, predicted.onts)
    if mute <= 0:
        return silent, []
    position = evidence.topology.places.position
    told = [t for t in tokens if t.speaker >= 0 and predicted.down.holds(position.item(t.speaker))]
    rest = max(0, mute - len(told))
    if not told:
        return silent, []
    return (silent + rest, []) if sum(t.worth for t in told) + rest * each > 0 else (silent, told)


def _polled_tokens(evidence: Evidence, tokens: list[Token]) -> int:
    """How many of these are lost devices that the prefix sums still count as silent."""
    position, polled = evidence.topology.position.item, evidence.sight.polled
    places = [position(token.device) for token in tokens if token.kind == "device" and token.speaker < 0]
    return sum([polled[place] for place in places if place >= 0])


def without(intervals: Intervals, holes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The parts of disjoint intervals that lie in no hole."""
    left = list(intervals)
    for hole_low, hole_high in holes:
        kept: list[tuple[int, int]] = []
        for low, high in left:
            if hole_high <= low or high <= hole_low:
                kept.append((low, high))
                continue
            if low < hole_low:
                kept.append((low, hole_low))
            if hole_high < high:
                kept.append((hole_high, high))
        left = kept
    return left


@dataclass(slots=True)
class Region:
    """The candidates of one solve that can be chosen, and the suspected incidents that it re-thinks."""

    viable: dict[int, Weighed] = field(default_factory=dict)  # by the likeliest of the class
    seen: set[int] = field(default_factory=set)
    suspects: set[str] = field(default_factory=set)
    known: Weighings = field(default_factory=dict)


def gather(evidence: Evidence, suspects: dict[str, set[Token]], roots: dict[int, str], now_us: int) -> Region:
    """From what changed: the viable candidates, and those of every suspected incident that shares evidence with them.

    `suspects`: suspected incident -> its tokens; `roots`: the likeliest of its root's class -> incident.
    """
    region = Region()
    waiting = evidence.dirty.copy()
    evidence.dirty.clear()
    while waiting:
        for candidate in sorted(evidence.possible(waiting)):
            _consider(evidence, region, candidate, now_us)
        region.seen |= waiting
        touched = {roots[c] for c in roots if c in waiting or c in region.viable}
        for weighed in region.viable.values():
            touched |= {token.suspect for token in weighed.tokens if token.suspect is not None}
        new = touched - region.suspects
        region.suspects |= touched
        more = set[int]().union(*(token.credit for name in new for token in suspects[name]))
        more.update(c for c, name in roots.items() if name in new)
        waiting = more - region.seen
    return region


def _consider(evidence: Evidence, region: Region, candidate: int, now_us: int) -> None:
    evidence.units += 1
    weighed = weigh(evidence, candidate, now_us, NOTHING, region.known)
    if weighed is not None and weighed.gain > 0:
        region.viable[weighed.candidate] = weighed


def choose(evidence: Evidence, region: Region, now_us: int) -> list[Hypothesis]:
    """Lazy greedy over the region: the best first, then what explains the rest."""
    taken = Taken()
    name = evidence.planner.name_of
    heap = [(-w.gain, name(c), c) for c, w in region.viable.items()]
    heapify(heap)
    chosen: list[Hypothesis] = []
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


def _rivals(evidence: Evidence, best: Weighed, region: Region, taken: Taken, now_us: int) -> Hypothesis:
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
    known: Weighings = region.known if fresh else {}
    for candidate in sorted(evidence.possible(others.difference(best.members))):
        weighed = region.viable.get(candidate) if fresh else None
        if weighed is None:
            weighed = weigh(evidence, candidate, now_us, taken, known)
        if weighed is not None and weighed.candidate not in best.members:
            rivals[weighed.candidate] = weighed.gain
    name = evidence.planner.name_of
    ranked = sorted(rivals.items(), key=lambda pair: (-pair[1], name(pair[0])))
    confidence = evidence.scores.confidence_ppm(best.gain, (gain for _, gain in ranked))
    return Hypothesis(best, ranked[: evidence.policy.listed_alternatives], confidence)

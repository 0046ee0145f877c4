"""The search: which few failures explain best what is told, what is silent and who called.

Weighted cover on residual counts, lazily greedy (exact while gates stay fixed), as integers. Only candidates that
something changed for are looked at; a candidate whose gain on all free evidence is not positive can never be chosen,
since marginal gains only shrink.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush, heapreplace
from itertools import islice

from correlator.inference import planned_work
from correlator.inference.bearing import against, is_a_card
from correlator.inference.evidence.kind import Evidence
from correlator.inference.evidence.link import told_before, told_of
from correlator.inference.situation.prediction import cut_off_beside, predicted_by
from correlator.inference.situation.situation import Situation
from correlator.inference.ways.management import Unreached, by_below, is_likelier, unreached
from correlator.inference.weighing import NOTHING, Taken, Weighed, weigh, weigh_class
from correlator.inference.worth import by_chance

FEW = 4  # words; fewer are of one failure
MORE = 2  # words that it leaves to chance, and several smaller ones do not
MOST_PARTS = 200  # that are looked at
POLLER = -2  # in `Taken.by`, and below: what only the first poller that lost its way tells is accounted for, the next
MUCH_SILENCE = -12_000_000  # micro-nats: some five links
Heap = list[tuple[int, str, int]]  # (-gain, name, candidate)


@dataclass(slots=True)
class Chosen:
    """A chosen candidate with its rivals."""

    weighed: Weighed
    rivals: list[tuple[int, int]] = field(default_factory=list)  # (candidate, gain on the same evidence), best first
    confidence_ppm: int = 0
    unreached: int | None = None  # gain of "only a poller has lost its way there"
    besides: tuple[int, ...] = ()  # fails together with these (an island cut off by several links)
    all_gain: int | None = None  # what it and these gain together: none of them is believed without the others
    all_share: float = 0.0  # of what they predict together, by number: how much is told
    card: bool = False  # only a card of it is dead, and nobody said so
    homes: tuple[int, ...] = ()  # it is well, and just these that hang there lost their mains
    part: tuple[int, int, int] | None = None  # part of what hangs there: who works, of how many, and how much likelier
    standby: bool = False  # it is well and does not carry, while the other way is cut

    @property
    def share(self) -> float:
        """Of the informative things that are predicted: how many are told."""
        return self.weighed.share if self.all_gain is None else self.all_share

    @property
    def odds(self) -> int:
        """Micro-nats to the best other root, or to what is no fault of the network."""
        best = self.rivals[0][1] if self.rivals else 0
        gain = self.weighed.gain if self.all_gain is None else self.all_gain
        return gain - (best if self.unreached is None else max(best, self.unreached))


@dataclass(slots=True)
class Region:
    """The candidates of one solve that can be chosen, and the suspected incidents that it re-thinks."""

    weighed: dict[int, Weighed | None] = field(default_factory=dict)  # roughly, on all free evidence: all looked at
    viable: dict[int, Weighed] = field(default_factory=dict)  # of these, by the likeliest of the class
    seen: set[int] = field(default_factory=set)
    suspects: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Weighings:
    """Those of one search, by what was taken before: many are asked again, by lazy greed and for `_is_several`."""

    situation: Situation
    now_us: int
    known: dict[tuple[int, tuple[int, ...]], tuple[Weighed | None, int]] = field(default_factory=dict)

    def weigh(self, candidate: int, taken: Taken) -> Weighed | None:
        """Counts the same work each time: by that the next search is put off (`units`)."""
        memo, asked = self.situation.memo, (candidate, taken.by)
        found = self.known.get(asked)
        if found is not None:
            memo.units += found[1]
            return found[0]
        before = memo.units
        weighed = weigh(self.situation, candidate, self.now_us, taken)
        self.known[asked] = weighed, memo.units - before
        return weighed


def gather(situation: Situation, suspects: dict[str, set[Evidence]], roots: dict[int, str], now_us: int) -> Region:
    """From what changed: the viable candidates, and those of every suspected incident that shares evidence with them.

    `suspects`: suspected incident -> its told; `roots`: the likeliest of its root's class -> incident.
    """
    region, done = Region(), 0  # of the viable, whose suspicions are known
    waiting = situation.touched.copy()
    situation.touched.clear()
    while waiting:
        for candidate in sorted(situation.support.possible(waiting)):
            if candidate not in region.weighed:
                _consider(situation, region, candidate, now_us)
        region.seen |= waiting
        touched = {name for c, name in roots.items() if c in waiting or c in region.viable}
        left = suspects.keys() - region.suspects - touched
        for weighed in islice(region.viable.values(), done, None):
            if left:
                found = {one.suspect for one in weighed.speaks if one.suspect in left}
                left -= found
                touched |= found
        done = len(region.viable)
        new = touched - region.suspects
        region.suspects |= touched
        more = set[int]().union(*(one.credit for name in sorted(new) for one in suspects.get(name, ())))
        more.update(c for c, name in roots.items() if name in new)
        more.update(_called_over(situation, [c for c, name in roots.items() if name in new and name not in suspects]))
        waiting = more - region.seen
    return region


def _called_over(situation: Situation, roots: list[int]) -> set[int]:
    """All that the same callers speak for, where only callers tell of these."""
    calls = situation.told.callers.calls
    mine = {complaint for root in roots for complaint in calls.get(root, ())}
    return {c for c, held in calls.items() if not mine.isdisjoint(held)} if mine else set()


def _consider(situation: Situation, region: Region, candidate: int, now_us: int) -> None:
    situation.memo.units += 1
    alike = situation.support.alike(candidate)
    weighed = weigh_class(situation, alike, now_us, NOTHING, rough=True)
    for member in alike.members:
        region.weighed[member] = weighed
    if weighed is not None and weighed.gain > 0:
        region.viable[weighed.candidate] = weighed


@dataclass(frozen=True, slots=True)
class Split:
    """Several smaller failures explain the same better than a great one."""

    more: int  # they gain more by this, at the least; 0: the great one is belied
    late: tuple[int, ...] = ()  # of these: beside the others the great one is better than they


@dataclass(slots=True)
class Aside:
    """What is not chosen before the next that is: a great one for which several were taken, and some of these."""

    heap: Heap = field(default_factory=list)
    late: set[int] = field(default_factory=set)
    asked: set[tuple[int, tuple[int, ...]]] = field(default_factory=set)  # beside what each was put aside

    def put(self, situation: Situation, region: Region, weighed: Weighed) -> None:
        viable = next(one for one in weighed.members if one in region.viable)  # its class, by whom it was looked at
        self.heap.append((-weighed.gain, situation.names.name_of(viable), viable))

    def back(self, heap: Heap) -> Heap:
        for one in self.heap:
            heappush(heap, one)
        self.heap, self.late = [], set()
        return heap


def choose(
    situation: Situation, region: Region, apart: list[Unreached], now_us: int, taken: Taken | None = None
) -> list[Chosen]:
    """Lazy greedy: the best first, then what explains the rest. `apart`: what lost pollers alone tell.

    `taken`: what is explained before.
    """
    taken, weighings = taken or Taken(), Weighings(situation, now_us)
    heap = _heap(situation, region.viable.values())
    chosen: list[Chosen] = []
    dropped: dict[int, int] = {}  # for which several smaller failures were taken -> by how much these gain more
    aside = Aside()
    situation.memo.unreached = {}
    while heap := heap or aside.back(heap):
        best = region.viable[heap[0][2]]
        lost = next((one for one in apart if is_likelier(one, -heap[0][0], best)), None)
        if lost is not None:  # no fault: what only a lost poller tells is explained
            taken.told.update(lost.told)
            taken.by += (POLLER,)
            situation.memo.unreached[lost.region] = lost.told
            apart = unreached(situation, taken.told)
            heap = _weighed_anew(weighings, heap, taken)
            continue
        fresh = not (chosen or taken.told)  # as they were weighed
        now = region.viable[heappop(heap)[2]] if fresh else _first(weighings, heap, taken)
        if now is None:
            continue
        if now.candidate in aside.late:
            aside.put(situation, region, now)
            continue
        several = _several(weighings, now, region, taken, apart)
        if several is not None:
            dropped.setdefault(now.candidate, several.more)  # in place of all of them, not of those that are left
            if several.more and (now.candidate, taken.by) not in aside.asked:
                aside.asked.add((now.candidate, taken.by))
                aside.put(situation, region, now)
                aside.late.update(several.late)
            continue
        dropped.pop(now.candidate, None)
        chosen.append(_rivals(weighings, now, region, taken, dropped))
        take(situation, taken, now)
        heap = aside.back(heap)
        if apart:
            apart = unreached(situation, taken.told)
    situation.memo.unreached.update((one.region, one.told) for one in apart)
    return chosen


def _several(weighings: Weighings, best: Weighed, region: Region, taken: Taken, apart: list[Unreached]) -> Split | None:
    """Much that it would take down is not told: several smaller failures explain the same, and more that is told.

    Or most of it only a lost poller tells (`apart`), and that with smaller failures explains it better. None: it is
    the one.
    """
    situation, half = weighings.situation, len(best.speaks) / 2
    told = against(situation, best.candidate, best.speaks) if len(best.speaks) >= MORE else []
    spoken_against = len(told) >= MORE
    if len(best.speaks) < FEW and not spoken_against:
        return None
    lost = next(((n, one) for n, one in enumerate(apart) if len({*best.speaks}.intersection(one.told)) > half), None)
    if lost is None and best.silence > MUCH_SILENCE and not spoken_against:
        return None
    if spoken_against and (2 * len(told) >= len(best.speaks) or is_a_card(situation, told, best.speaks, best.gain)):
        return Split(0)
    roots = set[int]().union(*(one.credit for one in best.speaks))
    others = [region.viable[c] for c in sorted(roots) if c in region.viable and c not in best.members]
    quiet = [one for one in others if 2 * one.silence > best.silence]  # else another great one comes first
    for each in [others] if lost is not None else [others, quiet] if spoken_against else [quiet]:
        if len(each) <= MOST_PARTS and (split := _parted(weighings, best, each, taken, lost)) is not None:
            return split
    return None


def _parted(
    weighings: Weighings, best: Weighed, others: list[Weighed], taken: Taken, lost: tuple[int, Unreached] | None
) -> Split | None:
    """Into these others, if they gain more together; `lost`: with what only a lost poller tells, and its place."""
    situation = weighings.situation
    gain, spoken, heap, explained = 0, set[Evidence](), _heap(situation, others), set(best.speaks)
    parts, smaller = taken.copy(), list[Weighed]()
    if lost is not None:
        place, poller = lost
        gain, parts.by = poller.gain - situation.scores.reroot, (*parts.by, POLLER - place)
        parts.told.update(poller.told)
    while heap:
        now = _first(weighings, heap, parts)
        if now is None:
            continue
        more = len(set(now.speaks) - explained)
        gain += now.gain - (now.chance * more // len(now.speaks) if more else 0)  # nor is that told by chance
        spoken.update(now.speaks)
        smaller.append(now)
        take(situation, parts, now)
        more_gain = gain - by_chance(situation, [one.speaks for one in smaller]) - best.gain
        surely = lost is not None or more_gain > situation.scores.reroot
        if more_gain > 0 and (surely or len(spoken.difference(best.speaks)) >= MORE):
            return Split(more_gain, () if lost is not None else _late(weighings, best, smaller, taken))
    return None


def _late(weighings: Weighings, best: Weighed, smaller: list[Weighed], taken: Taken) -> tuple[int, ...]:
    """Those of the smaller ones in whose place the best one gains more, beside the others; of all, the clearest."""
    more: dict[int, int] = {}
    for one in smaller:
        beside = taken.copy()
        for other in smaller:
            if other is not one:
                take(weighings.situation, beside, other)
        great, small = (weighings.weigh(each.candidate, beside) for each in (best, one))
        if great is not None and (small is None or great.gain > small.gain):
            more[one.candidate] = great.gain - (0 if small is None else small.gain)
    late = more if len(more) < len(smaller) else sorted(more, key=lambda one: -more[one])[:1]
    return tuple(each for one in smaller if one.candidate in late for each in one.members)


def _heap(situation: Situation, weighed: Iterable[Weighed]) -> Heap:
    name = situation.names.name_of
    heap = [(-one.gain, name(one.candidate), one.candidate) for one in weighed]
    heapify(heap)
    return heap


def _first(weighings: Weighings, heap: Heap, taken: Taken) -> Weighed | None:
    """The first, weighed beside what is taken, out of the heap; None: it gains nothing now, or others come first."""
    _, label, candidate = heap[0]
    now = weighings.weigh(candidate, taken)
    if now is not None and now.gain > 0 and len(heap) > 1 and (-now.gain, label) > min(heap[1:3])[:2]:
        heapreplace(heap, (-now.gain, label, candidate))
        return None
    heappop(heap)
    return now if now is not None and now.gain > 0 else None


def _weighed_anew(weighings: Weighings, heap: Heap, taken: Taken) -> Heap:
    """After much was explained at once."""
    weighed = ((weighings.weigh(candidate, taken), label, candidate) for _, label, candidate in heap)
    left = [(-now.gain, label, candidate) for now, label, candidate in weighed if now is not None and now.gain > 0]
    heapify(left)
    return left


def take(situation: Situation, taken: Taken, weighed: Weighed) -> None:
    """From now on what it predicts is accounted for."""
    taken.by += (weighed.candidate,)
    taken.told.update(weighed.speaks)
    callers, fallen = situation.told.callers, cut_off_beside(situation, weighed.candidate)
    beside = callers.lines.within(situation.topology, fallen) if fallen is not None else ()
    for complaint in (*callers.calls.get(weighed.candidate, ()), *beside):
        taken.calls.setdefault(complaint, weighed.candidate)
    predicted = predicted_by(situation, weighed.candidate)
    if predicted is not None:
        taken.intervals.extend(predicted.down.intervals)
        taken.links.update(predicted.links)
    for one in in_order(situation, explained_without_credit(situation, weighed)):
        taken.told.add(one)


def all_explained(situation: Situation, weighed: Weighed) -> list[Evidence]:
    """What speaks for the root, and what it accounts for besides."""
    return [*weighed.speaks, *explained_without_credit(situation, weighed)]


def explained_without_credit(situation: Situation, weighed: Weighed) -> list[Evidence]:
    """What is told that the root accounts for though they do not speak for it (told by one whom it cut off)."""
    predicted = predicted_by(situation, weighed.candidate)
    if predicted is None:
        return []
    found = [one for one in weighed.unlikely if one.owner is None]
    for each in predicted.down.links:
        if each in situation.told.dark_links:
            found += [one for one in told_of(situation, each) if one.owner is None]
    mine, root, down = set(weighed.speaks), weighed.candidate, predicted.down
    fell_us = min((one.onset_us for one in mine), default=0)
    left = planned_work.besides(situation, root, [one for one in found if one not in mine])
    return [one for one in left if not told_before(situation, root, down, fell_us, one)]


def in_order(situation: Situation, told: Iterable[Evidence]) -> list[Evidence]:
    """In an order that does not depend on arrival."""
    name = situation.names.name_of
    return sorted(told, key=lambda t: (t.kind, name(t.key[1]), t.key[2]))


def _rivals(weighings: Weighings, best: Weighed, region: Region, taken: Taken, dropped: Mapping[int, int]) -> Chosen:
    """The other roots for the same evidence, each with its gain as if it were chosen instead.

    Of what was dropped for several: as if it were chosen instead of all of these.
    """
    situation, others = weighings.situation, set[int]()
    if len(best.speaks) <= 2000:
        others.update(*(one.credit for one in best.speaks))
    else:  # a sample tells the same: rivals of a great fault share nearly all of it
        for one in in_order(situation, best.speaks)[:: len(best.speaks) // 500]:
            others.update(one.credit)
    if best.candidate in situation.told.callers.calls and not best.speaks:
        mine = set(situation.told.callers.calls[best.candidate])
        others |= {c for c, held in situation.told.callers.calls.items() if mine & held.keys()}
    rivals: dict[int, int] = {}
    fresh = not (taken.told or taken.calls)
    done = set(best.members)
    for candidate in sorted(situation.support.possible(others)):
        if candidate in done:
            continue
        weighed = region.weighed.get(candidate)
        looked = candidate in region.weighed and (weighed is None or (fresh and not weighed.rough))
        if not looked:  # None on all is None on a part
            alike = situation.support.alike(candidate)
            done.update(alike.members)
            weighed = weigh_class(situation, alike, weighings.now_us, taken)
        if weighed is not None and weighed.candidate not in best.members:
            several = dropped.get(weighed.candidate)
            if several:  # little more than the margin is soon the other way round
                rivals[weighed.candidate] = best.gain - max(0, several - situation.scores.reroot)
            else:
                rivals[weighed.candidate] = weighed.gain
    ranked = situation.names.ranked(rivals.items())
    return chosen_of(situation, best, ranked)


def counts(situation: Situation, best: Weighed) -> Callable[[int], int]:
    """How a gain, its own or a rival's, counts for how sure it is: where callers alone tell of it, less."""
    return situation.scores.by_callers if best.calls > 0 and not best.speaks else int


def chosen_of(situation: Situation, best: Weighed, ranked: list[tuple[int, int]]) -> Chosen:
    """How sure it is among these rivals, the best first, and against what is no fault of the network."""
    below = by_below(situation, best)
    count, others = counts(situation, best), [gain for _, gain in ranked] + ([] if below is None else [below])
    sure = situation.scores.confidence_ppm(count(best.gain), map(count, others))
    return Chosen(best, ranked[: situation.policy.listed_alternatives], sure, below)

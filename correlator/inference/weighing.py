"""What one candidate is worth: what is told for it, what is silent against it, who called, how rare it is.

Noisy-OR on residual evidence, in integer micro-nats (inference, section 3). Most candidates that are looked at predict
far more than is told; they are given up before they are looked at in full.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from correlator.inference.claims import disregarding
from correlator.inference.evidence import AGAIN, APART, EXACT, KNOWN_GOOD, ROUGH, card, device, direct, fibre, power
from correlator.inference.evidence.kind import Case, Evidence
from correlator.inference.evidence.vendor import worth as hinted_worth
from correlator.inference.likelihood import ADD_MOST, Silent
from correlator.inference.management import look
from correlator.inference.prediction import predicted_by
from correlator.inference.situation.candidates import EquivalenceClass
from correlator.inference.situation.failed_context import FailedContext
from correlator.inference.situation.names import EXTERNAL
from correlator.inference.situation.situation import Situation
from correlator.inference.situation.strays import HOME, NETWORK
from correlator.inference.situation.support import ANY
from topology.down import merged, without

CHEAP = tuple((silence.name, silence.count) for silence in ROUGH)
DEAR = tuple((silence.name, silence.count) for silence in EXACT)
ONSET = attrgetter("onset_us")
FEW = 50  # words; among more, one that counts twice decides nothing


@dataclass(slots=True)
class Weighed:
    """One candidate's gain over "no fault", and what it is made of."""

    candidate: int  # the likeliest of its class
    members: tuple[int, ...]
    gain: int
    speaks: list[Evidence]  # what speaks for it
    prior: int = 0
    alarms: int = 0  # what that adds
    at_once: int = 0  # what it adds that they were told together
    chance: int = 0  # what it takes that much is told by chance just now, and that some were told late
    vendor: int = 0  # what it adds that sources call it so
    silence: int = 0  # what silence takes
    calls: int = 0  # what complaints add
    silent: dict[str, int] = field(default_factory=dict)
    unlikely: list[Evidence] = field(default_factory=list)  # ONTs that were told though their speaker would be dead
    rough: bool = False  # it has no gain, and how little was not worked out

    @property
    def without_silence(self) -> int:
        """All but silence, in micro-nats."""
        return self.prior + self.alarms + self.at_once + self.chance + self.vendor + self.calls

    @property
    def share(self) -> float:
        """Of the informative things that it predicts, by number: how many are told."""
        silent = sum(self.silent.values())
        return len(self.speaks) / (len(self.speaks) + silent) if self.speaks else 0.0


@dataclass(slots=True)
class Taken:
    """What the hypotheses chosen so far in this search already account for."""

    told: set[Evidence] = field(default_factory=set)
    intervals: list[tuple[int, int]] = field(default_factory=list)
    links: set[int] = field(default_factory=set)
    calls: dict[str, int] = field(default_factory=dict)  # complaint -> the chosen candidate that explains it


NOTHING = Taken()


def weigh(situation: Situation, candidate: int, now_us: int, taken: Taken = NOTHING) -> Weighed | None:
    """The candidate's gain on what is free and not taken; None where it cannot be positive."""
    return weigh_class(situation, situation.support.alike(candidate), now_us, taken)


def weigh_class(
    situation: Situation, alike: EquivalenceClass, now_us: int, taken: Taken, *, rough: bool = False
) -> Weighed | None:
    """The same of the likeliest of those that nothing tells apart now. `rough`: in full where it has a gain only."""
    candidate, _, prior = alike
    if candidate in situation.claims.root_owner:  # it is known to have failed
        return None
    free = situation.support.free.get(candidate, ())
    told = [one for one in free if one not in taken.told] if taken.told else list(free)
    situation.memo.units += len(told) + 20
    callers = situation.told.callers
    calls = callers.score(candidate, now_us, taken.calls) if candidate in callers.calls else None
    if not told and calls is None:
        return None
    if candidate == EXTERNAL:
        return _weigh_external(situation, told, prior)
    if calls is None and _all_power(told):
        return None
    members = situation.candidates.class_of(candidate).members
    prior += situation.support.bonus(members)
    beside = _calls_worth(situation, calls)
    need = -prior - max(beside, calls or 0) - situation.told.vendor.most
    best: Weighed | None = None
    least, rivals = 0 if rough else ANY, False
    for context, borne in _beside_ends(situation, candidate, _bearing(situation, candidate, told)):
        expected: Expected | None = None
        for since, age_us in _onsets(situation, borne, now_us, need, alone=calls is not None):
            worth, called = told_worth(situation, candidate, since), beside if since else calls or 0
            most = prior + worth.total + called
            if most <= 0:
                continue
            expected = expected or _expect(situation, candidate, context, taken)
            each = situation.scores.silence(age_us)
            if since:
                most += expected.silence(each)
            if most < -ADD_MOST:
                continue
            rivals = True
            if most > least:
                weighed = Weighed(candidate, members, most, since, prior, *worth, calls=called)
                if _add_silence(situation, weighed, each, expected, least):
                    best, least = weighed, weighed.gain
    return best or (Weighed(candidate, members, 0, told, rough=True) if rivals else None)


def _beside_ends(
    situation: Situation, candidate: int, told: list[Evidence]
) -> list[tuple[FailedContext, list[Evidence]]]:
    """What clears works again, and cuts off nothing with it; or not yet, and then also who is silent there says so."""
    standing, before = situation.standing, situation.failed
    if standing is before or candidate not in before.exposing:
        return [(standing, told)]
    explainers = standing.explainers
    alone = [one for one in told if candidate in explainers(one)]
    return [(standing, alone)] if len(alone) == len(told) else [(standing, alone), (before, told)]


def _onsets(
    situation: Situation, told: list[Evidence], now_us: int, need: int, *, alone: bool
) -> list[tuple[list[Evidence], int]]:
    """Since when it may have failed, and what it then accounts for: nothing of what was told long before.

    What was told after a long pause is of another failure, or stray. Of the rest: long ago, and who is silent till now
    says so in full; or as long ago as the oldest of what is fresh. `alone`: or only the callers tell of it. `need`:
    what one word has to be worth, to be looked at. The told of each in order of time.
    """
    policy = situation.policy
    fresh_us = policy.fresh_s * 1_000_000
    found: list[tuple[list[Evidence], int]] = [([], fresh_us)] if alone else []
    for part in _without_pause(told, policy.together_s * 1_000_000):
        if len(part) == 1 and part[0].worth <= need:
            continue
        stale = bisect_left(part, now_us - fresh_us, key=ONSET)
        if stale:
            found.append((part, fresh_us))
        if stale < len(part):
            found.append((part[stale:] if stale else part, now_us - part[stale].onset_us))
    return found


def _without_pause(told: list[Evidence], pause_us: int) -> list[list[Evidence]]:
    """Parts of the told, each without a longer pause, in order of time."""
    if len(told) < 2:
        return [told] if told else []
    ordered = sorted(told, key=ONSET)
    if ordered[-1].onset_us - ordered[0].onset_us <= pause_us:
        return [ordered]
    times = [one.onset_us for one in ordered]
    ends = [n for n, (before, at_us) in enumerate(pairwise(times), 1) if at_us - before > pause_us]
    return [ordered[low:high] for low, high in pairwise([0, *ends, len(ordered)])]


class Worth(NamedTuple):
    """What some that are told are worth together, in micro-nats."""

    alarms: int
    at_once: int = 0
    chance: int = 0
    vendor: int = 0

    @property
    def total(self) -> int:
        return self.alarms + self.at_once + self.chance + self.vendor


def told_worth(situation: Situation, candidate: int, told: list[Evidence]) -> Worth:
    """All that is told; of what one customer may have switched off once, unless a monitor names the fibre itself.

    An ONT, and the probe of a service on it, tell of one loss: among few words that counts once.
    """
    if not told:
        return Worth(0)
    dearer = situation.claims.strays.dearer
    if situation.candidates.is_leaf(candidate):
        named = [one for one in told if one.kind == fibre.NAME]
        once = max([one.worth for one in told if one.kind != fibre.NAME], default=0)
        count = len(named) + (1 if once else 0)
        return Worth(sum([one.worth for one in named]) + once, 0, -dearer[HOME] * count)
    if len(told) <= FEW and not AGAIN.isdisjoint([one.kind for one in told]):
        lost = {one.device for one in told if one.kind == device.NAME}
        told = [one for one in told if one.kind not in AGAIN or one.device not in lost]
    alarms = sum([one.worth for one in told])
    chance = 0
    if dearer[HOME] or dearer[NETWORK]:
        home = sum([1 for one in told if one.home])
        chance -= dearer[HOME] * home + dearer[NETWORK] * (len(told) - home)
    hinted = hinted_worth(situation, candidate, told) if situation.told.vendor.said else 0
    return Worth(alarms, *_by_time(situation, told, chance), hinted)


def _by_time(situation: Situation, told: list[Evidence], chance: int) -> tuple[int, int]:
    """Chance seldom says two things at once; and what is said long after all others is more often chance."""
    policy, scores = situation.policy, situation.scores
    if len(told) == 1:
        return 0, chance
    times = sorted([one.onset_us for one in told])
    soon = bisect_right(times, times[0] + policy.fresh_s * 1_000_000)
    at_once = min(soon - 1, policy.at_once_most) * scores.at_once
    late_us = policy.late_s * 1_000_000
    if len(told) <= FEW and times[-1] - times[0] > late_us:
        chance -= scores.late * sum([1 for before, at_us in pairwise(times) if at_us - before > late_us])
    return at_once, chance


def weigh_set(
    situation: Situation, candidate: int, told: list[Evidence], now_us: int, swallowed: list[str]
) -> Weighed | None:
    """The candidate's gain on exactly these told, as if the swallowed incidents explained nothing.

    Silence counts in full: what is settled yields to situation, not to a minute in which nobody has spoken yet.
    """
    if candidate == EXTERNAL:
        return _weigh_external(situation, told, situation.candidates.prior(candidate))
    if _all_power(told):
        return None
    look(situation, now_us)
    members, prior = situation.candidates.class_of(candidate).members, _prior_of_alike(situation, candidate, told)
    told = _bearing(situation, candidate, told)
    worth = told_worth(situation, candidate, [one for one in told if candidate in one.credit])
    weighed = Weighed(candidate, members, 0, told, prior + situation.support.bonus(members), *worth)
    calls = situation.told.callers.score(candidate, now_us) if candidate in situation.told.callers.calls else None
    weighed.calls = _calls_worth(situation, calls) if told else calls or 0
    each = situation.scores.silence(situation.policy.fresh_s * 1_000_000)
    context = _beside_ends(situation, candidate, told)[-1][0]
    with disregarding(situation, swallowed):
        _add_silence(situation, weighed, each, _expect(situation, candidate, context, NOTHING), ANY)
    return weighed


def _prior_of_alike(situation: Situation, candidate: int, told: list[Evidence]) -> int:
    """ln of the summed rates of those of its class for whom the very same of these speak (`Support.alike`)."""
    _, members, prior = situation.candidates.class_of(candidate)
    telling = [one.credit for one in told if one.kind in APART] if len(members) > 1 else []
    mine = [candidate in credit for credit in telling]
    same = [member for member in members if [member in credit for credit in telling] == mine]
    return prior if len(same) == len(members) else situation.scores.add(situation.candidates.prior(m) for m in same)


def _calls_worth(situation: Situation, calls: int | None) -> int:
    """Beside alarms: nobody has called in the first seconds, and that vetoes nothing."""
    return int(max(0, calls) * 1000 * situation.policy.call_weight_beside_alarms) // 1000 if calls else 0


def _bearing(situation: Situation, candidate: int, told: list[Evidence]) -> list[Evidence]:
    """Those of the told that bear on it, given what else is told."""
    if situation.told.only_a_card_is_dead(candidate):
        told = _of_card(situation, candidate, told)
    if _is_power(situation, candidate, told):
        told = [one for one in told if one.kind != device.NAME]
    return told


def _of_card(situation: Situation, root: int, told: list[Evidence]) -> list[Evidence]:
    """What a dead card accounts for: links of the device that are dark, and what hangs by these alone."""
    links = sorted(link for link in situation.topology.links_of(root) if link in situation.told.dark_links)
    below = situation.related.fallen(tuple(links))
    gone, position = {*links, *below.links}, situation.topology.position.item
    return [
        one
        for one in told
        if one.kind in (card.NAME, direct.NAME)
        or one.link in gone
        or (one.device >= 0 and below.holds(position(one.device)))
    ]


def _all_power(told: list[Evidence]) -> bool:
    """Mains lost and nothing down for it: batteries carry on, and nobody is out (X.733 "powerProblem")."""
    return bool(told) and all(one.kind == power.NAME for one in told)


def _is_power(situation: Situation, candidate: int, told: Iterable[Evidence]) -> bool:
    """Dying gasps from a third of those whose loss it would explain: whatever fails above them, it is not the fibre."""
    if candidate not in situation.told.gasping:
        return False
    lost = [one.device for one in told if one.kind == device.NAME]
    gasped = len(situation.told.gasped.intersection(lost))
    return gasped > 0 and gasped >= len(lost) * situation.policy.gasp_share


def _weigh_external(situation: Situation, told: list[Evidence], prior: int) -> Weighed | None:
    topology = situation.topology
    sites = {topology.site_of(t.device) if t.device >= 0 else t.key[1] for t in told}
    if len(sites) < situation.policy.external_sites:
        return None
    alarms = situation.scores.external * len(told)
    return Weighed(EXTERNAL, (EXTERNAL,), prior + alarms, told, prior, alarms)


@dataclass(slots=True)
class Expected:
    """Who would tell of a failure and says nothing, whenever it began. `case`: None where nobody would."""

    case: Case | None
    counts: list[tuple[str, int]] = field(default_factory=list)  # kind of silence, how many: of those cheap to count

    def silence(self, each: Silent) -> int:
        """What these take, in micro-nats."""
        total = 0
        for name, number in self.counts:
            total += number * each[name]
        return total


def _expect(situation: Situation, candidate: int, context: FailedContext, taken: Taken) -> Expected:
    """`taken`: what others of this search account for."""
    predicted = predicted_by(situation, candidate, context)
    if predicted is None or candidate in situation.told.partial:
        return Expected(None)
    alone = predicted.down.intervals
    intervals = list(without(alone, merged(taken.intervals))) if taken.intervals else list(alone)
    situation.memo.units += len(predicted.links) + len(predicted.onts)
    case = Case(candidate, predicted, intervals, taken.links)
    expected = Expected(case)
    for name, count in CHEAP:
        number = count(situation, case, 0)
        if number:
            expected.counts.append((name, number))
    return expected


def _add_silence(situation: Situation, weighed: Weighed, each: Silent, expected: Expected, least: int) -> bool:
    """What silence takes, and so the gain. False, and no more, where that is not above `least`."""
    case = expected.case
    if case is None:
        weighed.gain = weighed.without_silence
        return weighed.gain > least
    case.told, case.unlikely = weighed.speaks, []
    told = weighed.without_silence
    silence = {name: number * each[name] for name, number in expected.counts}
    counts = list(expected.counts)
    for name, count in DEAR:
        number = count(situation, case, each[name])
        if number:
            silence[name] = number * each[name]
            counts.append((name, number))
        weighed.silence = _in_all(situation, silence, () if weighed.speaks else weighed.members)
        weighed.gain = told + weighed.silence
        if case.unlikely:
            weighed.gain -= sum([one.worth for one in case.unlikely])
        if weighed.gain <= least:
            return False
    if case.unlikely:
        weighed.alarms -= sum([one.worth for one in case.unlikely])
        weighed.unlikely = case.unlikely
        gone = set(case.unlikely)
        weighed.speaks = [one for one in weighed.speaks if one not in gone]
    weighed.silent = dict(counts)
    return True


def _in_all(situation: Situation, silence: dict[str, int], grey: tuple[int, ...]) -> int:
    """What all silence takes. `grey`: those alike, where nobody but customers tells; it may be one that no source sees.

    A device may forward nothing and say that it is well; of a cut fibre its ends tell, if they are watched at all.
    """
    if not grey:
        return sum(silence.values())
    good = sum([worth for name, worth in silence.items() if name in KNOWN_GOOD])
    quiet = sum(silence.values()) - good
    return good + max(quiet, situation.candidates.unseen(grey) - situation.scores.grey(quiet))

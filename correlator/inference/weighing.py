"""What one candidate is worth: what is told for it, what is silent against it, who called, how rare it is.

Noisy-OR on residual evidence, in integer micro-nats (inference, section 3). Most candidates that are looked at predict
far more than is told; they are given up before they are looked at in full.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from correlator.events import SECOND_US
from correlator.inference import by_callers, mains
from correlator.inference.bearing import bearing, onsets
from correlator.inference.beside import roots_of, speaking
from correlator.inference.claims import disregarding
from correlator.inference.evidence import (
    APART,
    EXACT,
    KNOWN_GOOD,
    ROUGH,
    SELDOM,
    device,
    link,
)
from correlator.inference.evidence.device import POLLED
from correlator.inference.evidence.kind import Case, Evidence
from correlator.inference.likelihood import ADD_MOST, Silent
from correlator.inference.silence import count as count_set
from correlator.inference.situation.candidates import EquivalenceClass
from correlator.inference.situation.failed_context import FailedContext
from correlator.inference.situation.names import EXTERNAL
from correlator.inference.situation.prediction import predicted_by
from correlator.inference.situation.situation import Situation
from correlator.inference.situation.support import ANY
from correlator.inference.ways.management import look
from correlator.inference.worth import told_worth
from topology.down import down, merged, without
from topology.predict import Prediction, predict

IF_WELL = KNOWN_GOOD | {link.SILENT.name, link.FAR.name}  # no link dark, and who lives speaks
CHEAP = tuple((silence.name, silence.count) for silence in ROUGH)
DEAR = tuple((silence.name, silence.count, silence.cost) for silence in EXACT)


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
    if_well: int = 0  # ... of that, what would be so too if all below were well
    calls: int = 0  # what complaints add
    callers: int = 0  # how many spoke for it then
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
        return len(self.speaks) / (len(self.speaks) + self.awaited) if self.speaks else 0.0

    @property
    def awaited(self) -> int:
        """Of those who are silent: how many would have spoken."""
        return sum([number for name, number in self.silent.items() if name not in SELDOM])


@dataclass(slots=True)
class Taken:
    """What the hypotheses chosen so far in this search already account for."""

    told: set[Evidence] = field(default_factory=set)
    intervals: list[tuple[int, int]] = field(default_factory=list)
    links: set[int] = field(default_factory=set)
    calls: dict[str, int] = field(default_factory=dict)  # complaint -> the chosen candidate that explains it
    by: tuple[int, ...] = ()  # these candidates, one after the other

    def copy(self) -> "Taken":
        """To try what comes after these."""
        return Taken(self.told.copy(), self.intervals.copy(), self.links.copy(), self.calls.copy(), self.by)


NOTHING = Taken()
NONE = frozenset[Evidence]()


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
    free = situation.support.free.get(candidate, NONE)
    told = list(free - taken.told - situation.told.life.refuted)
    situation.memo.units += len(told) + 20
    callers, exposed = situation.told.callers, candidate in situation.standing.exposing
    calls = by_callers.score(situation, candidate, now_us, taken.calls)
    if not told and calls is None:
        return None
    if candidate == EXTERNAL:
        return _weigh_external(situation, told, prior)
    if calls is None and mains.all_power(told):
        return None
    known = situation.claims.root_owner
    members = situation.candidates.class_of(candidate).members if told else alike.members
    if not known.keys().isdisjoint(members):  # of two routes of a link the one that is lost already
        members = tuple(one for one in members if one not in known)
    prior += situation.support.bonus(members)
    whole = predicted_by(situation, candidate) if candidate not in situation.told.partial else None
    said, unsaid = device.sayable(situation, whole, told)
    told, carried = bearing(situation, candidate, said)
    behind = by_callers.behind_lost(situation, candidate, told) if calls else {}
    alone = by_callers.score(situation, candidate, now_us, {**behind, **taken.calls}) if behind else calls
    need = -prior - max(by_callers.worth(situation, candidate, (), calls), calls or 0) - situation.told.vendor.most
    best: Weighed | None = None
    least, rivals = 0 if rough else ANY, False
    for context, borne in _beside_ends(situation, candidate, told):
        expected: Expected | None = None
        for onset in onsets(situation, borne, now_us, need, alone=calls is not None):
            since, age_us, worth = onset.told, onset.age_us, onset.worth_of(situation, candidate)
            called = alone or 0
            if since and calls:
                from_us = by_callers.for_it_us(situation, since)
                same = callers.have_all_called_since(candidate, from_us, below=exposed)
                since_then = calls if same else by_callers.score(situation, candidate, now_us, taken.calls, from_us)
                called = by_callers.worth(situation, candidate, since, since_then)
            most = prior + worth.total + called
            if most <= 0:
                continue
            expected = expected or _expect(situation, candidate, _predicted(situation, candidate, told, context), taken)
            if since:
                most += expected.silence(situation.scores.silence(age_us))
            if most < -ADD_MOST:
                continue
            rivals = True
            if most > least:
                many = by_callers.how_many(situation, candidate) if called else 0
                weighed = Weighed(candidate, members, most, since, prior, *worth, calls=called, callers=many)
                if add_silence(situation, weighed, age_us, expected, least):
                    weighed.unlikely = [*weighed.unlikely, *unsaid, *carried]
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


def weigh_set(
    situation: Situation, candidate: int, told: list[Evidence], now_us: int, swallowed: list[str]
) -> Weighed | None:
    """The candidate's gain on exactly these told, as if the swallowed incidents explained nothing.

    Silence counts in full: what is settled yields to situation, not to a minute in which nobody has spoken yet. Where
    customers call, what is told of their own devices may be chance beside a failure that no source sees.
    """
    if candidate == EXTERNAL:
        return _weigh_external(situation, told, situation.candidates.prior(candidate))
    if mains.all_power(told):
        return None
    look(situation, now_us)
    members, prior = situation.candidates.class_of(candidate).members, _prior_of_alike(situation, candidate, told)
    told, _ = bearing(situation, candidate, told)
    worth = told_worth(situation, candidate, speaking(situation, candidate, told, swallowed))
    weighed = Weighed(candidate, members, 0, told, prior + situation.support.bonus(members), *worth)
    calls = by_callers.since(situation, candidate, told, now_us)
    weighed.calls = by_callers.worth(situation, candidate, told, calls) if told else calls or 0
    weighed.callers = by_callers.how_many(situation, candidate)
    fresh_us = situation.policy.fresh_s * 1_000_000
    context = _beside_ends(situation, candidate, told)[-1][0]
    predicted = _predicted(situation, candidate, told, context, roots_of(context, situation, swallowed))
    with disregarding(situation, swallowed):
        add_silence(situation, weighed, fresh_us, _expect(situation, candidate, predicted, NOTHING), ANY)
    if told and weighed.calls > 0:
        by_calls = weigh_set(situation, candidate, [], now_us, swallowed)
        return by_calls if by_calls and by_calls.gain > weighed.gain else weighed
    return weighed


def _prior_of_alike(situation: Situation, candidate: int, told: list[Evidence]) -> int:
    """ln of the summed rates of those of its class for whom the very same of these speak (`Support.alike`)."""
    _, members, prior = situation.candidates.class_of(candidate)
    telling = [one.credit for one in told if one.kind in APART] if len(members) > 1 else []
    mine = [candidate in credit for credit in telling]
    same = [member for member in members if [member in credit for credit in telling] == mine]
    return prior if len(same) == len(members) else situation.scores.add(situation.candidates.prior(m) for m in same)


def _weigh_external(situation: Situation, told: list[Evidence], prior: int) -> Weighed | None:
    places, part = mains.lost(situation, told)
    if not places:
        return None
    alarms = situation.scores.external * places
    dearer = situation.claims.strays.dearer
    chance = -sum([dearer[one.group] for one in part]) * places // len(part)
    return Weighed(EXTERNAL, (EXTERNAL,), prior + alarms + chance, part, prior, alarms, 0, chance)


@dataclass(slots=True)
class Expected:
    """Who would tell of a failure and says nothing, whenever it began. `case`: None where nobody would."""

    case: Case | None
    counts: list[tuple[str, int]] = field(default_factory=list)  # kind of silence, how many: of those cheap to count
    most: Mapping[str, int] = field(default_factory=dict)  # ... at the most, where alarms tell (`Life.most_silent`)

    def silence(self, each: Silent) -> int:
        """What these take at the least, in micro-nats."""
        total = 0
        for name, number in self.beside_told() if self.most else self.counts:
            total += number * each[name]
        return total

    def beside_told(self) -> list[tuple[str, int]]:
        """Who counts as silent where alarms tell of it, and more than one if callers do as well."""
        return [(name, min(number, self.most.get(name, number))) for name, number in self.counts]


def _predicted(
    situation: Situation, candidate: int, told: list[Evidence], context: FailedContext, whole: Collection[int] = ()
) -> Prediction | None:
    """What its failure would let others say; of a group that lost its mains without those that live by batteries."""
    if carried := mains.on_battery(situation, candidate, told):
        lost = set(situation.topology.members_of(candidate)).difference(carried)
        return predict(situation.topology, down(situation.topology, lost))
    return predicted_by(situation, candidate, context, whole)


def _expect(situation: Situation, candidate: int, predicted: Prediction | None, taken: Taken) -> Expected:
    """`taken`: what others of this search account for."""
    if candidate in situation.told.partial:
        return Expected(None, _silent_of_card(situation, candidate))
    if predicted is None:
        return Expected(None)
    alone = predicted.down.intervals
    intervals = list(without(alone, merged(taken.intervals))) if taken.intervals else list(alone)
    return expected_of(situation, Case(candidate, predicted, intervals, taken.links))


def expected_of(situation: Situation, case: Case) -> Expected:
    """Who would tell of such a case and says nothing."""
    situation.memo.units += len(case.predicted.links) + len(case.predicted.onts)
    expected = Expected(case, most=situation.told.life.most_silent())
    for name, count in CHEAP:
        number = count(situation, case, 0)
        if number:
            expected.counts.append((name, number))
    return expected


def _silent_of_card(situation: Situation, device: int) -> list[tuple[str, int]]:
    """It lives and says which links are dark: their other ends would too, and a poller what hangs by them."""
    links = situation.told.dark_links.told_by(device) if situation.told.only_a_card_is_dead(device) else ()
    if not links:
        return []
    below, half = situation.related.fallen(links), situation.told.dark_links.half
    far = sum([link.can_tell(situation, half[one], below) for one in links])
    lost = count_set(situation.silence.silent_polled, below.intervals)
    return [(name, number) for name, number in ((link.FAR.name, far), (POLLED.name, lost)) if number]


def add_silence(situation: Situation, weighed: Weighed, age_us: int, expected: Expected, least: int) -> bool:
    """What silence takes, and so the gain. False, and no more, where that is not above `least`."""
    case, each = expected.case, situation.scores.silence(age_us)
    if case is None:
        weighed.silence, weighed.silent = expected.silence(each), dict(expected.counts)
        weighed.if_well = _if_well(weighed.silent, each)
        weighed.gain = weighed.without_silence + weighed.silence
        return weighed.gain > least
    case.told, case.unlikely = weighed.speaks, []
    told = weighed.without_silence
    told_of = len(weighed.speaks) > 1 or (weighed.speaks and not weighed.calls)
    counts = expected.beside_told() if told_of else list(expected.counts)
    silence = {name: number * each[name] for name, number in counts}
    grey = () if weighed.speaks else weighed.members
    for name, count, cost in DEAR:
        number = count(situation, case, each[name])
        if number:
            silence[name] = cost(situation, case, age_us, number, each[name])
            counts.append((name, number))
        weighed.silence = _in_all(situation, silence, grey)
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
    weighed.if_well = _if_well(weighed.silent, each)
    return True


def leave_to_a_poller(situation: Situation, weighed: Weighed) -> None:
    """Of what both ends of a link say for long a poller, which may have a way of its own, takes back no more than one.

    As where no poller ever spoke.
    """
    both, silent = situation.told.dark_links, weighed.silent.get(POLLED.name, 0)
    if silent > 1 and any(one.link in both and one.link not in both.half for one in weighed.speaks):
        each = situation.scores.silence(situation.policy.fresh_s * SECOND_US)[POLLED.name]
        weighed.silence -= (silent - 1) * each
        weighed.gain -= (silent - 1) * each
        weighed.silent[POLLED.name] = 1


def _if_well(silent: dict[str, int], each: Silent) -> int:
    return sum([number * each[name] for name, number in silent.items() if name in IF_WELL])


def _in_all(situation: Situation, silence: dict[str, int], grey: tuple[int, ...]) -> int:
    """What all silence takes. `grey`: those alike, where nobody but customers tells; it may be one that no source sees.

    A device may forward nothing and say that it is well; of a cut fibre its ends tell, if they are watched at all.
    """
    if not grey:
        return sum(silence.values())
    good = sum([worth for name, worth in silence.items() if name in KNOWN_GOOD])
    quiet = sum(silence.values()) - good
    return good + max(quiet, situation.candidates.unseen(grey) - situation.scores.grey(quiet))

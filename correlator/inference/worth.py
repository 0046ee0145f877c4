"""What some that are told are worth together: each word, all at once, by chance, and what sources claim of them."""

from collections.abc import Callable, Collection, Iterable
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from correlator.events import SECOND_US
from correlator.inference import planned_work
from correlator.inference.evidence import AGAIN, device, fibre, power
from correlator.inference.evidence.kind import Evidence
from correlator.inference.evidence.link import AT_LINKS
from correlator.inference.evidence.vendor import worth as hinted_worth
from correlator.inference.likelihood import Scores
from correlator.inference.situation.situation import Situation
from correlator.inference.situation.strays import HOME

ONSET, HEARD = attrgetter("onset_us"), attrgetter("heard_us")  # by its source's clock, by ours
FREED = attrgetter("freed_us")
NONE = frozenset[int]()
FEW = 50  # words; among more, one that counts twice decides nothing


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
    told = planned_work.besides(situation, candidate, told)
    if not told:
        return Worth(0)
    dearer = situation.claims.strays.dearer
    if situation.candidates.is_leaf(candidate):
        named = [one for one in told if one.kind == fibre.NAME]
        once = max([one.worth for one in told if one.kind != fibre.NAME], default=0)
        count = len(named) + (1 if once else 0)
        at_once = _by_time(situation, told, 0, count - 1)[0] if named and count > 1 else 0
        return Worth(sum([one.worth for one in named]) + once, at_once, -dearer[HOME] * count)
    if len(told) <= FEW and not AGAIN.isdisjoint([one.kind for one in told]):
        role_of = situation.topology.role_of  # a business's router runs day and night: there it is two who say so
        lost = {one.device for one in told if one.kind == device.NAME and role_of(one.device) != "cpe"}
        told = [one for one in told if not (one.kind in AGAIN and one.home and one.device in lost)]
    alarms = sum([one.worth for one in told])
    if is_left(situation, told):
        alarms -= sum([max(0, one.worth - situation.scores.left) for one in told])
    chance = 0
    if any(dearer.values()):
        chance = -sum([dearer[one.group] for one in told])
    hinted = hinted_worth(situation, candidate, told) if situation.told.vendor.said else 0
    return Worth(alarms, *_by_time(situation, told, chance, situation.policy.at_once_most), hinted)


def is_of_any(situation: Situation, candidate: int) -> bool:
    """What is told is worth the same for it as for most others (`told_worth`)."""
    told = situation.told
    return not (told.work.told or told.vendor.said or situation.candidates.is_leaf(candidate))


def is_left(situation: Situation, told: Iterable[Evidence]) -> bool:
    """Only ports tell of it, and an incident that had explained that is over: the clears may be lost.

    What began just before it ended was hidden by it.
    """
    since_us = situation.policy.hold_s * SECOND_US
    return all(one.kind in AT_LINKS and one.onset_us > one.first_us + since_us for one in told)


def _by_time(situation: Situation, told: list[Evidence], chance: int, most: int) -> tuple[int, int]:
    """Chance seldom says two things at once; and what is said long after all others is more often chance.

    `most`: so many beyond the first count as said at once, and no more than the policy's `at_once_most`. What lost its
    mains goes dark sooner or later: that it does so late is worth `battery_worth` at the least.
    """
    policy, scores = situation.policy, situation.scores
    fresh_us, late_us, round_us = policy.fresh_s * SECOND_US, policy.late_s * SECOND_US, policy.round_s * SECOND_US
    unlit = power.NAME in [one.kind for one in told]
    at_least = scores.battery if unlit and ran_out(told, policy.round_s) else 0
    if unlit:
        told = _without_batteries(told, round_us)
    if len(told) < 2:
        return at_least, chance
    times, slow = _in_order(told, ONSET, fresh_us, unlit=unlit)
    left = any(map(FREED, told))  # by an incident that ended: that these were told at once is of that one
    at_once = _at_once(scores, times, slow, most, left)
    if not left and at_once < scores.at_once_most:  # or by our clock: one of theirs may be wrong
        heard, then = _in_order(told, HEARD, fresh_us, unlit=unlit)
        at_once = max(at_once, _at_once(scores, heard, then, most, left) if heard[0] else 0)
    if len(told) <= FEW and times[-1] - times[0] > late_us:
        pauses = [(at_us - before_us, round_us if at_us in slow else late_us) for before_us, at_us in pairwise(times)]
        chance -= scores.late * sum([1 for pause_us, most_us in pauses if pause_us > most_us])
    return max(at_least, at_once), chance


def _in_order(
    told: list[Evidence], clock: Callable[[Evidence], int], fresh_us: int, *, unlit: bool
) -> tuple[list[int], Collection[int]]:
    """When these were told; and of that, where it is far apart, when one spoke who has a round to make.

    `unlit`: mains were lost, and each spoke when its battery was empty.
    """
    times = sorted(map(clock, told))
    if times[-1] - times[0] <= fresh_us:
        return times, NONE
    return times, {clock(one) for one in told if unlit or one.slow}


def ran_out(told: list[Evidence], round_s: int) -> bool:
    """Mains were lost long before the network told of more: batteries carried on, for a time."""
    rest = _without_batteries(told, round_s * SECOND_US)
    return len(rest) < len(told) and not all(one.kind in AGAIN for one in rest)


def _without_batteries(told: list[Evidence], round_us: int) -> list[Evidence]:
    """That mains were lost long before the rest says nothing of when it failed: batteries may have carried on."""
    others = [one.onset_us for one in told if one.kind != power.NAME]
    since_us = min(others, default=0) - round_us
    return [one for one in told if one.kind != power.NAME or one.onset_us >= since_us]


def _at_once(scores: Scores, times: list[int], slow: Collection[int], most: int, left: bool) -> int:
    """What it adds that some were told soon after another; of those that are the nearest.

    `times`: in order; `slow`: those of who has a round to make. `left`: however soon, as little as within `fresh_s`.
    """
    best, beyond = 0, min(most, scores.policy.at_once_most)
    reach_us, any_slow = scores.reach_us(left=left, slow=bool(slow)), bool(slow)
    for place, (first_us, next_us) in enumerate(pairwise(times[: FEW + 1])):
        pause_us = next_us - first_us  # and the others come no sooner
        if pause_us > reach_us or scores.after(pause_us, left=left, slow=any_slow) * beyond <= best:
            continue
        soon = 0
        for at_us in times[place + 1 : place + 1 + beyond]:
            adds = scores.after(at_us - first_us, left=left, slow=at_us in slow)
            if not adds and not slow:  # nor does what came later
                break
            soon += adds
        best = max(best, soon)
        if best >= beyond * scores.at_once:
            break
    return best


def by_chance(situation: Situation, parts: Iterable[Collection[Evidence]]) -> int:
    """What it takes that several failed at once, as chance seldom lets them: as much as that words come at once."""
    scores, fresh_us = situation.scores, situation.policy.fresh_s * SECOND_US
    began_us = sorted(min([one.onset_us for one in part]) for part in parts if part)
    least = scores.after(fresh_us, left=True)
    return sum(max(0, scores.after(after - before, left=False) - least) for before, after in pairwise(began_us))


def without_pause(
    told: list[Evidence], pause_us: int, clock: Callable[[Evidence], int] = ONSET
) -> list[list[Evidence]]:
    """Parts of the told, each without a longer pause, in order of time."""
    if len(told) < 2:
        return [told] if told else []
    ordered = sorted(told, key=clock)
    times = list(map(clock, ordered))
    if times[-1] - times[0] <= pause_us:
        return [ordered]
    ends = [n for n, (before, at_us) in enumerate(pairwise(times), 1) if at_us - before > pause_us]
    return [ordered[low:high] for low, high in pairwise([0, *ends, len(ordered)])]


def left_with_others(told: list[Evidence], pause_us: int) -> list[list[Evidence]]:
    """Of what an incident left as it ended, with what nothing explained all along: told together, long before that."""
    if not any(map(FREED, told)):
        return []
    left = {one for one in told if one.onset_us > one.first_us + pause_us}
    if not left or len(left) == len(told):
        return []
    parts = without_pause(told, pause_us, attrgetter("first_us"))
    return [part for part in parts if 0 < len(left.intersection(part)) < len(part)]

"""What some that are told are worth together: each word, all at once, by chance, and what sources claim of them."""

from bisect import bisect_right
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from correlator.inference.evidence import AGAIN, device, fibre
from correlator.inference.evidence.kind import Evidence
from correlator.inference.evidence.vendor import worth as hinted_worth
from correlator.inference.situation.situation import Situation
from correlator.inference.situation.strays import HOME

ONSET = attrgetter("onset_us")
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
        told = [one for one in told if not (one.kind in AGAIN and one.home and one.device in lost)]
    alarms = sum([one.worth for one in told])
    chance = 0
    if any(dearer.values()):
        chance = -sum([dearer[one.group] for one in told])
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


def without_pause(told: list[Evidence], pause_us: int) -> list[list[Evidence]]:
    """Parts of the told, each without a longer pause, in order of time."""
    if len(told) < 2:
        return [told] if told else []
    ordered = sorted(told, key=ONSET)
    if ordered[-1].onset_us - ordered[0].onset_us <= pause_us:
        return [ordered]
    times = [one.onset_us for one in ordered]
    ends = [n for n, (before, at_us) in enumerate(pairwise(times), 1) if at_us - before > pause_us]
    return [ordered[low:high] for low, high in pairwise([0, *ends, len(ordered)])]

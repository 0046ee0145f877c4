"""What those who call say of a candidate: how much, of which failure, and beside what is told of it."""

from collections.abc import Iterable, Mapping
from functools import partial

from correlator.events import MINUTE_US, SECOND_US
from correlator.inference.evidence import link
from correlator.inference.evidence.complaint import NOBODY
from correlator.inference.evidence.kind import Evidence
from correlator.inference.situation.prediction import cut_off_beside
from correlator.inference.situation.situation import Situation
from topology.impact import customers_below

EARLY_US = MINUTE_US


def since(situation: Situation, candidate: int, told: list[Evidence], now_us: int) -> int | None:
    """What the callers say of a failure that these tell of."""
    return score(situation, candidate, now_us, NOBODY, for_it_us(situation, told) if told else 0)


def for_it_us(situation: Situation, told: list[Evidence]) -> int:
    """Who called long before these were told called for something else. Before a dark port a minute is long."""
    first_us = min([one.onset_us for one in told])
    dark = [one.onset_us for one in told if one.kind == link.NAME and not one.slow]
    if dark:
        return min(first_us, min(dark) - EARLY_US)
    return first_us - situation.policy.call_link_before_s * SECOND_US


def score(
    situation: Situation, candidate: int, now_us: int, explained: Mapping[str, int], since_us: int = 0
) -> int | None:
    """What callers say of it, also those whom it cuts off only beside what has failed; None where nobody calls."""
    callers, fallen = situation.told.callers, cut_off_beside(situation, candidate)
    if fallen is not None:
        customers = partial(situation.standing.customers, candidate)
        return callers.score_below(fallen, customers, now_us, explained, since_us)
    return callers.score(candidate, now_us, explained, since_us=since_us) if candidate in callers.calls else None


def behind_lost(situation: Situation, candidate: int, told: list[Evidence]) -> dict[str, int]:
    """Complaint -> the device that these call lost, which explains it where the words are none of this candidate."""
    calls, mine = situation.told.callers.calls, dict[str, int]()
    lost = {one.device: customers_below(situation.topology, one.device) for one in told if one.device in calls}
    most = _customers(situation, candidate) if lost else 0
    for gone in sorted(lost, key=lambda one: (lost[one], one)):  # what takes down the most is written last
        if lost[gone] < most:
            mine.update(dict.fromkeys(calls[gone], gone))
    return mine


def how_many(situation: Situation, candidate: int) -> int:
    """Of what it takes down, also beside what has failed; whatever their calls are worth."""
    callers, fallen = situation.told.callers, cut_off_beside(situation, candidate)
    if fallen is None:
        return len(callers.calls.get(candidate, ()))
    return len(set(callers.lines.within(situation.topology, fallen)))


def worth(situation: Situation, candidate: int, told: Iterable[Evidence], calls: int | None) -> int:
    """Beside alarms: nobody has called in the first seconds, and that vetoes nothing.

    Where it takes down one customer, and that one calls, alarm and call are told together: neither is chance. But for
    what an incident left as it ended.
    """
    if not calls or calls < 0:
        return 0
    if _customers(situation, candidate) == 1 and not any(one.freed_us for one in told):
        return calls + situation.scores.at_once
    return int(calls * 1000 * situation.policy.call_weight_beside_alarms) // 1000


def _customers(situation: Situation, candidate: int) -> int:
    """How many it takes down, also beside what has failed."""
    if cut_off_beside(situation, candidate) is None:
        return customers_below(situation.topology, candidate)
    return situation.standing.customers(candidate)

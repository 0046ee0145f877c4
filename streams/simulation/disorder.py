"""The law of disorder: another order of arrival, up to two minutes off, ends in the same incidents.

It is asked of nights on which such disorder hides nothing: what stands longer than it, and is told by one source. Where
the law is not asked of a night, the reason has a name, so that the share of nights that it covers can be seen.
"""

from collections import defaultdict
from itertools import pairwise, permutations

from correlator.events import MINUTE_US, SECOND_US, Alarm, Complaint, Maintenance, microseconds
from streams.simulation.faults import Breakage
from streams.simulation.finding import are_apart, unasked_calls
from streams.simulation.night import Night
from streams.simulation.outcome import Outcome

DISORDER_US = 2 * MINUTE_US
BRIEF_US = DISORDER_US + 4 * MINUTE_US  # what then is left of it may be too short to open where it is not sure
SEVERAL = 3  # calls of nothing: in a small network they are taken for a fault, and the little that moves them decides
FADING_US = 10 * MINUTE_US  # the hold of an incident that clears, and the disorder around it


def why_not_asked(night: Night) -> str | None:
    """What disorder may rightly change in this night; None where nothing is."""
    if night.peopled:
        return "ordered"  # a command names what has been seen until then
    if night.mischief.skewed is not None:
        return "wrong-clock"  # only its arrival tells when it was
    if night.mischief.late:
        return "disordered"  # by more than this already
    if any(short_us < BRIEF_US for short_us in _spells_us(night)):
        return "brief"
    if _met_at_once(night):
        return "at-once"
    if _met_at_the_window(night):
        return "return"
    if _called_at_a_turn(night):
        return "afterthought"
    return "by-chance" if len(unasked_calls(night)) >= SEVERAL else None


def turned_late(outcome: Outcome) -> bool:
    """The root of an incident moved just before it ended, or just before it was too old for that.

    With an end, or with word, that came at another moment it would not have.
    """
    oldest_us = outcome.world.policy.faults.reroot_within_s * SECOND_US
    return any(
        (row.clearing_us is not None and row.clearing_us - later.at_us < BRIEF_US)
        or later.at_us - (row.opened_us or 0) > oldest_us - DISORDER_US
        for row in outcome.opened()
        for one, later in pairwise(row.verdicts)
        if later.status == "open" and later.root != one.root
    )


def handed_on(outcome: Outcome) -> bool:
    """An incident that cleared let an alarm go whose end was on its way, or lost: another took it."""
    rows = [row for row in outcome.state.alarms.values() if row.freed_us]
    return any(0 < row.cleared_us < row.freed_us or row.raised for row in rows)


def called_under_both(night: Night) -> bool:
    """Called while two had the customer down: it is of the later one, if that opens before the other is let go."""
    down, calls = _down_with(night), _calls(night)
    return any(
        customer in down[one.element] & down[other.element] and other.start_us < at_us < one.end_us < other.end_us
        for one, other in permutations(night.breakages, 2)
        for at_us, customer in calls
    )


def _spells_us(night: Night) -> list[int]:
    """How long each breakage, each state of an alarm, and what planned work leaves of what it meets, lasts."""
    spells = [one.end_us - one.start_us for one in night.breakages]
    turns: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for said in night.arrived:
        match said.event:
            case Alarm() as alarm:
                turns[alarm.object, alarm.alarm_type].append((said.at_us, alarm.state))
            case Maintenance() as work:
                edges = microseconds(work.start), microseconds(work.end)
                named = [one for one in night.breakages if one.element in work.objects]
                ours = [one for one in night.breakages if one in named or _meets(night, one, named)]
                spells += [abs(turn - edge) for one in ours for turn in (one.start_us, one.end_us) for edge in edges]
    for told in turns.values():
        changes = [then for before, then in pairwise([(0, ""), *sorted(told)]) if before[1] != then[1]]
        spells += [then[0] - before[0] for before, then in pairwise(changes)]
    return spells


def _meets(night: Night, one: Breakage, others: list[Breakage]) -> bool:
    return any(not are_apart(night, one, other) for other in others)


def _met_at_once(night: Night) -> bool:
    """Two breakages that meet began at once: which was first, and so explains what both do, is what disorder hides."""
    return any(
        abs(one.start_us - other.start_us) < BRIEF_US and not are_apart(night, one, other)
        for place, one in enumerate(night.breakages)
        for other in night.breakages[place + 1 :]
    )


def _met_at_the_window(night: Night) -> bool:
    """Two breakages that meet, the later so long after the other that this was just closed by then, or is back."""
    policy = night.world.policy.faults
    window_us = (policy.hold_s + policy.reopen_s) * SECOND_US
    return any(
        abs(other.start_us - one.end_us - window_us) < BRIEF_US and not are_apart(night, one, other)
        for one, other in permutations(night.breakages, 2)
    )


def _called_at_a_turn(night: Night) -> bool:
    """One who was down called while the service learnt that it is over: under the incident, or after.

    Or so shortly before that what opens by this call opens after some of it has ended.
    Or called of one breakage before another took the same customer down, as that began or while the first faded.
    """
    lain_under, calls = _down_with(night), _calls(night)
    for one in night.breakages:
        under = [at_us for at_us, customer in calls if customer in lain_under[one.element]]
        if any(one.end_us - BRIEF_US < at_us < one.end_us + FADING_US for at_us in under):
            return True
    for one, other in permutations(night.breakages, 2):
        both = lain_under[one.element] & lain_under[other.element]
        under = [at_us for at_us, customer in calls if customer in both]
        began = any(abs(at_us - other.start_us) < DISORDER_US for at_us in under if one.start_us < other.start_us)
        faded = one.end_us - DISORDER_US < other.start_us < one.end_us + FADING_US
        if began or (faded and any(at_us < other.start_us for at_us in under)):
            return True
    return False


def _down_with(night: Night) -> dict[str, frozenset[str]]:
    """The customers whom each breakage takes down by itself."""
    return {one.element: night.physics.condition((one.element,)).customers_down for one in night.breakages}


def _calls(night: Night) -> list[tuple[int, str | None]]:
    """When who called."""
    return [(one.at_us, one.event.customer) for one in night.arrived if isinstance(one.event, Complaint)]

"""A street without mains: homes at one splitter lose their power together, and some of their customers call.

The inventory need not know what they have their mains from (where it does, `mains`). Each home is as good a root as any
other, and nothing of ours is broken: the place at which all of them hang is named, and just those homes are down. So
it is in a building, where they share their mains with that place, whoever calls; while what else is there works.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from correlator.events import SECOND_US
from correlator.inference.evidence import dying_gasp
from correlator.inference.evidence.device import loss_of
from correlator.inference.evidence.kind import Evidence
from correlator.inference.likelihood import micro
from correlator.inference.search import Chosen, in_order
from correlator.inference.situation.names import EXTERNAL
from correlator.inference.situation.situation import Situation
from correlator.inference.weighing import Taken, Weighed
from correlator.inference.worth import ONSET, told_worth, without_pause
from topology.around import AT_HOME, around
from topology.down import merged

HOLD = ("splitter", "device")  # homes hang at it
GASPS = 3  # at least; and of so many homes as make a street (`external_sites`) that are lost with them


class Street(NamedTuple):
    place: int  # a splitter, or whatever they hang at
    homes: tuple[int, ...]
    told: list[Evidence]
    calls: dict[str, int]  # complaint -> the home of who called


def near(situation: Situation, suspected: Iterable[int]) -> list[Street]:
    """Those for which something changed, and those that are suspected; what has to do with them is looked at anew."""
    gasping, calls, touched = situation.told.gasping, situation.told.callers.calls, situation.touched
    if not gasping:
        return []
    changed = gasping.keys() if EXTERNAL in touched else gasping.keys() & touched.union(suspected)
    kind_of = situation.names.kind_of
    places = sorted(one for one in changed if gasping[one] >= GASPS and kind_of(one) in HOLD)
    places = [one for one in places if one in calls or _is_building(situation, one)]
    found = [one for place in places if (one := _street(situation, place)) is not None]
    touched.update(each for one in found for each in (one.place, *one.homes))
    return found


def explained(situation: Situation, streets: Iterable[Street]) -> Taken:
    """What the rest of the search need not explain."""
    taken, position = Taken(), situation.topology.position.item
    for one in streets:
        taken.by += (one.place,)
        taken.told.update(one.told)
        taken.calls.update(one.calls)
        taken.intervals.extend(merged((position(home), position(home) + 1) for home in one.homes))
    return taken


def as_chosen(situation: Situation, street: Street) -> Chosen:
    prior, worth = micro(situation.policy.prior_other), told_worth(situation, street.place, street.told)
    weighed = Weighed(street.place, (street.place,), prior + worth.total, street.told, prior, *worth)
    weighed.callers = len(street.calls)
    return Chosen(weighed, [], situation.scores.confidence_ppm(weighed.gain, []), homes=street.homes)


def _is_building(situation: Situation, place: int) -> bool:
    """Homes hang there that are at its own site, of which nothing else is lost."""
    topology = situation.topology
    at_home = around(topology, place).leaves
    inside = set(topology.devices_in(topology.site_of(place)))
    return not at_home.isdisjoint(inside) and situation.told.lost_devices.isdisjoint(inside - at_home)


def _street(situation: Situation, place: int) -> Street | None:
    """So many of its homes are lost and said within minutes why that it is the mains, and one of them has called.

    Of those that were lost then a third at the least: else it is a fibre, and some happened to be switched off. Who
    gasped and is not called lost may be back: hardly anybody tells of that.
    """
    policy, at_home = situation.policy, around(situation.topology, place).leaves
    losses = [loss_of(situation, one) for one in sorted(at_home) if situation.topology.role_of(one) in AT_HOME]
    lost = [one for one in losses if one is not None and _is_free(situation, one)]
    said = [situation.told.observations.get((dying_gasp.NAME, one.device, 0)) for one in lost]
    gasps = [one for one in said if one is not None and _is_free(situation, one)]
    fresh_us = policy.fresh_s * SECOND_US
    gasps = max(without_pause(gasps, fresh_us), key=len, default=[])
    is_building = _is_building(situation, place)
    own = situation.topology.site_of(place) if is_building else -1
    if len(gasps) < GASPS or _have_known_mains(situation, gasps, own):
        return None
    since_us, until_us = ONSET(gasps[0]) - fresh_us, ONSET(gasps[-1]) + fresh_us
    lost = [one for one in lost if since_us <= one.onset_us <= until_us]
    homes = tuple(one.device for one in lost)
    gasps = [one for one in gasps if one.device in homes]
    if len(lost) < policy.external_sites or len(gasps) < max(GASPS, len(lost) * policy.gasp_share):
        return None
    called_us, calls = since_us - policy.call_link_before_s * SECOND_US, situation.told.callers.calls
    called = ((name, home, call) for home in homes for name, call in calls.get(home, {}).items())
    mine = {name: home for name, home, (at_us, weight) in called if at_us >= called_us and weight > 0}
    return Street(place, homes, in_order(situation, [*gasps, *lost]), mine) if mine or is_building else None


def _have_known_mains(situation: Situation, gasps: list[Evidence], own: int) -> bool:
    """The inventory knows what so many of them have their mains from: that is a root like any other.

    Not so their `own` site, while the rest of it works.
    """
    shared = Counter(one for gasp in gasps for one in gasp.credit if one != own)
    return max(shared.values(), default=0) >= min(situation.policy.external_sites, len(gasps))


def _is_free(situation: Situation, told: Evidence) -> bool:
    """No incident explains it, and it is not belied."""
    return told.owner is None and told not in situation.told.life.refuted

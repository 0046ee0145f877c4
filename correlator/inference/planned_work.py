"""Planned work, as far as it explains what is told: what it takes down, and whether a root lies in it or below it."""

from collections.abc import Iterable

from correlator.inference.claims import failed_with
from correlator.inference.evidence.kind import Evidence
from correlator.inference.situation.names import EXTERNAL
from correlator.inference.situation.prediction import predicted_by
from correlator.inference.situation.situation import Situation
from correlator.inference.situation.told import Work
from topology.down import Down, merged, without
from topology.failure import expand

Windows = Iterable[tuple[tuple[str, ...], int, int]]  # the objects of each work in force, its start and its end


def put_in_force(situation: Situation, windows: Windows) -> list[Evidence]:
    """These and no others; the observations that speak where that changes something."""
    before, support = situation.told.work, situation.support
    work = situation.told.work = Work()
    for names, start_us, end_us in windows:
        objects = [c for name in names if (c := situation.names.candidate(name)) is not None]
        for candidate in objects:
            work.until[candidate] = max(end_us, work.until.get(candidate, 0))
            work.since[candidate] = min(start_us, work.since.get(candidate, start_us))
        known = tuple(sorted({c for c in objects if 0 <= c < len(situation.topology.ids)}))
        broken = expand(situation.topology, known)
        work.windows.append((end_us, situation.related.fallen(known), frozenset(broken.spans)))
    spoken = {one for c in work.until for held in (support.free, support.owned) for one in held.get(c, ())}
    work.told = {one for one in spoken if work.says_why(one)}
    turned = {one for c in before.until.keys() ^ work.until for one in support.free.get(c, ())}
    turned.update(one for one in before.told ^ work.told if one.owner is None)
    return sorted(turned, key=lambda one: one.key)


def besides(situation: Situation, candidate: int, told: list[Evidence]) -> list[Evidence]:
    """What speaks for it: not what came since there is work that says why, unless this accounts for it as well."""
    of_work = situation.told.work.told
    if not of_work or of_work.isdisjoint(told) or covered_until_us(situation, candidate):
        return told
    return [one for one in told if one not in of_work]


def covered_until_us(situation: Situation, candidate: int) -> int:
    """Until when planned work accounts for it: an object of the work, or in one, or below one. 0: not at all."""
    until_us = 0
    if not situation.told.work.windows or candidate == EXTERNAL:
        return until_us
    members = failed_with(situation, candidate, situation.candidates.class_of(candidate).members)
    for member in members:
        until_us = max(until_us, situation.told.work.until.get(member, 0))
    predicted = predicted_by(situation, candidate)
    if predicted is None:
        return until_us
    for end_us, down, spans in situation.told.work.windows:
        if not spans.isdisjoint(members) or (
            _below(situation, predicted.down, down) and not _goes_on(situation, candidate, predicted.down, down)
        ):
            until_us = max(until_us, end_us)
    return until_us


def _goes_on(situation: Situation, candidate: int, part: Down, whole: Down) -> bool:
    """What lies between the work and this has spoken since this began: the work has not taken it down.

    Not so of what is worked on itself, which may say anything meanwhile.
    """
    support, topology = situation.support, situation.topology
    words = [*support.free.get(candidate, ()), *support.owned.get(candidate, ())]
    if not words or not whole.intervals:
        return False
    devices = [one for one in whole.failed if topology.is_device(one)]
    devices += [one for site in whole.sites for one in topology.devices_in(site)]
    worked_on = map(topology.position.item, devices)
    own = merged([*part.intervals, *((place, place + 1) for place in worked_on if place >= 0)])
    between = without(whole.intervals, own)
    return bool(between) and situation.told.life.latest(between) >= min([one.onset_us for one in words])


def _below(situation: Situation, part: Down, whole: Down) -> bool:
    if not part.intervals and not part.links:
        return False
    if not all(any(low <= a and b <= high for low, high in whole.intervals) for a, b in part.intervals):
        return False
    position, stopped = situation.topology.position, set(whole.links)
    return all(
        link in stopped
        or any(
            low <= int(position[end]) < high for end in situation.topology.ends(link) for low, high in whole.intervals
        )
        for link in part.links
    )

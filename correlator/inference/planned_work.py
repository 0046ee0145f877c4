"""Planned work, as far as it explains what is told: what it takes down, and whether a root lies in it or below it."""

from collections.abc import Iterable

from correlator.inference.claims import failed_with
from correlator.inference.evidence.kind import Evidence
from correlator.inference.situation.names import EXTERNAL
from correlator.inference.situation.prediction import predicted_by
from correlator.inference.situation.situation import Situation
from topology import impact as reach
from topology.failure import expand

Windows = Iterable[tuple[tuple[str, ...], int]]  # the objects of each work in force, and when it ends


def put_in_force(situation: Situation, windows: Windows) -> list[Evidence]:
    """These and no others; the observations that speak where that changes something."""
    before = set(situation.told.planned)
    situation.told.planned.clear()
    situation.told.windows.clear()
    for names, end_us in windows:
        objects = [c for name in names if (c := situation.names.candidate(name)) is not None]
        for candidate in objects:
            situation.told.planned[candidate] = max(end_us, situation.told.planned.get(candidate, 0))
        known = [c for c in objects if 0 <= c < len(situation.topology.ids)]
        broken = expand(situation.topology, known)
        situation.told.windows.append((end_us, reach.down(situation.topology, known), frozenset(broken.spans)))
    turned = sorted(before ^ set(situation.told.planned))
    told = {one for candidate in turned for one in situation.support.free.get(candidate, ())}
    return sorted(told, key=lambda one: one.key)


def covered_until_us(situation: Situation, candidate: int) -> int:
    """Until when planned work accounts for it: an object of the work, or in one, or below one. 0: not at all."""
    until_us = 0
    if not situation.told.windows or candidate == EXTERNAL:
        return until_us
    members = failed_with(situation, candidate, situation.candidates.class_of(candidate).members)
    for member in members:
        until_us = max(until_us, situation.told.planned.get(member, 0))
    predicted = predicted_by(situation, candidate)
    if predicted is None:
        return until_us
    for end_us, down, spans in situation.told.windows:
        if not spans.isdisjoint(members) or _below(situation, predicted.down, down):
            until_us = max(until_us, end_us)
    return until_us


def _below(situation: Situation, part: reach.Down, whole: reach.Down) -> bool:
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

"""Planned work, as far as it explains what is told: what it takes down, and whether a root lies in it or below it."""

from collections.abc import Iterable

from correlator.inference.evidence import Evidence
from correlator.inference.observations import EXTERNAL, Token
from topology import impact as reach
from topology.failure import expand

Windows = Iterable[tuple[tuple[str, ...], int]]  # the objects of each work in force, and when it ends


def put_in_force(evidence: Evidence, windows: Windows) -> list[Token]:
    """These and no others; the observations that speak where that changes something."""
    before = set(evidence.planned)
    evidence.planned.clear()
    evidence.windows.clear()
    for names, end_us in windows:
        objects = [c for name in names if (c := evidence.planner.candidate(name)) is not None]
        for candidate in objects:
            evidence.planned[candidate] = max(end_us, evidence.planned.get(candidate, 0))
        known = [c for c in objects if 0 <= c < len(evidence.topology.ids)]
        broken = expand(evidence.topology, known)
        evidence.windows.append((end_us, reach.down(evidence.topology, known), frozenset(broken.spans)))
    turned = sorted(before ^ set(evidence.planned))
    told = {token for candidate in turned for token in evidence.free.get(candidate, ())}
    return sorted(told, key=lambda token: token.key)


def covered_until_us(evidence: Evidence, candidate: int) -> int:
    """Until when planned work accounts for it: an object of the work, or in one, or below one. 0: not at all."""
    until_us = 0
    if not evidence.windows or candidate == EXTERNAL:
        return until_us
    members = evidence.elements.family(candidate)[1]
    for member in members:
        until_us = max(until_us, evidence.planned.get(member, 0))
    predicted = evidence.predicted(candidate)
    if predicted is None:
        return until_us
    for end_us, down, spans in evidence.windows:
        if not spans.isdisjoint(members) or _below(evidence, predicted.down, down):
            until_us = max(until_us, end_us)
    return until_us


def _below(evidence: Evidence, part: reach.Down, whole: reach.Down) -> bool:
    if not part.intervals and not part.links:
        return False
    if not all(any(low <= a and b <= high for low, high in whole.intervals) for a, b in part.intervals):
        return False
    position, stopped = evidence.topology.position, set(whole.links)
    return all(
        link in stopped
        or any(
            low <= int(position[end]) < high for end in evidence.topology.ends(link) for low, high in whole.intervals
        )
        for link in part.links
    )

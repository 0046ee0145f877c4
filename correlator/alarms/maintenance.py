"""Planned work and lost sources: what is known to be dark, and who is out of sight.

While a window lasts its objects, and what hangs below them, make no incident open; what still stands when it ends
opens at that instant. A lost source makes its objects unknown: their silence says nothing.
"""

import numpy as np

from correlator.effects import Reason
from correlator.events import Maintenance, SourceState, microseconds
from correlator.inference.evidence import Evidence, mind
from correlator.inference.observations import EXTERNAL
from correlator.rows.incidents import SourceRow, WindowRow
from correlator.state import Draft
from topology import impact as reach
from topology.failure import expand


def announced(draft: Draft, event: Maintenance) -> None:
    """A window is announced, or changed under the same id: one that is over by the new end, ends now."""
    start_us, end_us = microseconds(event.start), microseconds(event.end)
    if end_us <= start_us:
        draft.reject(event.id, "end", Reason("bad_window", f"end {event.end} is not after start {event.start}"))
        return
    for place, name in enumerate(event.objects):
        if mind(draft).planner.candidate(name) is None:
            text = f"maintenance {event.id} names {name}, which the inventory lacks"
            draft.reject(event.id, f"objects[{place}]", Reason("unknown_object", text))
            return
    if end_us <= draft.now_us:
        if event.id in draft.state.windows:
            _end(draft, event.id)
        else:
            draft.note(event.id, "window_over", f"window {event.id} was over before it was announced")
        return
    draft.put("windows", event.id, WindowRow(event.id, event.objects, start_us, end_us, event.reason))
    draft.arm("window", event.id, max(start_us, draft.now_us))
    if start_us <= draft.now_us:
        turned(draft, event.id)


def turned(draft: Draft, window: str) -> None:
    """A window begins, or ends."""
    row = draft.state.windows.get(window)
    if row is None:
        return
    if draft.now_us >= row.end_us:
        _end(draft, window)
        return
    draft.arm("window", window, row.end_us)
    draft.note(window, "window_begins", f"planned work {window} begins: {row.reason}")
    refresh(draft)


def _end(draft: Draft, window: str) -> None:
    draft.drop("windows", window)
    draft.note(window, "window_ends", f"planned work {window} ends")
    refresh(draft)


def refresh(draft: Draft) -> None:
    """The windows in force, in the cache; what speaks under them is looked at again."""
    evidence = mind(draft)
    before = set(evidence.planned)
    _set_planned(draft, evidence)
    for candidate in sorted(before ^ set(evidence.planned)):
        for token in evidence.free.get(candidate, ()):
            for key in token.alarms:
                row = draft.state.alarms[key]
                row.moved = draft.step
                draft.put("alarms", key, row)
            evidence.dirty.update(token.credit)


def _set_planned(draft: Draft, evidence: Evidence) -> None:
    evidence.planned.clear()
    evidence.windows.clear()
    for _, row in sorted(draft.state.windows.items()):
        if row.start_us <= draft.now_us < row.end_us:
            objects = [c for name in row.objects if (c := evidence.planner.candidate(name)) is not None]
            for candidate in objects:
                evidence.planned[candidate] = max(row.end_us, evidence.planned.get(candidate, 0))
            known = [c for c in objects if 0 <= c < len(evidence.topology.ids)]
            broken = expand(evidence.topology, known)
            evidence.windows.append((row.end_us, reach.down(evidence.topology, known), frozenset(broken.spans)))


def covered_until_us(draft: Draft, candidate: int) -> int:
    """Until when planned work accounts for it: an object of the work, or in one, or below one. 0: not at all."""
    evidence = mind(draft)
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


def takes_down(draft: Draft, services: list[int]) -> bool:
    """Planned work in force takes one of these services down: who calls about it tells of nothing else."""
    evidence = mind(draft)
    return any(
        bool(np.isin(services, reach.services_down(evidence.topology, down)).any()) for _, down, _ in evidence.windows
    )


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


def source_turned(draft: Draft, event: SourceState) -> None:
    """A source lost sight of objects, or sees them again."""
    topology = draft.world.topology
    for place, name in enumerate(event.objects):
        element = topology.find(name)
        if element is None or topology.kind_of(element) not in ("site", "device", "splitter"):
            text = f"source_state {event.id} names {name}, which is no device or site of the inventory"
            draft.reject(event.id, f"objects[{place}]", Reason("unknown_object", text))
            return
    for name in event.objects:
        key = f"{event.source}\x1f{name}"
        if event.state == "lost":
            draft.put("sources", key, SourceRow(event.source, name, draft.now_us))
        else:
            draft.drop("sources", key)
    set_unknown(draft, mind(draft))


def set_unknown(draft: Draft, evidence: Evidence) -> None:
    topology = draft.world.topology
    names = sorted({row.object for row in draft.state.sources.values()})
    elements = [element for name in names if (element := topology.find(name)) is not None]
    sites = {element for element in elements if topology.kind_of(element) == "site"}
    devices = [element for element in elements if element not in sites]
    if sites:
        devices += [int(d) for d in topology.device_at if topology.site_of(int(d)) in sites]
    evidence.sight.set_unknown(devices)


def rebuild(draft: Draft, evidence: Evidence) -> None:
    _set_planned(draft, evidence)
    if draft.state.sources:
        set_unknown(draft, evidence)

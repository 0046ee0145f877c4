"""A device was told to be reached again, by which other words were over (`ending.answers_due`), and is lost again.

A poller that starts anew clears all that it holds, and tells it again with its next round; one that misses a round does
the same. Then nothing had been repaired: what its clear belied stands again, in the same period, and the incident that
held it goes on, or is back. Not what its own source has cleared meanwhile, nor where the crew says that it is repaired,
nor what two others that have their only way there still belie.
"""

from bisect import bisect_left
from collections.abc import Iterable
from typing import Final

from correlator.alarms import states
from correlator.events import SECOND_US
from correlator.incidents import claims, complaints, dating, lifecycle
from correlator.incidents.index import engine_of, index_of
from correlator.rows.incidents import AlarmRow, IncidentRow
from correlator.state import Draft
from topology.domains import element_of

KIND: Final = "lost_again"  # the deadline that looks at it
LOST = "device_unreachable"
ENOUGH = 2  # that answer: a single one may seem to
WAIT_US = SECOND_US  # many are told again at once


def heed(draft: Draft) -> None:
    """What this step says to be lost again, where some words of an incident were over since it was cleared."""
    again = [row for what, row in draft.alarm_changes if what == "stands" and row.alarm_type == LOST and row.period > 1]
    if not again:
        return
    index, incidents, members = index_of(draft), draft.state.incidents, draft.state.members
    belied = [name for name in sorted({*index.live, *index.resolved}) if incidents[name].belied_us]
    for row in again:
        for name in belied:
            held = incidents[name].belied_us >= row.cleared_us and claims.member_key(name, row, ago=1) in members
            if held and draft.state.deadlines.due_us(KIND, name) is None:
                draft.arm(KIND, name, draft.now_us + WAIT_US)


def look(draft: Draft, name: str) -> None:
    """All that was told again by now."""
    incident = draft.state.incidents[name]
    if incident.status not in lifecycle.SETTLED or incident.repaired_us is not None:
        return
    rows = {row.key: row for row in claims.alarms_of(draft.state, name)}
    lost = [row for row in rows.values() if row.active and row.alarm_type == LOST and row.heard_us > incident.belied_us]
    back = _cut_off(draft, incident, [row for row in lost if row.cleared_us <= incident.belied_us], rows.values())
    if not back:
        return
    for row in back:
        index_of(draft).told_well.forget(row)
        states.stand_again(draft, row)
        text = (
            f"{row.alarm_type} pada {row.object} berlaku lagi: yang tersambung lewat sana hilang lagi / "
            f"{row.alarm_type} on {row.object} stands again: what has its way there is lost again"
        )
        draft.note(row.object, "alarm_stands_again", text)
    lifecycle.heed(draft)  # one that clears takes these, and is back where that is enough
    if incident.status == "resolved":
        _reopen(draft, incident, rows.values())
    elif incident.status == "open":
        claims.absorb(draft, incident)


def _reopen(draft: Draft, incident: IncidentRow, rows: Iterable[AlarmRow]) -> None:
    """More of it stands than where it would clear."""
    told = [engine_of(draft).observation(row.key) for row in rows if row.active]
    free = {one.key: one for one in told if one is not None and one.owner is None}
    if len(free) > incident.peak * draft.world.policy.faults.clearing_share:
        claims.hold(draft, incident, [one for _, one in sorted(free.items())])
        lifecycle.reopen(draft, incident)
        complaints.link_waiting(draft, incident, announce=True)


def _cut_off(draft: Draft, incident: IncidentRow, lost: list[AlarmRow], rows: Iterable[AlarmRow]) -> list[AlarmRow]:
    """Of what was belied: those words that cut off some of what is lost, each alone, or the fewest others together."""
    words, places = _belied(draft, incident, rows), _places(draft, (row.object for row in lost))
    well = _places(draft, dating.answered(draft, incident))

    def cut_off(elements: list[int]) -> bool:
        below = index_of(draft).related.fallen(tuple(elements)).intervals
        return _many(places, below) > 0 and _many(well, below) < ENOUGH

    found = [one for one in sorted(words) if cut_off([one])]
    rest = [one for one in sorted(words) if one not in found]
    if cut_off(rest):
        for one in list(rest):
            fewer = [other for other in rest if other != one]
            if cut_off(fewer):
                rest = fewer
        found += rest
    back = {row.key: row for one in found for row in words[one]}
    return [row for _, row in sorted(back.items())]


def _belied(draft: Draft, incident: IncidentRow, rows: Iterable[AlarmRow]) -> dict[int, list[AlarmRow]]:
    """What was, by element; of one that is open still, a short time ago."""
    topology, reopen_us = draft.world.topology, draft.world.policy.faults.reopen_s * SECOND_US
    since_us = 0 if incident.status == "resolved" else draft.now_us - reopen_us
    words: dict[int, list[AlarmRow]] = {}
    for row in rows:
        element = element_of(topology, row.object)
        if element >= 0 and row.let_go == "belied" and not row.active and row.cleared_us >= since_us:
            for one in topology.links_of(element) if topology.kind_of(element) == "port" else (element,):
                words.setdefault(one, []).append(row)
    return words


def _places(draft: Draft, names: Iterable[str]) -> list[int]:
    topology = draft.world.topology
    found = [topology.find(name) for name in names]
    return sorted({topology.position.item(one) for one in found if one is not None and topology.is_device(one)})


def _many(places: list[int], intervals: Iterable[tuple[int, int]]) -> int:
    return sum(bisect_left(places, high) - bisect_left(places, low) for low, high in intervals)

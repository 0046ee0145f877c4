"""Since when a fault is there, and who is reached again since. Since when all of it is over: `ends.when_over`.

What lies under a fault may have begun long before it, as an ONT that has been dark for a week: no incident lists that.
`first_event_us` is the least time of what it lists; `down_since_us` is what people are told, and what minutes down
count from: where that begins which leads, without a long pause, to what is nearest to the suspicion. Both by clocks
that can be believed (`voices.behind_us`); what sources gave stands in the rows of alarms.
"""

from collections.abc import Collection, Iterable
from typing import Final

from correlator.alarms import voices
from correlator.alarms.states import named
from correlator.events import EVENTS, MINUTE_US, PRECURSORS, SECOND_US
from correlator.incidents.index import engine_of, index_of
from correlator.inference.port import Observation
from correlator.rows.counts import LINK_DARK, NO_MAINS, SAY_DOWN
from correlator.rows.incidents import AlarmRow, IncidentRow, MemberRow
from correlator.state import Draft
from correlator.times import BEHIND_US
from topology.cover import cuts_off, lost_places
from topology.domains import element_of
from topology.graph import Topology
from topology.model import device_of

ANSWERS: Final = "answers"  # the deadline that looks at it
ANSWERS_US: Final = 120 * SECOND_US  # for the words that are on their way
SPOKE: Final = "spoke"  # by when a device should have spoken again; its subject is it, or the alarm that calls it lost
SPOKE_AGAIN: Final = "spoke_again"  # it has: the deadline at which that alarm is over, if nobody tells it anew
AGAIN_US: Final = 30 * MINUTE_US  # within so long ...
APART_US: Final = 5 * MINUTE_US  # ... and so long after the first word, which may be a stray one
DENY_WAY: Final = (*LINK_DARK, "neighbor_down", "device_unreachable")
WAYS: Final = "ways"  # the deadline at which it is asked who has a way again
OF_ITSELF: Final = EVENTS | PRECURSORS  # of what it tells: these say of no link or device that it is dark or lost


def date(draft: Draft, incident: IncidentRow, times: Collection[int], unlit: Collection[int] = ()) -> None:
    """From all that it lists. `unlit`: when mains were lost: batteries carry on, and nobody was down."""
    if not times:
        times = unlit
    if times:
        incident.first_event_us = min([*times, *unlit])
        incident.down_since_us = min(times, key=lambda at_us: (abs(at_us - incident.suspected_us), at_us))
        _reach_back(draft, incident, times)


def apart(begun: Iterable[tuple[int, bool]]) -> tuple[list[int], list[int]]:
    """When something began, and whether it says no more than that mains are lost: as `date` and `add` ask for it."""
    times: tuple[list[int], list[int]] = [], []
    for at_us, is_unlit in begun:
        times[is_unlit].append(at_us)
    return times


def by_told(draft: Draft, told: Iterable[Observation]) -> tuple[list[int], list[int]]:
    return apart((_begun_us(draft, one), one.kind == "power") for one in told)


def _begun_us(draft: Draft, told: Observation) -> int:
    if draft.now_us - told.first_us <= BEHIND_US:  # no clock is doubted
        return told.first_us
    rows = [draft.state.alarms[key] for key in told.alarms]
    return min(row.begun_us for row in rows) if any(row.slow_us for row in rows) else told.first_us


def cleared_us(draft: Draft, row: AlarmRow) -> int:
    """When it ended, by a clock that can be believed."""
    at_us = row.cleared_us
    if draft.now_us - at_us <= BEHIND_US:
        return at_us
    said = [source for source, told_us in row.tellers.items() if told_us == at_us]
    return at_us + min([voices.behind_us(draft, source, at_us) for source in said], default=0)


def by_members(members: Iterable[tuple[MemberRow, AlarmRow | None]]) -> tuple[list[int], list[int]]:
    return apart((of_member(one, row), row is not None and row.alarm_type in NO_MAINS) for one, row in members)


def of_member(member: MemberRow, row: AlarmRow | None) -> int:
    """When it began; its alarm may have begun anew since."""
    return member.at_us if row is None or row.first_us != member.at_us else row.begun_us


def add(draft: Draft, incident: IncidentRow, times: Collection[int], unlit: Collection[int] = ()) -> None:
    """It lists these as well, but for what is older; as in `date`."""
    _reach_back(draft, incident, times)
    listed = [at_us for at_us in (*times, *unlit) if not is_older(draft, incident, at_us)]
    incident.first_event_us = min([incident.first_event_us, *listed])


def is_older(draft: Draft, incident: IncidentRow, at_us: int) -> bool:
    """What began then is older than the fault: it lies below what failed later, and no failure explains it."""
    return 0 < at_us < incident.down_since_us - draft.world.policy.faults.begin_pause_s * SECOND_US


def _reach_back(draft: Draft, incident: IncidentRow, times: Collection[int]) -> None:
    pause_us = draft.world.policy.faults.begin_pause_s * SECOND_US
    for at_us in sorted(times, reverse=True):
        if 0 <= incident.down_since_us - at_us <= pause_us:
            incident.down_since_us = at_us


def told_well(draft: Draft, incident: IncidentRow, by_us: int | None = None) -> list[AlarmRow]:
    """What of it its sources said is over; `by_us`: by then, and ever since.

    Not where customers have said since that it is not over.
    """
    if not incident.ended_us:
        return []
    rows = (
        draft.state.alarms.get(one.alarm) for one in draft.state.members.of(incident.id).values() if not one.standing
    )
    last_us = draft.now_us if by_us is None else by_us
    return [row for row in rows if row is not None and _is_well(row, incident.doubted_us, last_us)]


def _is_well(row: AlarmRow, since_us: int, by_us: int) -> bool:
    """Its source said so, and in that time."""
    return not (row.active or row.let_go or row.shelved_until_us) and since_us <= row.cleared_us <= by_us


def answered(draft: Draft, incident: IncidentRow, by_us: int | None = None) -> dict[str, int]:
    """Device -> when its source said that it is reached again."""
    well = told_well(draft, incident, by_us)
    return {row.object: row.cleared_us for row in well if row.alarm_type == "device_unreachable"}


def answered_us(draft: Draft, incident: IncidentRow) -> list[int]:
    """When, by clocks that can be believed, those who answer by now."""
    well = told_well(draft, incident, draft.now_us)
    return [cleared_us(draft, row) for row in well if row.alarm_type == "device_unreachable"]


def lit(draft: Draft, incident: IncidentRow, by_us: int) -> dict[int, int]:
    """Link -> since when all is over that was told of it, at both of its ends, and of a loss of a device there."""
    topology, alarms, found = draft.world.topology, draft.state.alarms, dict[int, int]()
    well = (row.object for row in told_well(draft, incident, by_us) if row.alarm_type in LINK_DARK)
    for link in sorted({_link_of(topology, name) for name in well} - {-1}):
        names = [topology.ids[one] for one in (link, *topology.ports_of(link), *topology.ends(link))]
        words = [alarms.get(named(name, kind)) for name in names for kind in DENY_WAY]
        told = [one for one in words if one and (one.active or one.cleared_us >= incident.first_event_us)]
        since_us = max(incident.doubted_us, incident.denied_us.get(topology.ids[link], 0))
        if told and all(_is_well(one, since_us, by_us) for one in told):
            found[link] = max(cleared_us(draft, one) for one in told)
    return found


def _link_of(topology: Topology, name: str) -> int:
    """That it is, or that ends at this port; -1: none."""
    element = topology.find(name)
    if element is None or topology.kind_of(element) == "link":
        return -1 if element is None else element
    return topology.link_of(element) if topology.kind_of(element) == "port" else -1


def _unlit(draft: Draft, incident: IncidentRow) -> list[AlarmRow]:
    """What it holds, or held, that says that mains are lost."""
    rows = map(draft.state.alarms.get, [one.alarm for one in draft.state.members.of(incident.id).values()])
    return [row for row in rows if row is not None and row.alarm_type in NO_MAINS]


def mains_back_us(draft: Draft, incident: IncidentRow) -> int:
    """Since when a group that lost its mains has them again, as half of those say who told of it; 0: not so."""
    unlit = _unlit(draft, incident) if incident.places else []
    ends_us = [row.cleared_us for row in unlit if not row.active]
    return max(ends_us) if ends_us and 2 * len(ends_us) >= len(unlit) else 0  # the end of the others may be lost


def starts_us(draft: Draft, incident: IncidentRow, standing: Collection[Observation]) -> int:
    """By when a group that lost its mains should be up again, where some of it is lost; 0: no such thing.

    With mains back its sites start one by one, and each tells of those that do not run yet. Of a site that is lost and
    never said that it has no mains, or has had them for long, it is another fault.
    """
    topology, alarms = draft.world.topology, draft.state.alarms
    root = topology.find(incident.root) if incident.places and not incident.street else None
    if root is None:
        return 0
    told = {alarms[key].object for one in standing for key in one.alarms if alarms[key].alarm_type in SAY_DOWN}
    lost = lost_places(topology, root, [one for name in sorted(told) if (one := element_of(topology, name)) >= 0])
    if not lost or not any(_is_at(topology, row.object, lost) for row in _unlit(draft, incident)):
        return 0
    back_us = mains_back_us(draft, incident) or draft.now_us
    until_us = back_us + draft.world.policy.faults.started_s * SECOND_US
    return until_us if until_us > draft.now_us else 0


def _is_at(topology: Topology, name: str, places: Collection[int]) -> bool:
    element = element_of(topology, name)
    site = topology.site_of(element) if element >= 0 and topology.is_device(element) else element
    return element in places or site in places


def spoke(draft: Draft, lost: Observation, *, flaps: bool = False) -> None:
    """A device that an incident calls lost has spoken: looked at again where that is all that still stands.

    And where it speaks again long after, whatever else stands (`repairs.speaks_again`): not of what `flaps`.
    """
    incident = draft.state.incidents.get(lost.owner or "")
    if incident is None:
        return
    if not flaps:
        _count(draft, lost)
    if draft.state.deadlines.due_us(ANSWERS, incident.id) is not None:  # many speak at once
        return
    if all(one.kind == lost.kind for one in engine_of(draft).accounts.held_by(incident.id)):
        look_later(draft, incident)


def spoke_below(draft: Draft, row: AlarmRow) -> None:
    """A device has told something of itself, and an incident may say that all its ways are dark, though it is not lost.

    That it starts anew it tells when it runs again; of other words the second counts.
    """
    if row.alarm_type in OF_ITSELF and index_of(draft).live:
        device, starts = device_of(row.object), row.alarm_type == "device_restart"
        for incident in cut_off_by(draft, device):
            _count_word(draft, device, incident.newest_us, starts=starts)


def cut_off_by(draft: Draft, name: str) -> list[IncidentRow]:
    """Open incidents whose root is this device, or all its ways."""
    topology = draft.world.topology
    device = topology.find(name)
    if device is None or not topology.is_device(device):
        return []
    ways, rows = {device, *cuts_off(topology, device)}, (draft.state.incidents[one] for one in index_of(draft).live)
    return [row for row in rows if row.status == "open" and not row.home and topology.find(row.root) in ways]


def _count(draft: Draft, lost: Observation) -> None:
    """A first word, or one so long after the first that it was no stray one."""
    _count_word(draft, min(lost.alarms), max(lost.last_us.values(), default=0))


def _count_word(draft: Draft, who: str, lost_us: int, *, starts: bool = False) -> None:
    """`who`: the device, or the alarm that calls it lost; `lost_us`: when that was told last, or its ways dark."""
    deadlines = draft.state.deadlines
    first_us = (deadlines.due_us(SPOKE, who) or 0) - AGAIN_US
    if first_us < lost_us and not starts:  # none so far, or it was told anew since
        draft.arm(SPOKE, who, draft.now_us + AGAIN_US)
    elif (starts or draft.now_us >= first_us + APART_US) and deadlines.due_us(SPOKE_AGAIN, who) is None:
        draft.arm(SPOKE_AGAIN, who, draft.now_us + ANSWERS_US)


def look_later(draft: Draft, incident: IncidentRow) -> None:
    if draft.state.deadlines.due_us(ANSWERS, incident.id) is None:
        draft.arm(ANSWERS, incident.id, draft.now_us + ANSWERS_US)


def ended(draft: Draft, incident: IncidentRow, row: AlarmRow, *, of_card: bool) -> None:
    """This part of it was told well: by that somebody may be reached again, or have a way. `of_card`: its port."""
    if row.alarm_type == "device_unreachable" or (incident.cards and of_card):
        look_later(draft, incident)
    if row.alarm_type in LINK_DARK and draft.state.deadlines.due_us(WAYS, incident.id) is None:
        draft.arm(WAYS, incident.id, draft.now_us + draft.world.policy.faults.hold_s * SECOND_US)

"""The laws of every night, whatever breaks and whoever interferes; each returns what breaks it, in words.

Its physics is its own (`physics`): nothing here asks the service why it decided, only what it decided.
"""

from collections import Counter
from collections.abc import Iterable

import numpy as np

from correlator.events import Alarm, Complaint
from correlator.rows.incidents import AlarmRow, IncidentRow, MemberRow
from correlator.state import State
from streams.simulation.night import Night
from streams.simulation.outcome import Outcome, SentMessage
from streams.simulation.physics import Physics

LIVE = ("open", "clearing")


def time_never_runs_back(outcome: Outcome) -> Iterable[str]:
    last_us = 0
    for effect in outcome.effects:
        if effect.at_us < last_us:
            yield f"time: {effect.id} at {effect.at_us} comes after one at {last_us}"
        last_us = max(last_us, effect.at_us)
    for ticket in outcome.state.tickets.values():
        times = [entry.at_us for entry in ticket.trail]
        if times != sorted(times):
            yield f"time: the trail of {ticket.id} runs back"


def ids_and_numbers_are_unique(outcome: Outcome) -> Iterable[str]:
    for what, names in (
        ("effect", [effect.id for effect in outcome.effects]),
        ("ticket number", [ticket.number for ticket in outcome.state.tickets.values()]),
    ):
        for name, count in Counter(names).items():
            if count > 1:
                yield f"unique: {what} {name} exists {count} times"


def nobody_is_told_twice(outcome: Outcome) -> Iterable[str]:
    """Per kind, outage and update; once two outages are merged, under the survivor."""
    merges = {
        row.id: (row.verdicts[-1].at_us, row.merged_into)
        for row in outcome.state.incidents.values()
        if row.merged_into is not None
    }

    def survivor(name: str, at_us: int) -> str:
        while name in merges and merges[name][0] <= at_us:
            name = merges[name][1] or name
        return name

    before: dict[tuple[str, int, str | None], list[SentMessage]] = {}
    for told in outcome.told():
        same = before.setdefault((told.kind, told.update, told.customer), [])
        for other in same:
            if told.incident is None or other.incident is None:
                twice = told.incident is None and other.incident is None and told.ticket == other.ticket
            else:
                twice = survivor(told.incident, told.at_us) == survivor(other.incident, told.at_us)
            if twice:
                about = told.incident or told.ticket
                yield f"told-twice: {told.customer} gets {told.kind} {told.update} about {about} again, after {other}"
        same.append(told)


def restored_follows_outage(outcome: Outcome) -> Iterable[str]:
    """Nobody hears that something is back of which they never heard that it was gone."""
    knew = {told.customer for told in outcome.told() if told.kind in ("outage", "ack", "update")}
    for told in outcome.told():
        if told.kind == "restored" and told.customer not in knew:
            yield f"restored-unasked: {told.customer} is told {told.incident} is back, and never heard of it"


def _numbers(packed: bytes) -> list[int]:
    """Customers, as rows keep them."""
    found: list[int] = np.frombuffer(packed, dtype="<i4").tolist()
    return found


def whoever_heard_of_it_hears_of_its_end(outcome: Outcome) -> Iterable[str]:
    """Where all is over: who was told of an outage is told that it is back, or asked, or will be in the morning.

    Also by an update that says so. Asked is who complained: whether it works. What callers alone tell of stands until
    nobody has called for a day, and who is down by that hears nothing until then.
    """
    names = outcome.world.topology.customer_ids
    stands = {row.id for row in outcome.state.incidents.values() if row.status in LIVE}
    stands -= {member.incident for member in outcome.state.members.values()}
    audiences = outcome.state.audiences
    some = [row.audience for row in outcome.state.waiting_notices.values() if row.kind == "restored"]
    some += [audiences[name].down for name in sorted(stands & audiences.keys())]
    waiting: set[str | None] = {names[number] for each in some for number in _numbers(each)}
    asked = {row.ticket for row in outcome.state.waiting_notices.values() if row.kind == "question"}
    waiting |= {ticket.customer for ticket in outcome.state.tickets.values() if ticket.id in asked}
    last: dict[str | None, SentMessage] = {}
    for told in outcome.told():
        if told.over or told.kind in ("outage", "restored", "correction", "question"):
            last[told.customer] = told
    for customer, told in last.items():
        if told.kind == "outage" and customer not in waiting and told.incident not in stands:
            yield f"left-waiting: {customer} heard of {told.incident}, and never that it is over"


def every_incident_has_its_ticket(night: Night, outcome: Outcome) -> Iterable[str]:
    state = outcome.state
    parents = Counter(ticket.incident for ticket in state.tickets.values() if ticket.kind == "outage")
    for row in state.incidents.values():
        if row.opened_us is not None and row.status != "merged" and parents[row.id] != 1:
            yield f"ticket: {row.id} has {parents[row.id]} outage tickets"
        if row.opened_us is None and parents[row.id]:
            yield f"ticket: {row.id} never opened and has an outage ticket"
    children = Counter(ticket.complaint for ticket in state.tickets.values() if ticket.kind == "complaint")
    sent = {one.event.id for one in night.arrived if isinstance(one.event, Complaint)}
    for name in sorted(sent | {name for name in children if name}):
        if children[name] != 1:
            yield f"ticket: complaint {name} has {children[name]} tickets"


def nobody_is_down_while_a_path_survives(physics: Physics, outcome: Outcome, state: State) -> Iterable[str]:
    """Under what the open incidents say is broken: just those are counted as down whom physics has down.

    Of an incident some of whose words have ended a part may be repaired, and what is reached again is: it counts fewer.
    Who is down under planned work is down for that; who is down only beside it is down under the incident.
    """
    names = outcome.world.topology.customer_ids
    live = [row for row in state.incidents.values() if row.status in LIVE]
    if any(row.root == "external" or _is_carded(state, row) for row in live):  # how much is broken is not said
        return
    counted: set[str] = set()
    for row in live:
        audience = state.audiences.get(row.id)
        if audience is not None:
            counted |= {names[number] for number in _numbers(audience.down)}
    roots = [name for row in live for name in row.broken]
    planned = [row.root for row in state.incidents.values() if row.status == "suspected" and row.planned_until_us]
    truly = physics.condition([*roots, *planned]).customers_down
    if counted - truly:
        yield f"down-with-a-path: {sorted(counted - truly)} count as down though {sorted(roots)} leave them a path"
    over = [
        (one.incident, row) for one, row in _told_of(state) if not one.standing and row.alarm_type != "card_failure"
    ]
    partly = {incident for incident, _ in over}
    whole = [name for row in live if row.id not in partly for name in row.broken]
    back = [row.object for _, row in over if row.alarm_type == "device_unreachable" and not row.active]
    left_out = physics.condition(back).customers_down | physics.condition(planned).customers_down
    forgotten = physics.condition(whole).customers_down - counted - left_out
    if forgotten:
        yield f"down-forgotten: {sorted(forgotten)} are down under {sorted(whole)}, and nobody counts them"


def _told_of(state: State) -> Iterable[tuple[MemberRow, AlarmRow]]:
    """What incidents hold, and have held, with the alarm's row."""
    return ((one, row) for one in state.members.values() if (row := state.alarms.get(one.alarm)) is not None)


def _is_carded(state: State, incident: IncidentRow) -> bool:
    """A dead card tells of its root; or told of it, and is well now while the rest still stands; or nobody told."""
    told = [row for row in state.alarms.values() if row.alarm_type == "card_failure" and row.object == incident.root]
    if not told and incident.root in incident.cards:
        return True
    held = {member.alarm for member in state.members.values() if member.incident == incident.id}
    return any(row.active or row.key in held for row in told)


def one_incident_a_root(state: State) -> Iterable[str]:
    """No two incidents that are open at a time blame the same element."""
    roots = Counter(row.root for row in state.incidents.values() if row.status in LIVE)
    for root, count in roots.items():
        if count > 1:
            names = [row.id for row in state.incidents.values() if row.root == root and row.status in LIVE]
            yield f"same-root: {names} all blame {root}"


def all_is_over_in_the_end(night: Night, outcome: Outcome) -> Iterable[str]:
    """Where every clear arrived: nothing that alarms told stands hours after the last repair."""
    told = {member.incident for member in outcome.state.members.values()}
    for row in outcome.state.incidents.values():
        if row.status in LIVE and row.id in told:
            yield f"never-ends: {row.id} ({row.root}) is still {row.status}"
    raised = {one.event.object for one in night.arrived if isinstance(one.event, Alarm)}
    for alarm in outcome.state.alarms.values():
        if alarm.object in raised and alarm.active and not alarm.raised:
            yield f"never-ends: {alarm.key!r} still counts though it was cleared"

"""What people order on incidents and alarms. A human word is a pin: the machine works around it.

Who may do what is the policy's table (`care.roles`); each order needs actor, role and reason (contract, "Commands").
An order that the role or the state does not allow is rejected with the reason, and changes nothing.
"""

from collections.abc import Callable
from datetime import datetime

from correlator.care import desk
from correlator.care.rows import ComplaintRow
from correlator.effects import Reason
from correlator.events import Command, microseconds
from correlator.faults import alarms, calls, claims, impact, incidents, reroot, verdicts
from correlator.faults.beside import look_beside
from correlator.faults.evidence import mind
from correlator.faults.rows import AlarmRow, IncidentRow
from correlator.faults.search import Hypothesis
from correlator.faults.tokens import Token
from correlator.faults.weigh import Weighed, weigh_set
from correlator.state import Draft

ON_ALARMS = frozenset({"shelve", "unshelve", "open"})
ON_INCIDENTS = frozenset(
    {
        "acknowledge",
        "assign",
        "accept_root",
        "unpin",
        "merge",
        "split",
        "attach",
        "detach",
        "set_class",
        "set_estimate",
        "hold_notices",
        "release_notices",
        "note",
        "close",
    }
)
Order = Callable[[Draft, IncidentRow, Command], None]


class Disallowed(Exception):
    """An order that cannot be carried out: the field and the reason; nothing was changed."""

    def __init__(self, field: str, code: str, text: str) -> None:
        super().__init__(text)
        self.field = field
        self.reason = Reason(code, text)


def performed(draft: Draft, event: Command) -> bool:
    """True where the target is an incident or an alarm; the order is carried out or rejected."""
    incident = draft.state.incidents.get(event.target)
    try:
        if incident is not None:
            _on_incident(draft, incident, event)
            return True
        row = _alarm_named(draft, event.target) if event.action in ON_ALARMS else None
        if row is None:
            return False
        _check_role(draft, event)
        _on_alarm(draft, row, event)
    except Disallowed as refusal:
        draft.reject(event.id, refusal.field, refusal.reason)
    return True


def _check_role(draft: Draft, event: Command) -> None:
    if not desk.allowed(draft.world.policy, event.action, event.role):
        raise Disallowed("role", "not_allowed", f"role {event.role} may not {event.action} {event.target}")


def _on_incident(draft: Draft, incident: IncidentRow, event: Command) -> None:
    order = ORDERS.get(event.action)
    if order is None:
        raise Disallowed("action", "wrong_target", f"{event.action} is no order for incident {incident.id}")
    _check_role(draft, event)
    if incident.home:
        raise Disallowed("target", "elsewhere", f"domain {incident.home} decides on incident {incident.id}")
    if incident.status in ("closed", "merged") and event.action != "note":
        raise Disallowed("target", "over", f"incident {incident.id} is {incident.status}")
    order(draft, incident, event)
    draft.put("incidents", incident.id, incident)


def _text(event: Command, name: str) -> str:
    value = event.arguments.get(name)
    if not isinstance(value, str) or not value:
        raise Disallowed(f"arguments.{name}", "missing", f"{event.action} needs the argument {name}, a text")
    return value


def _names(event: Command, name: str) -> list[str]:
    value = event.arguments.get(name) or []
    if not isinstance(value, list) or not all(isinstance(member, str) for member in value):
        raise Disallowed(f"arguments.{name}", "wrong_type", f"{event.action}: {name} is a list of ids")
    return value


def time_argument(event: Command, name: str) -> int:
    """A time among the arguments, in microseconds."""
    text = _text(event, name)
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise Disallowed(f"arguments.{name}", "bad_time", f"{name} {text} is no RFC 3339 time with an offset")
    return microseconds(time)


# Alarms


def _alarm_named(draft: Draft, event_id: str) -> AlarmRow | None:
    """An alarm by any event id of it that is remembered (the first raise of each period), or by its key."""
    rows = draft.state.alarms
    if event_id in rows:
        return rows[event_id]
    for row in rows.values():
        if row.first_id == event_id or row.last_id == event_id:
            return row
    for member in draft.state.members.values():
        if member.event == event_id:
            return rows.get(member.alarm)
    return None


def _on_alarm(draft: Draft, row: AlarmRow, event: Command) -> None:
    if event.action == "shelve":
        until_us = time_argument(event, "until")
        if until_us <= draft.now_us:
            raise Disallowed("arguments.until", "past", "until is not in the future")
        alarms.shelve(draft, row, until_us)
        incidents.heed(draft)
    elif event.action == "unshelve":
        if not row.shelved_until_us:
            raise Disallowed("target", "not_shelved", f"alarm {event.target} is not shelved")
        alarms.unshelve(draft, row.key)
        incidents.heed(draft)
    else:
        _open_by_hand(draft, row, event)
    draft.note(row.object, event.action, f"{event.action} {row.alarm_type} by {event.actor}: {event.reason}")


def _open_by_hand(draft: Draft, row: AlarmRow, event: Command) -> None:
    """An incident on an alarm that nothing explained, by a person's word."""
    evidence = mind(draft)
    name = event.arguments.get("root") or row.object
    candidate = evidence.planner.candidate(name) if isinstance(name, str) else None
    if candidate is None:
        raise Disallowed("arguments.root", "unknown_object", f"the inventory has no {name}")
    token = evidence.by_alarm.get(row.key)
    if token is None:
        raise Disallowed("target", "not_standing", f"alarm {event.target} does not stand, or is no evidence")
    if token.owner is not None:
        raise Disallowed("target", "taken", f"alarm {event.target} belongs to incident {token.owner}")
    if token.suspect is not None:  # what is suspected of it already is what the person means
        incident = draft.state.incidents[token.suspect]
        _pin(draft, incident, candidate, event.actor)
        desk.enter_for(draft, incident, event, (None, incident.root))
        return
    hypothesis = _hypothesis(draft, candidate, {token, *evidence.free.get(candidate, ())})
    incident = IncidentRow(
        id=draft.new_id("IN"),
        status="suspected",
        root=evidence.planner.name_of(candidate),
        root_since_us=draft.now_us,
        suspected_us=draft.now_us,
        first_event_us=min(t.first_us for t in hypothesis.weighed.tokens),
        pinned_by=event.actor,
    )
    verdicts.describe(evidence, incident, hypothesis)
    incidents.verdict(draft, incident)
    verdicts.open_incident(draft, evidence, incident, hypothesis)
    desk.enter_for(draft, incident, event, (None, incident.root))


def _hypothesis(draft: Draft, candidate: int, tokens: set[Token]) -> Hypothesis:
    """What a person says explains all of it, however little the evidence speaks for that."""
    evidence = mind(draft)
    held = sorted(tokens, key=lambda token: token.key)
    weighed = weigh_set(evidence, candidate, held, draft.now_us, [])
    if weighed is None:  # nobody is out for lost mains alone, as the machine sees it
        _, members, prior = evidence.elements.family(candidate)
        weighed = Weighed(candidate, members, prior, [], prior)
    weighed.candidate = candidate  # the very element that the person named, not the likeliest of its class
    weighed.tokens, weighed.unlikely = held, []
    return Hypothesis(weighed, [], 1_000_000)


# Incidents


def _acknowledge(draft: Draft, incident: IncidentRow, event: Command) -> None:
    incident.acknowledged_by = event.actor
    if incident.ticket is not None:
        desk.acknowledge(draft, draft.state.tickets[incident.ticket], event)


def _assign(draft: Draft, incident: IncidentRow, event: Command) -> None:
    incident.assigned_to = _text(event, "to")
    if incident.ticket is not None:
        desk.assign(draft, draft.state.tickets[incident.ticket], event)


def _accept_root(draft: Draft, incident: IncidentRow, event: Command) -> None:
    evidence = mind(draft)
    name = event.arguments.get("root") or incident.root
    candidate = evidence.planner.candidate(name) if isinstance(name, str) else None
    if candidate is None:
        raise Disallowed("arguments.root", "unknown_object", f"the inventory has no {name}")
    was = incident.root
    _pin(draft, incident, candidate, event.actor)
    desk.enter_for(draft, incident, event, (was, incident.root))


def _pin(draft: Draft, incident: IncidentRow, candidate: int, actor: str) -> None:
    """A person says what it is: it opens where it was suspected, and the machine leaves its root alone."""
    evidence = mind(draft)
    tokens = set(evidence.holdings.get(incident.id, ())) | set(evidence.suspects.get(incident.id, ()))
    for other in list(evidence.free.get(candidate, ())):
        if other.suspect is None:
            tokens.add(other)
    hypothesis = _hypothesis(draft, candidate, tokens)
    incident.pinned_by = actor
    if incident.status == "suspected":
        old = evidence.planner.candidate(incident.root)
        assert old is not None
        evidence.suspect_roots.pop(old, None)
        incident.root = evidence.planner.name_of(candidate)
        verdicts.describe(evidence, incident, hypothesis)
        verdicts.open_incident(draft, evidence, incident, hypothesis)
    else:
        reroot.set_root(draft, incident, hypothesis)


def _unpin(draft: Draft, incident: IncidentRow, event: Command) -> None:
    if incident.pinned_by is None:
        raise Disallowed("target", "not_pinned", f"the root of {incident.id} is not pinned by anyone")
    incident.pinned_by = None
    desk.enter_for(draft, incident, event)


def _merge(draft: Draft, incident: IncidentRow, event: Command) -> None:
    into = draft.state.incidents.get(_text(event, "into"))
    if into is None or into.id == incident.id or into.status not in incidents.SETTLED:
        raise Disallowed("arguments.into", "unknown_incident", f"no other open incident {event.arguments.get('into')}")
    if incident.status not in incidents.SETTLED:
        raise Disallowed("target", "not_open", f"incident {incident.id} is {incident.status}")
    failed = impact.failed_elements(mind(draft), incident)
    desk.enter_for(draft, incident, event, (incident.id, into.id))
    desk.enter_for(draft, into, event, (incident.id, into.id))
    reroot.merge(draft, incident, into)
    if incident.root not in (into.root, *into.equivalent, *into.joined):
        into.joined += (incident.root,)
    claims.reclaim(draft, mind(draft))
    look_beside(draft, incident, failed)
    down = impact.refresh(draft, into, new_root=False)
    desk.incident_changed(draft, into, down)


def _detach(draft: Draft, incident: IncidentRow, event: Command) -> None:
    evidence = mind(draft)
    _something_named(event)
    together = {key: None for row in _alarms_of(draft, incident, event) for key in _telling_the_same(draft, row)}
    complaints = _complaints(draft, event)
    for complaint in complaints:
        if complaint.incident != incident.id:
            text = f"{complaint.id} is no complaint of {incident.id}"
            raise Disallowed("arguments.complaints", "unknown_complaint", text)
    desk.enter_for(draft, incident, event, (_named(event), None))
    for row in (draft.state.alarms[key] for key in together):
        token = evidence.by_alarm.get(row.key)
        if token is not None and token.owner == incident.id:
            evidence.disown(token)
        elif token is not None and token.suspect == incident.id:
            evidence.suspect(token, None)
            evidence.dirty.update(token.credit)
        draft.drop("members", claims.member_key(incident.id, row))
        row.incident = None
        row.moved = draft.step
        draft.put("alarms", row.key, row)
    for complaint in complaints:
        calls.unlink(draft, complaint, incident, event)
    _part(draft, incident)
    incidents.heed(draft)


def _part(draft: Draft, incident: IncidentRow) -> None:
    """What was joined to it by hand, and of which it holds nothing any more, is no part of it."""
    evidence = mind(draft)
    held = {candidate for token in evidence.holdings.get(incident.id, ()) for candidate in token.credit}
    left = tuple(name for name in incident.joined if evidence.planner.candidate(name) in held)
    if left == incident.joined:
        return
    failed = impact.failed_elements(evidence, incident)
    incident.joined = left
    claims.reclaim(draft, evidence)
    desk.incident_changed(draft, incident, impact.refresh(draft, incident, new_root=True))
    look_beside(draft, incident, failed)


def _attach(draft: Draft, incident: IncidentRow, event: Command) -> None:
    if incident.status not in incidents.SETTLED:
        raise Disallowed("target", "not_open", f"incident {incident.id} is {incident.status}")
    _something_named(event)
    rows = [(name, _alarm_named(draft, name)) for name in _names(event, "alarms")]
    standing = [row for _, row in rows if row is not None and row.key in mind(draft).by_alarm]
    if len(standing) < len(rows):
        missing = next(name for name, row in rows if row not in standing)
        raise Disallowed("arguments.alarms", "unknown_alarm", f"{missing} is no standing alarm")
    complaints = _complaints(draft, event)
    desk.enter_for(draft, incident, event, (None, _named(event)))
    for row in standing:
        mind(draft).own(mind(draft).by_alarm[row.key], incident.id)
        for key in _telling_the_same(draft, row):
            incidents.attach(draft, draft.state.alarms[key], incident)
    for complaint in complaints:
        if complaint.incident is not None and complaint.incident != incident.id:
            calls.unlink(draft, complaint, draft.state.incidents[complaint.incident], event)
        complaint.detached = False
        calls.link(draft, complaint, incident, event)


def _something_named(event: Command) -> None:
    if not _names(event, "alarms") and not _names(event, "complaints"):
        raise Disallowed("arguments", "missing", f"{event.action} needs alarms, complaints or both")


def _named(event: Command) -> str:
    return ", ".join([*_names(event, "alarms"), *_names(event, "complaints")])


def _complaints(draft: Draft, event: Command) -> list[ComplaintRow]:
    rows = draft.state.complaints
    for name in _names(event, "complaints"):
        if name not in rows:
            raise Disallowed("arguments.complaints", "unknown_complaint", f"there is no complaint {name}")
    return [rows[name] for name in _names(event, "complaints")]


def _telling_the_same(draft: Draft, row: AlarmRow) -> list[str]:
    """Keys of the alarms that tell one thing with it (two words for the end of a link): they stay together."""
    token = mind(draft).by_alarm.get(row.key)
    return [row.key] if token is None else sorted(token.alarms)


def _alarms_of(draft: Draft, incident: IncidentRow, event: Command) -> list[AlarmRow]:
    rows = []
    for name in _names(event, "alarms"):
        row = _alarm_named(draft, name)
        if row is None or row.incident != incident.id:
            raise Disallowed("arguments.alarms", "unknown_alarm", f"{name} is no standing alarm of {incident.id}")
        rows.append(row)
    return rows


def _set_class(draft: Draft, incident: IncidentRow, event: Command) -> None:
    if incident.ticket is None:
        raise Disallowed("target", "no_ticket", f"incident {incident.id} has no ticket yet")
    desk.set_class(draft, draft.state.tickets[incident.ticket], event)


def _set_estimate(draft: Draft, incident: IncidentRow, event: Command) -> None:
    at_us = time_argument(event, "at")
    if at_us <= draft.now_us:
        raise Disallowed("arguments.at", "past", "at is not in the future: customers are told when it will be repaired")
    incident.estimate_us = at_us
    desk.set_estimate(draft, incident, event)


def _hold_notices(draft: Draft, incident: IncidentRow, event: Command) -> None:
    desk.hold_notices(draft, incident, event)


def _release_notices(draft: Draft, incident: IncidentRow, event: Command) -> None:
    desk.release_notices(draft, incident, event)


def _note(draft: Draft, incident: IncidentRow, event: Command) -> None:
    text = _text(event, "text")
    incident.notes.append((draft.now_us, event.actor, text))
    desk.enter_for(draft, incident, event, (None, text))


def _close(draft: Draft, incident: IncidentRow, event: Command) -> None:
    """By hand: what stands is released; the ticket closes by its own rules."""
    if incident.status == "suspected":
        raise Disallowed("target", "not_open", f"incident {incident.id} is only suspected: accept_root or let it be")
    desk.enter_for(draft, incident, event)
    if incident.status == "open":
        incident.repaired_us = draft.now_us
        incidents.clear(draft, incident)
    draft.note(incident.id, "closed_by_hand", f"closed by {event.actor}: {event.reason}")


ORDERS: dict[str, Order] = {
    "acknowledge": _acknowledge,
    "assign": _assign,
    "accept_root": _accept_root,
    "unpin": _unpin,
    "merge": _merge,
    "split": _detach,
    "attach": _attach,
    "detach": _detach,
    "set_class": _set_class,
    "set_estimate": _set_estimate,
    "hold_notices": _hold_notices,
    "release_notices": _release_notices,
    "note": _note,
    "close": _close,
}

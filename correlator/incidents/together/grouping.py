"""What belongs together, by a person's word: merge two incidents, attach, detach and split alarms and complaints."""

from correlator import facts
from correlator.alarms.named import alarm_named
from correlator.arguments import CommandRejected, names_argument, text_argument
from correlator.events import Command
from correlator.incidents import claims, complaints, impact, lifecycle, observing, unexplained
from correlator.incidents.beside.standing import failed_elements
from correlator.incidents.index import engine_of
from correlator.incidents.side_by_side import look_beside
from correlator.incidents.together import merging
from correlator.rows.incidents import AlarmRow, IncidentRow
from correlator.rows.service_desk import ComplaintRow
from correlator.state import Draft


def merge(draft: Draft, incident: IncidentRow, event: Command) -> None:
    into = draft.state.incidents.get(text_argument(event, "into"))
    if into is None or into.id == incident.id or into.status not in lifecycle.SETTLED:
        text = f"no other open incident {event.arguments.get('into')}"
        raise CommandRejected("arguments.into", "unknown_incident", text)
    if incident.status not in lifecycle.SETTLED:
        raise CommandRejected("target", "not_open", f"incident {incident.id} is {incident.status}")
    failed = failed_elements(draft, incident)
    draft.tell(facts.Commanded(incident, event, incident.id, into.id))
    draft.tell(facts.Commanded(into, event, incident.id, into.id))
    merging.join(draft, incident, into)
    look_beside(draft, incident, failed)
    down = impact.refresh(draft, into, new_root=False)
    draft.tell(facts.Changed(into, down))


def detach(draft: Draft, incident: IncidentRow, event: Command) -> None:
    engine = engine_of(draft)
    _something_named(event)
    together = {key: None for row in _alarms_of(draft, incident, event) for key in _telling_the_same(draft, row)}
    named = _complaints(draft, event)
    for complaint in named:
        if complaint.incident != incident.id:
            text = f"{complaint.id} is no complaint of {incident.id}"
            raise CommandRejected("arguments.complaints", "unknown_complaint", text)
    draft.tell(facts.Commanded(incident, event, _named(event), None))
    for row in (draft.state.alarms[key] for key in together):
        told = engine.observation(row.key)
        if told is not None and told.owner == incident.id:
            engine.accounts.own(told, None)
        elif told is not None and told.suspect == incident.id:
            observing.suspected_no_more(draft, told)
        draft.drop("members", claims.member_key(incident.id, row))
        unexplained.let_loose(draft, row)
        row.moved = draft.step
        draft.put("alarms", row.key, row)
    for complaint in named:
        complaints.unlink(draft, complaint, incident, event)
    _part(draft, incident)
    lifecycle.heed(draft)
    _over_without_evidence(draft, incident)


def _over_without_evidence(draft: Draft, incident: IncidentRow) -> None:
    """What it rested on was none of it, by a person's word: nobody is told again that it goes on."""
    engine = engine_of(draft)
    left = engine.accounts.held_by(incident.id) or complaints.of_incident(draft, incident)
    if incident.status == "open" and incident.pinned_by is None and not left:
        draft.note(incident.id, "no_evidence", f"{incident.id} rests on nothing any more")
        lifecycle.clear(draft, incident)


def _part(draft: Draft, incident: IncidentRow) -> None:
    """What was joined to it by hand, and of which it holds nothing any more, is no part of it."""
    engine = engine_of(draft)
    held = engine.accounts.held_by(incident.id)
    left = tuple(name for name in incident.joined if any(engine.roots.speaks_for(name, one) for one in held))
    if left == incident.joined:
        return
    failed = failed_elements(draft, incident)
    incident.joined = left
    claims.reclaim(draft)
    draft.tell(facts.Changed(incident, impact.refresh(draft, incident, new_root=True)))
    look_beside(draft, incident, failed)


def attach(draft: Draft, incident: IncidentRow, event: Command) -> None:
    if incident.status not in lifecycle.SETTLED:
        raise CommandRejected("target", "not_open", f"incident {incident.id} is {incident.status}")
    _something_named(event)
    rows = [(name, alarm_named(draft, name)) for name in names_argument(event, "alarms")]
    engine = engine_of(draft)
    standing = [row for _, row in rows if row is not None and engine.observation(row.key) is not None]
    if len(standing) < len(rows):
        missing = next(name for name, row in rows if row not in standing)
        raise CommandRejected("arguments.alarms", "unknown_alarm", f"{missing} is no standing alarm")
    named = _complaints(draft, event)
    draft.tell(facts.Commanded(incident, event, None, _named(event)))
    for row in standing:
        told = engine.observation(row.key)
        assert told is not None, "it stands"
        engine.accounts.own(told, incident.id)
        for key in _telling_the_same(draft, row):
            lifecycle.attach(draft, draft.state.alarms[key], incident)
    for complaint in named:
        if complaint.incident is not None and complaint.incident != incident.id:
            complaints.unlink(draft, complaint, draft.state.incidents[complaint.incident], event)
        complaint.detached = False
        complaints.link(draft, complaint, incident, event)


def _something_named(event: Command) -> None:
    if not names_argument(event, "alarms") and not names_argument(event, "complaints"):
        raise CommandRejected("arguments", "missing", f"{event.action} needs alarms, complaints or both")


def _named(event: Command) -> str:
    return ", ".join([*names_argument(event, "alarms"), *names_argument(event, "complaints")])


def _complaints(draft: Draft, event: Command) -> list[ComplaintRow]:
    rows = draft.state.complaints
    for name in names_argument(event, "complaints"):
        if name not in rows:
            raise CommandRejected("arguments.complaints", "unknown_complaint", f"there is no complaint {name}")
    return [rows[name] for name in names_argument(event, "complaints")]


def _telling_the_same(draft: Draft, row: AlarmRow) -> list[str]:
    """Keys of the alarms that tell one thing with it (two words for the end of a link): they stay together."""
    told = engine_of(draft).observation(row.key)
    return [row.key] if told is None else sorted(told.alarms)


def _alarms_of(draft: Draft, incident: IncidentRow, event: Command) -> list[AlarmRow]:
    rows = []
    for name in names_argument(event, "alarms"):
        row = alarm_named(draft, name)
        if row is None or row.incident != incident.id:
            raise CommandRejected("arguments.alarms", "unknown_alarm", f"{name} is no standing alarm of {incident.id}")
        rows.append(row)
    return rows

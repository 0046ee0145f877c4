"""What people order on incidents and alarms. A human word is a pin: the machine works around it.

Who may do what is the policy's table (`care.roles`); each order needs actor, role and reason (contract, "Commands").
An order that the role or the state does not allow is rejected with the reason, and changes nothing.
"""

from collections.abc import Callable

from correlator import facts, roles
from correlator.alarms import states
from correlator.effects import Reason
from correlator.events import Command
from correlator.incidents import dating, grouping, lifecycle, rerooting, settling
from correlator.incidents.arguments import Disallowed, alarm_named, text_argument, time_argument
from correlator.inference.evidence import mind
from correlator.inference.observations import Token
from correlator.inference.search import Hypothesis
from correlator.inference.weighing import Weighed, weigh_set
from correlator.rows.incidents import AlarmRow, IncidentRow
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


def performed(draft: Draft, event: Command) -> bool:
    """True where the target is an incident or an alarm; the order is carried out or rejected."""
    incident = draft.state.incidents.get(event.target)
    try:
        if incident is not None:
            _on_incident(draft, incident, event)
            return True
        row = alarm_named(draft, event.target) if event.action in ON_ALARMS else None
        if row is None:
            return False
        _check_role(draft, event)
        _on_alarm(draft, row, event)
    except Disallowed as refusal:
        draft.reject(event.id, refusal.field, refusal.reason)
    return True


def unknown_target(event: Command) -> Reason:
    """Why an order that nobody took was refused."""
    text = f"there is no {event.target} that one could {event.action}"
    if event.action in ON_ALARMS:
        text += f": {event.action} takes the id of an alarm's event, as `simpul alarms` lists it"
    return Reason("unknown_target", text)


def _check_role(draft: Draft, event: Command) -> None:
    if not roles.allowed(draft.world.policy.care, event.action, event.role):
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


# Alarms


def _on_alarm(draft: Draft, row: AlarmRow, event: Command) -> None:
    if event.action == "shelve":
        until_us = time_argument(event, "until")
        if until_us <= draft.now_us:
            raise Disallowed("arguments.until", "past", "until is not in the future")
        states.shelve(draft, row, until_us)
        lifecycle.heed(draft)
    elif event.action == "unshelve":
        if not row.shelved_until_us:
            raise Disallowed("target", "not_shelved", f"alarm {event.target} is not shelved")
        states.unshelve(draft, row.key)
        lifecycle.heed(draft)
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
        draft.tell(facts.Commanded(incident, event, None, incident.root))
        return
    hypothesis = _hypothesis(draft, candidate, {token, *evidence.free.get(candidate, ())})
    incident = IncidentRow(
        id=draft.new_id("IN"),
        status="suspected",
        root=evidence.planner.name_of(candidate),
        root_since_us=draft.now_us,
        suspected_us=draft.now_us,
        first_event_us=draft.now_us,
        pinned_by=event.actor,
    )
    dating.date(draft, incident, [token.first_us for token in hypothesis.weighed.tokens])
    settling.describe(evidence, incident, hypothesis)
    lifecycle.verdict(draft, incident)
    settling.open_incident(draft, evidence, incident, hypothesis)
    draft.tell(facts.Commanded(incident, event, None, incident.root))


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
    draft.tell(facts.Commanded(incident, event))


def _assign(draft: Draft, incident: IncidentRow, event: Command) -> None:
    incident.assigned_to = text_argument(event, "to")
    draft.tell(facts.Commanded(incident, event))


def _accept_root(draft: Draft, incident: IncidentRow, event: Command) -> None:
    evidence = mind(draft)
    name = event.arguments.get("root") or incident.root
    candidate = evidence.planner.candidate(name) if isinstance(name, str) else None
    if candidate is None:
        raise Disallowed("arguments.root", "unknown_object", f"the inventory has no {name}")
    was = incident.root
    _pin(draft, incident, candidate, event.actor)
    draft.tell(facts.Commanded(incident, event, was, incident.root))


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
        settling.describe(evidence, incident, hypothesis)
        settling.open_incident(draft, evidence, incident, hypothesis)
    else:
        rerooting.set_root(draft, incident, hypothesis)


def _unpin(draft: Draft, incident: IncidentRow, event: Command) -> None:
    if incident.pinned_by is None:
        raise Disallowed("target", "not_pinned", f"the root of {incident.id} is not pinned by anyone")
    incident.pinned_by = None
    draft.tell(facts.Commanded(incident, event))


def _set_class(draft: Draft, incident: IncidentRow, event: Command) -> None:
    if incident.ticket is None:
        raise Disallowed("target", "no_ticket", f"incident {incident.id} has no ticket yet")
    draft.tell(facts.Commanded(incident, event))


def _set_estimate(draft: Draft, incident: IncidentRow, event: Command) -> None:
    at_us = time_argument(event, "at")
    if at_us <= draft.now_us:
        raise Disallowed("arguments.at", "past", "at is not in the future: customers are told when it will be repaired")
    incident.estimate_us = at_us
    draft.tell(facts.Commanded(incident, event))


def _hold_notices(draft: Draft, incident: IncidentRow, event: Command) -> None:
    draft.tell(facts.Commanded(incident, event))


def _release_notices(draft: Draft, incident: IncidentRow, event: Command) -> None:
    draft.tell(facts.Commanded(incident, event))


def _note(draft: Draft, incident: IncidentRow, event: Command) -> None:
    text = text_argument(event, "text")
    incident.notes.append((draft.now_us, event.actor, text))
    draft.tell(facts.Commanded(incident, event, None, text))


def _close(draft: Draft, incident: IncidentRow, event: Command) -> None:
    """By hand: what stands is released; the ticket closes by its own rules."""
    if incident.status == "suspected":
        raise Disallowed("target", "not_open", f"incident {incident.id} is only suspected: accept_root or let it be")
    draft.tell(facts.Commanded(incident, event))
    if incident.status == "open":
        incident.repaired_us = draft.now_us
        lifecycle.clear(draft, incident)
    draft.note(incident.id, "closed_by_hand", f"closed by {event.actor}: {event.reason}")


ORDERS: dict[str, Order] = {
    "acknowledge": _acknowledge,
    "assign": _assign,
    "accept_root": _accept_root,
    "unpin": _unpin,
    "merge": grouping.merge,
    "split": grouping.detach,
    "attach": grouping.attach,
    "detach": grouping.detach,
    "set_class": _set_class,
    "set_estimate": _set_estimate,
    "hold_notices": _hold_notices,
    "release_notices": _release_notices,
    "note": _note,
    "close": _close,
}

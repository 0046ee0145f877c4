"""What people order on incidents and alarms. A human word is a pin: the machine works around it.

Who may do what is the policy's table (`care.roles`); each order needs actor, role and reason (contract, "Commands").
An order that the role or the state does not allow is rejected with the reason, and changes nothing.
"""

from collections.abc import Callable, Collection

from correlator import facts, roles
from correlator.alarms import states
from correlator.alarms.named import alarm_named
from correlator.arguments import CommandRejected, name_argument, text_argument, time_argument
from correlator.effects import Reason
from correlator.events import Command
from correlator.incidents import lifecycle, observing, settling
from correlator.incidents.index import engine_of, index_of, standing
from correlator.incidents.together import grouping, merging
from correlator.inference.port import Observation
from correlator.roots import is_known
from correlator.rows.incidents import AlarmRow, IncidentRow
from correlator.state import Draft

ON_ALARMS = frozenset({"shelve", "unshelve", "open"})
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
    except CommandRejected as refusal:
        draft.reject(event.id, refusal.field, refusal.reason)
    return True


def unknown_target(event: Command) -> Reason:
    """Why an order that nobody took was refused."""
    text = f"there is no {event.target} that one could {event.action}"
    if event.action in ON_ALARMS:
        text += f": {event.action} takes the id of an alarm's event, as `simpul alarms` lists it"
    return Reason("unknown_target", text)


def _check_role(draft: Draft, event: Command) -> None:
    if not roles.on_incident(draft.world.policy.care, event.action, event.role):
        raise CommandRejected("role", "not_allowed", f"role {event.role} may not {event.action} {event.target}")


def _on_incident(draft: Draft, incident: IncidentRow, event: Command) -> None:
    order = ORDERS.get(event.action)
    if order is None:
        raise CommandRejected("action", "wrong_target", f"{event.action} is no order for incident {incident.id}")
    _check_role(draft, event)
    if incident.home:
        raise CommandRejected("target", "elsewhere", f"domain {incident.home} decides on incident {incident.id}")
    still = event.action == "note" or (event.action == "release_notices" and incident.notices_held)
    if incident.status in ("closed", "merged") and not still:
        raise CommandRejected("target", "over", f"incident {incident.id} is {incident.status}")
    order(draft, incident, event)
    draft.put("incidents", incident.id, incident)


# Alarms


def _on_alarm(draft: Draft, row: AlarmRow, event: Command) -> None:
    if event.action == "shelve":
        until_us = time_argument(event, "until")
        if until_us <= draft.now_us:
            raise CommandRejected("arguments.until", "past", "until is not in the future")
        states.shelve(draft, row, until_us)
        lifecycle.heed(draft)
    elif event.action == "unshelve":
        if not row.shelved_until_us:
            raise CommandRejected("target", "not_shelved", f"alarm {event.target} is not shelved")
        states.unshelve(draft, row.key)
        lifecycle.heed(draft)
    else:
        _open_by_hand(draft, row, event)
    draft.note(row.object, event.action, f"{event.action} {row.alarm_type} by {event.actor}: {event.reason}")


def _open_by_hand(draft: Draft, row: AlarmRow, event: Command) -> None:
    """An incident on an alarm that nothing explained, by a person's word."""
    engine, root = engine_of(draft), _root_argument(draft, event, row.object)
    told = engine.observation(row.key)
    if told is None:
        raise CommandRejected("target", "not_standing", f"alarm {event.target} does not stand, or is no evidence")
    if told.owner is not None:
        raise CommandRejected("target", "taken", f"alarm {event.target} belongs to incident {told.owner}")
    if told.suspect is not None:  # what is suspected of it already is what the person means
        incident = draft.state.incidents[told.suspect]
        _pin(draft, incident, root, event.actor)
        draft.tell(facts.Commanded(incident, event, None, incident.root))
        return
    hypothesis = engine.assume(root, {told, *engine.roots.free_for(root)}, draft.now_us)
    incident = settling.new_suspicion(draft, hypothesis.root)
    incident.pinned_by = event.actor
    settling.open_at_once(draft, incident, hypothesis)
    draft.tell(facts.Commanded(incident, event, None, incident.root))


def _root_argument(draft: Draft, event: Command, default: str) -> str:
    name = event.arguments.get("root") or default
    if not isinstance(name, str) or not is_known(draft.world.topology, name):
        raise CommandRejected("arguments.root", "unknown_object", f"the inventory has no {name}")
    return name


# Incidents


def _acknowledge(draft: Draft, incident: IncidentRow, event: Command) -> None:
    incident.acknowledged_by = event.actor
    draft.tell(facts.Commanded(incident, event))


def _assign(draft: Draft, incident: IncidentRow, event: Command) -> None:
    incident.assigned_to = name_argument(event, "to")
    draft.tell(facts.Commanded(incident, event))


def _accept_root(draft: Draft, incident: IncidentRow, event: Command) -> None:
    root, was = _root_argument(draft, event, incident.root), incident.root
    if incident.street and root == was and incident.opened_us is not None:
        incident.pinned_by = event.actor  # the place is well, and its homes are without mains: as the machine says
        draft.put("incidents", incident.id, incident)
    else:
        _pin(draft, incident, root, event.actor)
    draft.tell(facts.Commanded(incident, event, was, incident.root))


def _pin(draft: Draft, incident: IncidentRow, root: str, actor: str) -> None:
    """A person says what it is: it opens where it was suspected, and the machine leaves its root alone.

    What that root cannot explain is looked at anew: those who are down by it are no less down.
    """
    engine = engine_of(draft)
    held = {*engine.accounts.held_by(incident.id), *engine.accounts.suspected_by(incident.id)}
    known = [one for one in incident.joined if is_known(draft.world.topology, one)]
    rest = _beyond(draft, held, (root, *known))
    told = held.difference(rest)
    told.update(other for other in engine.roots.free_for(root) if other.suspect is None)
    hypothesis = engine.assume(root, told, draft.now_us)
    incident.pinned_by = actor
    if incident.status == "suspected":
        index_of(draft).roots.pop(incident.root, None)
        incident.root = hypothesis.root
        settling.describe(draft, incident, hypothesis)
        settling.open_incident(draft, incident, hypothesis)
        for one in rest:
            if one.owner is None:  # else the root accounts for it after all
                observing.suspected_no_more(draft, one)
    else:
        for other in _of_that_root(draft, incident, root):
            merging.merge(draft, other, incident)
        settling.set_root(draft, incident, hypothesis)
        lifecycle.let_go(draft, incident, rest)
        incident.peak = len(engine.accounts.held_by(incident.id))  # of what is left a tenth has to stand
        draft.put("incidents", incident.id, incident)


def _of_that_root(draft: Draft, incident: IncidentRow, root: str) -> list[IncidentRow]:
    """Other live incidents that have the root already, by the machine's word: they are one with it."""
    alike = engine_of(draft).roots.alike(root)
    live = [draft.state.incidents[name] for name in sorted(index_of(draft).live)]
    return [row for row in live if row.id != incident.id and row.root in alike and standing(row).movable]


def _beyond(draft: Draft, told: set[Observation], roots: Collection[str]) -> list[Observation]:
    """Of these, what none of the roots explains. Nothing where that is all: a person sees what the inventory lacks."""
    rest = told
    for root in roots:
        rest = rest.intersection(engine_of(draft).roots.beyond(root, rest))
    return sorted(rest, key=lambda one: one.key) if rest != told else []


def _unpin(draft: Draft, incident: IncidentRow, event: Command) -> None:
    if incident.pinned_by is None:
        raise CommandRejected("target", "not_pinned", f"the root of {incident.id} is not pinned by anyone")
    incident.pinned_by = None
    draft.tell(facts.Commanded(incident, event))


def _set_class(draft: Draft, incident: IncidentRow, event: Command) -> None:
    if incident.ticket is None:
        raise CommandRejected("target", "no_ticket", f"incident {incident.id} has no ticket yet")
    draft.tell(facts.Commanded(incident, event))


def _set_estimate(draft: Draft, incident: IncidentRow, event: Command) -> None:
    at_us = time_argument(event, "at")
    if at_us <= draft.now_us:
        text = "at is not in the future: customers are told when it will be repaired"
        raise CommandRejected("arguments.at", "past", text)
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
    """By hand: it ends, whatever stands; who is down by that hears of no end. The ticket closes by its own rules."""
    if incident.status == "suspected":
        text = f"incident {incident.id} is only suspected: accept_root or let it be"
        raise CommandRejected("target", "not_open", text)
    draft.tell(facts.Commanded(incident, event))
    if incident.status == "open":
        incident.repaired_us, incident.closed_by = draft.now_us, event.actor
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

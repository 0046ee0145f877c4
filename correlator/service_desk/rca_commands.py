"""What people write into an RCA/CAPA record (SOP 7): cause, five whys, corrective and preventive action; verification.

draft -> analysed (cause and whys) -> actions (both kinds, each with owner and due date) -> verified (done, and the
effect judged when some days are over, by somebody who filled nothing) -> closed, once the outage is over. The short
record of a lone complaint needs no whys. Who verified, and since when an action counts as done, the service says.
"""

from collections.abc import Callable
from typing import Any, cast, get_args

import msgspec

from correlator import roles
from correlator.arguments import TEXT_AT_MOST, CommandRejected
from correlator.events import Action, Category, Command, StaffRole
from correlator.policy.care import CarePolicy
from correlator.rows.service_desk import CapaAction, CauseCategory, Entry, RcaRow, RcaState
from correlator.service_desk import rca
from correlator.service_desk.improvements import findings
from correlator.service_desk.scheduled import records
from correlator.state import Draft
from correlator.times import parse_rfc3339, rfc3339, rfc3339_or_none
from topology.english import counted

WHYS_AT_MOST = 10
STEPS_AT_MOST = 50
CAUSES: tuple[str, ...] = get_args(CauseCategory)
KINDS = ("corrective", "preventive")
STEP_TEXTS = ("owner", "effect")
STEP_TIMES = {"due": "due_us", "done_at": "done_us"}


def on_record(draft: Draft, record: RcaRow, event: Command) -> None:
    """`fill {field: value}` or `verify`; anything else is no command for a record."""
    try:
        if event.action not in ("fill", "verify"):
            raise CommandRejected("action", "wrong_target", f"{event.action} is no order for RCA record {record.id}")
        if not may(draft, record, event):
            raise CommandRejected("role", "not_allowed", f"role {event.role} may not {event.action} an RCA record")
        if record.state == "closed":
            raise CommandRejected("target", "closed", f"RCA record {record.id} is closed")
        if event.action == "fill":
            fill(draft, record, event)
        else:
            verify(draft, record, event)
    except CommandRejected as refusal:
        draft.reject(event.id, refusal.field, refusal.reason)


def may(draft: Draft, record: RcaRow, event: Command) -> bool:
    """As the policy says; the record of a lone complaint is also filled by the division that investigated it."""
    ticket = draft.state.tickets.get(record.ticket or "")
    return allowed(draft.world.policy.care, event.action, event.role, ticket.category if ticket else None)


def allowed(care: CarePolicy, action: Action, role: StaffRole, category: Category | None) -> bool:
    """The same, of any record. `category`: the lone complaint's; None: an outage's record."""
    theirs = action == "fill" and category is not None and care.owners.get(category) == role
    return theirs or roles.allowed(care, action, role)


def fill(draft: Draft, record: RcaRow, event: Command) -> None:
    """All fields or none."""
    if not event.arguments:
        raise CommandRejected("arguments", "missing", f"fill needs at least one of {', '.join(FIELDS)}")
    values = {}
    for name, value in event.arguments.items():
        if name not in FIELDS:
            raise CommandRejected(
                f"arguments.{name}", "unknown_field", f"a person fills {', '.join(FIELDS)}, not {name}"
            )
        values[name] = FIELDS[name](name, value)
    for name in KINDS:
        values[name] = told(draft, f"arguments.{name}", getattr(record, name), values.get(name))
    for name, value in values.items():
        setattr(record, name, value)
    if event.actor not in record.filled_by:
        record.filled_by = (*record.filled_by, event.actor)
    if "cause_category" in values:
        record.cause_by = event.actor
    enter(draft, record, event, worked_to(record))


def enter(draft: Draft, record: RcaRow, event: Command, state: RcaState) -> None:
    what = ", ".join(event.arguments) or event.action
    reason = f"{what}: {event.reason}"
    rca.enter(draft, record, Entry(draft.now_us, event.actor, event.action, record.state, state, reason))
    record.state = state
    draft.put("rcas", record.id, record)
    findings.of_record(draft, record)
    records.watch(draft, record)


def worked_to(record: RcaRow) -> RcaState:
    """How far the work on it has come."""
    analysed = record.cause_by != "machine" and record.cause_category not in (None, "unknown")
    if not analysed or (record.incident is not None and not record.five_whys):
        return "draft"
    steps = (*record.corrective, *record.preventive)
    both = bool(record.corrective) and bool(record.preventive)
    planned = both and all(step.owner and step.due_us is not None for step in steps)
    return "actions" if planned else "analysed"


def told(
    draft: Draft, where: str, before: tuple[CapaAction, ...], given: tuple[CapaAction, ...] | None
) -> tuple[CapaAction, ...]:
    """The actions as they stand after this: nobody has verified them; what is new as done counts from now on."""
    known = {(step.what, step.done_us): step.told_us for step in before}
    found = []
    for place, step in enumerate(before if given is None else given):
        told_us = None if step.done_us is None else known.get((step.what, step.done_us)) or draft.now_us
        if step.done_us is not None and step.done_us > draft.now_us:
            raise CommandRejected(
                f"{where}[{place}].done_at", "future", "done_at is in the future: say so when it is done"
            )
        judged = msgspec.structs.replace(step, told_us=told_us, verified_by=None)
        if given is not None and step.effect and (wait := waits(draft, judged)):
            raise CommandRejected(f"{where}[{place}].effect", "too_early", wait)
        found.append(judged)
    return tuple(found)


def waits(draft: Draft, step: CapaAction) -> str | None:
    """Why nobody can judge the effect of an action yet; None where one can."""
    days = draft.world.policy.care.effect_wait_days
    due_us = rca.judged_from(draft.world.policy.care, step)
    if due_us is None:
        return f"{step.what!r} is not done yet: give done_at first"
    if draft.now_us < due_us:
        return f"the effect of {step.what!r} shows after {counted(days, 'day')}: judge it from {rfc3339(due_us)} on"
    return None


def verify(draft: Draft, record: RcaRow, event: Command) -> None:
    """Somebody else looked at the effect of every action; nobody verifies what is not done."""
    if record.state != "actions":
        text = f"RCA record {record.id} is {record.state}: cause, whys and actions with owner and due date come first"
        raise CommandRejected("target", "not_complete", text)
    if event.actor in record.filled_by:
        text = f"{event.actor} filled RCA record {record.id}: somebody else verifies it"
        raise CommandRejected("actor", "own_work", text)
    if (ticket := rca.ticket_of(draft.state, record)) is not None and rca.for_now(ticket):
        text = f"{ticket.number} is repaired for now only: tell the permanent repair first"
        raise CommandRejected("target", "temporary_only", text)
    for name in KINDS:
        for place, step in enumerate(getattr(record, name)):
            if step.done_us is None or not step.effect:
                text = f"{name}[{place}] {step.what!r} has no done_at or no effect yet"
                raise CommandRejected("target", "not_done", text)
            if wait := waits(draft, step):
                raise CommandRejected("target", "too_early", wait)
    for name in KINDS:
        steps = getattr(record, name)
        setattr(record, name, tuple(msgspec.structs.replace(step, verified_by=event.actor) for step in steps))
    enter(draft, record, event, "verified")
    rca.close_if_done(draft, record)


# Values


def cause(name: str, value: object) -> CauseCategory:
    if value not in CAUSES:
        raise CommandRejected(f"arguments.{name}", "unknown_word", f"{name} {value!r} is none of {', '.join(CAUSES)}")
    return cast("CauseCategory", value)


def is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= TEXT_AT_MOST


def whys(name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > WHYS_AT_MOST or not all(is_text(why) for why in value):
        text = f"{name} is a list of at most {WHYS_AT_MOST} texts, each of 1 to {TEXT_AT_MOST} signs"
        raise CommandRejected(f"arguments.{name}", "wrong_type", text)
    return tuple(value)


def steps(name: str, value: object) -> tuple[CapaAction, ...]:
    if not isinstance(value, list) or len(value) > STEPS_AT_MOST:
        raise CommandRejected(f"arguments.{name}", "wrong_type", f"{name} is a list of at most {STEPS_AT_MOST} steps")
    return tuple(step(f"arguments.{name}[{place}]", member) for place, member in enumerate(value))


def step(where: str, value: object) -> CapaAction:
    if not isinstance(value, dict) or not is_text(value.get("what")):
        raise CommandRejected(where, "wrong_type", f"{where} is an object with the text `what`")
    found: dict[str, Any] = {"what": value["what"]}
    for key, given in value.items():
        if key in STEP_TEXTS:
            if given is not None and not is_text(given):
                raise CommandRejected(f"{where}.{key}", "wrong_type", f"{key} is a text or null")
            found[key] = given
        elif key in STEP_TIMES:
            time = parse_rfc3339(given)
            if given is not None and time is None:
                raise CommandRejected(
                    f"{where}.{key}", "bad_time", f"{key} {given!r} is no RFC 3339 time with an offset"
                )
            found[STEP_TIMES[key]] = time
        elif key == "verified_by" and given is not None:
            text = "verified_by is who gives the command verify: leave it out"
            raise CommandRejected(f"{where}.{key}", "not_yours", text)
        elif key not in ("what", "verified_by"):
            raise CommandRejected(
                f"{where}.{key}", "unknown_field", f"a step has what, owner, due, done_at, effect; not {key}"
            )
    return CapaAction(**found)


FIELDS: dict[str, Callable[[str, object], Any]] = {
    "cause_category": cause,
    "five_whys": whys,
    "corrective": steps,
    "preventive": steps,
}


def step_json(row: CapaAction) -> dict[str, Any]:
    """STEP, as the contract has it."""
    return {
        "what": row.what,
        "owner": row.owner,
        "due": rfc3339_or_none(row.due_us),
        "done_at": rfc3339_or_none(row.done_us),
        "verified_by": row.verified_by,
        "effect": row.effect,
    }

"""What people command about the improvement register (SOP 7, 9).

`propose` on `improvements`; on an entry: `fill` (owner, due, what, division; `evidence` says that it is done), `verify`
(the management signs it off), `reopen`, `close` (it is not to be done), `note`.
"""

from collections.abc import Callable
from typing import cast, get_args

from correlator import roles
from correlator.arguments import TEXT_AT_MOST, CommandRejected, text_argument, time_argument, word_argument
from correlator.events import Command, StaffRole
from correlator.rows.quality import ImprovementRow
from correlator.service_desk.improvements import register
from correlator.service_desk.improvements.register import Proposal
from correlator.state import Draft

ROLES: tuple[str, ...] = get_args(StaffRole)
FIELDS = ("what", "owner", "division", "due", "evidence")
NAME_MOST = 200


def proposed(draft: Draft, event: Command) -> None:
    """By hand: `what`; `division` (whose matter it is), `owner` (a person), `due`."""
    try:
        if event.action != "propose":
            raise CommandRejected("action", "wrong_target", f"{event.action} is no order for the register")
        roles.check(draft.world.policy.care, event)
        check_fields(event, ("what", "owner", "division", "due"))
        what = text_argument(event, "what", TEXT_AT_MOST)
        role = division(event, event.role)
        owner = text_argument(event, "owner", NAME_MOST) if "owner" in event.arguments else None
        due_us = ahead(draft, event) if "due" in event.arguments else None
        register.add(draft, Proposal("hand", event.actor, what, role, event.actor, owner, due_us, event.reason))
    except CommandRejected as refusal:
        draft.reject(event.id, refusal.field, refusal.reason)


def on_entry(draft: Draft, row: ImprovementRow, event: Command) -> None:
    """Carry it out, or refuse it."""
    try:
        handler = HANDLERS.get(event.action)
        if handler is None:
            raise CommandRejected("action", "wrong_target", f"{event.action} is no order for entry {row.id}")
        handler(draft, row, event)
    except CommandRejected as refusal:
        draft.reject(event.id, refusal.field, refusal.reason)


def check_fields(event: Command, known: tuple[str, ...]) -> None:
    for name in event.arguments:
        if name not in known:
            raise CommandRejected(f"arguments.{name}", "unknown_field", f"an entry has {', '.join(known)}, not {name}")


def division(event: Command, otherwise: StaffRole) -> StaffRole:
    """Whose matter it is."""
    return cast("StaffRole", word_argument(event, "division", ROLES)) if "division" in event.arguments else otherwise


def ahead(draft: Draft, event: Command) -> int:
    due_us = time_argument(event, "due")
    if due_us <= draft.now_us:
        raise CommandRejected("arguments.due", "past", "due lies in the past: name a time to come")
    return due_us


def check_open(row: ImprovementRow) -> None:
    if row.state != "open":
        raise CommandRejected("target", "not_open", f"entry {row.id} is {row.state}")


def may_fill(division: StaffRole, role: StaffRole) -> bool:
    """Whose matter it is, who stands above them, and who watches over the register."""
    return role in (division, "customer_experience") or roles.rank(role) > roles.rank(division)


def fill(draft: Draft, row: ImprovementRow, event: Command) -> None:
    """By its own role or above. What an RCA/CAPA record says is changed there."""
    if not may_fill(row.role, event.role):
        raise CommandRejected("role", "not_allowed", f"entry {row.id} is {row.role}'s")
    check_open(row)
    check_fields(event, FIELDS)
    if not event.arguments:
        raise CommandRejected("arguments", "missing", f"fill needs at least one of {', '.join(FIELDS)}")
    if row.source == "rca" and set(event.arguments) - {"evidence"}:
        raise CommandRejected("arguments", "in_record", f"entry {row.id} follows {row.about}: fill it there")
    what = text_argument(event, "what", TEXT_AT_MOST) if "what" in event.arguments else row.what
    owner = text_argument(event, "owner", NAME_MOST) if "owner" in event.arguments else row.owner
    role = division(event, row.role)
    due_us = ahead(draft, event) if "due" in event.arguments else row.due_us
    evidence = text_argument(event, "evidence", TEXT_AT_MOST) if "evidence" in event.arguments else None
    row.what, row.owner, row.role = what, owner, role
    if due_us != row.due_us:
        register.moved(draft, row, due_us)
    if evidence is not None:
        register.done(draft, row, event.actor, evidence, event.reason)
    else:
        register.enter(draft, row, event.actor, ("fill", None, ", ".join(event.arguments)), event.reason)


def verify(draft: Draft, row: ImprovementRow, event: Command) -> None:
    """Signed off by the management, and by nobody whose own work it is."""
    check_manager(draft, row, event)
    if row.state != "done":
        text = f"entry {row.id} is {row.state}: what shows that it is done comes first (fill evidence=...)"
        raise CommandRejected("target", "not_done", text)
    if event.actor in (row.owner, row.done_by):
        raise CommandRejected("actor", "own_work", f"entry {row.id} is {event.actor}'s: somebody else signs it off")
    row.state, row.signed_us, row.signed_by = "signed", draft.now_us, event.actor
    register.enter(draft, row, event.actor, ("verify", "done", "signed"), event.reason)


def check_manager(draft: Draft, row: ImprovementRow, event: Command) -> None:
    allowed = draft.world.policy.quality.sign_off
    if event.role not in allowed:
        text = f"role {event.role} may not {event.action} entry {row.id}: {', '.join(allowed)} may"
        raise CommandRejected("role", "not_allowed", text)


def reopen(draft: Draft, row: ImprovementRow, event: Command) -> None:
    """What was told does not convince."""
    check_manager(draft, row, event)
    if row.state == "open":
        raise CommandRejected("target", "is_there", f"entry {row.id} is open already")
    was, row.state = row.state, "open"
    row.evidence = row.done_us = row.done_by = row.signed_us = row.signed_by = None
    register.enter(draft, row, event.actor, ("reopen", was, "open"), event.reason)
    register.watch(draft, row)


def close(draft: Draft, row: ImprovementRow, event: Command) -> None:
    check_manager(draft, row, event)
    check_open(row)
    register.drop(draft, row, event.actor, event.reason)


def note(draft: Draft, row: ImprovementRow, event: Command) -> None:
    roles.check(draft.world.policy.care, event)
    register.enter(draft, row, event.actor, ("note", None, text_argument(event, "text", TEXT_AT_MOST)), event.reason)


HANDLERS: dict[str, Callable[[Draft, ImprovementRow, Command], None]] = {
    "fill": fill,
    "verify": verify,
    "reopen": reopen,
    "close": close,
    "note": note,
}

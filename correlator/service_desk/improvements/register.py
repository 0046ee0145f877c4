"""The improvement register (SOP 7, 9): entries with owner, due time, evidence and sign-off; what is late climbs.

open -> done (evidence is told) -> signed (by a role of `sign_off`, and not by whom it was done) ; or dropped.
"""

from typing import NamedTuple

from correlator.effects import AlertKind, Reason
from correlator.events import DAY_US, StaffRole
from correlator.policy.quality import QualityPolicy
from correlator.rows.quality import ImprovementRow, ImprovementSource
from correlator.rows.service_desk import Entry
from correlator.service_desk.trail import MACHINE
from correlator.state import Draft
from correlator.times import staff_time

PREFIX, KIND = "IM", "care.improve"
TARGET = "improvements"  # the register itself, for what is proposed
SOURCE = "SOP 9"
SHOWN = 120  # signs of what an entry says, in an alert


def rules(draft: Draft) -> QualityPolicy:
    return draft.world.policy.quality


class Proposal(NamedTuple):
    """What makes an entry."""

    source: ImprovementSource
    about: str  # the id of where it comes from
    what: str
    role: StaffRole
    by: str = MACHINE
    owner: str | None = None
    due_us: int | None = None  # None: as the policy says
    why: str | None = None  # a person's reason; None: where it comes from says it


def add(draft: Draft, given: Proposal) -> ImprovementRow:
    """A new entry."""
    row = ImprovementRow(
        id=draft.new_id(PREFIX),
        source=given.source,
        about=given.about,
        what=given.what,
        role=given.role,
        due_us=draft.now_us + rules(draft).improvement_days * DAY_US if given.due_us is None else given.due_us,
        opened_us=draft.now_us,
        opened_by=given.by,
        owner=given.owner,
    )
    enter(draft, row, given.by, ("open", None, "open"), given.why or given.about)
    watch(draft, row)
    return row


def enter(draft: Draft, row: ImprovementRow, actor: str, step: tuple[str, str | None, str | None], reason: str) -> None:
    """A line of its trail; the row is put. `step`: the action, from what, to what."""
    action, was, now = step
    if len(row.trail) < draft.world.policy.care.trail_lines:
        row.trail.append(Entry(draft.now_us, actor, action, was, now, reason))
    else:
        draft.note(row.id, "trail_full", f"{action} by {actor}: {reason}")
    draft.put("improvements", row.id, row)


def watch(draft: Draft, row: ImprovementRow) -> None:
    """The next look: the reminder, the due time, then a rung after the other."""
    if row.state != "open":
        draft.disarm(KIND, row.id)
        return
    policy, warn_us = rules(draft), row.due_us - rules(draft).improvement_warn_days * DAY_US
    if row.rung == 0:
        next_us = row.due_us if row.warned or warn_us <= draft.now_us else warn_us
        draft.arm(KIND, row.id, max(draft.now_us, next_us))
    elif row.rung < len(draft.world.policy.care.ladder):
        draft.arm(KIND, row.id, draft.now_us + policy.improvement_rung_days * DAY_US)


def moved(draft: Draft, row: ImprovementRow, due_us: int) -> None:
    """Another due time: what was climbed for the old one is over. The caller puts the row."""
    row.due_us, row.rung, row.warned = due_us, 0, False
    watch(draft, row)


def due(draft: Draft, name: str) -> None:
    """Reminded before its time; late, it climbs as far as the ladder goes."""
    row = draft.state.improvements[name]
    if draft.now_us < row.due_us:
        row.warned = True
        draft.put("improvements", row.id, row)
        tell(draft, row, row.role, "improvement_due", "jatuh tempo / due")
        draft.arm(KIND, row.id, row.due_us)
        return
    ladder = draft.world.policy.care.ladder
    if row.rung >= len(ladder):  # the policy has fewer rungs now
        return
    if row.rung == 0:
        tell(draft, row, row.role, "improvement_late", "terlambat / overdue since")
    came: StaffRole = row.role if row.rung == 0 else ladder[row.rung - 1]
    went = ladder[row.rung]
    row.rung += 1
    enter(draft, row, MACHINE, ("escalate", came, went), f"not done by {staff_time(row.due_us)}")
    tell(draft, row, went, "improvement_late", "terlambat / overdue since")
    watch(draft, row)


def tell(draft: Draft, row: ImprovementRow, role: StaffRole, kind: AlertKind, words: str) -> None:
    text = f"{row.id}: {row.what[:SHOWN]}; {words} {staff_time(row.due_us)}"
    draft.alert(role, kind, row.id, text, Reason(kind, text, SOURCE))


def done(draft: Draft, row: ImprovementRow, by: str, evidence: str, reason: str) -> None:
    """Told done, with what shows it: the management says whether it is settled."""
    was = row.state
    row.state, row.evidence, row.done_us, row.done_by = "done", evidence, draft.now_us, by
    enter(draft, row, by, ("done", was, "done"), reason)
    watch(draft, row)
    tell(draft, row, rules(draft).sign_off[0], "improvement_done", "mohon disahkan / please sign off; due")


def drop(draft: Draft, row: ImprovementRow, by: str, reason: str) -> None:
    """It is not to be done."""
    was = row.state
    row.state = "dropped"
    enter(draft, row, by, ("close", was, "dropped"), reason)
    watch(draft, row)

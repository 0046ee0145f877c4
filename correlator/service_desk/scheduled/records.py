"""What an RCA/CAPA record waits for (SOP 7), and who hears that it is late: whose it is, then the ladder, rung by rung.

The record itself keeps what it waits for, until when, and how many have heard of it (`RcaRow.owed`); there is one
deadline a record. Preventive actions are not here: they stand in the register of improvements.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from correlator.effects import Reason
from correlator.events import DAY_US, StaffRole
from correlator.rows.service_desk import CapaAction, Entry, Owed, OwedWhat, RcaRow, TicketRow
from correlator.service_desk import escalation, rca
from correlator.service_desk.improvements.findings import role_of
from correlator.service_desk.trail import MACHINE
from correlator.state import Draft
from correlator.times import staff_time

KIND = "care.record"
SOURCE = "SOP 7"
SHOWN = 120  # signs of what an action says, in an alert


class Late(NamedTuple):
    """How it is told."""

    alert: str
    text: str


LATE: Final[dict[OwedWhat, Late]] = {
    "filling": Late("rca_unfilled", "RCA/CAPA belum lengkap diisi / RCA/CAPA not filled yet"),
    "corrective": Late("corrective_late", "tindakan korektif belum selesai / corrective action not done"),
    "verification": Late("rca_unverified", "RCA/CAPA belum diverifikasi / RCA/CAPA not verified yet"),
}


def look_ahead(draft: Draft) -> None:
    """Of all records that live: another policy may want other times."""
    for _, record in sorted(draft.state.rcas.items()):
        watch(draft, record)


def watch(draft: Draft, record: RcaRow | None) -> None:
    """What it waits for as it stands now, and the next look at it. Whoever changes the record calls this."""
    if record is None:
        return
    refresh(draft, record)
    looks = [at_us for one in record.owed if (at_us := next_us(draft, record, one)) is not None]
    if looks:
        draft.arm(KIND, record.id, max(draft.now_us, min(looks)))
    else:
        draft.disarm(KIND, record.id)


def refresh(draft: Draft, record: RcaRow) -> None:
    """Who has heard of what it waited for before has heard of it."""
    known = {_same(one): one for one in record.owed}
    owed = []
    for name, one in {_same(one): one for one in waits_for(draft, record)}.items():
        before = known.get(name)
        owed.append(one if before is None else msgspec.structs.replace(one, heard=before.heard, told_us=before.told_us))
    if owed != record.owed:
        record.owed = owed
        draft.put("rcas", record.id, record)


def _same(one: Owed) -> tuple[OwedWhat, str | None, int, StaffRole]:
    return one.what, one.action, one.due_us, one.role


def waits_for(draft: Draft, record: RcaRow) -> Iterator[Owed]:
    """Nobody has heard of it yet."""
    if record.state in ("verified", "closed"):
        return
    policy, division = draft.world.policy, role_of(draft, record)
    day_us = policy.care.calendar.day_us
    for step in record.corrective:
        if step.done_us is None and step.due_us is not None:
            yield Owed("corrective", step.due_us, division, step.what, step.owner)
    if record.state != "actions":
        over_us = ended_us(draft, record)
        if over_us is not None:
            due_us = policy.care.calendar.add(over_us, policy.quality.record_fill_days * day_us)
            yield Owed("filling", due_us, division)
    elif all(step.done_us is not None for step in _steps(record)):
        judged_us = max(rca.judged_from(policy.care, step) or 0 for step in _steps(record))
        due_us = policy.care.calendar.add(judged_us, policy.quality.record_verify_days * day_us)
        yield Owed("verification", due_us, judge(draft, record, division))


def _steps(record: RcaRow) -> tuple[CapaAction, ...]:
    return (*record.corrective, *record.preventive)


def ended_us(draft: Draft, record: RcaRow) -> int | None:
    """When the outage, or the lone complaint, was over; None while it is not, or where there was no fault at all."""
    incident = draft.state.incidents.get(record.incident or "")
    if incident is not None:
        return incident.closed_us if incident.status == "closed" else None
    ticket = rca.ticket_of(draft.state, record)
    return None if ticket is None or ticket.closed_as == "no_fault" else ticket.closed_us


def judge(draft: Draft, record: RcaRow, division: StaffRole) -> StaffRole:
    """Whose turn it is: who worked on it says how it went, and repairs for good; then who may verify (policy `may`)."""
    if not all(step.effect for step in _steps(record)) or rca.for_now(rca.ticket_of(draft.state, record)):
        return division
    return next(iter(draft.world.policy.care.may.get("verify", ())), division)


# Time


def next_us(draft: Draft, record: RcaRow, one: Owed) -> int | None:
    """When the next one hears of it; None where everybody has whom it concerns."""
    if one.heard == 0:
        return one.due_us
    if one.heard > top(draft, record):
        return None
    return one.told_us + draft.world.policy.quality.record_rung_days * DAY_US


def top(draft: Draft, record: RcaRow) -> int:
    """The highest rung that hears: by class and customer of its ticket, as other climbs (SOP 6)."""
    ticket = rca.ticket_of(draft.state, record)
    return 1 if ticket is None else escalation.top(draft, ticket, "record")


def due(draft: Draft, name: str) -> None:
    """Somebody hears of what is late."""
    record = draft.state.rcas.get(name)
    if record is None:  # its case is in the archive
        return
    refresh(draft, record)
    for one in record.owed:
        at_us = next_us(draft, record, one)
        if at_us is not None and at_us <= draft.now_us:
            tell(draft, record, one)
    watch(draft, record)


def tell(draft: Draft, record: RcaRow, one: Owed) -> None:
    """First whose it is, then a rung after the other; each stands in the record's trail."""
    ladder, late = draft.world.policy.care.ladder, LATE[one.what]
    hearing = (one.role, *ladder)
    went, came = hearing[one.heard], hearing[one.heard - 1] if one.heard else None
    one.heard, one.told_us = one.heard + 1, draft.now_us
    reason = f"{late.text.partition(' / ')[2]} by {staff_time(one.due_us)}"
    said = f"{reason}: {one.action}" if one.action else reason
    rca.enter(draft, record, Entry(draft.now_us, MACHINE, "escalate" if came else "remind", came, went, said))
    draft.put("rcas", record.id, record)
    due = f"batas waktu / due {staff_time(one.due_us)}"
    text = f"{record.id}{_about(rca.ticket_of(draft.state, record))}: {late.text}, {due}"
    if one.action:
        text += f"; {one.action[:SHOWN]}{f' ({one.owner[:SHOWN]})' if one.owner else ''}"
    draft.alert(went, late.alert, record.id, text, Reason(late.alert, text, SOURCE))


def _about(ticket: TicketRow | None) -> str:
    return "" if ticket is None else f" {ticket.number} {ticket.severity}"

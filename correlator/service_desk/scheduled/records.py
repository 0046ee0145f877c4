"""What an RCA/CAPA record waits for (SOP 7), and who hears that it is late: whose it is, then the ladder, rung by rung.

The record itself keeps what it waits for, until when, and how many have heard of it (`RcaRow.owed`); there is one
deadline a record. Who hears does so on a working morning, of all that is late in one message. Preventive actions are
not here: they stand in the register of improvements.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final, NamedTuple

from correlator.effects import AlertKind, Reason
from correlator.events import DAY_US, StaffRole
from correlator.rows.service_desk import CapaAction, Entry, Owed, OwedWhat, RcaRow
from correlator.service_desk import escalation, rca
from correlator.service_desk.improvements.findings import role_of
from correlator.service_desk.trail import MACHINE
from correlator.state import Draft
from correlator.times import midnight, staff_time

KIND = "care.record"
GATHER = "care.records"  # comes after all of `KIND` that are due at the same moment
SOURCE = "SOP 7"
SHOWN = 120  # signs of what an action says, in an alert
NAMED = 10  # records, in an alert of many


class Late(NamedTuple):
    """How it is told."""

    alert: AlertKind
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
        draft.arm(KIND, record.id, draft.world.policy.care.calendar.add(max(draft.now_us, min(looks)), 0))
    else:
        draft.disarm(KIND, record.id)


def refresh(draft: Draft, record: RcaRow) -> None:
    """Who has heard of what it waited for before has heard of it."""
    known = {_same(one): one for one in record.owed}
    owed = []
    for name, one in {_same(one): one for one in waits_for(draft, record)}.items():
        before = known.get(name)
        if before is not None:
            one.heard, one.told_us, one.said = before.heard, before.told_us, before.said
        owed.append(one)
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
        yield Owed("verification", rca.verified_by(policy, judged_us), judge(draft, record, division))


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
    """When the next one hears of it, on a working morning; None where everybody has whom it concerns."""
    calendar = draft.world.policy.care.calendar
    if one.heard == 0:
        return calendar.add(midnight(one.due_us) + DAY_US, 0)
    if one.heard > top(draft, record):
        return None
    return calendar.add(one.told_us + draft.world.policy.quality.record_rung_days * DAY_US, 0)


def top(draft: Draft, record: RcaRow) -> int:
    """The highest rung that hears: by class and customer of its ticket, as other climbs (SOP 6)."""
    ticket = rca.ticket_of(draft.state, record)
    return 1 if ticket is None else escalation.top(draft, ticket, "record")


def due(draft: Draft, name: str) -> None:
    """Somebody hears of what is late, together with all else that they hear of at this moment."""
    record = draft.state.rcas.get(name)
    if record is None:  # its case is in the archive
        return
    refresh(draft, record)
    for one in record.owed:
        at_us = next_us(draft, record, one)
        if at_us is not None and at_us <= draft.now_us:
            climb(draft, record, one)
            draft.arm(GATHER, "", draft.now_us)
    watch(draft, record)


def climb(draft: Draft, record: RcaRow, one: Owed) -> None:
    """First whose it is, then a rung after the other; each stands in the record's trail."""
    came = hearing(draft, one) if one.heard else None
    one.heard, one.told_us = one.heard + 1, draft.now_us
    reason = f"{LATE[one.what].text.partition(' / ')[2]} by {staff_time(one.due_us)}"
    said = f"{reason}: {one.action}" if one.action else reason
    entry = Entry(draft.now_us, MACHINE, "escalate" if came else "remind", came, hearing(draft, one), said)
    rca.enter(draft, record, entry)
    draft.put("rcas", record.id, record)


def hearing(draft: Draft, one: Owed) -> StaffRole:
    """Who heard of it last."""
    return (one.role, *draft.world.policy.care.ladder)[one.heard - 1]


# Telling


def gather(draft: Draft) -> None:
    """Who hears of many records at once has one message of them: there is a record of each lone complaint."""
    told: dict[tuple[StaffRole, OwedWhat], list[tuple[int, str, str]]] = defaultdict(list)
    for record in draft.state.rcas.values():
        for one in record.owed:
            if one.said < one.heard:
                one.said = one.heard
                draft.put("rcas", record.id, record)
                told[hearing(draft, one), one.what].append((one.due_us, record.id, _shown(one)))
    for (role, what), found in sorted(told.items()):
        tell(draft, role, what, sorted(found))


def tell(draft: Draft, role: StaffRole, what: OwedWhat, found: list[tuple[int, str, str]]) -> None:
    """`found`: due time, record and action of each, what was due first at first."""
    late, names = LATE[what], list(dict.fromkeys(record for _, record, _ in found))
    if len(names) == 1:
        actions = "; ".join(action for _, _, action in found if action)
        due = f"batas waktu / due {staff_time(found[0][0])}"
        text = f"{_name(draft, names[0])}: {late.text}, {due}{f'; {actions}' if actions else ''}"
    else:
        named = ", ".join(_name(draft, name) for name in names[:NAMED])
        more = f" + {len(names) - NAMED:,}" if len(names) > NAMED else ""
        text = f"{late.text}: {len(names):,} catatan / records, {named}{more}; /desk/rca?overdue=1"
    draft.alert(role, late.alert, names[0] if len(names) == 1 else None, text, Reason(late.alert, text, SOURCE))


def _shown(one: Owed) -> str:
    owner = f" ({one.owner[:SHOWN]})" if one.owner else ""
    return f"{one.action[:SHOWN]}{owner}" if one.action else ""


def _name(draft: Draft, record: str) -> str:
    ticket = rca.ticket_of(draft.state, draft.state.rcas[record])
    return record if ticket is None else f"{record} {ticket.number} {ticket.severity}"

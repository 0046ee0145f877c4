"""What makes an entry of the register by itself: preventive actions, an element that breaks again, a low index."""

from correlator.events import DAY_US, StaffRole
from correlator.rows.incidents import IncidentRow
from correlator.rows.quality import ImprovementRow
from correlator.rows.service_desk import CapaAction, RcaRow
from correlator.service_desk import rca
from correlator.service_desk.improvements import register
from correlator.service_desk.improvements.register import Proposal
from correlator.service_desk.trail import MACHINE
from correlator.state import Draft


def of_record(draft: Draft, record: RcaRow) -> None:
    """The preventive actions of an RCA/CAPA record as they stand (SOP 7): owner, due time and effect are theirs."""
    known = about(draft, record.id)
    for step in record.preventive:
        row = next((row for row in known if row.what == step.what), None)
        if row is None:
            role, due_us = role_of(draft, record), due_of(draft, step)
            row = register.add(draft, Proposal("rca", record.id, step.what, role, owner=step.owner, due_us=due_us))
        else:
            known.remove(row)  # of two actions in the same words each has its own
            adjust(draft, record, row, step)
        follow(draft, record, row, step)
    for row in known:
        if row.state == "open":
            register.drop(draft, row, MACHINE, f"{record.id} has it no more")


def adjust(draft: Draft, record: RcaRow, row: ImprovementRow, step: CapaAction) -> None:
    """Owner and due time as the record has them, until it is signed off."""
    due_us = due_of(draft, step) or row.due_us
    if row.state in ("open", "done") and (step.owner, due_us) != (row.owner, row.due_us):
        row.owner = step.owner
        register.moved(draft, row, due_us)
        register.enter(draft, row, MACHINE, ("fill", None, None), f"{record.id} says so")


def due_of(draft: Draft, step: CapaAction) -> int | None:
    """When it is to be done; while it is done and its effect not judged, when that is to be; None: nobody said when."""
    policy = draft.world.policy
    judged_us = rca.judged_from(policy.care, step)
    if judged_us is None or step.effect:
        return step.due_us
    return max(step.due_us or 0, rca.verified_by(policy, judged_us))


def follow(draft: Draft, record: RcaRow, row: ImprovementRow, step: CapaAction) -> None:
    """Done when its effect has been judged."""
    if row.state == "open" and step.done_us is not None and step.effect:
        by = step.owner or (record.filled_by[-1] if record.filled_by else MACHINE)
        register.done(draft, row, by, step.effect, f"{record.id}: the effect was judged")


def role_of(draft: Draft, record: RcaRow) -> StaffRole:
    """Who investigated it (SOP 10)."""
    ticket = draft.state.tickets.get(record.ticket or "")
    owners = draft.world.policy.care.owners
    return owners.get(ticket.category if ticket is not None else "network", "technical")


def about(draft: Draft, name: str) -> list[ImprovementRow]:
    """Entries about it, the eldest first."""
    rows = draft.state.improvements
    return [rows[key] for key in sorted(rows) if rows[key].about == name]


def of_outage(draft: Draft, incident: IncidentRow) -> None:
    """An element that broke so often within so many days (policy) is an entry, while none about it is open."""
    policy = draft.world.policy.quality
    since_us = draft.now_us - policy.repeat_days * DAY_US
    times = sum(
        row.root == incident.root and row.status != "merged" and (row.opened_us or 0) > since_us and not row.home
        for row in draft.state.incidents.values()
    )
    if times < policy.repeat_outages or any(row.state == "open" for row in about(draft, incident.root)):
        return
    what = (
        f"{incident.root}: {times} gangguan dalam {policy.repeat_days} hari, cegah berulang / "
        f"{times} outages within {policy.repeat_days} days, keep it from breaking again"
    )
    register.add(draft, Proposal("repeat", incident.root, what, "technical"))


def of_survey(draft: Draft, survey: str, product: str, index: int) -> None:
    """The Customer Satisfaction Index of a product below what the policy wants (SOP 9)."""
    target = draft.world.policy.quality.survey_target_percent
    what = f"{survey} {product}: CSI {index} %, sasaran / target {target} %"
    register.add(draft, Proposal("survey", survey, what, "customer_experience"))

"""A light ticket: a major or critical alarm that nothing explains, for the NOC to look into. No customer hears of it.

It has no incident and no clocks; it closes with the alarm, or when an incident explains that. People may close it too.
"""

from correlator.effects import Reason
from correlator.events import Category, StaffRole
from correlator.explanation import NAMED
from correlator.facts import Unexplained, UnexplainedOver
from correlator.policy.care import CarePolicy
from correlator.rows.incidents import AlarmRow
from correlator.rows.service_desk import TicketRow
from correlator.service_desk import tickets, trail
from correlator.state import Draft
from topology.english import counted

SOURCE = "SOP 4.2 stage 2"


def owner(policy: CarePolicy, category: Category) -> StaffRole:
    """No customer's word is to be verified but the network's: whoever would investigate."""
    return tickets.owner_of(policy, "investigation", category)


def reported(draft: Draft, fact: Unexplained) -> None:
    """One alert for all, and a ticket for each that gets one."""
    raised = [raise_ticket(draft, row) for row in fact.single]
    count, limit_min = len(fact.alarms), draft.world.policy.faults.unexplained_min
    names = ", ".join(list(dict.fromkeys(row.object for row in fact.alarms))[:NAMED])
    more = ", ..." if count > NAMED else ""
    text = (
        f"{count} alarm major atau critical belum dijelaskan insiden mana pun selama {limit_min} menit / "
        f"{counted(count, 'major or critical alarm')} that no incident has explained for {limit_min} min: {names}{more}"
    )
    if len(raised) < count:
        text += f"; {len(raised)} tiket saja / {counted(len(raised), 'ticket')} only"
    about = raised[0].id if len(raised) == count == 1 else None
    draft.alert("noc_operator", "unexplained", about, text, Reason("unexplained", text, SOURCE))


def raise_ticket(draft: Draft, row: AlarmRow) -> TicketRow:
    care, limit_min = draft.world.policy.care, draft.world.policy.faults.unexplained_min
    text = (
        f"{row.object}: {row.alarm_type} belum dijelaskan insiden mana pun selama {limit_min} menit / "
        f"no incident has explained it for {limit_min} min"
    )
    ticket = TicketRow(
        id=draft.new_id("TK"),
        number=tickets.outage_number(draft),
        kind="outage",
        category="network",
        severity="Minor",
        class_reason=text,
        classed_by=trail.MACHINE,
        stage="verification",
        owner=owner(care, "network"),
        opened_us=draft.now_us,
        alarm=row.key,
        region=tickets.region_of(draft.world.topology, row.object),
    )
    trail.enter(draft, ticket, trail.machine(text), "open", (None, "verification"))
    tickets.register(draft, ticket)
    assert row.reported is not None, "it is told of alarms that were reported"
    row.reported.ticket = ticket.id
    return ticket


def over(draft: Draft, fact: UnexplainedOver) -> None:
    """The alarm ended, or an incident explains it: its ticket closes, if nobody has closed it."""
    row, incident = fact.row, fact.incident
    ticket = draft.state.tickets.get(row.reported.ticket if row.reported else "")
    if ticket is None or ticket.stage == "closed":
        return
    if incident is None:
        how = "was let go" if row.let_go else "ended"
        tickets.close(draft, ticket, "no_fault", trail.machine(f"{row.alarm_type} on {row.object} {how}"))
    else:
        doer = trail.machine(f"incident {incident.id} explains the alarm, root {incident.root}")
        tickets.close(draft, ticket, "duplicate", doer)
    draft.put("tickets", ticket.id, ticket)

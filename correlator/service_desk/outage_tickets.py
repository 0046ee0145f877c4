"""An outage from its opening to its end, as customer care lives it: ticket, class, staff, customers, RCA (SOP 4.2-7).

Work is done once, on the outage ticket; answers, confirmations and closures go to every complaint under it.
"""

import numpy as np

from correlator.customers import Customers, both, minus
from correlator.effects import Reason
from correlator.facts import Opened
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import TicketRow
from correlator.service_desk import child_tickets, clocks, escalation, rca, severity, sla, tickets, trail
from correlator.service_desk.duty import calling
from correlator.service_desk.notices import campaigns, holding, numbers, updates, works
from correlator.service_desk.notices.informed import merge_informed, told, told_last
from correlator.service_desk.scheduled import records
from correlator.state import Draft


def opened(draft: Draft, fact: Opened) -> None:
    """An incident is settled: its ticket, its class, the first alert, the RCA record, the notices, its complaints."""
    incident, down_now = fact.incident, fact.down
    ticket = raise_ticket(draft, incident, len(down_now))
    ticket.strategic = is_any_strategic(draft, down_now)
    escalation.opening(draft, ticket)
    if ticket.strategic:
        escalation.strategic(draft, ticket)
    rca.open_for_incident(draft, incident, fact.told)
    ticket.spoke_size = len(down_now)
    draft.put("tickets", ticket.id, ticket)
    campaigns.send(draft, incident, "outage", down_now)
    child_tickets.gather(draft, incident, ticket)  # their answer says when we speak next


def raise_ticket(draft: Draft, incident: IncidentRow, customers_down: int) -> TicketRow:
    """The outage ticket begins in the investigation: the machine has received, verified and assigned it."""
    care = draft.world.policy.care
    judgement = severity.of_outage(draft.world.topology, care, incident, customers_down)
    ticket = TicketRow(
        id=draft.new_id("TK"),
        number=tickets.outage_number(draft),
        kind="outage",
        category="network",
        severity=judgement.severity,
        class_reason=judgement.reason.text,
        classed_by=trail.MACHINE,
        stage="investigation",
        owner=tickets.owner_of(care, "investigation", "network"),
        opened_us=draft.now_us,
        incident=incident.id,
        clocks=sla.outage_clocks(care, judgement.severity, draft.now_us),
        machine_root=incident.root,
        region=tickets.region_of(draft.world.topology, incident.root),
    )
    incident.ticket, incident.severity = ticket.id, judgement.severity
    ticket.assigned_to = incident.assigned_to  # while it was suspected
    doer = trail.machine(f"incident {incident.id} is open: {judgement.reason.text}")
    trail.enter(draft, ticket, doer, "open", (None, "investigation"))
    tickets.register(draft, ticket)
    if incident.acknowledged_by is not None:
        tickets.respond(draft, ticket)
    clocks.refresh(draft, ticket)
    draft.put("incidents", incident.id, incident)
    return ticket


def alert_if_strategic(draft: Draft, ticket: TicketRow, down_now: Customers) -> None:
    """The first time that a strategic customer is down, the second rung hears of it (SOP 6)."""
    if not ticket.strategic and is_any_strategic(draft, down_now):
        ticket.strategic = True
        escalation.strategic(draft, ticket)


def is_any_strategic(draft: Draft, customers: Customers) -> bool:
    strategic = np.frombuffer(draft.world.topology.customer_strategic, np.uint8)
    return bool(customers.size and strategic[customers].any())


# Changes


def changed(draft: Draft, incident: IncidentRow, down_now: Customers, ended: IncidentRow | None = None) -> None:
    """Root, scope or state moved: class, staff and customers follow. `ended`: an outage of which some heard before."""
    ticket = campaigns.ticket_of(draft.state, incident)
    if ticket is None:
        return
    new_root = ticket.machine_root != incident.root
    if new_root:
        rca.happened(draft, incident.id, f"root {ticket.machine_root} -> {incident.root}")
        if incident.pinned_by is None:  # else a person named it: that command has a line of its own
            doer = trail.machine(f"the evidence now names {incident.root}")
            trail.enter(draft, ticket, doer, "root", (ticket.machine_root, incident.root))
    follow_severity(draft, incident, ticket, new_root)
    if new_root:
        ticket.region = tickets.region_of(draft.world.topology, incident.root)
    ticket.machine_root = incident.root
    alert_if_strategic(draft, ticket, down_now)
    draft.put("tickets", ticket.id, ticket)
    if not campaigns.is_on(incident):
        return
    if new_root:
        correct(draft, incident)
    if ended is not None:
        heard = both(down_now, campaigns.still_informed(draft.state, ended.id))
        updates.hand_over(draft, incident, ticket, heard, ended.id)
    if incident.status == "open":
        child_tickets.down_once_more(draft, incident, ticket, down_now)
    updates.tell_return(draft, incident, ticket)
    updates.bring_forward_if_scope_changed(draft, incident, ticket, len(down_now))
    campaigns.send(draft, incident, "outage", minus(down_now, holding.waiting(draft.state, incident.id, "outage")))


def part_repaired(draft: Draft, incident: IncidentRow, down_now: Customers) -> None:
    """It goes on; those for whom it is over hear so now, not with the last of them."""
    changed(draft, incident, down_now)
    ticket = campaigns.ticket_of(draft.state, incident)
    if ticket is not None:
        well = updates.part_restored(draft, incident, down_now, child_tickets.ask_left(draft))
        campaigns.send(draft, incident, "restored", minus(well, child_tickets.ask_some(draft, incident, ticket, well)))


def there_again(draft: Draft, incident: IncidentRow) -> None:
    """It has ended: who was gone from the inventory then hears so now. Who complained is asked by a ticket."""
    ticket = campaigns.ticket_of(draft.state, incident)
    if ticket is not None:
        asked = child_tickets.numbers_of(draft, tickets.children_of(draft.state, ticket))
        campaigns.send(draft, incident, "restored", updates.never_heard(draft, incident, asked))


def follow_severity(draft: Draft, incident: IncidentRow, ticket: TicketRow, new_root: bool) -> None:
    """The machine raises the class with the impact, lowers it only on a new root, never against a person's word."""
    rank, is_highest = severity.RANK, ticket.severity == "Critical"
    by_machine = ticket.classed_by == trail.MACHINE
    if new_root or (by_machine and not is_highest):
        found = severity.of_outage(draft.world.topology, draft.world.policy.care, incident, incident.customers_down)
        higher = rank[found.severity] > rank[ticket.severity]
        if not by_machine:
            ticket.machine_reason = found.reason.text
        elif higher or (new_root and found.severity != ticket.severity):
            doer = trail.machine(found.reason.text)
            tickets.set_severity(draft, ticket, found.severity, found.reason, doer)
        elif new_root:
            ticket.class_reason = found.reason.text
    incident.severity = ticket.severity
    draft.put("incidents", incident.id, incident)


def correct(draft: Draft, incident: IncidentRow) -> None:
    """Who was told, and whom the root now known never touched, hears of the mistake.

    Not whose line is dark, and not who heard since that it is over.
    """
    mistaken = works.never_down(draft, incident, campaigns.still_informed(draft.state, incident.id))
    campaigns.send(draft, incident, "correction", mistaken)


# The end, and the return


def resolved(draft: Draft, incident: IncidentRow, presumed: bool) -> None:
    """Repaired: every complainant is asked, every other customer who was told is told again."""
    ticket = campaigns.ticket_of(draft.state, incident)
    if ticket is None:
        return
    at_us = incident.well_us or draft.now_us
    tickets.repaired(draft, ticket, at_us, trail.machine(f"incident {incident.id} is resolved"))
    draft.put("tickets", ticket.id, ticket)
    rca.happened(draft, incident.id, "resolved")
    holding.drop_waiting(draft, incident.id, ("outage",))
    if not updates.comes_and_goes(draft, incident, ticket):
        _tell_end(draft, incident, ticket, presumed)


def _tell_end(draft: Draft, incident: IncidentRow, ticket: TicketRow, presumed: bool) -> None:
    ticket.unstable_us = 0
    draft.put("tickets", ticket.id, ticket)
    draft.disarm(campaigns.UPDATE_KIND, incident.id)
    draft.disarm(campaigns.RETURN_KIND, incident.id)
    holding.drop_waiting(draft, incident.id, ("update",))
    asked = child_tickets.restored(draft, incident, ticket, presumed)
    updates.tell_restored(draft, incident, asked, presumed)


def reopened(draft: Draft, incident: IncidentRow, down_now: Customers) -> None:
    """It was resolved, and is back within the window."""
    ticket = campaigns.ticket_of(draft.state, incident)
    if ticket is None:
        return
    incident.estimate_us = None  # it was for a repair that did not hold
    text = f"{calling.heading(draft, ticket)}: gangguan muncul lagi / the fault is back, {incident.root}"
    tickets.reopen(draft, ticket, trail.machine(f"incident {incident.id} is back"))
    draft.alert(ticket.owner, "reopened", ticket.id, text, Reason("reopened", text, "SOP 4.2"))
    draft.put("tickets", ticket.id, ticket)
    rca.back(draft, incident)
    records.watch(draft, rca.about(draft.state, incident.id))
    holding.drop_waiting(draft, incident.id, ("restored",))
    child_tickets.down_again(draft, ticket)
    if ticket.unstable_us:  # nobody heard that it was over
        updates.back_once_more(draft, incident, ticket)
    else:
        holding.drop_waiting(draft, incident.id, ("update",))
        updates.tell(draft, incident, ticket)
    changed(draft, incident, down_now)


def closed(draft: Draft, incident: IncidentRow) -> None:
    """No return within the window: the ticket closes with the last of its complaints."""
    ticket = campaigns.ticket_of(draft.state, incident)
    if ticket is not None and ticket.unstable_us:
        _tell_end(draft, incident, ticket, presumed=False)
    rca.happened(draft, incident.id, "closed")
    record = rca.about(draft.state, incident.id)
    rca.close_if_done(draft, record)
    records.watch(draft, record)
    if ticket is not None:
        child_tickets.close_if_done(draft, ticket)


def merged(draft: Draft, survivor: IncidentRow, gone: IncidentRow) -> None:
    """One outage after all: who was told, what waits and all complaints go to the survivor's ticket."""
    if survivor.home:
        yielded(draft, survivor, gone)
        return
    updates.take_over(draft, survivor.id, gone.id)
    survivor.notices_held = survivor.notices_held or gone.notices_held  # the NOC's word stands until it releases
    draft.put("incidents", survivor.id, survivor)
    theirs_alone = minus(told(draft.state, gone.id, "outage"), told(draft.state, survivor.id, "outage"))
    unheard = minus(campaigns.still_informed(draft.state, gone.id), told_last(draft.state, survivor.id, "restored"))
    merge_informed(draft, survivor.id, gone.id)
    holding.merge_waiting(draft, survivor, gone.id)
    rca.merged(draft, survivor, gone)
    records.watch(draft, rca.about(draft.state, gone.id))
    ticket, theirs = (campaigns.ticket_of(draft.state, incident) for incident in (survivor, gone))
    if theirs is None or ticket is None:
        return
    numbers.go_on(draft, theirs, ticket, theirs_alone)
    child_tickets.move(draft, theirs, ticket)
    ticket.updates = max(ticket.updates, theirs.updates)
    if not campaigns.is_on(survivor):
        ticket.unstable_us = ticket.unstable_us or theirs.unstable_us  # of its end they hear with the survivor's
    trail.enter(draft, ticket, trail.machine(f"one outage with {gone.id}"), "merge", (theirs.number, ticket.number))
    draft.put("tickets", ticket.id, ticket)
    if theirs.stage != "closed":
        tickets.close(draft, theirs, "duplicate", trail.machine(f"{gone.id} is merged into {survivor.id}"))
        draft.put("tickets", theirs.id, theirs)
    if survivor.status == "resolved" and ticket.repaired_us is not None and not ticket.unstable_us:
        child_tickets.restored(draft, survivor, ticket)
        asked = child_tickets.numbers_of(draft, tickets.children_of(draft.state, ticket))  # in this step, or before
        campaigns.send(draft, survivor, "restored", campaigns.who_is_well(draft, survivor, minus(unheard, asked)))


def yielded(draft: Draft, survivor: IncidentRow, gone: IncidentRow) -> None:
    """It was a trace of an outage that another domain decides on, and tells of: here it ends, and nothing more goes."""
    draft.disarm(campaigns.UPDATE_KIND, gone.id)
    draft.disarm(campaigns.RETURN_KIND, gone.id)
    holding.drop_waiting(draft, gone.id, ("outage", "update", "restored", "correction"))
    rca.merged(draft, survivor, gone)
    records.watch(draft, rca.about(draft.state, gone.id))
    ticket = campaigns.ticket_of(draft.state, gone)
    if ticket is not None and ticket.stage != "closed":
        doer = trail.machine(f"{gone.id} is part of {survivor.id}, which {survivor.home} decides on")
        tickets.close(draft, ticket, "duplicate", doer)
        draft.put("tickets", ticket.id, ticket)

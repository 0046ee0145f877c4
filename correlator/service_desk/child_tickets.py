"""The complaint tickets under an outage's: they come, go, move with a merge, are asked, and close (SOP 4.2)."""

from collections.abc import Mapping

import numpy as np

from correlator import facts
from correlator.customers import LAYOUT, NOBODY, Customers, both, either, holds, minus, pack
from correlator.events import Command
from correlator.rows import audiences
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import ClosedAs, ComplaintRow, TicketRow, WaitingNoticeRow
from correlator.service_desk import clocks, rca, stages, tickets, trail
from correlator.service_desk.notices import campaigns, holding, planned_work, said_well, single_notices, works
from correlator.service_desk.notices.informed import tell, told_last
from correlator.service_desk.scheduled import records
from correlator.service_desk.trail import Doer
from correlator.state import Draft
from topology.english import counted


def parent_of(draft: Draft, ticket: TicketRow) -> TicketRow | None:
    return draft.state.tickets.get(ticket.parent or "")


# Coming and going


def gather(draft: Draft, incident: IncidentRow, parent: TicketRow) -> None:
    """The complaints that made the incident suspected become children when its ticket is raised."""
    rows = (row for row in draft.state.complaints.values() if row.incident == incident.id)
    for complaint in sorted(rows, key=lambda row: (row.at_us, row.id)):
        adopt(draft, draft.state.tickets[complaint.ticket], parent, incident)


def linked(draft: Draft, complaint: ComplaintRow, incident: IncidentRow, by: Command | None) -> None:
    """`by`: the command of a person who said so."""
    parent = campaigns.ticket_of(draft.state, incident)
    if parent is not None:
        adopt(draft, draft.state.tickets[complaint.ticket], parent, incident, by)


def adopt(draft: Draft, ticket: TicketRow, parent: TicketRow, incident: IncidentRow, by: Command | None = None) -> None:
    """Under the outage from now on, and answered with what is known of it; one that is there already stays."""
    if ticket.parent == parent.id:
        return
    why = f"the customer is down under {incident.id}, {incident.root}"
    doer = trail.doer_of(by) if by else trail.machine(why)
    trail.enter(draft, ticket, doer, "attach", (ticket.parent, parent.id))
    ticket.incident, ticket.parent = incident.id, parent.id
    if ticket.stage != "closed":
        if ticket.denies == parent.id:
            withdraw(ticket, parent)
        planned_work.is_no_more(draft, ticket, doer)
        parent.children += 1
        clocks.cap(draft, ticket, parent)
        if ticket.stage in stages.before("investigation"):
            tickets.move(draft, ticket, "investigation", doer)
        if campaigns.is_on(incident) or parent.unstable_us:
            single_notices.acknowledge_known(draft, ticket, incident)
        elif ticket.stage != "confirmation":
            _told_late(draft, ticket, incident, doer)
    draft.put("tickets", ticket.id, ticket)
    draft.put("tickets", parent.id, parent)


def _told_late(draft: Draft, ticket: TicketRow, incident: IncidentRow, doer: Doer) -> None:
    """The outage is over: the customer is asked whether it works, at once or when they are not down again."""
    draft.disarm(single_notices.ACK_KIND, ticket.id)
    customers = numbers_of(draft, [ticket])
    if customers.size and either(*works.not_well(draft, incident, customers)).size:
        single_notices.acknowledge_first(draft, ticket)
        _wait(draft, ticket)
        return
    tickets.repaired(draft, ticket, _end_us(draft, incident, ticket), doer, incident.clearing_us)
    single_notices.ask(draft, ticket)


def unlinked(draft: Draft, complaint: ComplaintRow, was: IncidentRow, by: Command | None) -> None:
    """On its own again, at the stage that it has reached. `by`: the command of a person who took it out."""
    ticket = draft.state.tickets[complaint.ticket]
    parent = parent_of(draft, ticket)
    doer = trail.doer_of(by) if by else trail.machine(f"no longer explained by {was.id}")
    trail.enter(draft, ticket, doer, "detach", (ticket.parent, None))
    ticket.incident = ticket.parent = None
    if ticket.stage != "closed":
        clocks.cap(draft, ticket, None)
        if parent is not None:
            parent.children -= 1
            draft.put("tickets", parent.id, parent)
            close_if_done(draft, parent)
    draft.put("tickets", ticket.id, ticket)


def move(draft: Draft, gone: TicketRow, survivor: TicketRow) -> None:
    """All complaints of a merged outage."""
    doer = trail.machine(f"outage {gone.number} is one with {survivor.number}")
    for child in tickets.children_of(draft.state, gone):
        trail.enter(draft, child, doer, "attach", (gone.id, survivor.id))
        child.parent, child.incident = survivor.id, survivor.incident
        if child.stage != "closed":
            survivor.children += 1
            clocks.cap(draft, child, survivor)
        draft.put("tickets", child.id, child)
    if gone.denied:
        for other in sorted(draft.state.tickets.values(), key=lambda row: row.id):
            if other.denies == gone.id:
                other.denies = survivor.id
                draft.put("tickets", other.id, other)
    survivor.confirmed += gone.confirmed
    survivor.denied += gone.denied
    gone.children = gone.confirmed = gone.denied = 0


# Repair and return


def restored(draft: Draft, incident: IncidentRow, parent: TicketRow, presumed: bool = False) -> Customers:
    """The outage is over: each customer whose line works is asked so once, the others when theirs does too.

    Returns who is asked in this step or will be. `presumed`: see `facts.Resolved`.
    """
    asked = ask_left(draft)
    children = tickets.children_of(draft.state, parent) if parent.children else []
    children = [child for child in children if child.stage in stages.WORKED]
    customers = numbers_of(draft, children)
    still, waits = works.not_well(draft, incident, customers, presumed) if customers.size else (NOBODY, NOBODY)
    campaigns.pass_on(draft, incident, still)
    left = either(still, waits)
    for child in children:
        if holds(left, single_notices.number_of(draft, child)):
            _wait(draft, child)
    well = [child for child in children if not holds(left, single_notices.number_of(draft, child))]
    _ask(draft, parent, {child.id: _end_us(draft, incident, child) for child in well})
    campaigns.over_by_others(draft, incident, minus(customers, left))
    return either(asked, customers)


def _end_us(draft: Draft, incident: IncidentRow, child: TicketRow) -> int:
    """When all of it was over; for who complained since then, that it was not, when that was heard."""
    since_us = incident.well_us if incident.well_us >= child.opened_us else incident.clearing_us
    return max(since_us or draft.now_us, child.opened_us)


def ask_some(draft: Draft, incident: IncidentRow, parent: TicketRow, well: Customers) -> Customers:
    """It goes on, and for these it is over: who complained is asked, in place of hearing that it works again.

    Returns who is asked; nobody is once more when all of it is over.
    """
    children = tickets.children_of(draft.state, parent) if parent.children and well.size else []
    children = [child for child in children if child.stage in stages.WORKED]
    children = [child for child in children if holds(well, single_notices.number_of(draft, child))]
    customers = numbers_of(draft, children)
    if customers.size:
        _ask(draft, parent, {child.id: _over_us(draft, incident, child) for child in children})
        tell(draft, incident.id, "restored", 0, customers)
        campaigns.over_by_others(draft, incident, customers)
    return customers


def down_once_more(draft: Draft, incident: IncidentRow, parent: TicketRow, down: Customers) -> None:
    """Who was asked, or heard, that it works again is down under it again, which goes on: it is worked on again."""
    again = both(down, told_last(draft.state, incident.id, "restored")) if parent.children else NOBODY
    doer = trail.machine(f"outage {parent.number} is back")
    for child in tickets.children_of(draft.state, parent) if again.size else []:
        if child.stage == "confirmation" and holds(again, single_notices.number_of(draft, child)):
            back_to_work(draft, child, doer)


def _over_us(draft: Draft, incident: IncidentRow, child: TicketRow) -> int:
    """When it was over for this customer, while it goes on for others."""
    services = draft.world.topology.services_of(single_notices.number_of(draft, child))
    spells = audiences.spells_of(draft.state.audiences.get(incident.id), list(services))
    return audiences.over_us(spells) or draft.now_us


def _ask(draft: Draft, parent: TicketRow, over_us: Mapping[str, int]) -> None:
    """Whether it works, by ticket since when it does."""
    doer = trail.machine(f"outage {parent.number} is repaired")
    if parent.repaired_us is None:
        doer = trail.machine(f"outage {parent.number} is over for this customer")
    children = [draft.state.tickets[name] for name in over_us]
    incident = draft.state.incidents.get(parent.incident or "")
    for child in children:
        at_us = max(over_us[child.id], child.opened_us)
        tickets.repaired(draft, child, at_us, doer, None if incident is None else incident.clearing_us)
        draft.put("tickets", child.id, child)
    single_notices.ask_children(draft, children)


def _wait(draft: Draft, child: TicketRow) -> None:
    """Its outage is over, and not for this customer: down under another, or dark. Looked at again a little later."""
    holding.keep_waiting(draft, _waiting(draft, child))


def _waiting(draft: Draft, child: TicketRow) -> WaitingNoticeRow:
    audience, until_us = pack(numbers_of(draft, [child])), campaigns.look_us(draft)
    return WaitingNoticeRow(child.incident or "", "question", until_us, "dark", audience=audience, ticket=child.id)


def ask_left(draft: Draft) -> Customers:
    """Who was not asked at the end of an outage, since it was none for them, is asked once their line works.

    Returns who is asked in this step or will be.
    """
    rows = [(key, row) for key, row in draft.state.waiting_notices.items() if row.why == "dark" and row.ticket]
    left: dict[str, dict[str, TicketRow]] = {}  # by incident, and by key of the row that waits
    for key, row in sorted(rows, key=lambda pair: pair[0]):
        ticket = draft.state.tickets.get(row.ticket)
        incident = None if ticket is None else single_notices.incident_of(draft, ticket)
        if ticket is None or incident is None or ticket.stage not in stages.WORKED or campaigns.is_on(incident):
            holding.drop(draft, key, row, "no longer holds true")  # asked by a person, or at the end that comes
        else:
            left.setdefault(incident.id, {})[key] = ticket
    everyone = NOBODY
    for name, waiting in sorted(left.items()):
        everyone = either(everyone, _ask_who_is_well(draft, draft.state.incidents[name], waiting))
    return everyone


def _ask_who_is_well(draft: Draft, incident: IncidentRow, waiting: dict[str, TicketRow]) -> Customers:
    """`waiting`: by key of the row. Returns whose they are."""
    tickets_left, well = list(waiting.values()), list[TicketRow]()
    customers, parent = numbers_of(draft, tickets_left), parent_of(draft, tickets_left[0])
    left = either(*works.not_well(draft, incident, customers))
    for key, ticket in waiting.items():
        row = draft.state.waiting_notices[key]
        if not holds(left, single_notices.number_of(draft, ticket)):
            holding.drop(draft, key, row, "goes now")
            well.append(ticket)
        elif row.until_us <= draft.now_us:
            draft.drop("waiting_notices", key)
            _wait(draft, ticket)
    if parent is not None and well:
        _ask(draft, parent, dict.fromkeys((ticket.id for ticket in well), draft.now_us))
        campaigns.over_by_others(draft, incident, numbers_of(draft, well))
    return customers


def numbers_of(draft: Draft, rows: list[TicketRow]) -> Customers:
    """Their customers, as far as the inventory knows them."""
    found = {single_notices.number_of(draft, row) for row in rows}
    return np.array(sorted(found - {-1}), LAYOUT)


def down_again(draft: Draft, parent: TicketRow) -> None:
    """The fault is back: who was asked and has not answered is worked on again."""
    doer = trail.machine(f"outage {parent.number} is back")
    for child in tickets.children_of(draft.state, parent) if parent.children else []:
        if child.stage == "confirmation":
            back_to_work(draft, child, doer)


def back_to_work(draft: Draft, ticket: TicketRow, doer: Doer) -> None:
    """Not repaired after all; nobody is reminded any more."""
    was_closed = ticket.closed_as
    tickets.reopen(draft, ticket, doer)
    draft.disarm(single_notices.ASK_KIND, ticket.id)
    draft.put("tickets", ticket.id, ticket)
    records.watch(draft, rca.about(draft.state, ticket.id))
    parent = parent_of(draft, ticket)
    if parent is not None and was_closed is not None:
        parent.children += 1
        parent.confirmed -= was_closed == "confirmed"
        draft.put("tickets", parent.id, parent)


# Denied


def deny(draft: Draft, ticket: TicketRow, doer: Doer) -> None:
    """The outage is over, and this customer says no: its ticket waits for the complaint (SOP 4.2 stage 6)."""
    parent = parent_of(draft, ticket)
    if parent is None or parent.stage == "closed":
        return
    settle(draft, ticket, None)
    parent.denied += 1
    ticket.denies = parent.id
    trail.enter(draft, parent, doer, "reply", (None, f"not_satisfied {ticket.number}"))
    draft.put("tickets", parent.id, parent)


def withdraw(ticket: TicketRow, outage: TicketRow) -> None:
    ticket.denies = None
    outage.denied -= 1


def settle(draft: Draft, ticket: TicketRow, closed_as: ClosedAs | None) -> None:
    """It is closed, or (None) has gone to another domain, or denies another: the outage that waited waits no more."""
    outage = draft.state.tickets.get(ticket.denies or "")
    if outage is None:
        return
    withdraw(ticket, outage)
    outage.confirmed += closed_as == "confirmed"
    draft.put("tickets", ticket.id, ticket)
    draft.put("tickets", outage.id, outage)
    close_if_done(draft, outage)


# Closing


def close(draft: Draft, ticket: TicketRow, closed_as: ClosedAs, doer: Doer) -> None:
    """A complaint is closed; the last one under an outage that is over closes that too (SOP 4.2 stage 6, 7)."""
    tickets.close(draft, ticket, closed_as, doer)
    for kind in (single_notices.ASK_KIND, single_notices.ACK_KIND):
        draft.disarm(kind, ticket.id)
    draft.put("tickets", ticket.id, ticket)
    if closed_as == "confirmed":
        said_well.confirmed(draft, ticket)
        draft.tell(facts.ComplaintOver(ticket.complaint or ""))
    settle(draft, ticket, closed_as)
    parent = parent_of(draft, ticket)
    if parent is None:
        if closed_as != "duplicate":
            rca.open_for_ticket(draft, ticket)
            records.watch(draft, rca.about(draft.state, ticket.id))
        return
    parent.children -= 1
    parent.confirmed += closed_as == "confirmed"
    draft.put("tickets", parent.id, parent)
    close_if_done(draft, parent)


def close_if_done(draft: Draft, parent: TicketRow) -> None:
    """An outage ticket closes when its incident has, and no complaint under it, or set free of it, is open."""
    incident = draft.state.incidents.get(parent.incident or "")
    if incident is None or incident.status != "closed" or parent.stage == "closed":
        return
    if parent.children or parent.denied:
        return
    closed_as: ClosedAs = "confirmed" if parent.confirmed else "unconfirmed"
    confirmed = f"{counted(parent.confirmed, 'customer')} confirmed the repair of {incident.id}"
    text = confirmed if parent.confirmed else ""
    tickets.close(draft, parent, closed_as, trail.machine(text or f"{incident.id} is over, nobody was to be asked"))
    draft.put("tickets", parent.id, parent)

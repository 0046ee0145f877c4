"""When we speak next: every two hours, when scope or estimate change, and when it is over (SOP 4.2 stage 5)."""

from correlator.customers import Customers, both, either, minus, unpack
from correlator.events import MINUTE_US
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import TicketRow
from correlator.service_desk.notices import campaigns, numbers, rhythm, said_well, several
from correlator.service_desk.notices.informed import told
from correlator.state import Draft


def audience(draft: Draft, incident: IncidentRow) -> Customers:
    """Those who were told of the outage and are down now."""
    informed = told(draft.state, incident.id, "outage")
    down = campaigns.down_now(draft.state, incident.id)
    return informed if down is None else both(informed, down)


def tell(draft: Draft, incident: IncidentRow, ticket: TicketRow) -> None:
    """The next update, to all whom it concerns."""
    customers = audience(draft, incident)
    if customers.size == 0:
        return
    ticket.updates += 1
    ticket.spoke_size = incident.down_now
    draft.put("tickets", ticket.id, ticket)
    campaigns.send(draft, incident, "update", customers, ticket.updates)


def due(draft: Draft, incident: IncidentRow) -> None:
    """Time to speak; while it clears, "still down" may be wrong the next minute: then a little later."""
    ticket = campaigns.ticket_of(draft.state, incident)
    if ticket is not None and ticket.unstable_us and not rhythm.is_short(draft, incident):
        ticket.unstable_us = 0
        draft.put("tickets", ticket.id, ticket)
    if ticket is None or not (campaigns.is_on(incident) or ticket.unstable_us):
        return
    if incident.status == "clearing" and not ticket.unstable_us:
        draft.arm(campaigns.UPDATE_KIND, incident.id, campaigns.look_us(draft))
    else:
        tell(draft, incident, ticket)


def comes_and_goes(draft: Draft, incident: IncidentRow, ticket: TicketRow) -> bool:
    """It is over, was back for a short while only, and may be back the next minute: its end is told when it stays away.

    Should it be back once more, they heard of no end, and hear of no return.
    """
    if not rhythm.is_short(draft, incident):
        return False
    ticket.unstable_us = ticket.unstable_us or incident.down_since_us
    draft.put("tickets", ticket.id, ticket)
    return True


def back_once_more(draft: Draft, incident: IncidentRow, ticket: TicketRow) -> None:
    """They hear that it is unstable, as seldom as the policy says, and no later than we promised to speak."""
    due_us = draft.state.deadlines.due_us(campaigns.UPDATE_KIND, incident.id)
    soon_us = max(draft.now_us, ticket.spoke_us + rhythm.every_us(draft, ticket, "update"))
    if due_us is not None and soon_us < due_us:
        draft.arm(campaigns.UPDATE_KIND, incident.id, soon_us)


def take_over(draft: Draft, survivor: str, gone: str) -> None:
    """After a merge the customers of both are spoken to at the earlier of the two times."""
    _keep_promise(draft, survivor, gone)
    draft.disarm(campaigns.UPDATE_KIND, gone)


def _keep_promise(draft: Draft, incident: str, other: str) -> None:
    """Its customers were promised the next update of the other, where that is earlier, and not too soon after ours."""
    theirs_us, ours_us = (draft.state.deadlines.due_us(campaigns.UPDATE_KIND, name) for name in (other, incident))
    if theirs_us is None:
        return
    ticket = campaigns.ticket_of(draft.state, draft.state.incidents[incident])
    gap_us = draft.world.policy.care.update_gap_min * MINUTE_US
    due_us = theirs_us if ticket is None else max(theirs_us, ticket.spoke_us + gap_us)
    if ours_us is None or due_us < ours_us:
        draft.arm(campaigns.UPDATE_KIND, incident, due_us)


def hand_over(draft: Draft, incident: IncidentRow, ticket: TicketRow, customers: Customers, ended: str) -> None:
    """They heard of an outage that ends now, and not for them: for them this one goes on with it, and is no news.

    The time at which they were promised to hear more stays.
    """
    customers = minus(customers, several.hear_of_more(draft, incident, customers, [(ended, customers)]))
    if customers.size:
        numbers.go_on(draft, campaigns.ticket_of(draft.state, draft.state.incidents[ended]), ticket, customers)
        campaigns.heard_already(draft, incident, customers)
        _keep_promise(draft, incident.id, ended)
        ticket.spoke_size = incident.down_now
        draft.put("tickets", ticket.id, ticket)


def bring_forward_if_scope_changed(draft: Draft, incident: IncidentRow, ticket: TicketRow, size: int) -> None:
    """A change of the number down that is worth an update brings it forward."""
    percent = draft.world.policy.care.scope_percent
    if abs(size - ticket.spoke_size) * 100 >= percent * max(1, ticket.spoke_size) and size != ticket.spoke_size:
        bring_forward(draft, incident, ticket)


def bring_forward(draft: Draft, incident: IncidentRow, ticket: TicketRow) -> None:
    """Speak soon, but not before the gap since the last time; where nobody was told yet there is nothing to update."""
    due_us = draft.state.deadlines.due_us(campaigns.UPDATE_KIND, incident.id)
    soon_us = ticket.spoke_us + draft.world.policy.care.update_gap_min * MINUTE_US
    if due_us is None or soon_us >= due_us:
        return
    if soon_us <= draft.now_us:  # and not to those who hear of it in this moment
        due(draft, incident)
    else:
        draft.arm(campaigns.UPDATE_KIND, incident.id, soon_us)


def tell_restored(draft: Draft, incident: IncidentRow, ticket: TicketRow, asked: Customers, presumed: bool) -> None:
    """It works again: to those told of the outage whose service works. Who heard it before hears it as an update.

    Who is asked about a complaint at the same time reads it there. `presumed`: see `facts.Resolved`.
    """
    state = draft.state
    reached = told(state, incident.id, "outage")
    row = state.audiences.get(incident.id)
    ever = unpack(row.ever) if row is not None else reached
    concerned = both(reached, either(campaigns.informed(state, incident.id), ever))
    concerned = minus(concerned, either(asked, said_well.among(draft, incident, concerned)))
    concerned = campaigns.who_is_well(draft, incident, concerned, presumed)
    again = both(concerned, told(state, incident.id, "restored"))
    known = minus(again, unpack(row.down)) if row is not None else again[:0]  # of whom it was said while it went on
    concerned, again = minus(concerned, known), minus(again, known)
    campaigns.send(draft, incident, "restored", minus(concerned, again))
    if again.size:
        ticket.updates += 1
        draft.put("tickets", ticket.id, ticket)
        campaigns.send(draft, incident, "update", again, ticket.updates)


def tell_part_restored(draft: Draft, incident: IncidentRow, down: Customers, asked: Customers) -> None:
    """For some it is over while it goes on for others. Who complained is asked besides, when all of it is over.

    `asked`: who reads it in a question, since this was all that still had them down.
    """
    state, row = draft.state, draft.state.audiences.get(incident.id)
    if row is None:
        return
    heard = minus(both(campaigns.still_informed(state, incident.id), unpack(row.ever)), either(asked, down))
    if not heard.size:
        return
    campaigns.send(draft, incident, "restored", campaigns.who_is_well(draft, incident, heard))

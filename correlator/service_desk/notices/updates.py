"""When we speak next: every two hours, when scope or estimate change, and when it is over (SOP 4.2 stage 5)."""

from correlator.customers import NOBODY, Customers, both, either, minus, unpack
from correlator.events import MINUTE_US, SECOND_US
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import TicketRow
from correlator.service_desk.notices import campaigns, holding, numbers, rhythm, said_well, several
from correlator.service_desk.notices.informed import ENDS, returns_told, told, told_last
from correlator.state import Draft

ONE_RETURN_US = 2 * MINUTE_US  # who is down again within so long after others is so with them


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
    ticket.spoke_size = incident.down_now
    campaigns.send(draft, incident, "update", customers, campaigns.next_update(draft, incident))


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
    draft.disarm(campaigns.RETURN_KIND, gone)


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
    """A change of the number down that is worth an update brings it forward; where it shrinks, the rest may be next."""
    percent = draft.world.policy.care.scope_percent
    if abs(size - ticket.spoke_size) * 100 >= percent * max(1, ticket.spoke_size) and size != ticket.spoke_size:
        wait_s = draft.world.policy.faults.hold_s if size < ticket.spoke_size else 0
        bring_forward(draft, incident, ticket, draft.now_us + wait_s * SECOND_US)


def bring_forward(draft: Draft, incident: IncidentRow, ticket: TicketRow, after_us: int = 0) -> None:
    """Speak soon, but not before the gap since the last time; where nobody was told yet there is nothing to update."""
    due_us = draft.state.deadlines.due_us(campaigns.UPDATE_KIND, incident.id)
    soon_us = max(after_us, ticket.spoke_us + draft.world.policy.care.update_gap_min * MINUTE_US)
    if due_us is None or soon_us >= due_us:
        return
    if soon_us <= draft.now_us:  # and not to those who hear of it in this moment
        due(draft, incident)
    else:
        draft.arm(campaigns.UPDATE_KIND, incident.id, soon_us)


def tell_return(draft: Draft, incident: IncidentRow, ticket: TicketRow) -> None:
    """Who heard that it is over, or no outage of theirs, is down again while it goes on: they hear so.

    Where it comes and goes, not oftener than the policy says.
    """
    state = draft.state
    over, down = either(*(told_last(state, incident.id, end) for end in ENDS)), campaigns.down_now(state, incident.id)
    if not over.size or down is None or ticket.unstable_us:
        return
    waiting = either(*(holding.waiting(state, incident.id, kind) for kind in ("outage", "update")))
    back = minus(minus(both(down, over), waiting), campaigns.unsure(state, incident.id))
    if not back.size:
        return
    if incident.status == "clearing":  # it may be over the next minute, as all of it
        draft.arm(campaigns.RETURN_KIND, incident.id, campaigns.look_us(draft))
        return
    since_us = draft.now_us - ticket.returned_us
    wait_us = draft.world.policy.care.unstable_min * MINUTE_US - since_us
    if ticket.returned_us and since_us > ONE_RETURN_US and wait_us > 0:
        often = both(back, returns_told(state, incident.id, ticket.updates))
        if often.size:
            draft.arm(campaigns.RETURN_KIND, incident.id, draft.now_us + wait_us)
        back = minus(back, often)
        if not back.size:
            return
    ticket.returned_us = draft.now_us
    ticket.spoke_size += int(back.size)  # these heard of it
    campaigns.send(draft, incident, "outage", back, campaigns.next_update(draft, incident))


def return_due(draft: Draft, incident: IncidentRow) -> None:
    """They were spoken to a while ago: are some down again?"""
    ticket = campaigns.ticket_of(draft.state, incident)
    if ticket is not None and campaigns.is_on(incident):
        tell_return(draft, incident, ticket)


def tell_restored(draft: Draft, incident: IncidentRow, asked: Customers, presumed: bool) -> None:
    """It works again: to those told of the outage whose service works.

    Who is asked about a complaint at the same time reads it there. `presumed`: see `facts.Resolved`.
    """
    state = draft.state
    row = state.audiences.get(incident.id)
    if incident.past and row is not None:
        campaigns.send(draft, incident, "restored", _unaware(draft, incident, unpack(row.ever), asked))
        return
    reached = told(state, incident.id, "outage")
    ever = unpack(row.ever) if row is not None else reached
    concerned = both(reached, either(campaigns.informed(state, incident.id), ever))
    concerned = minus(concerned, told_last(state, incident.id, "restored"))
    concerned = minus(concerned, either(asked, said_well.among(draft, incident, concerned)))
    campaigns.send(draft, incident, "restored", campaigns.who_is_well(draft, incident, concerned, presumed))


def _unaware(draft: Draft, incident: IncidentRow, ever: Customers, asked: Customers) -> Customers:
    """Of one that was over when we heard of it: who was down, and knows it by nobody else."""
    ever = minus(minus(ever, campaigns.unsure(draft.state, incident.id)), asked)
    ever = minus(ever, said_well.among(draft, incident, ever))
    return campaigns.who_is_well(draft, incident, ever)


def never_heard(draft: Draft, incident: IncidentRow, asked: Customers) -> Customers:
    """Of one that has ended: who heard of it, and neither of its end nor that it was a mistake; and whose own works."""
    heard = minus(campaigns.still_informed(draft.state, incident.id), asked)
    heard = minus(heard, told_last(draft.state, incident.id, "correction"))
    return campaigns.who_is_well(draft, incident, heard) if heard.size else NOBODY


def part_restored(draft: Draft, incident: IncidentRow, down: Customers, asked: Customers) -> Customers:
    """For whom it is over while it goes on for others, and who have not heard so. Who complained is asked instead.

    `asked`: who reads it in a question, since this was all that still had them down.
    """
    state, row = draft.state, draft.state.audiences.get(incident.id)
    if row is None:
        return NOBODY
    heard = minus(both(campaigns.still_informed(state, incident.id), unpack(row.ever)), either(asked, down))
    return campaigns.who_is_well(draft, incident, heard) if heard.size else NOBODY

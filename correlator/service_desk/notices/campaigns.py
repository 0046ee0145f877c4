"""Messages about an outage to those it takes down: decided here, rendered and sent elsewhere (SOP 4.2 stage 5).

A message passes, in this order: who was told already, the NOC's hold, the wait of very large ones, the wait for the
word of other domains, the quiet hours of each zone. What waits is a row and a deadline; when its time comes it goes
only if it still holds true. Nobody is asked or told twice: who was told is written when a message goes, and follows a
merge. Who heard of an end, and is down again under the same outage, hears of that, and of its end, in numbered
messages, which reach them as updates (contract).
"""

from dataclasses import dataclass

from msgspec import structs

from correlator.customers import NOBODY, Customers, both, either, minus, pack, unpack
from correlator.effects import Campaign, NoticeFacts, NoticeKind, Reason
from correlator.events import MINUTE_US, SECOND_US
from correlator.rows import audiences
from correlator.rows.incidents import LIVE, IncidentRow
from correlator.rows.service_desk import CampaignRow, TicketRow, WaitingNoticeRow
from correlator.service_desk import rca
from correlator.service_desk.notices import nights, numbers, rhythm, said_well, several, works
from correlator.service_desk.notices.holding import WAITING_KIND, keep_waiting, waiting_for
from correlator.service_desk.notices.informed import tell, told, told_last
from correlator.service_desk.notices.notice_words import grouped
from correlator.state import Draft, State
from topology.english import counted

PREFIX = "CP"  # of a campaign's id
UPDATE_KIND = "care.update"
RETURN_KIND = "care.return"
OTHERS_US = 10 * SECOND_US  # how long other domains have to say that they know the same outage, and told of it
SOURCE = "SOP 4.2"


@dataclass(frozen=True, slots=True)
class Message:
    """What goes to those of an audience who know the outage by this number."""

    kind: NoticeKind
    update: int
    number: str
    audience: Customers
    again: str = ""  # the campaign of which some are sent once more


# Reading


def ticket_of(state: State, incident: IncidentRow) -> TicketRow | None:
    return state.tickets.get(incident.ticket or "")


def down_now(state: State, incident: str) -> Customers | None:
    """Who is down under it as inference sees it; None where there is no row."""
    row = state.audiences.get(incident)
    return None if row is None else unpack(row.down)


def unsure(state: State, incident: str) -> Customers:
    """Those of them who may not be down: they are told once that is sure."""
    row = state.audiences.get(incident)
    return NOBODY if row is None else unpack(row.unsure)


def is_on(incident: IncidentRow) -> bool:
    return incident.status in LIVE


def estimate_us(draft: Draft, incident: IncidentRow) -> int | None:
    """The repair time that a person gave, where it still lies ahead: nobody else promises one."""
    given_us = incident.estimate_us
    return given_us if given_us is not None and given_us > draft.now_us else None


def informed(state: State, incident: str) -> Customers:
    """Those who were told of the outage, and not told since that it was a mistake."""
    return minus(told(state, incident, "outage"), told_last(state, incident, "correction"))


def still_informed(state: State, incident: str) -> Customers:
    """Those of them who were not told since that it is over for them."""
    return minus(informed(state, incident), told_last(state, incident, "restored"))


# Sending


def send(draft: Draft, incident: IncidentRow, kind: NoticeKind, audience: Customers, update: int = 0) -> None:
    """To those of the audience who were not told this yet; held where the NOC, its size or the night wants it."""
    care = draft.world.policy.care
    if kind == "restored" and not update:
        audience = minus(audience, _send_once_more(draft, incident, audience))
    audience = minus(audience, told(draft.state, incident.id, kind, update))
    if kind in ("outage", "update"):
        audience = minus(audience, said_well.among(draft, incident, audience))
    if kind == "outage":
        audience = minus(audience, unsure(draft.state, incident.id))
        audience = minus(audience, _know_by_another(draft, incident, audience))
    if kind == "restored":
        audience = minus(audience, said_well.denied(draft, ticket_of(draft.state, incident)))
    if audience.size == 0:
        return
    if incident.notices_held:
        keep_waiting(draft, WaitingNoticeRow(incident.id, kind, 0, "noc", update, pack(audience)))
    elif kind in ("outage", "update") and incident.past:
        wait_for_its_end(draft, WaitingNoticeRow(incident.id, kind, 0, "clearing", update, pack(audience)))
    elif kind == "outage" and audience.size > care.wait_above_customers:
        until_us = draft.now_us + care.wait_min * MINUTE_US
        keep_waiting(draft, WaitingNoticeRow(incident.id, kind, until_us, "size", update, pack(audience)))
        ask_for_word(draft, incident, int(audience.size), care.wait_min)
    elif kind == "outage" and (until_us := others_know_us(draft, incident)) > draft.now_us:
        keep_waiting(draft, WaitingNoticeRow(incident.id, kind, until_us, "others", update, pack(audience)))
        spoke(draft, incident, kind)
    else:
        release(draft, incident, kind, audience, update)


def _send_once_more(draft: Draft, incident: IncidentRow, audience: Customers) -> Customers:
    """To those of them who heard of its end before, and since then that it is down again; who they are."""
    last = told_last(draft.state, incident.id, "restored")
    again = minus(both(audience, told(draft.state, incident.id, "restored")), last)
    if again.size:
        send(draft, incident, "restored", again, next_update(draft, incident))
    return again


def next_update(draft: Draft, incident: IncidentRow) -> int:
    """The number of the next message that the contract calls an update."""
    ticket = ticket_of(draft.state, incident)
    assert ticket is not None, "customers are told of an outage that has its ticket"
    ticket.updates += 1
    draft.put("tickets", ticket.id, ticket)
    return ticket.updates


def _know_by_another(draft: Draft, incident: IncidentRow, audience: Customers) -> Customers:
    """Those of them who heard of an outage that ends, or has, though not for them: for them this one goes on with it.

    Or of one that goes on for others: they are down under this one now. Or of one that goes on for them as well. But
    nobody of whom this one takes another service down.
    """
    state = draft.state
    others = sorted(state.live.keys() & state.audiences.keys() - {incident.id}) if audience.size else []
    heard = [(name, both(audience, still_informed(state, name))) for name in others]
    waits = [row for _, row in sorted(state.waiting_notices.items()) if row.why == "dark"]
    waiting = [(row.incident, both(audience, unpack(row.audience))) for row in waits if row.incident != incident.id]
    news = several.hear_of_more(draft, incident, audience, [*heard, *waiting])
    for name, customers in heard:
        ends = state.incidents[name].status == "clearing"
        moved = minus(customers if ends else minus(customers, unpack(state.audiences[name].down)), news)
        if moved.size:
            tell(draft, name, "restored", 0, moved)  # nobody hears it: of their end this one speaks
    known = NOBODY
    for name, customers in (*heard, *waiting):
        mine = minus(minus(customers, news), known)
        numbers.go_on(draft, ticket_of(state, state.incidents[name]), ticket_of(state, incident), mine)
        known = either(known, mine)
    if known.size:
        heard_already(draft, incident, known)
    return known


def others_know_us(draft: Draft, incident: IncidentRow) -> int:
    """From when on other domains have heard of its root, and we of what they made of it."""
    if draft.world.share is None:
        return 0
    return max(incident.opened_us or 0, incident.root_since_us) + OTHERS_US


def heard_already(draft: Draft, incident: IncidentRow, customers: Customers) -> None:
    """These know that they are down: of another outage, or of this one by another domain, which took it for its own."""
    tell(draft, incident.id, "outage", 0, customers)
    spoke(draft, incident, "outage")
    if incident.status == "resolved" and not rhythm.is_unstable(ticket_of(draft.state, incident)):
        send(draft, incident, "restored", who_is_well(draft, incident, customers))


def ask_for_word(draft: Draft, incident: IncidentRow, size: int, wait_min: int) -> None:
    text = (
        f"{incident.id}: pemberitahuan ke {grouped(size, 'id')} pelanggan menunggu {wait_min} menit, "
        "putuskan tahan atau kirim / "
        f"notice to {counted(size, 'customer')} waits {counted(wait_min, 'minute')} for hold or release"
    )
    about = incident.ticket or incident.id
    draft.alert(
        "noc_operator", "notices_wait", about, text, Reason("large_audience", text, "policy wait_above_customers")
    )


def release(draft: Draft, incident: IncidentRow, kind: NoticeKind, audience: Customers, update: int) -> None:
    """Now, but for the zones where it waits for the morning (`nights.waits`)."""
    if quiet := nights.waits(draft, ticket_of(draft.state, incident), kind):
        for zone, part in nights.by_zone(draft, audience).items():
            if zone in quiet:
                keep_waiting(draft, WaitingNoticeRow(incident.id, kind, quiet[zone], "quiet", update, pack(part)))
                audience = minus(audience, part)
    if audience.size:
        incident.past = incident.past and kind == "restored"
        emit(draft, incident, kind, audience, update)


def emit(draft: Draft, incident: IncidentRow, kind: NoticeKind, audience: Customers, update: int) -> None:
    """Let it go: the effect, who was told, a row for its receipts, and when we speak next."""
    ticket = ticket_of(draft.state, incident)
    assert ticket is not None, "customers are told of an outage that has its ticket"
    for number, part in numbers.of_message(ticket, kind, update, audience):
        _emit(draft, incident, ticket, Message(kind, update, number, part))
    tell(draft, incident.id, kind, update, audience)
    if kind == "restored":
        over_by_others(draft, incident, audience)
    rca.happened(draft, incident.id, f"{kind} told to {counted(int(audience.size), 'customer')}")
    if kind in ("outage", "update"):
        spoke(draft, incident, kind)


def _emit(draft: Draft, incident: IncidentRow, ticket: TicketRow, what: Message) -> None:
    """To those who know it by one number."""
    campaign = made(draft, incident, ticket, what)
    draft.emit(campaign)
    size = int(what.audience.size)
    row = CampaignRow(campaign.id, incident.id, what.kind, what.update, draft.now_us, size, ticket.id)
    draft.put("campaigns", campaign.id, row)
    ticket.notices.append(campaign.id)
    draft.put("tickets", ticket.id, ticket)


def made(draft: Draft, incident: IncidentRow, ticket: TicketRow, what: Message) -> Campaign:
    """What it says now."""
    many = counted(int(what.audience.size), "customer")
    said = facts_for(draft, incident, ticket, what)
    if what.kind == "outage" and what.update:
        said = structs.replace(said, again=True, since_us=None)
    return Campaign(
        id=draft.new_id(PREFIX),
        at_us=draft.now_us,
        incident=incident.id,
        ticket=ticket.id,
        kind="update" if what.update else what.kind,
        update=what.update,
        inventory=draft.world.topology.hash,
        audience=pack(what.audience),
        services=pack(several.spoken_of(draft, incident, what.kind, what.audience)),
        facts=said,
        reason=Reason(what.kind, f"{incident.id}: {what.kind} to {many}, {ticket.class_reason}", SOURCE),
        again=what.again,
    )


def over_by_others(draft: Draft, incident: IncidentRow, audience: Customers) -> None:
    """Who heard of one outage by two incidents hears once that it is over; so where one was over, but not for them."""
    if not audience.size:
        return
    rows = draft.state.waiting_notices.values()
    waits = {row.incident for row in rows if (row.kind, row.why) == ("restored", "dark")}
    for name in sorted({*draft.state.live, *waits}):
        over = NOBODY if name == incident.id else both(audience, still_informed(draft.state, name))
        if over.size and (over := minus(over, several.hit_besides(draft, name, incident.id))).size:
            tell(draft, name, "restored", 0, over)


def facts_for(draft: Draft, incident: IncidentRow, ticket: TicketRow, what: Message) -> NoticeFacts:
    """What a message says: until when it was down once it is back, else when we speak next."""
    kind, row = what.kind, draft.state.audiences.get(incident.id)
    down_us = audiences.since_us(draft.world.topology, incident, row, what.audience)
    unstable = kind == "update" and ticket.unstable_us > 0
    on = unstable or (is_on(incident) and kind in ("outage", "update"))
    next_us = draft.now_us + rhythm.every_us(draft, ticket, kind)
    is_over = kind in ("restored", "update") and not on
    until_us = None
    if is_over:
        until_us = ticket.repaired_us or audiences.until_us(draft.world.topology, row, what.audience)
    return NoticeFacts(
        number=what.number,
        since_us=ticket.unstable_us if unstable else down_us,
        until_us=until_us,
        over=is_over,
        again=incident.back_us > 0,
        estimate_us=estimate_us(draft, incident) if on else None,
        next_us=next_us if on else None,
        unstable=unstable,
        past=kind == "restored" and incident.past,
    )


def spoke(draft: Draft, incident: IncidentRow, kind: NoticeKind) -> None:
    """The next update is due two hours after the last one, or after the first notice of the outage."""
    ticket = ticket_of(draft.state, incident)
    if ticket is None or not (is_on(incident) or ticket.unstable_us):
        return
    if kind != "update" and draft.state.deadlines.due_us(UPDATE_KIND, incident.id) is not None:
        return
    ticket.spoke_us = draft.now_us
    draft.put("tickets", ticket.id, ticket)
    draft.arm(UPDATE_KIND, incident.id, draft.now_us + rhythm.every_us(draft, ticket, kind))


# Whose service works


def who_is_well(draft: Draft, incident: IncidentRow, customers: Customers, presumed: bool = False) -> Customers:
    """Those of them whose own service works as far as is seen, over all incidents.

    Who is down under another hears of its end; who is dark and under none yet is looked at again a little later.
    """
    still, waits = works.not_well(draft, incident, customers, presumed)
    pass_on(draft, incident, still)
    if waits.size:
        keep_waiting(draft, WaitingNoticeRow(incident.id, "restored", look_us(draft), "dark", 0, pack(waits)))
    return minus(minus(customers, still), waits)


def look_us(draft: Draft) -> int:
    """When we look again: at who is dark, or at what clears."""
    return draft.now_us + draft.world.policy.care.update_gap_min * MINUTE_US


def pass_on(draft: Draft, incident: IncidentRow, customers: Customers) -> None:
    """They heard of this outage, and are down under others that go on: it is these that speak to them from now on."""
    for other in [draft.state.incidents[name] for name in sorted(draft.state.live)]:
        if other.id == incident.id or other.home or other.id not in draft.state.audiences:
            continue
        down = several.down_by_both(draft, incident, other.id)
        unheard = minus(both(customers, down), told(draft.state, other.id, "outage"))
        if unheard.size:
            numbers.go_on(draft, ticket_of(draft.state, incident), ticket_of(draft.state, other), unheard)
            heard_already(draft, other, unheard)


def release_waiting(draft: Draft, incident: IncidentRow, causes: tuple[str, ...]) -> None:
    """What waits for one of these causes goes on its way now."""
    for key, row in waiting_for(draft.state, incident.id):
        if row.why in causes:
            draft.drop("waiting_notices", key)
            draft.disarm(WAITING_KIND, key)
            send_if_still_true(draft, incident, row)


def send_if_still_true(draft: Draft, incident: IncidentRow, row: WaitingNoticeRow) -> None:
    """A message that waited: only if it still holds true, and to those for whom it does."""
    audience = minus(unpack(row.audience), _heard(draft.state, row))
    unstable = row.kind == "update" and rhythm.is_unstable(ticket_of(draft.state, incident))
    if row.kind in ("outage", "update") and incident.status == "clearing" and not unstable:
        wait_for_its_end(draft, row)
        return
    if row.kind in ("outage", "update") and is_on(incident):
        down = down_now(draft.state, incident.id)
        audience = audience if down is None else both(audience, down)
        audience = minus(audience, said_well.among(draft, incident, audience))
    elif row.kind == "outage":
        audience = NOBODY  # an update that waits when it is over says that it works again
    elif row.kind == "restored":
        down = down_now(draft.state, incident.id) if is_on(incident) else None
        audience = who_is_well(draft, incident, audience if down is None else minus(audience, down))
        if not row.update:
            audience = minus(audience, _send_once_more(draft, incident, audience))
    if audience.size == 0:
        draft.note(incident.id, "held_dropped", f"{row.kind} no longer holds true", SOURCE)
    elif incident.notices_held:
        keep_waiting(draft, WaitingNoticeRow(incident.id, row.kind, 0, "noc", row.update, pack(audience)))
    else:
        release(draft, incident, row.kind, audience, row.update)


def _heard(state: State, row: WaitingNoticeRow) -> Customers:
    if row.kind == "restored" and not row.update:
        return told_last(state, row.incident, "restored")
    return told(state, row.incident, row.kind, row.update)


def wait_for_its_end(draft: Draft, row: WaitingNoticeRow) -> None:
    """What clears is over by the end of the hold, and nobody hears of it any more; or it is back, and they do."""
    row.why, row.until_us = "clearing", draft.now_us + draft.world.policy.faults.hold_s * SECOND_US
    keep_waiting(draft, row)

"""A Tiket Komplain and an outage ticket through the stages of SOP 4.2: opened, moved, repaired, closed, reopened."""

from correlator.customers import holds, unpack
from correlator.effects import Reason
from correlator.events import DAY_US, Category, StaffRole, TicketSeverity
from correlator.policy.care import CarePolicy
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import ClosedAs, LineState, Stage, TicketRow, Work
from correlator.service_desk import clocks, escalation, follow_ups, stages, trail
from correlator.service_desk.duty import calling
from correlator.service_desk.severity import RANK
from correlator.service_desk.trail import Doer
from correlator.state import Draft, State, TextRow, in_order
from correlator.times import OFFSET_US, rfc3339
from topology.domains import MOST
from topology.graph import Topology

OUTAGE_COUNTER = "care.outage."  # then the day: days since 1970, in WIB
OUTAGE_NUMBERS_FROM = 900_000
NUMBERS_END = 1_000_000


# Finding


def number_key(number: str) -> str:
    return f"ticket\x1f{number}"


def find(state: State, name: str) -> TicketRow | None:
    """By id or by number; of a follow-up, the ticket that is worked on."""
    ticket = state.tickets.get(name)
    if ticket is None:
        row = state.texts.get(number_key(name))
        ticket = state.tickets.get(row.value) if row else None
    return state.tickets.get(ticket.follows or "", ticket) if ticket else None


def children_of(state: State, ticket: TicketRow) -> list[TicketRow]:
    """Complaint tickets under an outage's, by id. A look through all tickets: for rare moments of an outage's life."""
    return sorted((row for row in state.tickets.values() if row.parent == ticket.id), key=lambda row: row.id)


def register(draft: Draft, ticket: TicketRow) -> None:
    """Keep a new ticket, to be found by its number too."""
    if number_key(ticket.number) not in draft.state.texts:
        draft.put("texts", number_key(ticket.number), TextRow(ticket.id))
    draft.put("tickets", ticket.id, ticket)


def outage_numbers(draft: Draft) -> tuple[int, int]:
    """The first of a day, and the end: each of several domains has a part of its own (`outage_number` goes on)."""
    share = draft.world.share
    if share is None:
        return OUTAGE_NUMBERS_FROM, NUMBERS_END
    room = (NUMBERS_END - OUTAGE_NUMBERS_FROM) // MOST
    return OUTAGE_NUMBERS_FROM + share.number * room, OUTAGE_NUMBERS_FROM + (share.number + 1) * room


def outage_counter(at_us: int) -> str:
    """Counts the outage tickets of this day in WIB."""
    return f"{OUTAGE_COUNTER}{(at_us + OFFSET_US['WIB']) // DAY_US}"


def outage_number(draft: Draft) -> str:
    """The next number of an outage on this day in WIB; one that a complaint brought along is passed over.

    On a day with more of them than there are numbers they go on from a million, the domains taking turns.
    """
    day, (first, end) = rfc3339(draft.now_us)[:10].replace("-", ""), outage_numbers(draft)
    counter = outage_counter(draft.now_us)
    while True:
        count = first - 1 + draft.count(counter)
        if count >= end:
            share = draft.world.share
            count = NUMBERS_END + (count - end if share is None else (count - end) * MOST + share.number)
        number = f"NT-{day}-{in_order(count)}"
        if number_key(number) not in draft.state.texts:
            return number


def region_of(topology: Topology, name: str) -> str | None:
    """Where a thing of the inventory is."""
    element = topology.find(name)
    return None if element is None else topology.region_of(element)


# Stages


def owner_of(policy: CarePolicy, stage: Stage, category: Category) -> StaffRole:
    """Who answers for a stage (SOP 4.2)."""
    return stages.RULES[stage].owner or policy.owners.get(category, "technical")


def move(draft: Draft, ticket: TicketRow, stage: Stage, doer: Doer) -> None:
    """Into a stage: its owner takes over, the one before is done, its own clock runs. The caller puts the row."""
    was = ticket.stage
    trail.enter(draft, ticket, doer, "move_stage", (was, stage))
    if was == "verification" and was in stages.before(stage):
        ticket.verified = _line_state(draft, ticket, doer)
    ticket.stage = stage
    hand_to(draft, ticket, owner_of(draft.world.policy.care, stage, ticket.category))
    if ticket.kind == "complaint":
        leave(draft, ticket, was, stage)
        begin(draft, ticket)
        if ticket.paused_for is not None:
            clocks.pause(draft, ticket, ticket.paused_for)
    clocks.refresh(draft, ticket)
    if stage == "investigation" and was in stages.before(stage) and ticket.parent is None:
        escalation.given(draft, ticket)


def _line_state(draft: Draft, ticket: TicketRow, doer: Doer) -> LineState:
    """How the customer's service stands as the complaint is verified (SOP 4.2 stage 2), kept as it was known then.

    Down under the outage that it belongs to, else under the eldest that takes the customer down.
    """
    number = draft.world.topology.customer_index.get(ticket.customer or "", -1)
    if number < 0:
        return LineState(draft.now_us, doer.actor, "customer_unknown")
    state = draft.state
    for name in sorted(state.live, key=lambda one: (one != ticket.incident, one)):
        audience = state.audiences.get(name)
        if audience is not None and holds(unpack(audience.down), number):
            return LineState(draft.now_us, doer.actor, "down", name)
    return LineState(draft.now_us, doer.actor, "nothing_known")


def hand_to(draft: Draft, ticket: TicketRow, owner: StaffRole) -> None:
    """Its owner from now on. Whoever worked on it for another division does so no more: it waits to be taken."""
    if owner != ticket.owner:
        ticket.owner = owner
        give_to(draft, ticket, None)


def give_to(draft: Draft, ticket: TicketRow, person: str | None) -> None:
    """Who works on it; of an outage's ticket the incident says the same. The caller puts the ticket."""
    ticket.assigned_to = person
    incident = outage_of(draft.state, ticket)
    if incident is not None:
        incident.assigned_to = person
        draft.put("incidents", incident.id, incident)


def outage_of(state: State, ticket: TicketRow) -> IncidentRow | None:
    """The incident of an outage's ticket."""
    return state.incidents.get(ticket.incident or "") if ticket.kind == "outage" else None


def leave(draft: Draft, ticket: TicketRow, was: Stage, stage: Stage) -> None:
    """The stage it was in is done where it goes on; what lies between was not worked on, and is skipped."""
    for earlier in stages.before(stage):
        if earlier == was:
            clocks.meet(ticket, stages.RULES[earlier].clock, draft.now_us)
        elif earlier not in stages.before(was):
            clocks.skip(ticket, earlier)


def begin(draft: Draft, ticket: TicketRow) -> None:
    """The clock of the stage now entered: one that is done again starts anew, or runs on."""
    stage = ticket.stage
    if stage not in stages.WORKED:
        return
    rule = stages.RULES[stage]
    if rule.starts_anew or not draft.world.policy.care.stage_clock_from_report:
        clocks.start(draft, ticket, stage, draft.now_us)
    clocks.unmeet(ticket, rule.clock)


def respond(draft: Draft, ticket: TicketRow, at_us: int | None = None) -> None:
    """The first response was given, now if no time is; the caller enters it in the trail and puts the row."""
    at_us = draft.now_us if at_us is None else at_us
    if ticket.responded_us is None:
        ticket.responded_us = at_us
    clocks.meet(ticket, "response", at_us)
    clocks.refresh(draft, ticket)


def repaired(draft: Draft, ticket: TicketRow, at_us: int, doer: Doer, heard_us: int | None = None) -> None:
    """The service is back, which answers too: the customer's word is asked for. The caller puts the row.

    What came of it is why it counts as repaired. `heard_us`: when that was known first: from then on it is to be asked.
    """
    ticket.repaired_us = at_us
    ticket.result = Work(draft.now_us, doer.actor, doer.reason)
    ticket.told, ticket.no_fault = None, False
    ticket.reminders, ticket.silent = 0, False
    ticket.asks_for, ticket.asked_via = 0, None
    if ticket.paused_for is not None:
        clocks.resume(draft, ticket, at_us)
    met_us = max(at_us, ticket.opened_us)  # of an outage it may have been over before we heard of it
    clocks.meet(ticket, "resolution", met_us)
    respond(draft, ticket, met_us)
    if ticket.kind == "complaint":
        clocks.start(draft, ticket, "confirmation", max(at_us, heard_us or 0))
    move(draft, ticket, "confirmation", doer)


def close(draft: Draft, ticket: TicketRow, closed_as: ClosedAs, doer: Doer) -> None:
    """Closed (SOP 4.2 stage 6); no clock runs any more. The caller puts the row."""
    ticket.closed_us, ticket.closed_as = draft.now_us, closed_as
    follow_ups.over(draft, ticket)
    if ticket.paused_for is not None:
        clocks.resume(draft, ticket)
    for name in ("response", "resolution"):
        clocks.meet(ticket, name, draft.now_us)
    leave(draft, ticket, ticket.stage, "closed")
    trail.enter(draft, ticket, doer, "close", (ticket.stage, closed_as))
    ticket.stage, ticket.owner = "closed", owner_of(draft.world.policy.care, "closed", ticket.category)
    clocks.refresh(draft, ticket)
    draft.disarm(escalation.KIND, ticket.id)
    draft.disarm(calling.KIND, ticket.id)
    if ticket.incident is None:
        draft.arm("archive", ticket.id, draft.now_us + draft.world.policy.keep_days * DAY_US)


def reopen(draft: Draft, ticket: TicketRow, doer: Doer) -> None:
    """Not repaired after all: back to the investigation, and the clocks run on. The caller puts the row."""
    ticket.closed_us = ticket.closed_as = ticket.repaired_us = ticket.result = ticket.told = None
    ticket.no_fault = False
    ticket.reminders, ticket.silent = 0, False
    ticket.asks_for, ticket.asked_via = 0, None
    clocks.unmeet(ticket, "resolution")
    clocks.meet(ticket, stages.RULES["confirmation"].clock, draft.now_us)
    move(draft, ticket, "investigation", doer)


# The severity


def set_severity(draft: Draft, ticket: TicketRow, severity: TicketSeverity, reason: Reason, doer: Doer) -> None:
    """Another class: due times are worked out anew, also the children's; a higher one is told."""
    higher = RANK[severity] > RANK[ticket.severity]
    trail.enter(draft, ticket, doer, "set_class", (ticket.severity, severity))
    if doer.actor != trail.MACHINE:
        ticket.machine_reason = ticket.description
    ticket.severity, ticket.class_reason, ticket.classed_by = severity, reason.text, doer.actor
    clocks.severity_changed(draft, ticket)
    escalation.watch(draft, ticket)  # under another class it may climb higher
    recap(draft, ticket)
    if higher:
        escalation.opening(draft, ticket)


def recap(draft: Draft, ticket: TicketRow) -> None:
    """The children's resolution is due no later than their parent's."""
    if not ticket.children:
        return
    for child in children_of(draft.state, ticket):
        if child.stage != "closed":
            clocks.cap(draft, child, ticket)
            draft.put("tickets", child.id, child)

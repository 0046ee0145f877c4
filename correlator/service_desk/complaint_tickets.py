"""A complaint comes in: its Tiket Komplain, classed, with its clocks running (SOP 4.2 stages 1 and 2, 4.3)."""

from correlator import facts
from correlator.events import Complaint, ComplaintIn, TicketSeverity, microseconds
from correlator.rows.service_desk import ComplaintRow, TicketRow
from correlator.service_desk import clocks, escalation, follow_ups, sla, tickets, trail
from correlator.service_desk.notices import said_well, single_notices
from correlator.state import Draft
from topology.graph import Topology


def received(draft: Draft, event: Complaint) -> ComplaintRow:
    """The ticket is made at once, whoever complains; the row goes on to inference as evidence."""
    topology = draft.world.topology
    customer = customer_of(topology, event)
    service = service_of(topology, customer, event.service)
    ticket = make_ticket(draft, event, customer, service)
    row = ComplaintRow(
        id=event.id,
        at_us=min(microseconds(event.time), draft.now_us),
        customer=customer,
        customer_id=ticket.customer,
        service=event.service if service is not None else None,
        category=event.category,
        symptom=event.symptom,
        has_mains=event.has_mains,
        still=event.still,
        works=event.works,
        ticket=ticket.id,
        for_others=event.for_others,
    )
    if ticket.follows is not None:
        row.follows = draft.state.tickets[ticket.follows].complaint
    draft.put("complaints", row.id, row)
    if event.symptom != "none":
        said_well.no_more(draft, ticket.customer)
    if event.works:
        said_well.confirmed(draft, ticket)
        draft.tell(facts.ComplaintOver(row.id))
    return row


def customer_of(topology: Topology, event: Complaint | ComplaintIn) -> int:
    """The number of the customer who is named, or of whoever holds the service where no customer is; -1: not found."""
    if event.customer is not None:
        return topology.customer_index.get(event.customer, -1)
    service = topology.service_named(event.service)
    return -1 if service is None else int(topology.service_customer[service])


def service_of(topology: Topology, customer: int, name: str | None) -> int | None:
    """The service's number, where the inventory has it and it is the customer's."""
    number = topology.service_named(name)
    return number if number is not None and int(topology.service_customer[number]) == customer else None


def make_ticket(draft: Draft, event: Complaint, customer: int, service: int | None) -> TicketRow:
    topology, care = draft.world.topology, draft.world.policy.care
    severity, why = severity_of(event)
    ticket = TicketRow(
        id=draft.new_id("TK"),
        number=event.number,
        kind="complaint",
        category=event.category,
        severity=severity,
        class_reason=why,
        classed_by=trail.MACHINE,
        stage="receipt",
        owner=tickets.owner_of(care, "receipt", event.category),
        opened_us=draft.now_us,
        complaint=event.id,
        customer=topology.customer_ids[customer] if customer >= 0 else event.customer,
        service=event.service,
        channel=event.channel,
        product=product_of(topology, customer, service),
        occurred_us=None if event.occurred is None else min(microseconds(event.occurred), draft.now_us),
        region=region_of(topology, customer, service),
        clocks=sla.complaint_clocks(care, severity, draft.now_us),
        language=topology.customer_language[customer] if customer >= 0 else event.language,
    )
    trail.enter(draft, ticket, trail.machine(f"complaint {event.id} by {event.channel}"), "open", (None, "receipt"))
    tickets.register(draft, ticket)
    first = follow_ups.first_of(draft, ticket)
    if first is not None:
        follow(draft, ticket, first, event)
        return ticket
    follow_ups.begins(draft, ticket)
    tickets.move(draft, ticket, "verification", trail.machine(found(event, customer, service)))
    clocks.refresh(draft, ticket)
    if severity == "Critical":
        escalation.opening(draft, ticket)
    single_notices.acknowledge_later(draft, ticket)
    return ticket


def follow(draft: Draft, ticket: TicketRow, first: TicketRow, event: Complaint) -> None:
    """Closed as a duplicate of the first, whose number the customer is told."""
    ticket.follows = first.id
    follow_ups.add(draft, first, event)
    tickets.close(draft, ticket, "duplicate", trail.machine(f"the customer called again about {first.number}"))
    draft.put("tickets", ticket.id, ticket)
    single_notices.acknowledge_again(draft, ticket, first)


def found(event: Complaint, customer: int, service: int | None) -> str:
    """For the trail: what whoever verifies has to find."""
    if customer < 0:
        return "the customer is not found"
    if event.service and service is None:
        return "the customer has no such service"
    return f"received and numbered{read(event)}"


def read(event: Complaint) -> str:
    """How the text was read, and by which words."""
    if not event.words:
        return ""
    return f"; read as {event.category}, cause {event.cause}, outage {event.symptom}, by: {', '.join(event.words)}"


def severity_of(event: Complaint) -> tuple[TicketSeverity, str]:
    """Backbone or data centre: Critical. Fibre of an area, or one customer's service entirely down: Major (SOP 4.3).

    Degraded, or a matter of the bill: Minor.
    """
    if event.breadth == "wide":
        return "Critical", "pelanggan menyebut backbone atau pusat data / the customer names backbone or data centre"
    if event.breadth == "area":
        return "Major", "pelanggan menyebut fiber di suatu area / the customer names fibre of an area"
    if event.category in ("network", "service") and event.symptom == "no_service":
        return "Major", "layanan pelanggan mati total / the customer's service is entirely down"
    return "Minor", f"layanan utama tetap berfungsi / the main service still works ({event.category})"


def region_of(topology: Topology, customer: int, service: int | None) -> str | None:
    """Of the service that is named, else of the customer's first."""
    found = None if service is None else topology.region_of(topology.first.service + service)
    return topology.customer_region(customer) if found is None and customer >= 0 else found


def product_of(topology: Topology, customer: int, service: int | None) -> str | None:
    """Of the service that is named; else what all services of the customer are."""
    if service is not None:
        return topology.service_product[service]
    products = {topology.service_product[number] for number in topology.services_of(customer)} if customer >= 0 else ()
    return next(iter(products)) if len(products) == 1 else None

"""Cases that are over for long leave the state, a whole case at once; the store keeps them in its archive.

A case is an incident with its tickets, complaints, notices and RCA/CAPA record, or a complaint's ticket alone. What is
not done stays, however old: an open ticket, a record whose actions nobody has verified (SOP 7).
"""

from collections.abc import Iterator

from correlator.events import DAY_US
from correlator.incidents import claims, complaints
from correlator.rows import audiences
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import TicketRow
from correlator.service_desk import rca
from correlator.service_desk.notices import holding
from correlator.service_desk.scheduled import records
from correlator.service_desk.tickets import number_key
from correlator.state import Draft, State, archive

Place = tuple[str, str]  # table, key


def due(draft: Draft, name: str) -> None:
    """The case has been over for as long as the policy keeps it; one with a loose end is looked at again in a day."""
    incident, ticket = draft.state.incidents.get(name), draft.state.tickets.get(name)
    if incident is not None and incident.home:
        _forget_mirror(draft, incident)
        return
    tickets: list[TicketRow] = []
    if incident is not None:
        over = _is_over(draft, incident)
        if over:
            tickets = [row for row in draft.state.tickets.values() if row.incident == name]
        if not over or any(row.stage != "closed" for row in tickets):
            draft.arm("archive", name, draft.now_us + DAY_US)
            return
    elif ticket is None or ticket.incident is not None or ticket.stage != "closed":
        return  # its case is that of an incident now, or it was reopened and closes again
    else:
        tickets = [ticket]
    for table, key in dict.fromkeys(_rows(draft, incident, tickets)):
        row = draft.state.tables[table][key]
        if table == "complaints":
            complaints.discount(draft, row)
        elif table == "rcas":
            draft.disarm(records.KIND, key)
        archive(draft, name, table, key, row)
    if incident is not None:
        _forget_audience(draft, name)
        holding.forget_waiting(draft, name)


def _forget_mirror(draft: Draft, incident: IncidentRow) -> None:
    """Its own domain keeps the case."""
    for key, _ in claims.members_of(draft.state, incident.id):
        draft.drop("members", key)
    draft.drop("audiences", incident.id)
    draft.drop("incidents", incident.id)
    holding.forget_waiting(draft, incident.id)


def _is_over(draft: Draft, incident: IncidentRow) -> bool:
    """As far as that is seen without a look through all tickets."""
    record, ticket = rca.about(draft.state, incident.id), draft.state.tickets.get(incident.ticket or "")
    signed = record is None or record.state == "closed"
    answered = ticket is None or (ticket.stage == "closed" and not ticket.children)
    return incident.status in ("closed", "merged") and signed and answered


def _forget_audience(draft: Draft, incident: str) -> None:
    """Who was down is kept by id; who was told what, to tell nobody twice, has served."""
    audience = draft.state.audiences.get(incident)
    if audience is not None:
        archive(draft, incident, "affected", incident, audiences.by_name(draft.world.topology, audience))
        draft.drop("audiences", incident)
    for key in [key for key, row in draft.state.informed.items() if row.incident == incident]:
        draft.drop("informed", key)


def _rows(draft: Draft, incident: IncidentRow | None, tickets: list[TicketRow]) -> Iterator[Place]:
    state, names = draft.state, {ticket.id for ticket in tickets}
    for ticket in tickets:
        yield "texts", number_key(ticket.number)
        yield "tickets", ticket.id
    if incident is not None:
        yield "incidents", incident.id
    for name in sorted({*names, *([incident.id] if incident is not None else [])}):
        record = rca.about(state, name)
        if record is not None:
            yield "texts", rca.about_key(name)
            yield "rcas", record.id
    for ticket in tickets:  # no look through all complaints and messages: of these there are very many
        yield from _its_own(state, ticket)
    if incident is not None:
        yield from (("campaigns", row.id) for row in state.campaigns.values() if row.incident == incident.id)
        yield from (("members", key) for key, _ in claims.members_of(state, incident.id))


def _its_own(state: State, ticket: TicketRow) -> Iterator[Place]:
    """Its complaint, unless that id came again for another ticket; its messages, but for those of another domain."""
    complaint = state.complaints.get(ticket.complaint or "")
    if complaint is not None and complaint.ticket == ticket.id:
        yield "complaints", complaint.id
    yield from (("campaigns", name) for name in ticket.notices if name in state.campaigns)

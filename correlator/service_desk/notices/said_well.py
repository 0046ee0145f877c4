"""Customers who say that it works, or that it does not.

Who says that it works hears nothing of an outage, till something says otherwise of their own line: a complaint or a
"no" of theirs, or an alarm that came since of what carries their service; and after a day.
"""

import numpy as np

from correlator.customers import LAYOUT, NOBODY, Customers, holds, minus
from correlator.events import DAY_US
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import SaidWellRow, TicketRow
from correlator.service_desk.notices.informed import services_down
from correlator.state import Draft
from topology import impact as reach
from topology.down import down

KIND = "care.well"


def said(draft: Draft, customer: str | None, service: str | None = None) -> None:
    """They say so; `service`: of that one, where they hold several."""
    number = draft.world.topology.customer_index.get(customer or "")
    if customer is None or number is None:
        return
    known = draft.state.said_well.get(customer)
    several = service is not None and len(draft.world.topology.services_of(number)) > 1
    before = known.services if known is not None else ()
    of_some = several and (known is None or before)
    services = tuple(sorted({*before, service or ""})) if of_some else ()
    draft.put("said_well", customer, SaidWellRow(draft.now_us, services))
    draft.arm(KIND, customer, draft.now_us + DAY_US)


def confirmed(draft: Draft, ticket: TicketRow) -> None:
    """They were asked, and their ticket closes on their word."""
    said(draft, ticket.customer, ticket.service)


def no_more(draft: Draft, customer: str | None) -> None:
    """They say otherwise, or it was yesterday."""
    if customer is not None and customer in draft.state.said_well:
        draft.drop("said_well", customer)
        draft.disarm(KIND, customer)


def denied(draft: Draft, outage: TicketRow | None) -> Customers:
    """Who were asked whether it works, and said no: they hear of their own ticket, and of no end of the outage."""
    if outage is None or not outage.denied:
        return NOBODY
    index = draft.world.topology.customer_index
    names = {row.customer for row in draft.state.tickets.values() if row.denies == outage.id}
    found = sorted(index[name] for name in names if name is not None and name in index)
    return np.array(found, LAYOUT) if found else NOBODY


def among(draft: Draft, incident: IncidentRow, customers: Customers) -> Customers:
    """Those of them who hear nothing of it. Whose own line is told lost since is taken for down again."""
    index, found = draft.world.topology.customer_index, []
    for name, row in sorted(draft.state.said_well.items()):
        number = index.get(name)
        if number is None or not holds(customers, number):
            continue
        if _is_told_since(draft, incident, row.at_us, number):
            no_more(draft, name)
        elif not _takes_down_besides(draft, incident, row, number):
            found.append(number)
    return np.array(sorted(found), LAYOUT) if found else NOBODY


def _is_told_since(draft: Draft, incident: IncidentRow, at_us: int, customer: int) -> bool:
    """What it holds and was told after that takes a service of theirs down."""
    topology, alarms = draft.world.topology, draft.state.alarms
    members = [one.alarm for one in draft.state.members.of(incident.id).values() if one.standing]
    rows = [alarms[name] for name in members if name in alarms and alarms[name].heard_us > at_us]
    failed = {element for row in rows if (element := topology.find(row.object)) is not None}
    theirs = topology.services_of(customer)
    return bool(failed) and bool(np.isin(theirs, reach.services_down(topology, down(topology, failed))).any())


def _takes_down_besides(draft: Draft, incident: IncidentRow, row: SaidWellRow, customer: int) -> bool:
    """A service of theirs of which they did not say so."""
    topology = draft.world.topology
    numbers = (topology.service_named(name) for name in row.services)
    well = np.array(sorted(number for number in numbers if number is not None), LAYOUT)
    mine = services_down(draft, incident.id, np.array([customer], LAYOUT))
    return bool(row.services) and minus(mine, well).size > 0

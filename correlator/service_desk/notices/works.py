"""Whose service works, as far as is seen, over all incidents."""

from correlator import dark
from correlator.customers import NOBODY, Customers, both, either, minus, unpack
from correlator.rows.incidents import IncidentRow
from correlator.service_desk.notices import several
from correlator.state import Draft


def never_down(draft: Draft, incident: IncidentRow, customers: Customers) -> Customers:
    """Those of them whom the root now known never touched, and whose line is not dark."""
    row = draft.state.audiences.get(incident.id)
    never = NOBODY if row is None else minus(customers, unpack(row.ever))
    return minus(never, dark.customers(draft.world.topology, draft.state)) if never.size else never


def _still_down(draft: Draft, incident: IncidentRow) -> Customers:
    """Who is down under another outage that goes on: to them this one's end is no restoration."""
    others = NOBODY
    for name in draft.state.live:
        if name != incident.id and name in draft.state.audiences:
            others = either(others, several.down_by_both(draft, incident, name))
    return others


def not_well(
    draft: Draft, incident: IncidentRow, customers: Customers, presumed: bool = False
) -> tuple[Customers, Customers]:
    """Those of them who are down under another that goes on, and of the others those who are dark and under none yet.

    `presumed`: see `facts.Resolved`.
    """
    still = both(customers, _still_down(draft, incident))
    if still.size == customers.size:
        return still, NOBODY
    presumed_of, again = incident.id if presumed else None, _told_again(draft, incident)
    services = dark.services(draft.world.topology, draft.state, presumed_of, again=again)
    return still, both(minus(customers, still), several.hit(draft, incident, services))


def _told_again(draft: Draft, incident: IncidentRow) -> set[str]:
    """Alarms of it that had ended and stand again."""
    alarms, members = draft.state.alarms, draft.state.members.of(incident.id).values()
    return {
        one.alarm for one in members if not one.standing and (row := alarms.get(one.alarm)) is not None and row.active
    }

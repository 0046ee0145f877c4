"""The read side: incidents, tickets and explanations from the rows of the store, without a look at every alarm."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from connectors.api import views
from connectors.api.affected import Affected
from connectors.api.rows import Rows, Source, ticket_in
from connectors.ports import Directory, Store
from correlator.care import outputs
from correlator.care.audience import unpack
from correlator.care.rca import about_key
from correlator.care.rows import AffectedRow
from correlator.effects import Noted, Rejected
from correlator.faults.rows import IncidentRow, IncidentStatus
from correlator.state import State
from correlator.world import World

MOST_CUSTOMERS = 1000  # that an incident lists (contract)
MOST_DECISIONS = 2000  # newest effects looked through for an explanation


class Reader:
    """Queries over one domain. Safe to call from several threads. `affected` knows who is out."""

    def __init__(
        self, store: Store, domain: str, world: Callable[[], World], clock: Callable[[], int], directory: Directory
    ) -> None:
        """`world`: the one in force now; `clock`: microseconds since 1970."""
        self._rows = Rows(store, domain, clock)
        self._world = world
        self.affected = Affected(self._rows, world, directory)

    def incidents(self, statuses: Sequence[IncidentStatus], last: int) -> list[dict[str, Any]]:
        """Newest first; all statuses where none is named."""
        rows = [row for row in self._rows.known().incidents.values() if not statuses or row.status in statuses]
        rows.sort(key=lambda row: (row.suspected_us, row.id), reverse=True)
        return [self._line(row) for row in rows[:last]]

    def incident(self, name: str) -> dict[str, Any] | None:
        """One incident, whole; None where there is none of this id."""
        found = self._rows.find("incidents", name)
        if found is None:
            return None
        source, row = found.source, cast(IncidentRow, found.row)
        alarms = sorted({member.event for _, member in source.each("members", f"{name}\x1f")})
        complaints = [key for key, complaint in source.each("complaints") if complaint.incident == name]
        whole = views.incident_whole(self._line(row), row, self._world().topology, alarms, complaints)
        whole["impact"]["customers"] = self._customers(source, name)
        return whole

    def ticket(self, name: str) -> dict[str, Any] | None:
        """By id or number; None where there is none."""
        row = self._rows.ticket(name)
        return None if row is None else views.ticket_whole(row)

    def rca(self, incident: str) -> dict[str, Any] | None:
        """The RCA/CAPA record of an incident; None where there is none (yet)."""
        found = self._rows.find("texts", about_key(incident))
        if found is None:
            return None
        source, record = found.source, found.source.one("rcas", found.row.value)
        if record is None:
            return None
        about: IncidentRow | None = source.one("incidents", incident)
        ticket = ticket_in(source, about.ticket) if about else None
        known: dict[str, dict[str, Any]] = {"incidents": {incident: about}} if about else {}
        return outputs.rca_json(State(known | ({"tickets": {ticket.id: ticket}} if ticket else {})), record)

    def command(self, name: str) -> dict[str, Any]:
        """Whether a command was folded, and what was said against it."""
        for one in reversed(self._rows.effects(("rejected",), MOST_DECISIONS)):
            if isinstance(one, Rejected) and one.event == name:
                return {"id": name, "state": "rejected", "field": one.field, "reason": one.reason.text}
        folded = self._rows.one("seen", f"command\x1f{name}") is not None
        return {"id": name, "state": "done" if folded else "waiting", "field": None, "reason": None}

    def explanation(self, name: str) -> dict[str, Any] | None:
        """Why the service says so, and what it decided about it; None where there is no such incident."""
        found = self._rows.find("incidents", name)
        if found is None:
            return None
        row = cast(IncidentRow, found.row)
        about = {name, row.ticket}
        decisions = (
            {"at": views.at(one.at_us), "code": one.reason.code, "text": one.reason.text, "source": one.reason.source}
            for one in self._rows.effects(("noted",), MOST_DECISIONS)
            if isinstance(one, Noted) and one.about in about
        )
        return views.explanation(row, self._world().topology, decisions)

    def _line(self, row: IncidentRow) -> dict[str, Any]:
        return views.incident_line(row, self._rows.ticket(row.ticket), self._world().topology)

    def _customers(self, source: Source, incident: str) -> list[str]:
        affected: AffectedRow | None = source.one("affected", incident)
        if affected is not None:
            return sorted(affected.customers)[:MOST_CUSTOMERS]
        row = source.one("audiences", incident)
        if row is None:
            return []
        ids = self._world().topology.customer_ids
        return sorted(ids[number] for number in unpack(row.ever).tolist() if number < len(ids))[:MOST_CUSTOMERS]

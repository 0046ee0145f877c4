"""What came out of a night, for the auditor: the rows of the outside's view, and what the effects told to whom."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from correlator.effects import Campaign, Effect, Noted, Notice
from correlator.incidents.outputs import incidents_json
from correlator.rows.incidents import IncidentRow
from correlator.service_desk import outputs
from correlator.state import Draft, State
from correlator.world import World


@dataclass(frozen=True, slots=True)
class SentMessage:
    """One message to one customer."""

    at_us: int
    incident: str | None
    ticket: str
    kind: str
    update: int
    customer: str | None
    over: bool = False  # it says that it works again, whatever its kind


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished run."""

    world: World
    state: State
    effects: list[Effect]

    def view(self) -> dict[str, Any]:
        """What the outside sees; two runs that mean the same are equal in it."""
        state = self.state
        return {
            "incidents": incidents_json(Draft(state, self.world, state.now_us)),
            "tickets": outputs.tickets_json(state),
            "rcas": [outputs.rca_json(state, row) for _, row in sorted(state.rcas.items())],
            "effects": [effect for effect in self.effects if not isinstance(effect, Noted)],
        }

    def opened(self) -> list[IncidentRow]:
        """Incidents that were ever open and were not merged into others."""
        rows = self.state.incidents.values()
        return [row for row in rows if row.opened_us is not None and row.status != "merged"]

    def told(self) -> list[SentMessage]:
        """All messages to customers, in order."""
        names = self.world.topology.customer_ids
        found: list[SentMessage] = []
        for effect in self.effects:
            if isinstance(effect, Campaign):
                to = [names[number] for number in np.frombuffer(effect.audience, dtype="<i4").tolist()]
            elif isinstance(effect, Notice):
                to = [effect.customer]
            else:
                continue
            about = effect.at_us, effect.incident, effect.ticket, effect.kind, effect.update
            over = effect.facts.over if isinstance(effect, Campaign) else False
            found += [SentMessage(*about, customer, over) for customer in to]
        return found


def final_incidents(outcome: Outcome) -> list[Any]:
    """Root up to equivalent, alarms and complaints as sets, of what stands for itself; in no order."""
    rows = outcome.view()["incidents"]
    live = [row for row in rows if row["status"] != "merged" and row["opened_at"] is not None]
    return sorted([sorted(row["root"]["equivalent"]), sorted(row["alarms"]), sorted(row["complaints"])] for row in live)

"""Several kernels that share a network, in memory: each folds its own records, and hears what others hand over.

Time goes from event to event: a record, a handover that arrives, a deadline that is due.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from correlator import kernel
from correlator.effects import Effect, Handed
from correlator.events import SECOND_US, ComplaintIn, Event, Frame, Handover, Heartbeat, Incoming, Record, moment
from correlator.policy import Policy
from correlator.rows.incidents import IncidentRow
from correlator.state import TABLES, State
from correlator.world import World
from streams.complaints import journaled
from streams.processes.intake.routing import Route
from topology.graph import Topology

HANDOVER_US = SECOND_US // 10  # how long what is handed over is on its way
ALONE = "alone"


@dataclass(slots=True)
class Seat:
    """One kernel, and what it has said."""

    world: World
    state: State = field(default_factory=State)
    journal: list[Frame] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    cpu_s: float = 0.0

    def fold(self, at_us: int, event: Event) -> list[Effect]:
        began_s = time.process_time()
        self.journal.append(Frame(at_us, (event,)))
        step = kernel.advance(self.state, Record(len(self.journal), 0, at_us, event), self.world)
        self.effects += step.effects
        self.cpu_s += time.process_time() - began_s
        return step.effects


class Country:
    """`policy.domains` says who shares it, `route` who is told of what; without domains one kernel has it all."""

    def __init__(self, topology: Topology, policy: Policy, start_us: int, route: Route) -> None:
        names = policy.domains.names or (ALONE,)
        self.seats = {name: Seat(World(topology, policy, name)) for name in names}
        for seat in self.seats.values():
            kernel.wake(seat.state, seat.world)
        self._route = route
        self.now_us = start_us
        self._on_their_way: list[tuple[int, str, Handover]] = []  # in order of arrival

    def say(self, event: Incoming, number: str = "") -> list[str]:
        """Into the journals of whom it concerns, now; these. `number`: of a complaint."""
        [names] = self._route([event])
        for name in names:
            self.tell(name, journaled(event, number, event.customer, None) if isinstance(event, ComplaintIn) else event)  # type: ignore[arg-type]  # of the rest all are journaled as they come
        return list(names)

    def tell(self, name: str, event: Event) -> None:
        """Into the journal of this domain."""
        for effect in self.seats[name].fold(self.now_us, event):
            if isinstance(effect, Handed):
                handover = Handover(time=moment(effect.at_us), domain=name, number=effect.number, what=effect.what)
                self._on_their_way.append((self.now_us + HANDOVER_US, effect.to, handover))

    def restart(self) -> None:
        """Every kernel is killed, and begins again with its rows."""
        for seat in self.seats.values():
            tables = seat.state.tables
            rows = {name: {key: msgspec.msgpack.encode(row) for key, row in tables[name].items()} for name in tables}
            read = {
                name: {key: msgspec.msgpack.decode(body, type=TABLES[name]) for key, body in table.items()}
                for name, table in rows.items()
            }
            seat.state = State(read)
            kernel.wake(seat.state, seat.world)

    def until(self, at_us: int) -> None:
        """All that happens by itself till then."""
        while (turn := self._next()) is not None and turn[0] <= at_us:
            self.now_us = max(self.now_us, turn[0])
            if turn[1] is None:
                _, to, handover = self._on_their_way.pop(0)
                self.tell(to, handover)
            else:
                self.tell(turn[1], Heartbeat(time=moment(self.now_us)))
        self.now_us = max(self.now_us, at_us)

    def _next(self) -> tuple[int, str | None] | None:
        """When something happens next, and the domain whose deadline it is; None: what is handed over arrives."""
        dues = [(due, name) for name, seat in self.seats.items() if (due := seat.state.deadlines.next_due_us())]
        first = min(dues, default=None)
        if self._on_their_way and (first is None or self._on_their_way[0][0] <= first[0]):
            return self._on_their_way[0][0], None
        return first

    def incidents(self) -> Iterator[tuple[str, IncidentRow]]:
        """Each where it is decided, by domain."""
        for name, seat in self.seats.items():
            yield from ((name, row) for row in seat.state.incidents.values() if not row.home)

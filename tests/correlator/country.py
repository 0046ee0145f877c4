"""Several kernels that share a network, by hand: each folds its own records; what one hands over, others hear.

Time moves second by second, so that deadlines are met; a handover takes a tenth of one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from correlator import kernel
from correlator.care.rows import TicketRow
from correlator.care.tickets import find
from correlator.effects import Effect, Handed
from correlator.events import (
    SECOND_US,
    Alarm,
    AlarmType,
    Complaint,
    Event,
    Handover,
    Heartbeat,
    Record,
    Restored,
    SourceState,
    microseconds,
    moment,
)
from correlator.faults.rows import IncidentRow
from correlator.policy import DomainPolicy, Policy
from correlator.state import State
from correlator.world import World
from topology.compile import compile_inventory
from topology.model import Inventory

START_US = microseconds(datetime(2026, 3, 2, 3, 0, tzinfo=UTC))  # ten in the morning in Jakarta
HANDOVER_US = SECOND_US // 10


@dataclass
class Seat:
    """One kernel, and what it has said."""

    world: World
    state: State = field(default_factory=State)
    offset: int = 0
    effects: list[Effect] = field(default_factory=list)

    def fold(self, at_us: int, event: Event) -> list[Effect]:
        self.offset += 1
        step = kernel.advance(self.state, Record(self.offset, 0, at_us, event), self.world)
        self.effects += step.effects
        return step.effects


class Country:
    def __init__(self, inventory: Inventory, domains: DomainPolicy) -> None:
        self.topology = compile_inventory(inventory)
        policy = Policy(domains=domains)
        self.seats = {name: Seat(World(self.topology, policy, name)) for name in domains.names}
        for seat in self.seats.values():
            kernel.wake(seat.state, seat.world)
        self.now_us = START_US
        self.on_its_way: list[tuple[int, str, Event]] = []
        self.drawn = 0

    # What happens

    def alarm(self, name: str, kind: AlarmType = "link_down", *, state: str = "raised") -> None:
        domains = self.seats[next(iter(self.seats))].world.domains
        element = self.topology.find(name)
        assert domains is not None
        assert element is not None
        self.drawn += 1
        event = Alarm(
            id=f"a-{self.drawn}",
            time=moment(self.now_us),
            source="nms",
            object=name,
            alarm_type=kind,
            severity="critical",
            state=state,  # type: ignore[arg-type]  # raised or cleared
        )
        self.tell(domains.name(element), event)

    def complaint(self, customer: str, domain: str) -> str:
        """Its number."""
        self.drawn += 1
        number = f"NT-20260302-{self.drawn:06}"
        event = Complaint(
            id=f"c-{self.drawn}",
            time=moment(self.now_us),
            channel="phone",
            customer=customer,
            number=number,
            category="network",
            symptom="no_service",
            classifier="1",
        )
        self.tell(domain, event)
        return number

    def restored(self, name: str) -> None:
        for domain in self.seats:
            self.drawn += 1
            self.tell(domain, Restored(id=f"r-{self.drawn}", time=moment(self.now_us), object=name))

    def lost(self, *names: str) -> None:
        """Whoever watches these sees them no more."""
        self.drawn += 1
        time = moment(self.now_us)
        for domain in self.seats:
            self.tell(domain, SourceState(id=f"s-{self.drawn}", time=time, source="nms", objects=names, state="lost"))

    def tell(self, domain: str, event: Event) -> None:
        for effect in self.seats[domain].fold(self.now_us, event):
            if isinstance(effect, Handed):
                handover = Handover(time=moment(effect.at_us), domain=domain, number=effect.number, what=effect.what)
                self.on_its_way.append((self.now_us + HANDOVER_US, effect.to, handover))

    def wait(self, seconds: float) -> None:
        end_us = self.now_us + round(seconds * SECOND_US)
        while self.now_us < end_us:
            self.now_us += HANDOVER_US
            due = [one for one in self.on_its_way if one[0] <= self.now_us]
            self.on_its_way = [one for one in self.on_its_way if one[0] > self.now_us]
            for _, to, event in due:
                self.tell(to, event)
            for domain in self.seats:
                self.tell(domain, Heartbeat(time=moment(self.now_us)))

    # What they say

    def incidents(self, domain: str, *statuses: str) -> list[IncidentRow]:
        """Its own, not the mirrors."""
        rows = self.seats[domain].state.incidents.values()
        return [row for row in rows if not row.home and (not statuses or row.status in statuses)]

    def mirrors(self, domain: str) -> list[IncidentRow]:
        return [row for row in self.seats[domain].state.incidents.values() if row.home]

    def opened(self) -> Iterator[tuple[str, IncidentRow]]:
        """All that were ever opened, by domain."""
        for domain in self.seats:
            for row in self.incidents(domain):
                if row.opened_us is not None:
                    yield domain, row

    def tickets(self, number: str) -> list[tuple[str, TicketRow]]:
        found = ((domain, find(seat.state, number)) for domain, seat in self.seats.items())
        return [(domain, ticket) for domain, ticket in found if ticket is not None]

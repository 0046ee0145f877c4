"""Two regions, told by hand what happens in them."""

from datetime import UTC, datetime

from bench.sharing import route_of
from correlator import kernel
from correlator.events import (
    SECOND_US,
    Alarm,
    AlarmType,
    Command,
    ComplaintIn,
    Frame,
    Record,
    Restored,
    SourceState,
    WorldChange,
    microseconds,
    moment,
)
from correlator.policy import Policy
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import TicketRow
from correlator.service_desk.tickets import find
from correlator.world import World
from streams.simulation.country import Country
from tests.regions import DOMAINS, two_regions
from topology.compile import compile_inventory
from topology.model import Inventory

START_US = microseconds(datetime(2026, 3, 2, 3, 0, tzinfo=UTC))  # ten in the morning in Jakarta


class Regions(Country):
    def __init__(self, olts: int) -> None:
        self.topology = compile_inventory(two_regions(olts))
        policy = Policy(domains=DOMAINS)
        super().__init__(self.topology, policy, START_US, route_of(World(self.topology, policy)))
        self.drawn = 0

    # What happens

    def alarm(self, name: str, kind: AlarmType = "loss_of_signal", *, state: str = "raised") -> None:
        self.say(
            Alarm(
                id=self._draw("a"),
                time=moment(self.now_us),
                source="nms",
                object=name,
                alarm_type=kind,
                severity="critical",
                state=state,  # type: ignore[arg-type]  # raised or cleared
            )
        )

    def complaint(self, customer: str) -> str:
        """Its number."""
        name = self._draw("c")
        number = f"NT-20260302-{self.drawn:06}"
        text = "Internet mati total sejak tadi"
        self.say(ComplaintIn(id=name, time=moment(self.now_us), channel="phone", customer=customer, text=text), number)
        return number

    def restored(self, name: str) -> None:
        self.say(Restored(id=self._draw("r"), time=moment(self.now_us), object=name))

    def lost(self, *names: str) -> None:
        """Whoever watches these sees them no more."""
        time = moment(self.now_us)
        self.say(SourceState(id=self._draw("s"), time=time, source="nms", objects=names, state="lost"))

    def shelve(self, name: str, until_s: int) -> None:
        """The alarm of this object."""
        keys = {key for seat in self.seats.values() for key, row in seat.state.alarms.items() if row.object == name}
        [key] = keys
        self.say(
            Command(
                id=self._draw("k"),
                time=moment(self.now_us),
                actor="sari",
                role="noc_operator",
                action="shelve",
                target=key,
                arguments={"until": moment(self.now_us + until_s * SECOND_US).isoformat()},
                reason="known",
            )
        )

    def change(self, inventory: Inventory) -> None:
        """All have another inventory from now on."""
        self.topology, policy = compile_inventory(inventory), Policy(domains=DOMAINS)
        self._route = route_of(World(self.topology, policy))
        for name, seat in self.seats.items():
            then = World(self.topology, policy, name)
            change = WorldChange(id=self._draw("w"), time=moment(self.now_us), inventory=self.topology.hash)
            seat.journal.append(Frame(self.now_us, (change,)))
            record = Record(len(seat.journal), 0, self.now_us, change)
            seat.effects += kernel.advance(seat.state, record, seat.world, then).effects
            seat.world = then

    def wait(self, seconds: float) -> None:
        self.until(self.now_us + round(seconds * SECOND_US))

    def _draw(self, prefix: str) -> str:
        self.drawn += 1
        return f"{prefix}-{self.drawn}"

    # What they say

    def opened(self) -> list[tuple[str, IncidentRow]]:
        """All that were ever opened, by domain."""
        return [(domain, row) for domain, row in self.incidents() if row.opened_us is not None]

    def mirrors(self, domain: str) -> list[IncidentRow]:
        return [row for row in self.seats[domain].state.incidents.values() if row.home]

    def tickets(self, number: str) -> list[tuple[str, TicketRow]]:
        found = ((domain, find(seat.state, number)) for domain, seat in self.seats.items())
        return [(domain, ticket) for domain, ticket in found if ticket is not None]

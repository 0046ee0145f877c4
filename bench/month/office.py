"""A month of an operator: customers who complain and answer, faults of the network, and the staff on duty.

Everything goes in as lines, as it comes in at the doors (contract, section 2).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from random import Random
from typing import Any

import msgspec

from bench.month.staff import Staff
from correlator import kernel
from correlator.effects import Alert
from correlator.events import microseconds
from correlator.policy import Policy
from correlator.rows.service_desk import TicketRow
from correlator.world import World
from streams.replay.replay import Numbers, Replay
from topology import impact
from topology.down import down_alone
from topology.graph import Topology

START = datetime(2026, 10, 1, tzinfo=UTC) - timedelta(hours=7)
DAYS = 31
TEXTS = (
    "Internet mati total sejak pagi",
    "internet lambat sekali tiap malam",
    "Tagihan bulan ini salah",
    "tidak bisa masuk akun saya",
    "my connection is down",
    "TV tidak ada gambar",
)
DARK = ("Internet mati total sejak tadi", "my connection is down", "wifi nyala tapi tidak ada internet")
OF_OUTAGES = 3  # one of so many complaints is about an outage
FEWEST_DARK, MOST_DARK = 4, 25  # devices of an incident that are told
Row = dict[str, Any]
Act = Callable[[datetime, Any], None]


@dataclass
class Month:
    """What went in and what came of it."""

    run: Replay
    replies: dict[str, list[Row]] = field(default_factory=dict)  # ticket's number -> what its customer said
    commands: list[Row] = field(default_factory=list)
    complaints: list[Row] = field(default_factory=list)


class Office:
    """Draws a month from a seed, and plays it."""

    def __init__(self, topology: Topology, complaints: int, incidents: int, seed: int) -> None:
        self.topology = topology
        self.chance = Random(seed)
        self.world = World(topology, Policy())
        known = {self.world.topology.hash: topology}, {self.world.policy.hash: self.world.policy}
        self.month = Month(Replay(self.world, *known, Numbers(frozenset())))
        self.staff = Staff(self)
        kernel.wake(self.month.run.state, self.world)
        self._queue: list[tuple[datetime, int, Act, Any]] = []
        self._lines = self._drawn = self._read = 0
        under = complaints // OF_OUTAGES // incidents if incidents else 0
        for _ in range(complaints - under * incidents):
            self.plan(START + timedelta(minutes=self.chance.randrange(DAYS * 1440)), self._complains, None)
        for _ in range(incidents):
            self.plan(START + timedelta(minutes=self.chance.randrange((DAYS - 1) * 1440)), self._fails, under)
        for day in range(DAYS + 7):
            self.plan(START + timedelta(days=day, hours=9), self.staff.morning, None)

    def play(self) -> Month:
        """To the month's end, and a week more in which what is open may be ended."""
        self.say(START, {"type": "world", "id": "start"})
        over = START + timedelta(days=DAYS + 7)
        while self._queue and self._queue[0][0] < over:
            at, _, act, about = heappop(self._queue)
            self.month.run.drain(microseconds(at))
            self._hear(at)
            act(at, about)
        self.month.run.drain(microseconds(over))
        return self.month

    def plan(self, at: datetime, act: Act, about: Any) -> None:
        self._drawn += 1
        heappush(self._queue, (at, self._drawn, act, about))

    def say(self, at: datetime, row: Row) -> Row:
        self._lines += 1
        row = {"id": f"e-{self._lines}", "time": at.isoformat(), **row}
        self.month.run.line(self._lines, msgspec.json.encode(row))
        return row

    def ticket(self, complaint: str) -> TicketRow | None:
        row = self.month.run.state.complaints.get(complaint)
        return None if row is None else self.month.run.state.tickets.get(row.ticket)

    def _hear(self, at: datetime) -> None:
        """Alerts that went out since the last look are in somebody's hands."""
        effects = self.month.run.effects
        for effect in effects[self._read :]:
            if isinstance(effect, Alert):
                self.staff.alerted(at, effect)
        self._read = len(effects)

    # Customers

    def _complains(self, at: datetime, customer: int | None) -> None:
        """`customer`: one who is down; None: anyone, about anything."""
        topology, chance = self.topology, self.chance
        text = chance.choice(TEXTS if customer is None else DARK)
        if customer is None:
            customer = chance.randrange(len(topology.customer_ids))
        services = topology.services_of(customer)
        service = topology.service_ids[chance.choice(list(services))] if services and chance.random() < 0.8 else None
        row = {"type": "complaint", "channel": chance.choice(("phone", "email", "portal", "walk_in"))}
        said = self.say(at, row | {"customer": topology.customer_ids[customer], "service": service, "text": text})
        self.month.complaints.append(said)
        self.staff.later(at, said["id"])

    def answers(self, at: datetime, name: str) -> None:
        """What the customer says to the question, where they say anything: by the link, or when they are called."""
        ticket = self.ticket(name)
        if ticket is None or ticket.stage != "confirmation":
            return
        says = self.chance.choices(("satisfied", "not_satisfied", "other", None), (80, 6, 2, 12))[0]
        if says is None:
            return
        told = {"customer": ticket.customer, "says": says, "time": at.isoformat()}
        if says == "satisfied" and self.chance.random() < 0.2:
            self.month.replies.setdefault(ticket.number, []).append(told)
            self.staff.hears_on_the_phone(at, ticket)
            return
        said = {"type": "reply", "customer": ticket.customer, "ticket": ticket.number, "says": says}
        if says == "satisfied":
            said["score"] = self.chance.randrange(2, 6)
        self.month.replies.setdefault(ticket.number, []).append(self.say(at, said))
        self.staff.later(at, name)

    # The network

    def _fails(self, at: datetime, complaints: int) -> None:
        """A device is lost, and with it what hangs on it; some of those who are down complain."""
        topology, chance = self.topology, self.chance
        lost: list[int] = []
        while len(lost) < FEWEST_DARK:
            root = chance.randrange(topology.first.device, topology.first.link)
            spans = down_alone(topology, root).intervals
            lost = [int(topology.device_at[place]) for first, last in spans for place in range(first, last)]
        told = dict.fromkeys((root, *lost[:MOST_DARK]))
        names = [topology.ids[number] for number in told if topology.kind_of(number) == "device"]
        for name in names:
            self._alarm(at, name, "raised")
        lasts = chance.randrange(20, 400)
        self.plan(at + timedelta(minutes=lasts), self._recovers, names)
        down = impact.customers_of(topology, impact.services_down(topology, down_alone(topology, root))).tolist()
        for _ in range(complaints):
            who = chance.choice(down) if down else None
            self.plan(at + timedelta(minutes=chance.randrange(1, lasts)), self._complains, who)

    def _recovers(self, at: datetime, names: list[str]) -> None:
        for name in names:
            self._alarm(at, name, "cleared")

    def _alarm(self, at: datetime, name: str, state: str) -> None:
        row = {"type": "alarm", "source": "icmp:poller-1", "object": name, "alarm_type": "device_unreachable"}
        self.say(at, row | {"state": state, "severity": "critical" if state == "raised" else None})

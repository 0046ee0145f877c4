"""The staff of a month and its customers: who is on duty does what the ticket in hand asks for, late or never at times.

Everything goes in as lines, as it comes in at the doors (contract, section 2). People go by the stage of a ticket.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from random import Random
from typing import Any

import msgspec

from correlator import kernel
from correlator.events import microseconds
from correlator.policy import Policy
from correlator.rows.service_desk import TicketRow
from correlator.world import World
from streams.replay.replay import Numbers, Replay
from topology.down import down_alone
from topology.graph import Topology

START = datetime(2026, 10, 1, tzinfo=UTC) - timedelta(hours=7)
DAYS = 31
SHIFTS = ("a", "b", "c")  # of eight hours each
TEXTS = (
    ("Internet mati total sejak pagi", "network"),
    ("internet lambat sekali tiap malam", "network"),
    ("Tagihan bulan ini salah", "billing"),
    ("tidak bisa masuk akun saya", "account"),
    ("my connection is down", "network"),
    ("TV tidak ada gambar", "network"),
)
FEWEST_DARK, MOST_DARK = 4, 25  # devices of an incident that are told
Row = dict[str, Any]


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
        kernel.wake(self.month.run.state, self.world)
        self._queue: list[tuple[datetime, int, str, Any]] = []
        self._lines = self._drawn = 0
        for _ in range(complaints):
            self._plan(START + timedelta(minutes=self.chance.randrange(DAYS * 1440)), "complaint", None)
        for _ in range(incidents):
            self._plan(START + timedelta(minutes=self.chance.randrange((DAYS - 1) * 1440)), "incident", None)

    def play(self) -> Month:
        """To the month's end, and a week more in which what is open may be ended."""
        self._say(START, {"type": "world", "id": "start"})
        over = START + timedelta(days=DAYS + 7)
        while self._queue and self._queue[0][0] < over:
            at, _, what, about = heappop(self._queue)
            self._now = at
            getattr(self, f"_{what}")(at, about)
        self.month.run.drain(microseconds(over))
        return self.month

    def _plan(self, at: datetime, what: str, about: Any) -> None:
        self._drawn += 1
        heappush(self._queue, (at, self._drawn, what, about))

    def _say(self, at: datetime, row: Row) -> Row:
        self._lines += 1
        row = {"id": f"e-{self._lines}", "time": at.isoformat(), **row}
        self.month.run.line(self._lines, msgspec.json.encode(row))
        return row

    # Customers

    def _complaint(self, at: datetime, _: Any) -> None:
        topology, chance = self.topology, self.chance
        customer = chance.randrange(len(topology.customer_ids))
        services = topology.services_of(customer)
        service = topology.service_ids[chance.choice(list(services))] if services and chance.random() < 0.8 else None
        row = {"type": "complaint", "channel": chance.choice(("phone", "email", "portal", "walk_in"))}
        row |= {"customer": topology.customer_ids[customer], "service": service, "text": chance.choice(TEXTS)[0]}
        said = self._say(at, row)
        self.month.complaints.append(said)
        self._later(at, said["id"])

    def _answers(self, at: datetime, name: str) -> None:
        """What the customer says to the question, where they say anything."""
        ticket = self._ticket(name)
        if ticket is None or ticket.stage != "confirmation":
            return
        says = self.chance.choices(("satisfied", "not_satisfied", "other", None), (80, 6, 2, 12))[0]
        if says is None:
            self._plan(at + timedelta(days=4), "decide", name)
            return
        said = {"type": "reply", "customer": ticket.customer, "ticket": ticket.number, "says": says}
        if says == "satisfied":
            said["score"] = self.chance.randrange(2, 6)
        self.month.replies.setdefault(ticket.number, []).append(self._say(at, said))
        self._later(at, name)

    # The network

    def _incident(self, at: datetime, _: Any) -> None:
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
        self._plan(at + timedelta(minutes=chance.randrange(20, 400)), "repaired", names)

    def _repaired(self, at: datetime, names: list[str]) -> None:
        for name in names:
            self._alarm(at, name, "cleared")

    def _alarm(self, at: datetime, name: str, state: str) -> None:
        row = {"type": "alarm", "source": "icmp:poller-1", "object": name, "alarm_type": "device_unreachable"}
        self._say(at, row | {"state": state, "severity": "critical" if state == "raised" else None})

    # Staff

    def _ticket(self, complaint: str) -> TicketRow | None:
        row = self.month.run.state.complaints.get(complaint)
        return None if row is None else self.month.run.state.tickets.get(row.ticket)

    def _later(self, at: datetime, name: str) -> None:
        """The ticket is in somebody's hands some time from now; now and then it is forgotten for days."""
        usual = self.chance.expovariate(1 / 45)
        minutes = usual if self.chance.random() < 0.96 else self.chance.randrange(1000, 6000)
        self._plan(at + timedelta(minutes=1 + min(6000, round(minutes))), "work", name)

    def _order(self, at: datetime, role: str, action: str, ticket: TicketRow, **arguments: Any) -> None:
        shift = SHIFTS[((at + timedelta(hours=7)).hour // 8)]
        row = {"type": "command", "actor": f"{role}-{shift}", "role": role, "action": action, "target": ticket.number}
        self.month.commands.append(self._say(at, {**row, "arguments": arguments, "reason": f"{action} in hand"}))

    def _work(self, at: datetime, name: str) -> None:
        """One step of whoever has it."""
        ticket, chance = self._ticket(name), self.chance
        if ticket is None or ticket.stage == "closed" or ticket.parent is not None:
            return
        draw = chance.random()
        if draw < 0.05 and ticket.stage == "investigation" and ticket.paused_for is None:
            self._order(at, ticket.owner, "pause", ticket, why="waiting_customer")
        elif ticket.paused_for is not None:
            self._order(at, ticket.owner, "resume", ticket)
        elif ticket.stage in ("receipt", "verification"):
            if draw < 0.2:
                self._order(at, "customer_support", "set_class", ticket, **{"class": chance.choice(("Minor", "Major"))})
            self._order(at, "customer_support", "move_stage", ticket, stage="assignment")
        elif ticket.stage == "assignment":
            self._order(at, "care_supervisor", "move_stage", ticket, stage="investigation")
        elif ticket.stage == "investigation" and draw < 0.5:
            self._order(at, ticket.owner, "acknowledge", ticket)
            self._order(at, "technical", "repair", ticket, kind="permanent", text="port diganti")
        elif ticket.stage == "investigation":
            self._order(at, ticket.owner, "move_stage", ticket, stage="confirmation")
            self._plan(at + timedelta(minutes=chance.randrange(5, 2000)), "answers", name)
            return
        elif ticket.stage == "confirmation":
            self._plan(at + timedelta(minutes=chance.randrange(5, 2000)), "answers", name)
            return
        self._later(at, name)

    def _decide(self, at: datetime, name: str) -> None:
        """All reminders went unanswered."""
        ticket = self._ticket(name)
        if ticket is not None and ticket.stage == "confirmation":
            self._order(at, "care_supervisor", "close", ticket, **{"as": "unconfirmed"})
            self._plan(at + timedelta(days=1), "decide", name)

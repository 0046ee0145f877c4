"""Tickets counted once, by everything that the recap tells apart; each of its tables sums these counts.

A month takes some thousand cells, however many tickets it has.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from correlator.dark import tells
from correlator.events import Category
from correlator.reports.facts import Facts, TicketFacts
from correlator.reports.network import Network
from correlator.reports.report import Period
from correlator.rows.incidents import IncidentRow

LATER = 1_000_000  # the place of a month after all that are told of
Outcome = tuple[str, str]  # a clock's name; kept, breached or running


class Cell(NamedTuple):
    """What its tickets have in common. `opened`, `closed`: places of months; before the first -1, LATER: not yet."""

    kind: str
    severity: str
    category: Category
    channel: str | None
    product: str | None
    region: str | None
    opened: int
    closed: int
    outcomes: tuple[Outcome, ...]


@dataclass(slots=True)
class Sums:
    """Of the tickets of one or more cells. Spans in microseconds."""

    tickets: int = 0
    responses: int = 0  # how many were responded to ...
    response_us: int = 0  # ... and how long that took, all together
    repairs: int = 0
    repair_us: int = 0  # without the pauses of the clock

    def add(self, other: "Sums") -> None:
        self.tickets += other.tickets
        self.responses += other.responses
        self.response_us += other.response_us
        self.repairs += other.repairs
        self.repair_us += other.repair_us

    @property
    def mean_response_us(self) -> int | None:
        """MTTA."""
        return self.response_us // self.responses if self.responses else None

    @property
    def mean_repair_us(self) -> int | None:
        """MTTR."""
        return self.repair_us // self.repairs if self.repairs else None


@dataclass(slots=True)
class Counts:
    """What one walk through the tickets found. The last of the months is the one that is told of."""

    months: Sequence[Period]
    cells: dict[Cell, Sums] = field(default_factory=lambda: defaultdict(Sums))
    callers: Counter[str] = field(default_factory=Counter)  # calls of the month by customer
    down: list[TicketFacts] = field(default_factory=list)  # complaints that a service was down
    outages: dict[str, TicketFacts] = field(default_factory=dict)  # incident -> its ticket

    scores: Counter[tuple[str | None, int]] = field(default_factory=Counter)  # given in the month, by product

    bounds: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bounds = [month.start_us for month in self.months] + [self.months[-1].end_us]

    @property
    def last(self) -> int:
        return len(self.months) - 1

    def place(self, at_us: int) -> int:
        """Of the month in which that is; before the first -1."""
        found = bisect_right(self.bounds, at_us) - 1
        return LATER if found > self.last else found


def counts_of(facts: Facts, months: Sequence[Period]) -> Counts:
    """One walk. A ticket that comes twice, as one that is archived meanwhile does, is counted once."""
    counts = Counts(months)
    incidents = {row.id: row for row in facts.incidents}
    seen: set[str] = set()
    gone: dict[str, TicketFacts] = {}  # on their way to another domain: as they left, until they are there
    for ticket in facts.tickets:
        if ticket.moved_to is not None:
            gone[ticket.number] = ticket
        elif ticket.number not in seen:
            seen.add(ticket.number)
            _count(counts, ticket, incidents, facts.network)
    for number, ticket in sorted(gone.items()):
        if number not in seen:
            _count(counts, ticket, incidents, facts.network)
    return counts


def _count(counts: Counts, ticket: TicketFacts, incidents: Mapping[str, IncidentRow], network: Network) -> None:
    light = ticket.alarm is not None
    if ticket.kind == "outage" and not light and ticket.closed_as == "duplicate":
        return  # merged: its customers and complaints went to the other outage's ticket
    opened = counts.place(ticket.opened_us)
    if ticket.customer is not None and ticket.kind == "complaint" and opened == counts.last:
        counts.callers[ticket.customer] += 1
    if ticket.answer is not None and ticket.answer.score and counts.place(ticket.answer.at_us) == counts.last:
        counts.scores[ticket.product, ticket.answer.score] += 1
    if ticket.follows is not None:
        return  # the same customer called again: the first ticket is worked on
    closed = LATER if ticket.closed_us is None else counts.place(ticket.closed_us)
    if opened == LATER or closed == -1:
        return
    sums = counts.cells[_cell(ticket, (opened, closed), incidents, network)]
    sums.tickets += 1
    if ticket.responded_us is not None:
        sums.responses += 1
        sums.response_us += max(0, ticket.responded_us - ticket.opened_us)
    if ticket.repaired_us is not None:
        sums.repairs += 1
        paused_us = next((clock.paused_us for clock in ticket.clocks if clock.name == "resolution"), 0)
        sums.repair_us += max(0, ticket.repaired_us - ticket.opened_us - paused_us)
    if ticket.kind == "outage":
        if not light and ticket.incident is not None:
            counts.outages[ticket.incident] = ticket
        return
    last = counts.months[-1]
    ended_us = ticket.closed_us if ticket.repaired_us is None else ticket.repaired_us
    if tells(ticket) and (ended_us is None or ended_us > last.start_us):
        counts.down.append(msgspec.structs.replace(ticket, clocks=()))  # which were counted, and are most of it


def _cell(ticket: TicketFacts, when: tuple[int, int], incidents: Mapping[str, IncidentRow], network: Network) -> Cell:
    if ticket.kind == "outage":
        about = incidents.get(ticket.incident or "")
        region = network.region_of(about.root) if about is not None else None
    else:
        region = network.region(ticket.service, ticket.customer)
    kind = ticket.kind if ticket.alarm is None else "light"
    outcomes = tuple(
        [
            (clock.name, "breached" if clock.breached else "running" if clock.met_us is None else "kept")
            for clock in ticket.clocks
            if clock.started and not clock.skipped
        ]
    )
    return Cell(kind, ticket.severity, ticket.category, ticket.channel, ticket.product, region, *when, outcomes)

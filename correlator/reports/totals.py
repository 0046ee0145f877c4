"""Lines of rows (`correlator.reports.lines`) added up: what the documents of a month are made of."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Final, NamedTuple

import msgspec

from correlator.events import Category
from correlator.reports.lines import NEVER, NoticeLine, RcaFacts, RcaLine, TicketFacts, TicketLine

NOTICED: Final = ("messages", "sent", "delivered", "failed", "uncertain")

ticket_facts = msgspec.msgpack.Decoder(TicketFacts).decode
rca_facts = msgspec.msgpack.Decoder(RcaFacts).decode


class Months(NamedTuple):
    """Which months are told of, the last one in full; numbers as of `lines.month_at`."""

    first: int
    last: int


class Cell(NamedTuple):
    """What its tickets have in common. `opened`, `closed`: months; NEVER: not yet.

    Of the month that is told of in full there are cells by all of it; what was opened before stands in the month
    before, what was closed later in NEVER. Of the months before there are cells by kind and months alone.
    """

    kind: str
    severity: str = ""
    category: Category | None = None
    channel: str | None = None
    product: str | None = None
    region: str | None = None
    opened: int = 0
    closed: int = NEVER


@dataclass(slots=True)
class Sums:
    """Of the tickets of one or more cells, as `TicketLine` has them."""

    tickets: int = 0
    responses: int = 0  # how many were responded to ...
    response_us: int = 0  # ... and how long that took, all together
    repairs: int = 0
    repair_us: int = 0
    response_kept: int = 0
    response_breached: int = 0
    resolution_kept: int = 0
    resolution_breached: int = 0

    def add(self, other: "Sums | TicketLine") -> None:
        self.tickets += other.tickets
        self.responses += other.responses
        self.response_us += other.response_us
        self.repairs += other.repairs
        self.repair_us += other.repair_us
        self.response_kept += other.response_kept
        self.response_breached += other.response_breached
        self.resolution_kept += other.resolution_kept
        self.resolution_breached += other.resolution_breached

    @property
    def mean_response_us(self) -> int | None:
        """MTTA."""
        return self.response_us // self.responses if self.responses else None

    @property
    def mean_repair_us(self) -> int | None:
        """MTTR."""
        return self.repair_us // self.repairs if self.repairs else None


SUMMED: Final = tuple(one.name for one in fields(Sums))


class RcaKey(NamedTuple):
    state: str
    cause: str | None
    outage: bool
    of_month: bool  # opened in it; else it is not closed


@dataclass(slots=True)
class RcaSums:
    records: int = 0
    steps: int = 0
    done: int = 0


@dataclass(slots=True)
class Totals:
    """Of the month that is told of in full, but for `trend` and `outages`."""

    cells: dict[Cell, Sums] = field(default_factory=dict)
    trend: dict[Cell, Sums] = field(default_factory=dict)  # of the months before
    clocks: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # opened in it, by kind, class, `clocks`
    callers: Counter[str] = field(default_factory=Counter)  # calls by customer
    scores: Counter[tuple[str | None, int]] = field(default_factory=Counter)  # given in it, by product
    complaints: list[TicketFacts] = field(default_factory=list)  # that a service was down in it, and maybe just before
    outages: list[TicketFacts] = field(default_factory=list)  # tickets of all months
    rcas: dict[RcaKey, RcaSums] = field(default_factory=dict)  # opened in it, or not closed by now
    rca_facts: list[RcaFacts] = field(default_factory=list)  # ... of those that are told of by themselves
    notices: dict[str, Counter[str]] = field(default_factory=dict)  # released in it: kind -> of `NOTICED`
    moved: list[str] = field(default_factory=list)  # numbers of tickets that went to another domain since it began

    def add_ticket(self, line: TicketLine, months: Months) -> None:
        first, last = months
        if line.moved is not None and line.closed >= last:
            self.moved.append(line.moved)
        if line.scored == last and line.score is not None:
            self.scores[line.product, line.score] += 1
        if line.opened == last and line.caller is not None:
            self.callers[line.caller] += 1
        if not line.tickets or line.opened > last or line.closed < first:
            return
        if line.closed >= last:
            self.cells.setdefault(_cell(line, last), Sums()).add(line)
        if line.opened == last:
            self.clocks[line.kind, line.severity, line.clocks] += 1
        elif first < last:
            kind = Cell(line.kind, opened=line.opened, closed=line.closed)
            self.trend.setdefault(kind, Sums()).add(line)
        if line.told is not None and line.kind == "outage":
            self.outages.append(ticket_facts(line.told))
        elif line.told is not None and line.until is not None and line.until >= last:
            self.complaints.append(ticket_facts(line.told))

    def add_rca(self, line: RcaLine, months: Months) -> None:
        of_month = line.opened == months.last
        if not of_month and not line.open:
            return
        sums = self.rcas.setdefault(RcaKey(line.state, line.cause, bool(line.outage), of_month), RcaSums())
        sums.records += 1
        sums.steps += line.steps
        sums.done += line.done
        if line.told is not None:
            self.rca_facts.append(rca_facts(line.told))

    def add_notice(self, line: NoticeLine, months: Months) -> None:
        if line.month == months.last:
            counted = self.notices.setdefault(line.kind, Counter())
            counted.update({name: getattr(line, name) for name in NOTICED})


def _cell(line: TicketLine, last: int) -> Cell:
    about = (line.kind, line.severity, line.category, line.channel, line.product, line.region)
    return Cell(*about, last if line.opened == last else last - 1, last if line.closed == last else NEVER)


def totals(
    months: Months, tickets: Iterable[TicketLine], rcas: Iterable[RcaLine] = (), notices: Iterable[NoticeLine] = ()
) -> Totals:
    """One line after the other, each row's once: as a store adds them up."""
    found = Totals()
    for ticket in tickets:
        found.add_ticket(ticket, months)
    for record in rcas:
        found.add_rca(record, months)
    for notice in notices:
        found.add_notice(notice, months)
    return found

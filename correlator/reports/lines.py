"""What one row adds to the documents of a month (SOP 7, 8): a line of columns, which a store keeps beside the row and
adds up. So a month of a million tickets is told without a look at their rows.

A line is a function of its row, and of when that was archived. Months are numbers (`month_at`), in WIB.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import msgspec

from correlator.dark import tells
from correlator.events import DAY_US, EPOCH, Category
from correlator.rows.service_desk import CampaignRow, Clock, RcaRow, TicketRow
from correlator.times import OFFSET_US

NEVER: Final = 2**31 - 1  # the month of what is not over
CLOCKS: Final = (
    *("response", "resolution"),
    *("stage_receipt", "stage_verification", "stage_assignment", "stage_investigation", "stage_confirmation"),
)
KEPT, BREACHED, RUNNING, NONE = "kbr-"  # what became of a clock; none: it never began, or its stage was passed over
_DAY_0: Final = EPOCH.toordinal()

_encode = msgspec.msgpack.Encoder().encode


class TicketFacts(msgspec.Struct, array_like=True, gc=False):
    """What is told of one ticket by itself: an outage's, or a complaint that a service was down."""

    number: str
    opened_us: int  # of a complaint: from when on its customer counts as down
    ended_us: int | None  # repaired, or a complaint's that was closed without; None: it lasts
    severity: str
    incident: str | None = None
    customer: str | None = None
    service: str | None = None
    product: str | None = None


class RcaFacts(msgspec.Struct, array_like=True, gc=False):
    """What is told of one RCA/CAPA record by itself: an outage's, or one with actions that are not done."""

    id: str
    state: str
    incident: str | None
    cause: str | None
    due_us: tuple[int, ...]  # of the actions that are not done


@dataclass(frozen=True, slots=True)
class TicketLine:
    """`tickets`: 1, or 0 where it counts as no ticket of its own: it was merged, follows another, is elsewhere now.

    Spans in microseconds, 0 where there is none. `clocks`: what became of each of `CLOCKS`, a letter each.
    """

    id: str
    kind: str  # complaint, outage, light
    severity: str
    category: Category
    channel: str | None
    product: str | None
    region: str | None
    opened: int
    closed: int
    tickets: int
    responses: int
    response_us: int
    repairs: int
    repair_us: int  # without the pauses of the clock
    response_kept: int
    response_breached: int
    resolution_kept: int
    resolution_breached: int
    clocks: str
    caller: str | None  # the customer who complained
    score: int | None  # that the customer gave ...
    scored: int | None  # ... in that month
    told: bytes | None  # `TicketFacts`
    until: int | None  # the month in which what is told ended; of an outage's ticket, was closed
    moved: str | None  # the number of one that went to another domain; `closed` is when


@dataclass(frozen=True, slots=True)
class RcaLine:
    id: str
    state: str
    cause: str | None
    outage: int  # 1: of an outage, 0: of a lone complaint
    opened: int
    open: int  # 1: not closed, and not archived with its case
    steps: int
    done: int
    told: bytes | None  # `RcaFacts`


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """Messages of one kind that were released in a month, and what became of them by now."""

    id: str
    kind: str
    month: int
    messages: int
    sent: int
    delivered: int
    failed: int
    uncertain: int


def month_at(us: int) -> int:
    """Months from January of the year 0 to the one in which that is, in WIB."""
    day = date.fromordinal(_DAY_0 + (us + OFFSET_US["WIB"]) // DAY_US)
    return month_number(day.year, day.month)


def month_number(year: int, month: int) -> int:
    return 12 * year + month - 1


def ticket_line(row: TicketRow, archived_us: int | None) -> TicketLine:
    light, outage = row.alarm is not None, row.kind == "outage"
    merged = outage and not light and row.closed_as == "duplicate"  # its customers and complaints are the other's now
    here = row.moved_to is None and not merged
    own = here and row.follows is None  # else the same customer called again: the first ticket is worked on
    clocks = {clock.name: clock for clock in row.clocks}
    became = "".join(_became(clocks.get(name)) for name in CLOCKS)
    opened = month_at(row.opened_us)
    closed_us = row.closed_us if row.moved_to is None else archived_us
    answer = row.answer if here and row.answer is not None and row.answer.score else None
    closed = _month(closed_us, opened)
    told = _told(row) if own else None
    return TicketLine(
        id=row.id,
        kind="light" if light else row.kind,
        severity=row.severity,
        category=row.category,
        channel=row.channel,
        product=row.product,
        region=row.region,
        opened=opened,
        closed=closed,
        tickets=int(own),
        responses=int(own and row.responded_us is not None),
        response_us=max(0, (row.responded_us or 0) - row.opened_us) if own else 0,
        repairs=int(own and row.repaired_us is not None),
        repair_us=_repair_us(row, clocks.get("resolution")) if own else 0,
        response_kept=int(own and became[0] == KEPT),
        response_breached=int(own and became[0] == BREACHED),
        resolution_kept=int(own and became[1] == KEPT),
        resolution_breached=int(own and became[1] == BREACHED),
        clocks=became,
        caller=row.customer if here and row.kind == "complaint" else None,
        score=None if answer is None else answer.score,
        scored=None if answer is None else month_at(answer.at_us),
        told=None if told is None else _encode(told),
        until=None if told is None else closed if outage else _month(told.ended_us, opened),
        moved=row.number if row.moved_to is not None else None,
    )


def _month(us: int | None, opened: int) -> int:
    """In which it ended, no sooner than it was opened."""
    return NEVER if us is None else max(opened, month_at(us))


def _became(clock: Clock | None) -> str:
    if clock is None or not clock.started or clock.skipped:
        return NONE
    return BREACHED if clock.breached else RUNNING if clock.met_us is None else KEPT


def _repair_us(row: TicketRow, resolution: Clock | None) -> int:
    paused_us = 0 if resolution is None else resolution.paused_us
    return max(0, (row.repaired_us or 0) - row.opened_us - paused_us)


def _told(row: TicketRow) -> TicketFacts | None:
    if row.kind == "outage":
        if row.alarm is not None or row.incident is None:
            return None
        return TicketFacts(row.number, row.opened_us, row.repaired_us, row.severity, row.incident)
    if not tells(row):
        return None
    ended_us = row.closed_us if row.repaired_us is None else row.repaired_us
    whose = (row.customer, row.service, row.product)
    return TicketFacts(row.number, row.down_from_us, ended_us, row.severity, row.incident, *whose)


def rca_line(row: RcaRow, archived_us: int | None) -> RcaLine:
    steps = (*row.corrective, *row.preventive)
    due_us = tuple(step.due_us for step in steps if step.done_us is None and step.due_us is not None)
    facts = RcaFacts(row.id, row.state, row.incident, row.cause_category, due_us)
    return RcaLine(
        id=row.id,
        state=row.state,
        cause=row.cause_category,
        outage=int(row.incident is not None),
        opened=month_at(row.opened_us),
        open=int(row.state != "closed" and archived_us is None),
        steps=len(steps),
        done=sum(step.done_us is not None for step in steps),
        told=_encode(facts) if due_us or row.incident is not None else None,
    )


def notice_line(row: CampaignRow, archived_us: int | None) -> NoticeLine:
    del archived_us
    counted = (row.size, row.sent, row.delivered, row.failed, row.uncertain)
    return NoticeLine(row.id, row.kind, month_at(row.at_us), *counted)


Line = TicketLine | RcaLine | NoticeLine
LINES: Final[dict[str, Callable[[Any, int | None], Line]]] = {
    "tickets": ticket_line,
    "rcas": rca_line,
    "campaigns": notice_line,
}

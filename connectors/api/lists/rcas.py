"""`GET /rca`: RCA/CAPA records that live, the newest first, with what each is about and what of it is late (SOP 7)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from connectors.api.lists.pages import Page, Placed, filled, newest
from connectors.api.rows import Rows
from connectors.api.views import at
from connectors.listed import DUE, RecordKind, record_list
from connectors.ports import Listing, Place
from correlator.rows.service_desk import Owed, RcaRow, RcaState, TicketRow

NAME = "rcas"  # of the list
OPEN: Sequence[RcaState] = ("draft", "analysed", "actions", "verified")
KINDS: Sequence[RecordKind] = get_args(RecordKind)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Any of these states and kinds; `overdue`: only those that wait for something that was due."""

    states: Sequence[RcaState] = OPEN
    kinds: Sequence[RecordKind] = KINDS
    overdue: bool = False

    @property
    def lists(self) -> list[Listing]:
        if self.overdue:
            return [Listing(NAME, DUE, about=True)]
        return [Listing(NAME, record_list(kind, state)) for kind in self.kinds for state in self.states]

    def takes(self, row: RcaRow, now_us: int) -> bool:
        kind = "complaint" if row.incident is None else "outage"
        return row.state in self.states and kind in self.kinds and (not self.overdue or late(row, now_us) > 0)


class RcaPages:
    """Over all domains. Safe to call from several threads."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def page(self, wanted: Wanted, below: Place | None, limit: int) -> dict[str, Any]:
        """{records, next}: `next` is null where no more follow."""
        now_us = self._rows.clock()

        def read(below: Place | None, most: int) -> list[Placed[RcaRow]]:
            return newest(self._parts(wanted, below, most), most)

        def takes(more: Sequence[Placed[RcaRow]]) -> Iterator[Placed[RcaRow]]:
            return (one for one in more if wanted.takes(one.row, now_us))

        page = filled(NAME, below, limit, read, takes)
        return {"records": self._told(page, now_us), "next": page.next}

    def _parts(self, wanted: Wanted, below: Place | None, limit: int) -> Iterator[list[Placed[RcaRow]]]:
        """Each in order, whether they are wanted or not."""
        for domain in self._rows.domains:
            for listing in wanted.lists:
                found = self._rows.listed(domain, listing, below, limit)
                yield [Placed(place, domain, row) for place, row in found]

    def _told(self, page: Page[Placed[RcaRow]], now_us: int) -> list[dict[str, Any]]:
        tickets = self._tickets(page.rows)
        return [line(one.row, tickets.get(one.row.id), now_us) for one in page.rows]

    def _tickets(self, placed: Sequence[Placed[RcaRow]]) -> dict[str, TicketRow]:
        """By record, the outage's or the complaint's; asked for all at once."""
        by_domain: dict[str, list[RcaRow]] = defaultdict(list)
        for one in placed:
            by_domain[one.domain].append(one.row)
        return {name: row for domain, rows in by_domain.items() for name, row in self._of(domain, rows)}

    def _of(self, domain: str, rows: Sequence[RcaRow]) -> Iterator[tuple[str, TicketRow]]:
        incidents = self._rows.some(domain, "incidents", [row.incident for row in rows if row.incident])
        names = {row.id: incidents[row.incident].ticket if row.incident in incidents else row.ticket for row in rows}
        tickets = self._rows.some(domain, "tickets", [name for name in names.values() if name])
        return ((record, tickets[name]) for record, name in names.items() if name in tickets)


def dues(row: RcaRow) -> list[int]:
    """Until when what it waits for: actions that are planned and not done, the filling, the verification."""
    steps = (*row.corrective, *row.preventive)
    planned = [step.due_us for step in steps if step.done_us is None and step.due_us is not None]
    return planned + [one.due_us for one in row.owed if one.action is None]


def late(row: RcaRow, now_us: int) -> int:
    """How much of that was due before now."""
    return sum(due_us < now_us for due_us in dues(row))


def line(row: RcaRow, ticket: TicketRow | None, now_us: int) -> dict[str, Any]:
    """A record in a list."""
    steps = (*row.corrective, *row.preventive)
    return {
        "id": row.id,
        "kind": "complaint" if row.incident is None else "outage",
        "incident": row.incident,
        "ticket": ticket.number if ticket else None,
        "class": ticket.severity if ticket else None,
        "category": ticket.category if ticket else None,
        "state": row.state,
        "cause_category": row.cause_category,
        "cause_by": row.cause_by,
        "opened_at": at(row.opened_us),
        "steps": len(steps),
        "done": sum(step.done_us is not None for step in steps),
        "overdue": late(row, now_us),
        "due_at": at(min(dues(row), default=None)),
        "owed": [owed_json(one) for one in sorted(row.owed, key=lambda one: one.due_us)],
    }


def owed_json(row: Owed) -> dict[str, Any]:
    """What it waits for; `heard`: how many have heard that it is late, first whose it is, then the ladder."""
    return {
        "what": row.what,
        "action": row.action,
        "owner": row.owner,
        "role": row.role,
        "due_at": at(row.due_us),
        "heard": row.heard,
    }

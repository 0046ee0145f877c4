"""Tickets as the desk works through them: a page at a time, by what is due next; and how many wait in which queue."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from connectors.api.lists import pages
from connectors.api.views import at
from connectors.desk_ports import ARCHIVED, NEVER_US, Sort, State, TicketCount, TicketLine, TicketsAsked, place_of
from connectors.ports import Store
from correlator.events import SECOND_US
from correlator.wire import BadInput

COUNTED_US = 5 * SECOND_US  # queues are counted at most so often


@dataclass(frozen=True, slots=True)
class Asked:
    """As `TicketsAsked`, of all domains. `after`: the `next` of the page before."""

    equal: Mapping[str, Sequence[str]] = field(default_factory=dict)
    state: State = "open"
    due_before_us: int | None = None
    words: str = ""
    sort: Sort = "due"
    after: str | None = None
    limit: int = 100


class Lists:
    def __init__(self, store: Store, domains: Sequence[str], clock: Callable[[], int]) -> None:
        self._store = store
        self._domains = domains
        self._clock = clock
        self._counting = Lock()
        self._counts: list[TicketCount] = []
        self._again_us = -1

    def page(self, asked: Asked) -> dict[str, Any] | BadInput:
        """{items, next}: `next` is null where no more follow. BadInput: `after` is no cursor of such a list."""
        name = f"tickets {asked.sort}"
        after = pages.place_of(name, asked.after, tuple[int, str])
        if isinstance(after, BadInput):
            return after
        lines = self._store.desk.tickets(
            TicketsAsked(
                domains=self._domains,
                equal=asked.equal,
                state=asked.state,
                due_before_us=asked.due_before_us,
                words=asked.words,
                sort=asked.sort,
                after=after,
                limit=asked.limit + 1,
            )
        )
        page, now_us = pages.cut(name, lines, asked.limit, lambda line: place_of(line, asked.sort)), self._clock()
        return {"items": [item(line, now_us) for line in page.rows], "next": page.next}

    def lines(self, asked: TicketsAsked) -> list[TicketLine]:
        """Of all domains, whatever it names."""
        return self._store.desk.tickets(replace(asked, domains=self._domains))

    def how_many(self, asked: TicketsAsked) -> int:
        """Of all domains; counted up to its limit."""
        return self._store.desk.how_many(replace(asked, domains=self._domains))

    def queues(self) -> dict[str, Any]:
        """Open tickets by stage, class and owner; `overdue`: a clock of theirs that runs was due before now.

        As they were counted some seconds ago: each ticket is looked at.
        """
        counts = self._counted()
        return {
            **_many(counts),
            "stages": _by(counts, lambda one: one.stage),
            "classes": _by(counts, lambda one: one.severity),
            "owners": _by(counts, lambda one: one.owner),
        }

    def _counted(self) -> list[TicketCount]:
        with self._counting:
            now_us = self._clock()
            if not now_us < self._again_us <= now_us + COUNTED_US:
                self._counts = self._store.desk.counts(self._domains, now_us)
                self._again_us = now_us + COUNTED_US
            return self._counts


def _by(counts: Sequence[TicketCount], key: Callable[[TicketCount], str]) -> dict[str, Any]:
    parts: dict[str, list[TicketCount]] = defaultdict(list)
    for one in counts:
        parts[key(one)].append(one)
    return {name: _many(parts[name]) for name in sorted(parts)}


def _many(counts: Sequence[TicketCount]) -> dict[str, int]:
    return {
        "open": sum(one.tickets for one in counts),
        "overdue": sum(one.overdue for one in counts),
        "unassigned": sum(one.unassigned for one in counts),
    }


def item(line: TicketLine, now_us: int) -> dict[str, Any]:
    """A ticket in a list."""
    due_us = None if line.due_us == NEVER_US else line.due_us
    return {
        "id": line.id,
        "number": line.number,
        "kind": line.kind,
        "class": line.severity,
        "stage": line.stage,
        "owner": line.owner,
        "assigned_to": line.assigned_to,
        "category": line.category,
        "customer": line.customer,
        "service": line.service,
        "product": line.product,
        "channel": line.channel,
        "region": line.region,
        "incident": line.incident,
        "parent": line.parent,
        "children": line.children,
        "opened_at": at(line.opened_us),
        "due_at": at(due_us),
        "clock": line.clock,
        "overdue": due_us is not None and due_us < now_us,
        "paused_for": line.paused_for,
        "archived": line.open == ARCHIVED,
    }

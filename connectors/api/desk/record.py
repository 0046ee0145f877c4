"""A ticket with all that is recorded of it (SOP 8): children, messages, repairs, result, answer, climbs."""

from collections.abc import Iterator, Sequence
from typing import Any

from connectors.api.affected import Worlds
from connectors.api.desk.lists import item
from connectors.api.desk.message_list import MessageList
from connectors.api.rows import Case, Found, Rows
from connectors.api.views import at, ticket_whole
from connectors.desk_ports import TicketLine, TicketsAsked, line_of
from connectors.ports import MessageState, Store
from correlator.customers import holds, unpack
from correlator.rows.service_desk import CampaignRow, TicketRow, Work
from correlator.service_desk.notices.informed import informed_key

MOST_CHILDREN = 1000  # that are shown
ALL = 1_000_000


class Records:
    """Safe to call from several threads."""

    def __init__(self, store: Store, rows: Rows, worlds: Worlds) -> None:
        self._store = store
        self._rows = rows
        self._worlds = worlds

    def ticket(self, name: str) -> dict[str, Any] | None:
        """By id or number; None where there is none."""
        row = self._rows.ticket(name)
        return None if row is None else self._whole(row)

    def open_children(self, outage: str) -> list[tuple[str | None, str]] | None:
        """(id, number) of the open complaints under an incident or an outage's ticket; None: there is none such."""
        ticket = self._rows.ticket(outage)
        if ticket is None and (found := self._rows.find("incidents", outage)) is not None:
            ticket = self._rows.ticket(found.row.ticket, found.domain)
        if ticket is None or ticket.kind != "outage":
            return None
        return [(line.id, line.number) for line in self._lines_under(ticket) if line.open]

    def named(self, names: Sequence[str]) -> list[tuple[str | None, str]]:
        """(id, number) of each, by id or number; (None, the name) where there is none."""
        rows = ((name, self._rows.ticket(name)) for name in names)
        return [(None, name) if row is None else (row.id, row.number) for name, row in rows]

    def lines(self, names: Sequence[str]) -> list[dict[str, Any]]:
        """Those of these tickets that there are, as a list tells them; each once."""
        rows = {row.id: row for name in names if (row := self._rows.ticket(name)) is not None}
        return [item(line_of("", row), self._rows.clock()) for row in rows.values()]

    def messages(
        self, ticket: str | None, states: Sequence[MessageState] | None, last: int
    ) -> list[dict[str, Any]] | None:
        """The last ones in these states (None: that were sent again), of a ticket or of all; None: no such ticket."""
        row = self._rows.ticket(ticket)
        if ticket is not None and row is None:
            return None
        return MessageList(self._store, self._rows, self._worlds).of(row, states, last)

    def _lines_under(self, outage: TicketRow) -> list[TicketLine]:
        """The eldest first."""
        if outage.incident is None:
            return []
        equal = {"incident": (outage.incident,), "kind": ("complaint",)}
        asked = TicketsAsked(self._rows.domains, equal, state="all", sort="newest", limit=ALL)
        return [line for line in reversed(self._store.desk.tickets(asked)) if line.parent == outage.id]

    def _whole(self, row: TicketRow) -> dict[str, Any]:
        parent, first = self._rows.ticket(row.parent), self._rows.ticket(row.follows)
        children, more = self._children(row)
        worked = parent if parent is not None and not (row.temporary or row.permanent) else row
        return {
            **ticket_whole(row),
            "region": row.region,
            "occurred_at": at(row.occurred_us),
            "paused_for": row.paused_for,
            "follows": row.follows,
            "follows_number": first.number if first else None,
            "parent_number": parent.number if parent else None,
            "children": children,
            "children_left_out": more,
            "verified": _verified(row),
            "repairs": {
                "ticket": worked.number,
                "temporary": _work(worked.temporary),
                "permanent": _work(worked.permanent),
            },
            "result": _result(row),
            "confirmation": _confirmation(row),
            "climbs": [
                {"at": at(entry.at_us), "from": entry.was, "to": entry.now, "reason": entry.reason}
                for entry in row.trail
                if entry.action == "escalate"
            ],
            "notices": [_notice(one) for one in self._notices(row, parent)],
        }

    def _children(self, row: TicketRow) -> tuple[list[dict[str, Any]], int]:
        """Those that are listed, and how many are not."""
        if row.kind != "outage" or row.incident is None:
            return [], 0
        case = self._rows.find("tickets", row.id)
        now_us = self._rows.clock()
        if case is not None and isinstance(case.source, Case):
            rows = [one for _, one in case.source.each("tickets") if one.parent == row.id]
            lines = [line_of(case.domain, one) for one in sorted(rows, key=lambda one: one.id)]
        else:
            lines = self._lines_under(row)
        return [item(line, now_us) for line in lines[:MOST_CHILDREN]], max(0, len(lines) - MOST_CHILDREN)

    def _notices(self, row: TicketRow, parent: TicketRow | None) -> list[CampaignRow]:
        """Its own, and what its customer was told of the outage."""
        found = [campaign for _, campaign in self._sent(row)]
        if parent is not None:
            found += [one for place, one in self._sent(parent) if self._was_told(place, one, row.customer)]
        return sorted(found, key=lambda one: (one.at_us, one.id))

    def _sent(self, row: TicketRow) -> Iterator[tuple[Found, CampaignRow]]:
        for name in row.notices:
            place = self._rows.find("campaigns", name)
            if place is not None:
                yield place, place.row

    def _was_told(self, place: Found, campaign: CampaignRow, customer: str | None) -> bool:
        number = self._worlds[place.domain]().topology.customer_index.get(customer or "", -1)
        key = informed_key(campaign.incident, campaign.kind, campaign.update)  # type: ignore[arg-type]  # rows keep a kind as a word
        told = place.source.one("informed", key)
        return told is not None and number >= 0 and holds(unpack(told.customers), number)


def _work(work: Work | None) -> dict[str, Any] | None:
    return None if work is None else {"at": at(work.at_us), "actor": work.actor, "text": work.text}


def _verified(row: TicketRow) -> dict[str, Any] | None:
    """How the customer's service stood when the complaint was verified."""
    found = row.verified
    if found is None:
        return None
    return {"at": at(found.at_us), "actor": found.actor, "state": found.state, "incident": found.incident}


def _result(row: TicketRow) -> dict[str, Any] | None:
    """`told`: whether the customer reads it, in these words."""
    work = _work(row.result)
    return None if work is None else {**work, "told": row.told is not None, "no_fault": row.no_fault}


def _confirmation(row: TicketRow) -> dict[str, Any]:
    """What the customer was asked and what they answered; their words are read at `/tickets/{ticket}/words`."""
    found = row.answer
    answer = None
    if found is not None:
        answer = {
            "at": at(found.at_us),
            "by": found.by,
            "says": found.says,
            "how": found.how,
            "score": found.score,
            "words": found.words,
        }
    return {"asked": row.asked, "reminders": row.reminders, "silent": row.silent, "answer": answer}


def _notice(row: CampaignRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "update": row.update,
        "at": at(row.at_us),
        "ticket": row.ticket or None,
        "customers": row.size,
        "sent": row.sent,
        "delivered": row.delivered,
        "failed": row.failed,
        "uncertain": row.uncertain,
    }

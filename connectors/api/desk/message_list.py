"""Messages that went wrong, or were sent again: ids only, no address, no name, no text."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final, Literal

from connectors.api.affected import Worlds
from connectors.api.rows import Found, Rows
from connectors.api.views import at
from connectors.ports import MessageState, Queued, Store
from correlator.rows.service_desk import TicketRow
from correlator.service_desk.notices import receipts

TAKEN: Final[tuple[Literal["delivered", "sent"], ...]] = ("delivered", "sent")  # the more telling one first


class MessageList:
    """Of one answer."""

    def __init__(self, store: Store, rows: Rows, worlds: Worlds) -> None:
        self._store = store
        self._rows = rows
        self._worlds = worlds

    def of(self, ticket: TicketRow | None, states: Sequence[MessageState] | None, last: int) -> list[dict[str, Any]]:
        """The last ones of a ticket or of all, in these states; None: those that were sent again, in any."""
        found = [one for domain in self._rows.domains for one in self._found(domain, ticket, states, last)]
        found = sorted(found, key=lambda one: (-one.changed_us, one.id))[:last]
        names = {one.id.partition(":")[0] for one in found}  # many messages are of few campaigns
        about = {name: _About(self._rows, self._worlds, name) for name in sorted(names)}
        return [about[one.id.partition(":")[0]].told(one) for one in found]

    def _found(
        self, domain: str, ticket: TicketRow | None, states: Sequence[MessageState] | None, last: int
    ) -> list[Queued]:
        of = None if ticket is None else ticket.notices
        outbox = self._store.outbox
        return outbox.repeated(domain, last, of) if states is None else outbox.messages(domain, states, last, of)


class _About:
    """A campaign or a single message, and what is told of its messages."""

    def __init__(self, rows: Rows, worlds: Worlds, name: str) -> None:
        self._rows = rows
        self._worlds = worlds
        self._place: Found | None = rows.find("campaigns", name)
        self._marks: dict[str, Any] = {}  # rows of `receipts`

    @cached_property
    def _ticket(self) -> TicketRow | None:
        return None if self._place is None else self._rows.ticket(self._place.row.ticket)

    def told(self, one: Queued) -> dict[str, Any]:
        ticket, row = self._ticket, None if self._place is None else self._place.row
        return {
            "id": one.id,
            "to": one.recipient,
            "word": one.word,
            "state": one.state,
            "at": at(one.changed_us),
            "attempts": one.attempts,
            "why": one.why,
            "heard": self._heard(one),
            "again": self._again(one),
            "kind": None if row is None else row.kind,
            "update": None if row is None else row.update,
            "ticket": None if ticket is None else ticket.number,
        }

    def _again(self, one: Queued) -> dict[str, Any] | None:
        """When it was last sent again, by whom, and whether it may have been received before."""
        if one.again is None:
            return None
        trail = [] if self._ticket is None else self._ticket.trail
        by = [entry.actor for entry in trail if (entry.action, entry.at_us) == ("send_again", one.again.at_us)]
        return {
            "at": at(one.again.at_us),
            "by": by[-1] if by else None,
            "attempts_before": one.again.tried,
            "perhaps_received": one.again.doubted,
        }

    def _heard(self, one: Queued) -> Literal["delivered", "sent"] | None:
        """What a receipt, as a gateway's own, says beyond what the outbox knows."""
        heard = next((state for state in TAKEN if self._was_heard(one, state)), None)
        return None if heard == one.state else heard

    def _was_heard(self, one: Queued, state: str) -> bool:
        campaign, colon, customer = one.id.partition(":")
        if self._place is None or not colon:
            return self._place is not None and bool(getattr(self._place.row, state))
        number = self._worlds[self._place.domain]().topology.customer_index.get(customer)
        if number is None:
            return False
        place = receipts.place_for(campaign, state, number)
        if place.key not in self._marks:
            self._marks[place.key] = self._place.source.one("receipts", place.key)
        return receipts.is_marked(self._marks[place.key], place)

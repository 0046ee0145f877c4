"""Other systems that subscribed are told of tickets and alarms as they change (TMF630, hub): one effect a change.

What changes marks it (`Draft.marked`); the row goes along as it is at the end of the step. Of an alarm that came from
another domain its own domain tells.
"""

from typing import Final

import msgspec
from msgspec import structs

from correlator.effects import Announced, Reason
from correlator.events import Subscription
from correlator.federation.shares import home_of, share_of
from correlator.rows.incidents import AlarmRow
from correlator.rows.service_desk import TicketRow
from correlator.rows.subscriptions import SubscriptionRow
from correlator.state import Draft

PREFIX: Final = "EV"
ASKED: Final = Reason("subscribed", "another system asked to be told", "TMF630")

_encode = msgspec.msgpack.Encoder().encode


def subscribed(draft: Draft, event: Subscription) -> None:
    """Somebody wants to be told, or no longer; the same word again changes nothing."""
    known = draft.state.subscriptions.get(event.hub)
    if event.callback is None:
        draft.drop("subscriptions", event.hub)
    elif known is None or (known.callback, known.events) != (event.callback, event.events):
        row = SubscriptionRow(event.hub, event.callback, event.events, event.actor, draft.now_us)
        draft.put("subscriptions", row.id, row)


def tell(draft: Draft) -> None:
    """At the end of a step: what it marked."""
    for key, what in draft.marked.changed:
        hubs = tuple(name for name, row in sorted(draft.state.subscriptions.items()) if what in row.events)
        row = (draft.state.alarms if what.startswith("Alarm") else draft.state.tickets).get(key)
        if not hubs or row is None or (isinstance(row, AlarmRow) and not _is_ours(draft, row)):
            continue
        told = structs.replace(row, trail=[], notices=[]) if isinstance(row, TicketRow) else row
        draft.emit(
            Announced(
                id=draft.new_id(PREFIX),
                at_us=draft.now_us,
                kind=what,
                about=key,
                row=_encode(told),
                hubs=hubs,
                reason=ASKED,
            )
        )


def _is_ours(draft: Draft, row: AlarmRow) -> bool:
    share = draft.state.share
    return share is None or home_of(draft, row) == share_of(draft).domains.names[share.number]

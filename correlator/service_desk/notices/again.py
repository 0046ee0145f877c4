"""Messages that failed, or may not have been sent, are sent once more on a person's word (SOP 4.2 stage 5).

Only where they hold true, in the words of now. They keep their ids: a channel that knows one does not take it twice,
and what becomes of it counts where it was counted before.
"""

from collections.abc import Mapping

import numpy as np
from msgspec import structs

from correlator.arguments import CommandRejected
from correlator.customers import LAYOUT, NOBODY, Customers, both, either, holds, minus
from correlator.rows.service_desk import CampaignRow, TicketRow
from correlator.service_desk.notices import campaigns, numbers, receipts, said_well, single_notices, works
from correlator.service_desk.notices.informed import told
from correlator.state import Draft

WRONG = ("failed", "uncertain")
NONE = "no message of this ticket is uncertain"
ITSELF: Customers = np.array([-1], LAYOUT)  # "whose" a single message is, which is named after nobody


def send(draft: Draft, ticket: TicketRow, messages: list[str]) -> list[str]:
    """These, or all of the ticket that are uncertain; which. Raises CommandRejected: then none goes."""
    incident = draft.state.incidents.get(ticket.incident or "")
    if incident is not None and incident.notices_held:
        raise CommandRejected("target", "held", f"the notices of {incident.id} are held; release them first")
    rows = [row for name in ticket.notices if (row := draft.state.campaigns.get(name)) is not None]
    wrong = {row.id: _wrong(draft, row, failed=bool(messages)) for row in rows}
    asked = _named(draft, ticket, wrong, messages) if messages else wrong
    count = sum(map(len, asked.values()))
    if not count:
        raise CommandRejected("arguments.messages", "not_wrong", NONE)
    true = [(row, _true(draft, ticket, row, asked[row.id])) for row in rows if len(asked[row.id])]
    left = count - sum(len(whose) for _, whose in true)
    if left == count or (messages and left):
        text = f"{left} of {count} no longer hold true, or more was told since: none is sent"
        raise CommandRejected("target", "no_longer_true", text)
    for row, whose in true:
        _send(draft, ticket, row, whose)
    return [_name(draft, row, number) for row, whose in true for number in whose.tolist()]


def _named(
    draft: Draft, ticket: TicketRow, wrong: Mapping[str, Customers], messages: list[str]
) -> dict[str, Customers]:
    """Whose these are, by campaign. Raises CommandRejected where one of them did not go wrong."""
    index = draft.world.topology.customer_index
    numbers: dict[str, list[int]] = {name: [] for name in wrong}
    for message in sorted(set(messages)):
        name, colon, customer = message.partition(":")
        number = index.get(customer) if colon else int(ITSELF[0])
        if number is None or not holds(wrong.get(name, NOBODY), number):
            text = f"{message} is no message of {ticket.number} that failed or is uncertain"
            raise CommandRejected("arguments.messages", "not_wrong", text)
        numbers[name].append(number)
    return {name: np.array(sorted(some), LAYOUT) for name, some in numbers.items()}


def _name(draft: Draft, row: CampaignRow, number: int) -> str:
    return row.id if _is_single(row) else f"{row.id}:{draft.world.topology.customer_ids[number]}"


def _wrong(draft: Draft, row: CampaignRow, *, failed: bool) -> Customers:
    """Whose messages of it may not have been sent; `failed`: also those that were not."""
    if not (row.uncertain or (failed and row.failed)):
        return NOBODY
    if _is_single(row):
        return NOBODY if row.sent or row.delivered else ITSELF
    refused, uncertain = (receipts.of_whom(draft, row.id, state) for state in WRONG)
    some = either(uncertain, refused) if failed else minus(uncertain, refused)
    for state in ("sent", "delivered"):
        some = minus(some, receipts.of_whom(draft, row.id, state))
    return some


def _is_single(row: CampaignRow) -> bool:
    return row.id.startswith(single_notices.PREFIX)


def _true(draft: Draft, ticket: TicketRow, row: CampaignRow, whose: Customers) -> Customers:
    """Those of them whose message holds true, and to whom nothing was said since."""
    if _is_single(row):
        return whose if single_notices.facts_now(draft, ticket, row) is not None else NOBODY
    return _still_true(draft, ticket, row, whose)


def _still_true(draft: Draft, ticket: TicketRow, row: CampaignRow, customers: Customers) -> Customers:
    incident = draft.state.incidents.get(ticket.incident or "")
    if incident is None:
        return NOBODY
    later = [draft.state.campaigns.get(name) for name in ticket.notices[ticket.notices.index(row.id) :]]
    for kind, update in sorted({(one.kind, one.update) for one in later if one} - {(row.kind, row.update)}):
        customers = minus(customers, told(draft.state, incident.id, kind, update))  # type: ignore[arg-type]  # rows keep a kind as a word
    down = campaigns.down_now(draft.state, incident.id)
    if row.kind in ("outage", "update"):
        if incident.status != "open" or down is None:
            return NOBODY
        customers = both(customers, down)
        return minus(customers, said_well.among(draft, incident, customers))
    if row.kind == "restored":
        if campaigns.is_on(incident) and down is not None:
            customers = minus(customers, down)
        customers = minus(customers, either(*works.not_well(draft, incident, customers)))
    return works.never_down(draft, incident, customers) if row.kind == "correction" else customers


def _send(draft: Draft, ticket: TicketRow, row: CampaignRow, whose: Customers) -> None:
    if not len(whose):
        return
    _count_anew(draft, row, whose)
    if _is_single(row):
        single_notices.emit_again(draft, ticket, row)
    else:
        incident = draft.state.incidents[ticket.incident or ""]
        due_us = draft.state.deadlines.due_us(campaigns.UPDATE_KIND, incident.id)
        for number, part in numbers.of_message(ticket, row.kind, row.update, whose):
            what = campaigns.Message(row.kind, row.update, number, part, again=row.id)  # type: ignore[arg-type]  # a kind
            effect = campaigns.made(draft, incident, ticket, what)
            next_us = due_us if effect.facts.next_us is not None else None
            draft.emit(structs.replace(effect, facts=structs.replace(effect.facts, next_us=next_us)))


def _count_anew(draft: Draft, row: CampaignRow, whose: Customers) -> None:
    """They are queued: that they failed, or were uncertain, counts no more, and would be heard once more."""
    if _is_single(row):
        row.failed = row.uncertain = 0
        for state in WRONG:
            key = receipts.seen_key(f"{row.id}/{state}")
            draft.drop("seen", key)
            draft.disarm("forget", key)
    else:
        refused, uncertain = (both(receipts.of_whom(draft, row.id, state), whose) for state in WRONG)
        row.failed -= len(refused)
        row.uncertain -= len(minus(uncertain, refused))
        for state, customers in zip(WRONG, (refused, uncertain), strict=True):
            receipts.forget(draft, row.id, state, customers)
    draft.put("campaigns", row.id, row)

"""Messages that failed, or may not have been sent, are sent once more on a person's word (SOP 4.2 stage 5).

Only where they hold true, in the words of now. They keep their ids: a channel that knows one does not take it twice,
and what becomes of it counts where it was counted before.
"""

import numpy as np
from msgspec import structs

from correlator.arguments import CommandRejected
from correlator.customers import LAYOUT, NOBODY, Customers, both, either, minus
from correlator.rows.service_desk import CampaignRow, TicketRow
from correlator.service_desk.notices import campaigns, numbers, receipts, said_well, single_notices
from correlator.service_desk.notices.informed import told
from correlator.state import Draft

WRONG = ("failed", "uncertain")
NONE = "no message of this ticket is uncertain"


def send(draft: Draft, ticket: TicketRow, messages: list[str]) -> list[str]:
    """These, or all of the ticket that are uncertain; which. Raises CommandRejected: then none goes."""
    incident = draft.state.incidents.get(ticket.incident or "")
    if incident is not None and incident.notices_held:
        raise CommandRejected("target", "held", f"the notices of {incident.id} are held; release them first")
    rows = [row for name in ticket.notices if (row := draft.state.campaigns.get(name)) is not None]
    found = {name: row for row in rows for name in _wrong(draft, row, failed=bool(messages))}
    asked = sorted(set(messages)) or sorted(found)
    strange = [name for name in asked if name not in found]
    if strange or not asked:
        text = f"{strange[0]} is no message of {ticket.number} that failed or is uncertain" if strange else NONE
        raise CommandRejected("arguments.messages", "not_wrong", text)
    true = [name for row in rows for name in _true(draft, ticket, row, [one for one in asked if found[one] is row])]
    if not true or (messages and len(true) < len(asked)):
        text = f"{len(asked) - len(true)} of {len(asked)} no longer hold true, or more was told since: none is sent"
        raise CommandRejected("target", "no_longer_true", text)
    for row in rows:
        _send(draft, ticket, row, [name for name in true if found[name] is row])
    return true


def _wrong(draft: Draft, row: CampaignRow, *, failed: bool) -> list[str]:
    """Messages of it that may not have been sent; `failed`: also those that were not."""
    if not (row.uncertain or (failed and row.failed)):
        return []
    if _is_single(row):
        return [] if row.sent or row.delivered else [row.id]
    refused, uncertain = (receipts.of_whom(draft, row.id, state) for state in WRONG)
    some = either(uncertain, refused) if failed else minus(uncertain, refused)
    for state in ("sent", "delivered"):
        some = minus(some, receipts.of_whom(draft, row.id, state))
    return [f"{row.id}:{draft.world.topology.customer_ids[number]}" for number in some.tolist()]


def _is_single(row: CampaignRow) -> bool:
    return row.id.startswith(single_notices.PREFIX)


def _true(draft: Draft, ticket: TicketRow, row: CampaignRow, names: list[str]) -> list[str]:
    """Those of them that hold true, and to whom nothing was said since."""
    if not names:
        return []
    if _is_single(row):
        return names if single_notices.facts_now(draft, ticket, row) is not None else []
    customers = _still_true(draft, ticket, row, _customers(draft, names))
    return [f"{row.id}:{draft.world.topology.customer_ids[number]}" for number in customers.tolist()]


def _customers(draft: Draft, names: list[str]) -> Customers:
    index = draft.world.topology.customer_index
    return np.array(sorted(index[name.partition(":")[2]] for name in names), LAYOUT)


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
        customers = minus(customers, either(*campaigns.not_well(draft, incident, customers)))
    return campaigns.never_down(draft, incident, customers) if row.kind == "correction" else customers


def _send(draft: Draft, ticket: TicketRow, row: CampaignRow, names: list[str]) -> None:
    if not names:
        return
    _count_anew(draft, row, names)
    if _is_single(row):
        single_notices.emit_again(draft, ticket, row)
    else:
        incident = draft.state.incidents[ticket.incident or ""]
        due_us = draft.state.deadlines.due_us(campaigns.UPDATE_KIND, incident.id)
        customers = _customers(draft, names)
        by_number = [(ticket.number, customers)] if row.kind == "outage" else numbers.by_number(ticket, customers)
        for number, part in by_number:
            what = campaigns.Message(row.kind, row.update, number, part, again=row.id)  # type: ignore[arg-type]  # a kind
            effect = campaigns.made(draft, incident, ticket, what)
            next_us = due_us if effect.facts.next_us is not None else None
            draft.emit(structs.replace(effect, facts=structs.replace(effect.facts, next_us=next_us)))


def _count_anew(draft: Draft, row: CampaignRow, names: list[str]) -> None:
    """They are queued: that they failed, or were uncertain, counts no more, and would be heard once more."""
    if _is_single(row):
        row.failed = row.uncertain = 0
        for state in WRONG:
            key = receipts.seen_key(f"{row.id}/{state}")
            draft.drop("seen", key)
            draft.disarm("forget", key)
    else:
        refused, uncertain = (both(receipts.of_whom(draft, row.id, state), _customers(draft, names)) for state in WRONG)
        row.failed -= len(refused)
        row.uncertain -= len(minus(uncertain, refused))
        for state, customers in zip(WRONG, (refused, uncertain), strict=True):
            receipts.forget(draft, row.id, state, customers)
    draft.put("campaigns", row.id, row)

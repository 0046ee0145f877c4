"""Which receipts of a campaign's messages were heard: a bit each, so that those of a million take a thousand rows.

A receipt that our dispatcher makes has the id `{campaign}:{customer}/{state}`, and says no more than that. One with any
other id, as a gateway's own, is remembered by its id as well (`kernel`). A row is kept until its last receipt is as old
as the policy remembers.
"""

from typing import NamedTuple

import numpy as np

from correlator.customers import LAYOUT, Customers
from correlator.events import DAY_US, Receipt
from correlator.rows.service_desk import ReceiptsRow
from correlator.service_desk.notices.campaigns import PREFIX
from correlator.state import Draft, SeenRow
from topology.graph import Topology

KIND = "care.heard"
STATES = ("sent", "delivered", "failed", "uncertain")
BLOCK = 1024  # customers of a row, by their numbers


class Place(NamedTuple):
    """Where a receipt is remembered: the row's key, and its bit there."""

    key: str
    bit: int


def place_of(draft: Draft, name: str) -> Place | None:
    """Of a receipt's id; None where it is none of our dispatcher's, or the inventory lacks the customer."""
    message, _, state = name.rpartition("/")
    campaign, _, customer = message.partition(":")
    number = draft.world.topology.customer_index.get(customer)
    if number is None or state not in STATES or not campaign.startswith(PREFIX):
        return None
    return place_for(campaign, state, number)


def seen_key(receipt: str) -> str:
    """Under which a receipt is remembered that has no bit, by its id."""
    return f"receipt\x1f{receipt}"


def counts(draft: Draft, event: Receipt) -> bool:
    """Whether it says what its id says, of a message to many; else it is remembered by its id."""
    known = event.notice.partition(":")[0] in draft.state.campaigns
    return known and event.id == f"{event.notice}/{event.state}"


def place_for(campaign: str, state: str, number: int) -> Place:
    """Of what is told of a campaign's message to this customer."""
    return Place(f"{campaign}\x1f{state}\x1f{number // BLOCK:06}", number % BLOCK)


def was_heard(draft: Draft, place: Place) -> bool:
    return is_marked(draft.state.receipts.get(place.key), place)


def is_marked(row: ReceiptsRow | None, place: Place) -> bool:
    return row is not None and bool(row.bits[place.bit >> 3] >> (place.bit & 7) & 1)


def hear(draft: Draft, place: Place) -> None:
    _set(draft, place, draft.now_us + draft.world.policy.remember_days * DAY_US)


def _set(draft: Draft, place: Place, until_us: int) -> None:
    row = draft.state.receipts.get(place.key)
    bits = bytearray(row.bits if row is not None else BLOCK // 8)
    bits[place.bit >> 3] |= 1 << (place.bit & 7)
    if row is None:
        draft.arm(KIND, place.key, until_us)
    else:
        until_us = max(until_us, row.until_us)
    draft.put("receipts", place.key, ReceiptsRow(bytes(bits), until_us))


def said_before(draft: Draft, event: Receipt) -> bool:
    """Whether the same was heard of this message of a campaign by a receipt of another id; from now on it was."""
    place = None if counts(draft, event) else place_of(draft, f"{event.notice}/{event.state}")
    if place is None:
        return False
    if was_heard(draft, place):
        return True
    hear(draft, place)
    return False


def told_before(draft: Draft, event: Receipt) -> set[str]:
    """What else was told of this message of a campaign."""
    places = {state: place_of(draft, f"{event.notice}/{state}") for state in STATES if state != event.state}
    return {state for state, place in places.items() if place is not None and was_heard(draft, place)}


def of_whom(draft: Draft, campaign: str, state: str) -> Customers:
    """Of whose messages of a campaign this was told."""
    found: list[int] = []
    for first in range(0, len(draft.world.topology.customer_ids), BLOCK):
        row = draft.state.receipts.get(place_for(campaign, state, first).key)
        if row is not None:
            bits = np.unpackbits(np.frombuffer(row.bits, np.uint8), bitorder="little")
            found += (first + np.flatnonzero(bits)).tolist()
    return np.array(found, LAYOUT)


def forget(draft: Draft, campaign: str, state: str, customers: Customers) -> None:
    """Their messages are sent again: what is told of them then is news."""
    for number in customers.tolist():
        key, bit = place_for(campaign, state, number)
        row = draft.state.receipts.get(key)
        if row is not None:
            bits = bytearray(row.bits)
            bits[bit >> 3] &= ~(1 << (bit & 7))
            draft.put("receipts", key, ReceiptsRow(bytes(bits), row.until_us))


def due(draft: Draft, key: str) -> None:
    """The row's first receipt is old enough to be forgotten; perhaps its last one is not."""
    row = draft.state.receipts.get(key)
    if row is not None and row.until_us > draft.now_us:
        draft.arm(KIND, key, row.until_us)
    elif row is not None:
        draft.drop("receipts", key)


def renumber(draft: Draft, old: Topology, table: dict[int, int]) -> None:
    """The inventory changed: bits follow their customers; of one who is gone from it the receipt's id is kept."""
    rows = sorted(draft.state.receipts.items())
    for key, _ in rows:
        draft.drop("receipts", key)
        draft.disarm(KIND, key)
    for key, row in rows:
        campaign, state, block = key.split("\x1f")
        first = int(block) * BLOCK
        for number in (first + bit for bit in range(BLOCK) if row.bits[bit >> 3] >> (bit & 7) & 1):
            if number in table:
                _set(draft, place_for(campaign, state, table[number]), row.until_us)
            else:
                name = seen_key(f"{campaign}:{old.customer_ids[number]}/{state}")
                draft.put("seen", name, SeenRow(row.until_us))
                draft.arm("forget", name, row.until_us)

"""Erasing a person (UU PDP 27/2022): who is meant, what of them is kept where, the key's end, and a record of it.

What people wrote and where they can be reached is sealed under each one's own key, wherever it lies: in the journal,
in its back-ups, in the directory. So nothing has to be stopped, and nothing is rewritten: the key is destroyed.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from connectors.ports import Directory, Journal, Store, Vault
from connectors.privacy.directory import all_whose, plain_email, plain_phone
from connectors.privacy.erasure_log import ErasureLog
from correlator.events import Complaint, Time
from correlator.rows.service_desk import TicketRow
from correlator.service_desk.tickets import number_key

EVERY = 10_000_000
KINDS = ("customer:", "complaint:")


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything that may hold something of a person."""

    domains: Sequence[str]
    vault: Vault
    directory: Directory
    store: Store
    journal: Journal
    messages: Path  # what the file channel sent
    record: ErasureLog  # who erased whom


@dataclass(frozen=True, slots=True)
class Traces:
    """What there is of one person."""

    key: str  # customer:ID or complaint:ID, as the vault calls it
    contact: bool  # in the directory
    complaints: int
    waiting: int  # messages to them that are not sent
    sent_to_file: int  # lines that the file channel wrote, with their address


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the record: references only."""

    at: Time
    by: str
    keys: tuple[str, ...]
    reason: str | None
    names: dict[
        str, str
    ] = {}  # of each key, in hex: it is destroyed again where a back-up brings it back, and no later one


class Nobody(Exception):
    """No person is known by that name: what is wrong, and what to do."""


def persons(kept: Kept, name: str) -> list[str]:
    """Whose keys are meant by a customer's id, a phone, a mail, a ticket number, or a key's own name. Raises Nobody."""
    found = list(dict.fromkeys(_meant(kept, name)))
    held = [key for key in found if kept.vault.holds(key)]
    if found and not held:
        raise Nobody(f"There is no key of {', '.join(found)}: erased already, or never there")
    if not held:
        raise Nobody(f"Nobody is known by {name}. Name a customer's id, a phone, a mail or a ticket number")
    return held


def _meant(kept: Kept, name: str) -> Iterator[str]:
    if name.startswith(KINDS):
        yield name
    elif tickets := list(_numbered(kept, name)):
        for ticket in tickets:
            if ticket.kind == "complaint":
                if ticket.customer:
                    yield from _customer_s(kept, ticket.customer)
                else:
                    yield f"complaint:{ticket.complaint}"
                    yield from _held(kept, ticket.id, ticket.number)
    elif any(map(kept.vault.holds, own := list(_customer_s(kept, name)))):
        yield from own
    else:
        for customer in all_whose(name, kept.directory):
            yield from _customer_s(kept, customer)
        yield from _strangers(kept, name)


def _customer_s(kept: Kept, customer: str) -> Iterator[str]:
    """Their key, and those of what came when only the service was named: complaints, and replies to their tickets.

    Of the archive too: a case that is over for long lies there, and its words in the journal and its back-ups.
    """
    yield f"customer:{customer}"
    for row in _ever(kept, "complaints"):
        if row.customer_id == customer:
            yield from _held(kept, row.id)
    for row in _ever(kept, "tickets"):
        if row.customer == customer:
            yield from _held(kept, row.complaint, row.id, row.number)


def _held(kept: Kept, *names: str | None) -> Iterator[str]:
    """Of these complaints or tickets, under whose name something was sealed."""
    keys = (f"complaint:{name}" for name in names if name)
    yield from filter(kept.vault.holds, keys)


def _ever(kept: Kept, table: str) -> Iterator[Any]:
    """Rows that are live, and those in the archive."""
    for domain in kept.domains:
        yield from (row for _, row in kept.store.rows(domain, table))
        yield from (row for _, row in kept.store.archived(domain, table, 0))


def _numbered(kept: Kept, number: str) -> Iterator[TicketRow]:
    key = number_key(number.upper())
    for domain in kept.domains:
        found = kept.store.row(domain, "texts", key)
        ticket = None if found is None else kept.store.row(domain, "tickets", found.value)
        if ticket is None and (case := kept.store.case(domain, "texts", key)) is not None:
            ticket = case.get("tickets", {}).get(case["texts"][key].value)
        if ticket is not None:
            yield ticket


def _strangers(kept: Kept, name: str) -> Iterator[str]:
    """Complaints of whom the inventory lacks, from this phone or mail: their contact lies sealed in the journal."""
    plain = plain_email if "@" in name else plain_phone
    wanted = plain(name)
    for event in _complaints(kept) if wanted else ():
        contact = _stranger_s_contact(kept, event)
        if contact and plain(contact) == wanted:
            yield f"complaint:{event.id}"


def _stranger_s_contact(kept: Kept, event: Complaint) -> str | None:
    """As the caller gave it."""
    if event.customer is not None or event.sealed is None:
        return None
    text = kept.vault.unseal(f"complaint:{event.id}", event.sealed)
    return msgspec.json.decode(text).get("contact") if text else None


def _complaints(kept: Kept) -> Iterator[Complaint]:
    for domain in kept.domains:
        after = 0
        while frames := kept.journal.read(domain, after):
            after = frames[-1][0]
            yield from (event for _, frame in frames for event in frame.events if isinstance(event, Complaint))


def traces(kept: Kept, key: str) -> Traces:
    """Before the key is gone, since their address tells which lines were sent to them."""
    kind, _, name = key.partition(":")
    contact = kept.directory.contact(name) if kind == "customer" else None
    rows = _ever(kept, "complaints")
    complaints = len({row.id for row in rows if (row.customer_id if kind == "customer" else row.id) == name})
    outbox = kept.store.outbox
    waiting = [one for domain in kept.domains for one in outbox.messages(domain, ("queued", "trying"), EVERY)]
    return Traces(
        key=key,
        contact=contact is not None,
        complaints=complaints,
        waiting=sum(message.recipient == key for message in waiting),
        sent_to_file=_lines_with(kept.messages, addresses_of(kept, key)),
    )


def _lines_with(path: Path, addresses: Sequence[str]) -> int:
    return sum(1 for _ in _told(path, addresses))


def _told(path: Path, addresses: Sequence[str]) -> Iterator[tuple[int, bytes]]:
    """Lines of the file channel with one of these addresses, each with where it begins."""
    marks = [msgspec.json.encode(address) for address in addresses if address]
    if not marks or not path.exists():
        return
    at = 0
    with path.open("rb") as lines:
        for line in lines:
            if any(mark in line for mark in marks):
                yield at, line
            at += len(line)


def addresses_of(kept: Kept, key: str) -> list[str]:
    """Where a person is reached, as the file channel would write it."""
    kind, _, name = key.partition(":")
    if kind == "customer":
        contact = kept.directory.contact(name)
        found = [contact.phone, contact.email] if contact else []
    else:
        found = [_stranger_s_contact(kept, event) for event in _complaints(kept) if event.id == name]
    return [one for one in found if one]


def erase(kept: Kept, keys: Sequence[str], line: Erased) -> list[str]:
    """Destroy the keys; those that there were. The record is durable before the first goes.

    What the file channel wrote to them is overwritten in its place: the file may be written on meanwhile.
    """
    names = {key: name.hex() for key in keys if (name := kept.vault.key_of(key)) is not None}
    addresses = [one for key in keys for one in addresses_of(kept, key)]
    kept.record.add(msgspec.json.encode(msgspec.structs.replace(line, names=names)))
    gone = [key for key in keys if kept.vault.erase(key)]
    blank(kept.messages, addresses)
    return gone


def blank(path: Path, addresses: Sequence[str]) -> None:
    """Of lines with these addresses the id stays, so that none is sent again."""
    for at, line in list(_told(path, addresses)):
        name = msgspec.json.decode(line, type=_Line).id
        left = msgspec.json.encode({"id": name, "erased": True})
        with path.open("r+b") as file:
            file.seek(at)
            file.write(left.ljust(len(line.rstrip(b"\n"))))
            file.flush()
            os.fsync(file.fileno())


class _Line(msgspec.Struct):
    id: str


def erase_again(vault: Vault, record: ErasureLog) -> list[str]:
    """Those whose keys a back-up brought back; a key that was made after the erasure stays. At every start."""
    gone: list[str] = []
    for line in record.lines():
        for person, name in msgspec.json.decode(line, type=Erased).names.items():
            if vault.erase(person, bytes.fromhex(name)):
                gone.append(person)
    return gone

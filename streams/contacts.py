"""Contacts of an inventory that reach nobody: the check warns of them, for the hash leaves them out of the network.

A line names the customer and never what is written there: it is printed, mailed about and kept in logs.
"""

from collections.abc import Iterable, Iterator

from connectors.privacy.directory import plain_email, plain_phone
from topology.building.holes import cut
from topology.loaders.findings import bare
from topology.model import Customer

FEWEST, MOST = 7, 15  # digits with those of the country (E.164 allows 15)


def contact_warnings(customers: Iterable[Customer]) -> tuple[str, ...]:
    rows = tuple(customers)
    return (*cut(_phones(rows)), *cut(_emails(rows)))


def _phones(rows: Iterable[Customer]) -> Iterator[str]:
    for row in rows:
        if row.phone and not FEWEST <= len(plain_phone(row.phone) or "+") - 1 <= MOST:
            yield f"customer {bare(row.id)}: the phone is no number. Write one, as 0812-3456-7890, or leave it out"


def _emails(rows: Iterable[Customer]) -> Iterator[str]:
    for row in rows:
        if row.email and plain_email(row.email) is None:
            yield f"customer {bare(row.id)}: the email is no address. Write one, as name@example.com, or leave it out"

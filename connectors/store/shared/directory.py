"""Customers' contacts on PostgreSQL (port `Directory`): sealed, found by keyed hashes, loaded as a whole."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, TextClause, text

from connectors.ports import Contact, Vault
from connectors.privacy.directory import MOST_FOUND, Hashes, decoded, encoded, person
from connectors.store.database import Database
from connectors.store.postgres import unwritten

AT_ONCE = 5000
LOADING = 0x53696D44  # SimD: the lock of whoever loads

_WAIT = text("set local lock_timeout = 0")  # for another who loads the same inventory: it may take a minute
_LOCK = text("select pg_advisory_xact_lock(:lock)")
_PRESENT = text('create temporary table present (customer text collate "C" primary key) on commit drop')
_IS_PRESENT = text("insert into present select unnest(cast(:customers as text[])) on conflict do nothing")
_MARKS = text("select customer, mark from people where customer = any(cast(:customers as text[]))")
_PUT = text("""
    insert into people (customer, mark, phone, email, sealed)
    select * from unnest(cast(:customers as text[]), cast(:marks as bytea[]), cast(:phones as bytea[]),
        cast(:emails as bytea[]), cast(:sealed as bytea[]))
    on conflict (customer) do update set
        mark = excluded.mark, phone = excluded.phone, email = excluded.email, sealed = excluded.sealed""")
_PLAN = text("analyze present")
_GONE = text("delete from people where not exists (select from present where present.customer = people.customer)")
_KNOW = text("analyze people")  # so that the first question after a load is answered by the index
_THESE = text("select customer, sealed from people where customer = any(cast(:customers as text[]))")
_BY_PHONE = text("select customer, sealed from people where phone = :value order by customer limit :most")
_BY_EMAIL = text("select customer, sealed from people where email = :value order by customer limit :most")


class PostgresDirectory:
    """`secret` keys the hashes: `MasterKey.derived("directory")`."""

    def __init__(self, database: Database, vault: Vault, secret: bytes) -> None:
        self._database = database
        self._vault = vault
        self._hashes = Hashes(secret)

    def replace(self, contacts: Iterable[tuple[str, Contact]]) -> None:
        """One transaction: readers see the old ones until all are there. Who loads at the same time waits."""
        rest = iter(contacts)
        with unwritten(), self._database.writing(durable=True) as connection:
            connection.execute(_WAIT)
            connection.execute(_LOCK, {"lock": LOADING})
            connection.execute(_PRESENT)
            while some := dict(islice(rest, AT_ONCE)):
                self._put(connection, some)
            connection.execute(_PLAN)
            connection.execute(_GONE)
            connection.execute(_KNOW)

    def _put(self, connection: Connection, contacts: dict[str, Contact]) -> None:
        """What did not change is not sealed again."""
        customers = {"customers": list(contacts)}
        connection.execute(_IS_PRESENT, customers)
        bodies = {customer: encoded(contact) for customer, contact in contacts.items()}
        marks = {customer: self._hashes.mark(body) for customer, body in bodies.items()}
        known = {row.customer: row.mark for row in connection.execute(_MARKS, customers)}
        changed = [customer for customer in contacts if known.get(customer) != marks[customer]]
        if changed:
            rows = {
                "customers": changed,
                "marks": [marks[customer] for customer in changed],
                "phones": [self._hashes.phone(contacts[customer].phone) for customer in changed],
                "emails": [self._hashes.email(contacts[customer].email) for customer in changed],
                "sealed": self._vault.seal_many([(person(customer), bodies[customer]) for customer in changed]),
            }
            connection.execute(_PUT, rows)

    def contact(self, customer: str) -> Contact | None:
        return self.contacts([customer]).get(customer)

    def contacts(self, customers: Sequence[str]) -> dict[str, Contact]:
        return self._found(_THESE, {"customers": list(customers)}) if customers else {}

    def by_phone(self, phone: str) -> list[str]:
        value = self._hashes.phone(phone)
        return list(self._found(_BY_PHONE, {"value": value, "most": MOST_FOUND})) if value else []

    def by_email(self, email: str) -> list[str]:
        value = self._hashes.email(email)
        return list(self._found(_BY_EMAIL, {"value": value, "most": MOST_FOUND})) if value else []

    def _found(self, query: TextClause, asked: Mapping[str, Any]) -> dict[str, Contact]:
        """Those who were not erased; the keys are read together."""
        with unwritten(), self._database.asking() as connection:
            rows = connection.execute(query, asked).all()
        bodies = self._vault.unseal_many([(person(customer), sealed) for customer, sealed in rows])
        return {row.customer: decoded(body) for row, body in zip(rows, bodies, strict=True) if body is not None}

    def close(self) -> None:
        """The database is others' too."""

"""Where customers can be reached: sealed at rest under each one's own key, found by a keyed hash of phone or mail.

The inventory's hash leaves contacts out, so `replace` itself sees what changed: a customer whose contact is as it was
costs one look-up, is not sealed again, and stays erased where they were erased.
"""

import hmac
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from sqlite3 import Connection

import msgspec

from connectors.ports import Contact, Directory, Vault
from connectors.sqlite_file import PATIENCE_S, Format, SqliteFile

COUNTRY = "62"
MOST_FOUND = 100  # customers of one phone or mail
CHUNK = 2000
HASH_BYTES = 16

_PEOPLE = """create table people (
    customer text primary key, mark blob not null, phone blob, email blob, sealed blob not null) without rowid"""
_BY_PHONE = "create index people_by_phone on people (phone) where phone is not null"
_BY_EMAIL = "create index people_by_email on people (email) where email is not null"
DIRECTORY = Format("directory of customers", 0x53696D44, ((_PEOPLE, _BY_PHONE, _BY_EMAIL),))  # SimD

_EXTENSION = re.compile("ext|x|pes|#|;", re.IGNORECASE)  # how it begins

encoded = msgspec.msgpack.Encoder().encode  # a contact, as it is sealed
decoded = msgspec.msgpack.Decoder(Contact).decode


def plain_phone(phone: str) -> str | None:
    """As E.164 has it: `0812-345`, `62812345` and `+62 (0)812 345` are one; None where it holds no number."""
    text = _EXTENSION.split(phone, maxsplit=1)[0].replace("(0)", "").strip()
    digits = "".join(char for char in text if char in "0123456789")
    if not digits:
        return None
    if text.startswith("+"):
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    if digits.startswith("0"):
        return f"+{COUNTRY}{digits[1:]}"
    return f"+{digits}" if digits.startswith(COUNTRY) else f"+{COUNTRY}{digits}"


def plain_email(email: str) -> str | None:
    """Without the name beside it, without case; None where it is no address."""
    _, bracket, inside = email.rpartition("<")
    address = (inside.partition(">")[0] if bracket else email).strip().casefold()
    return address if "@" in address.strip("@") else None


def person(customer: str) -> str:
    """Whose key it is, as the vault calls it."""
    return f"customer:{customer}"


def whose(contact: str | None, directory: Directory) -> str | None:
    """The one customer whom this phone or mail belongs to; None where it is nobody's or several persons'."""
    found = all_whose(contact, directory) if contact else ()
    return found[0] if len(found) == 1 else None


def all_whose(contact: str, directory: Directory) -> Sequence[str]:
    """All customers whom this phone or mail belongs to."""
    return directory.by_email(contact) if "@" in contact else directory.by_phone(contact)


class Hashes:
    """Keyed, so that nobody can try out all phone numbers on a copy. `secret`: `MasterKey.derived("directory")`."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def mark(self, body: bytes) -> bytes:
        """Of a contact as a whole: whether it changed."""
        return self._hash("mark", body)

    def phone(self, phone: str | None) -> bytes | None:
        plain = plain_phone(phone) if phone else None
        return self._hash("phone", plain.encode()) if plain else None

    def email(self, email: str | None) -> bytes | None:
        plain = plain_email(email) if email else None
        return self._hash("email", plain.encode()) if plain else None

    def _hash(self, what: str, value: bytes) -> bytes:
        return hmac.digest(self._secret, b"%s:%s" % (what.encode(), value), "sha256")[:HASH_BYTES]


class SqliteDirectory:
    """In a file of its own. `secret` keys the hashes."""

    def __init__(self, path: Path, vault: Vault, secret: bytes, *, patience_s: float = PATIENCE_S) -> None:
        self._file = SqliteFile(path, DIRECTORY, patience_s=patience_s)
        self._vault = vault
        self._hashes = Hashes(secret)

    def replace(self, contacts: Iterable[tuple[str, Contact]]) -> None:
        """One transaction: readers see the old ones until all are there."""
        rest = iter(contacts)
        with self._file.writing() as connection:
            connection.execute("create temp table present (customer text primary key) without rowid")
            while some := dict(islice(rest, CHUNK)):
                self._put(connection, some)
            connection.execute("delete from people where customer not in (select customer from present)")
            connection.execute("drop table present")

    def _put(self, connection: Connection, contacts: dict[str, Contact]) -> None:
        connection.executemany("insert or ignore into present values (?)", [(customer,) for customer in contacts])
        bodies = {customer: encoded(contact) for customer, contact in contacts.items()}
        marks = {customer: self._hashes.mark(body) for customer, body in bodies.items()}
        asked = ", ".join("?" * len(contacts))
        query = f"select customer, mark from people where customer in ({asked})"  # noqa: S608  # question marks only
        known = dict(connection.execute(query, list(contacts)).fetchall())
        changed = [customer for customer in contacts if known.get(customer) != marks[customer]]
        sealed = self._vault.seal_many([(person(customer), bodies[customer]) for customer in changed])
        rows = [
            (
                customer,
                marks[customer],
                self._hashes.phone(contacts[customer].phone),
                self._hashes.email(contacts[customer].email),
                one,
            )
            for customer, one in zip(changed, sealed, strict=True)
        ]
        connection.executemany("insert or replace into people values (?, ?, ?, ?, ?)", rows)

    def contact(self, customer: str) -> Contact | None:
        with self._file.reading() as connection:
            found = connection.execute("select sealed from people where customer = ?", (customer,)).fetchone()
        body = self._vault.unseal(person(customer), found[0]) if found else None
        return None if body is None else decoded(body)

    def contacts(self, customers: Sequence[str]) -> dict[str, Contact]:
        """One after the other: a file is near."""
        return {one: contact for one in customers if (contact := self.contact(one)) is not None}

    def by_phone(self, phone: str) -> list[str]:
        return self._readable(
            "select customer from people where phone = ? order by customer", self._hashes.phone(phone)
        )

    def by_email(self, email: str) -> list[str]:
        return self._readable(
            "select customer from people where email = ? order by customer", self._hashes.email(email)
        )

    def _readable(self, query: str, value: bytes | None) -> list[str]:
        """Those who were not erased."""
        if value is None:
            return []
        with self._file.reading() as connection:
            found = connection.execute(f"{query} limit ?", (value, MOST_FOUND)).fetchall()
        return [customer for (customer,) in found if self.contact(customer) is not None]

    def close(self) -> None:
        self._file.close()


class MemoryDirectory:
    """The memory twin: contacts sealed under a vault's keys too, so that an erasure shows."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._people: dict[str, tuple[Contact, bytes]] = {}

    def replace(self, contacts: Iterable[tuple[str, Contact]]) -> None:
        old, self._people = self._people, {}
        for customer, contact in contacts:
            known = old.get(customer)
            unchanged = known is not None and known[0] == contact
            sealed = known[1] if known and unchanged else self._vault.seal(person(customer), encoded(contact))
            self._people[customer] = contact, sealed

    def contact(self, customer: str) -> Contact | None:
        found = self._people.get(customer)
        body = self._vault.unseal(person(customer), found[1]) if found else None
        return None if body is None else decoded(body)

    def contacts(self, customers: Sequence[str]) -> dict[str, Contact]:
        return {one: contact for one in customers if (contact := self.contact(one)) is not None}

    def by_phone(self, phone: str) -> list[str]:
        asked = plain_phone(phone)
        return self._readable(name for name, own in self._phones() if asked and plain_phone(own) == asked)

    def by_email(self, email: str) -> list[str]:
        asked = plain_email(email)
        return self._readable(name for name, own in self._emails() if asked and plain_email(own) == asked)

    def _phones(self) -> Iterator[tuple[str, str]]:
        return ((name, contact.phone) for name, (contact, _) in self._people.items() if contact.phone)

    def _emails(self) -> Iterator[tuple[str, str]]:
        return ((name, contact.email) for name, (contact, _) in self._people.items() if contact.email)

    def _readable(self, names: Iterable[str]) -> list[str]:
        return [name for name in sorted(names)[:MOST_FOUND] if self.contact(name) is not None]

    def close(self) -> None:
        """Nothing to close."""

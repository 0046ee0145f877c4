"""What every directory of customers must do, asked of each."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectors.ports import Contact, Vault
from connectors.privacy.directory import MemoryDirectory, SqliteDirectory, plain_email, plain_phone
from connectors.privacy.vault import MemoryVault
from connectors.store.shared.directory import PostgresDirectory
from tests.services import shared_database

SECRET = b"k" * 32
Kept = MemoryDirectory | SqliteDirectory | PostgresDirectory
MAKERS: dict[str, Callable[[Path, Vault], Kept]] = {
    "memory": lambda _, vault: MemoryDirectory(vault),
    "sqlite": lambda folder, vault: SqliteDirectory(folder / "directory.db", vault, SECRET),
    "postgres": lambda _, vault: PostgresDirectory(shared_database(), vault, SECRET),
}
ANI = Contact("Ani", "0812-3456-789", "Ani@Example.com")
BUDI = Contact("Budi", "+62 812 3456 789", "budi@example.com")  # of the same house
NOBODY = Contact(None, None, None)
ALL = [("C-1", ANI), ("C-2", BUDI), ("C-3", NOBODY)]


@pytest.fixture
def vault() -> MemoryVault:
    return MemoryVault()


@pytest.fixture(params=MAKERS)
def directory(request: pytest.FixtureRequest, tmp_path: Path, vault: MemoryVault) -> Iterator[Kept]:
    made = MAKERS[request.param](tmp_path, vault)
    made.replace(ALL)
    yield made
    made.close()


@pytest.mark.parametrize(("customer", "contact"), [*ALL, ("C-9", None)])
def test_contact(directory: Kept, customer: str, contact: Contact | None) -> None:
    assert directory.contact(customer) == contact


def test_contacts_of_many(directory: Kept, vault: MemoryVault) -> None:
    vault.erase("customer:C-2")
    assert directory.contacts(["C-3", "C-9", "C-1", "C-2", "C-1"]) == {"C-1": ANI, "C-3": NOBODY}
    assert directory.contacts([]) == {}


@pytest.mark.parametrize("phone", ["08123456789", "+628123456789", "62 812 3456789", "0812 3456 789 ext. 2"])
def test_a_phone_is_found_however_it_is_written(directory: Kept, phone: str) -> None:
    assert directory.by_phone(phone) == ["C-1", "C-2"]


@pytest.mark.parametrize("email", ["ani@example.com", " ANI@EXAMPLE.COM ", "Ani <ani@example.com>"])
def test_a_mail_is_found_however_it_is_written(directory: Kept, email: str) -> None:
    assert directory.by_email(email) == ["C-1"]


@pytest.mark.parametrize("text", ["", "nobody", "@", "0000"])
def test_who_is_not_there(directory: Kept, text: str) -> None:
    assert directory.by_phone(text) == []
    assert directory.by_email(text) == []


def test_replace(directory: Kept) -> None:
    moved = Contact("Ani", "021 555 0101", None)
    directory.replace([("C-1", moved), ("C-4", BUDI)])
    assert [directory.contact(f"C-{n}") for n in (1, 2, 3, 4)] == [moved, None, None, BUDI]
    assert directory.by_phone("08123456789") == ["C-4"]
    assert directory.by_phone("+62215550101") == ["C-1"]
    assert directory.by_email("ani@example.com") == []


def test_an_erased_customer_is_found_no_more(directory: Kept, vault: MemoryVault) -> None:
    vault.erase("customer:C-1")
    assert directory.contact("C-1") is None
    assert directory.by_phone("08123456789") == ["C-2"]
    assert directory.by_email("ani@example.com") == []


def test_an_erased_customer_stays_erased_when_the_same_inventory_is_loaded(directory: Kept, vault: MemoryVault) -> None:
    vault.erase("customer:C-1")
    directory.replace(ALL)
    assert directory.contact("C-1") is None
    assert directory.contact("C-2") == BUDI


def test_what_did_not_change_is_not_sealed_again(directory: Kept, vault: MemoryVault) -> None:
    for n in (1, 2, 3):
        vault.erase(f"customer:C-{n}")
    directory.replace([("C-1", ANI), ("C-2", Contact("Budi", None, None)), ("C-3", NOBODY)])
    assert [vault.erase(f"customer:C-{n}") for n in (1, 2, 3)] == [False, True, False]


def test_many(directory: Kept) -> None:
    many = [(f"C-{n}", Contact(f"P {n}", f"0811{n:06}", f"p{n}@example.com")) for n in range(5000)]
    directory.replace(iter(many))
    assert directory.contact("C-4999") == many[4999][1]
    assert directory.by_phone("+62811002500") == ["C-2500"]
    directory.replace(many[:10])
    assert directory.contact("C-4999") is None
    assert directory.by_phone("+62811000009") == ["C-9"]


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("(021) 555-6789 ext. 2", "+62215556789"),
        ("+62 (0)21 555 6789", "+62215556789"),
        ("0062 21 5556789", "+62215556789"),
        ("8123456789", "+628123456789"),
        ("+65 6123 4567", "+6561234567"),
        ("tel", None),
        ("", None),
    ],
)
def test_plain_phone(written: str, plain: str | None) -> None:
    assert plain_phone(written) == plain


def test_a_contact_as_long_as_a_body_is_read_in_one_pass() -> None:
    assert plain_phone(f"{' ' * 1_000_000}0811 000 001 ext 2") == "+62811000001"


@pytest.mark.parametrize(
    ("written", "plain"), [("A@B.id", "a@b.id"), ('"B" <b@c.id>', "b@c.id"), ("none", None), ("@", None), ("", None)]
)
def test_plain_email(written: str, plain: str | None) -> None:
    assert plain_email(written) == plain


def test_nothing_of_a_contact_can_be_read_in_the_file(tmp_path: Path) -> None:
    directory = SqliteDirectory(tmp_path / "directory.db", MemoryVault(), SECRET)
    directory.replace(ALL)
    directory.close()
    found = (tmp_path / "directory.db").read_bytes().lower()
    assert b"c-1" in found
    assert not any(word in found for word in (b"ani@", b"budi", b"3456"))
    assert (tmp_path / "directory.db").stat().st_mode & 0o777 == 0o600

"""Erasing a person (UU PDP 27/2022): what the directory, the journal and the outbox still know of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.outbox import Addresses
from connectors.ports import Contact
from connectors.privacy.directory import SqliteDirectory
from connectors.privacy.vault import MasterKey, SqliteVault

ANI = Contact("Ani", "0812345", "ani@example.com")
BUDI = Contact("Budi", "0812345", "budi@example.com")


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[tuple[SqliteVault, SqliteDirectory]]:
    master = MasterKey.of(tmp_path / "master.key")
    vault = SqliteVault(tmp_path / "keys.db", master)
    directory = SqliteDirectory(tmp_path / "directory.db", vault, master.derived("directory"))
    directory.replace([("C-1", ANI), ("C-2", BUDI)])
    yield vault, directory
    directory.close()
    vault.close()


def test_an_erased_person(parts: tuple[SqliteVault, SqliteDirectory], tmp_path: Path) -> None:
    intake, directory = parts
    texts = intake.seal_many([("customer:C-1", b"putus"), ("customer:C-2", b"lambat"), ("complaint:c-9", b"mati")])
    eraser = SqliteVault(tmp_path / "keys.db", MasterKey.of(tmp_path / "master.key"))  # a process of its own
    assert [eraser.erase(person) for person in ("customer:C-1", "complaint:c-9", "customer:C-7")] == [True, True, False]
    eraser.close()
    persons = ("customer:C-1", "customer:C-2", "complaint:c-9")
    assert [intake.unseal(person, text) for person, text in zip(persons, texts, strict=True)] == [None, b"lambat", None]
    assert (directory.contact("C-1"), directory.contact("C-2")) == (None, BUDI)
    assert directory.by_phone("+62812345") == ["C-2"]
    addresses = Addresses(directory, lambda _: None, {}).of(["customer:C-1", "customer:C-2"])
    assert addresses.address("customer:C-1", "any", "phone") is None
    assert addresses.address("customer:C-2", "any", "phone") == "0812345"


def test_the_same_inventory_does_not_bring_them_back(parts: tuple[SqliteVault, SqliteDirectory]) -> None:
    vault, directory = parts
    vault.erase("customer:C-1")
    directory.replace([("C-1", ANI), ("C-2", BUDI)])
    assert directory.contact("C-1") is None

"""What every vault must do, asked of each."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectors.ports import Unusable, Vault
from connectors.privacy.vault import MasterKey, MemoryVault, SqliteVault
from connectors.store.shared.vault import PostgresVault
from tests.services import shared_database


def sqlite(folder: Path) -> SqliteVault:
    return SqliteVault(folder / "keys.db", MasterKey.of(folder / "master.key"))


def postgres(folder: Path) -> PostgresVault:
    return PostgresVault(shared_database(), MasterKey.of(folder / "master.key"))


MAKERS: dict[str, Callable[[Path], MemoryVault | SqliteVault | PostgresVault]] = {
    "memory": lambda _: MemoryVault(),
    "sqlite": sqlite,
    "postgres": postgres,
}


@pytest.fixture(params=MAKERS)
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Vault]:
    made = MAKERS[request.param](tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("plain", [b"", b"putus sejak pagi", "łódź ☎".encode(), bytes(range(256)) * 100])
def test_what_is_sealed_is_unsealed(vault: Vault, plain: bytes) -> None:
    sealed = vault.seal("customer:C-1", plain)
    assert vault.unseal("customer:C-1", sealed) == plain


def test_a_sealed_text_shows_nothing_and_differs_each_time(vault: Vault) -> None:
    one, two = (vault.seal("customer:C-1", b"0812 3456 789") for _ in range(2))
    assert b"0812" not in one
    assert one != two


def test_many_at_once(vault: Vault) -> None:
    texts = [(f"customer:C-{n % 1500}", b"%d" % n) for n in range(3000)]
    sealed = vault.seal_many(texts)
    assert vault.seal_many([]) == []
    for (person, plain), one in list(zip(texts, sealed, strict=True))[::100]:
        assert vault.unseal(person, one) == plain


def test_an_erased_person_cannot_be_read(vault: Vault) -> None:
    sealed = vault.seal("customer:C-1", b"one")
    other = vault.seal("customer:C-2", b"two")
    assert vault.holds("customer:C-1")
    assert vault.erase("customer:C-1") is True
    assert not vault.holds("customer:C-1")
    assert vault.unseal("customer:C-1", sealed) is None
    assert vault.unseal("customer:C-2", other) == b"two"
    assert vault.erase("customer:C-1") is False


def test_an_erased_person_who_comes_back_has_a_new_key(vault: Vault) -> None:
    sealed = vault.seal("customer:C-1", b"one")
    vault.erase("customer:C-1")
    again = vault.seal("customer:C-1", b"two")
    assert vault.unseal("customer:C-1", sealed) is None
    assert vault.unseal("customer:C-1", again) == b"two"


def test_many_are_unsealed_at_once(vault: Vault) -> None:
    texts = [(f"customer:C-{n}", b"%d" % n) for n in range(3)]
    sealed = list(zip([person for person, _ in texts], vault.seal_many(texts), strict=True))
    vault.erase("customer:C-1")
    assert vault.unseal_many([*sealed, sealed[2]]) == [b"0", None, b"2", b"2"]
    assert vault.unseal_many([]) == []


def test_a_person_of_whom_nothing_was_sealed(vault: Vault) -> None:
    assert vault.unseal("customer:C-9", vault.seal("customer:C-1", b"one")) is None


@pytest.mark.parametrize("spoilt", [b"", b"\x01", b"\x02" + bytes(60)])
def test_what_is_no_sealed_text(vault: Vault, spoilt: bytes) -> None:
    with pytest.raises(Unusable, match="format"):
        vault.unseal("customer:C-1", spoilt)


def test_a_damaged_text_is_told_from_an_erased_one(vault: Vault) -> None:
    sealed = vault.seal("customer:C-1", b"one")
    with pytest.raises(Unusable, match="damaged"):
        vault.unseal("customer:C-1", sealed[:-1] + bytes([sealed[-1] ^ 1]))

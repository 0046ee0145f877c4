"""The vault's two files: made with the right mode, known again, refused where they do not belong together."""

from pathlib import Path

import pytest

from connectors.ports import Unusable
from connectors.privacy.vault import MasterKey, SqliteVault


def opened(folder: Path, master: str = "master.key") -> SqliteVault:
    return SqliteVault(folder / "keys.db", MasterKey.of(folder / master))


def test_both_files_are_the_owners_alone(tmp_path: Path) -> None:
    opened(tmp_path).close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keys.db", "master.key"]
    for name in ("keys.db", "master.key"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def test_a_restart_reads_what_was_sealed(tmp_path: Path) -> None:
    vault = opened(tmp_path)
    sealed = vault.seal("customer:C-1", b"one")
    vault.close()
    vault = opened(tmp_path)
    assert vault.unseal("customer:C-1", sealed) == b"one"
    vault.close()


def test_another_process_sees_an_erasure_at_once(tmp_path: Path) -> None:
    intake, worker = opened(tmp_path), opened(tmp_path)
    sealed = intake.seal("customer:C-1", b"one")
    assert worker.unseal("customer:C-1", sealed) == b"one"
    intake.erase("customer:C-1")
    assert worker.unseal("customer:C-1", sealed) is None
    intake.close()
    worker.close()


def test_an_erased_key_is_nowhere_in_the_files(tmp_path: Path) -> None:
    vault = opened(tmp_path)
    vault.seal("customer:ERASED-1", b"one")
    vault.seal("customer:KEPT-2", b"two")
    vault.erase("customer:ERASED-1")
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"KEPT-2" in left
    assert b"ERASED-1" not in left
    vault.close()


def test_another_master_key_is_refused(tmp_path: Path) -> None:
    opened(tmp_path).close()
    with pytest.raises(Unusable, match="another master key"):
        opened(tmp_path, "other.key")


def test_a_lost_master_key_is_not_replaced_in_silence(tmp_path: Path) -> None:
    opened(tmp_path).close()
    (tmp_path / "master.key").unlink()
    with pytest.raises(Unusable, match="another master key"):
        opened(tmp_path)


def test_a_master_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    opened(tmp_path).close()
    (tmp_path / "master.key").chmod(0o640)
    with pytest.raises(Unusable, match="chmod 600"):
        MasterKey.of(tmp_path / "master.key")


@pytest.mark.parametrize("text", ["", "x", "c2hvcnQ=", "*" * 44])
def test_a_file_that_is_no_master_key(tmp_path: Path, text: str) -> None:
    path = tmp_path / "master.key"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(Unusable, match="no master key"):
        MasterKey.of(path)


def test_derived_keys_differ_by_purpose_and_last(tmp_path: Path) -> None:
    master = MasterKey.of(tmp_path / "master.key")
    again = MasterKey.of(tmp_path / "master.key")
    assert master.derived("one") == again.derived("one") != master.derived("two")

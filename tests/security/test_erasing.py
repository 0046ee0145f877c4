"""Who is erased is gone: from every file, for good, whoever reads meanwhile and whatever is restored."""

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from connectors.ports import PortError
from streams import bootstrap
from tests.integration.command import environment
from tests.integration.house import SIMPUL, Live, living, settings, until

PHONE, MAIL, WORDS = "+62811111", "noc@cu-1.example", "internet mati total sejak Budi pindah"
SAID = {"id": "c-erase", "channel": "phone", "customer": "CU-1", "contact": PHONE, "text": WORDS}
ERASED = 0
HELD = 3


def configured(folder: Path) -> Path:
    file = folder / "simpul.toml"
    file.write_text(
        f'data = "{folder / "data"}"\ninventory = "{folder / "inventory.json"}"\npolicy = "{folder / "policy.json"}"\n'
        "[http]\nport = 0\n[snmp]\nport = 0\n"
    )
    return file


def simpul(folder: Path, *words: str, more: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [*SIMPUL, *words, "--config", str(configured(folder))]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**environment(), **(more or {})})


def complain(live: Live) -> None:
    """... and is written to: an acknowledgement, with the address."""
    assert live.post("/complaints", SAID).status_code == 201
    until("message to them", lambda: [one for one in live.messages() if one["to"] in (PHONE, MAIL)])


def wrapped_key(data: Path) -> bytes:
    with closing(sqlite3.connect(data / "keys.db")) as connection:
        [found] = connection.execute("select wrapped from keys where person = 'customer:CU-1'").fetchone()
        return bytes(found)


def files_with(data: Path, *marks: bytes) -> list[tuple[str, bytes]]:
    """Which file holds which of these, byte for byte."""
    files = [path for path in data.rglob("*") if path.is_file()]
    return [(path.name, mark) for path in files for mark in marks if mark in path.read_bytes()]


def marks_of(key: bytes) -> Sequence[bytes]:
    return [PHONE.encode(), PHONE[1:].encode(), MAIL.encode(), WORDS.encode(), b"Budi", key]


def test_no_byte_of_them_is_left_in_any_file(tmp_path: Path) -> None:
    given = settings(tmp_path)
    with living(given) as live:
        complain(live)
        key = wrapped_key(given.data)
        assert {name for name, _ in files_with(given.data, *marks_of(key))} >= {"messages.jsonl"}
        done = simpul(tmp_path, "erase", "CU-1", "--yes")
        assert done.returncode == ERASED, done.stderr
        assert files_with(given.data, *marks_of(key)) == []
    assert files_with(given.data, *marks_of(key)) == [], "nor when the service has ended"


def test_a_reader_that_holds_the_log_is_told_of_and_the_next_start_sweeps(tmp_path: Path) -> None:
    given = settings(tmp_path)
    with living(given) as live:
        complain(live)
    key = wrapped_key(given.data)
    with closing(sqlite3.connect(given.data / "keys.db", isolation_level=None)) as reader:
        reader.execute("begin")
        reader.execute("select count(*) from keys").fetchone()
        done = simpul(tmp_path, "erase", "CU-1", "--yes")
        assert done.returncode == HELD, (done.stdout, done.stderr)
        assert "keys.db-wal" in done.stderr
        reader.execute("rollback")
        bootstrap.prepare(given)
        assert files_with(given.data, key) == []


def test_a_restored_back_up_brings_nobody_back(tmp_path: Path) -> None:
    given = settings(tmp_path)
    with living(given) as live:
        complain(live)
    shutil.copy(given.data / "keys.db", tmp_path / "back-up")
    assert simpul(tmp_path, "erase", "CU-1", "--yes").returncode == ERASED
    for left in given.data.glob("keys.db*"):
        left.unlink()
    shutil.copy(tmp_path / "back-up", given.data / "keys.db")
    key = wrapped_key(given.data)
    bootstrap.prepare(given)
    with bootstrap.kept(given) as kept:
        assert not kept.vault.holds("customer:CU-1")
        assert kept.directory.contact("CU-1") is None
        assert kept.vault.holds("customer:CU-2"), "who was not erased is there"
    assert files_with(given.data, key) == []


def test_a_key_that_was_made_after_the_erasure_stays(tmp_path: Path) -> None:
    given = settings(tmp_path)
    with living(given) as live:
        complain(live)
        assert simpul(tmp_path, "erase", "CU-1", "--yes").returncode == ERASED
        assert live.post("/complaints", SAID | {"id": "c-later", "text": "mati lagi"}).status_code == 201
    bootstrap.prepare(given)
    with bootstrap.kept(given) as kept:
        assert kept.vault.holds("customer:CU-1")


def test_the_keys_are_wrapped_anew_and_everybody_is_still_known(tmp_path: Path) -> None:
    given = settings(tmp_path)
    with living(given) as live:
        complain(live)
        assert "Another service" in simpul(tmp_path, "keys", "rotate").stderr, "not while it works"
    before, old = (given.data / "master.key").read_bytes(), wrapped_key(given.data)
    done = simpul(tmp_path, "keys", "rotate")
    assert done.returncode == 0, done.stderr
    assert (given.data / "master.key").read_bytes().split()[0] not in before
    assert (given.data / "master.key").stat().st_mode & 0o777 == 0o600
    assert files_with(given.data, old, before.split()[0]) == []
    bootstrap.prepare(given)
    with bootstrap.kept(given) as kept:
        assert kept.directory.by_phone(PHONE) == ["CU-1"], "by the same keyed hash"
        contact = kept.directory.contact("CU-1")
        assert contact is not None
        assert contact.email == MAIL
    (given.data / "master.key").write_bytes(before)
    with pytest.raises(PortError, match="another master key"), bootstrap.kept(given):
        pass


def test_a_rotation_that_was_broken_off_is_finished(tmp_path: Path) -> None:
    given = settings(tmp_path)
    bootstrap.prepare(given)
    with bootstrap.alone_with_keys(given) as (vault, master):
        vault.rewrap(master.next(bootstrap.begun(given.data / "master.key")))  # and the power fails
    with pytest.raises(PortError, match="another master key"):
        bootstrap.prepare(given)
    assert simpul(tmp_path, "keys", "rotate").returncode == 0
    bootstrap.prepare(given)
    assert not bootstrap.begun(given.data / "master.key").exists()


@pytest.mark.parametrize("by", ["setting", "credential", "command"])
def test_the_master_key_may_be_handed_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    folder = tmp_path / "credentials"
    folder.mkdir()
    file = folder / "simpul.master-key"
    file.write_text("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n")
    file.chmod(0o400)
    if by == "credential":
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    ways = {"setting": {"master_key": file}, "credential": {}, "command": {"key_command": ("cat", str(file))}}
    given = settings(tmp_path, **ways[by])  # type: ignore[arg-type]  # fields of Settings
    bootstrap.prepare(given)
    assert not (given.data / "master.key").exists()
    with bootstrap.kept(given) as kept:
        assert kept.directory.by_phone(PHONE) == ["CU-1"]


def test_the_keys_are_wrapped_anew_where_a_command_tells_the_master_key(tmp_path: Path) -> None:
    """The service runs on it, and on the next one, which the operator hands in as it was written."""
    kms = tmp_path / "kms"
    kms.write_text("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n")
    given = settings(tmp_path, key_command=("cat", str(kms)))
    with living(given) as live:
        complain(live)
    aside = {"SIMPUL_KEY_COMMAND": json.dumps(["cat", str(kms)])}
    assert "--to FILE" in simpul(tmp_path, "keys", "rotate", more=aside).stderr
    done = simpul(tmp_path, "keys", "rotate", "--to", str(tmp_path / "next"), more=aside)
    assert done.returncode == 0, done.stderr
    assert f"See that cat prints what {tmp_path / 'next'} has" in done.stdout
    with pytest.raises(PortError, match="another master key than What cat prints"), bootstrap.kept(given):
        pass
    (tmp_path / "next").replace(kms)
    bootstrap.prepare(given)
    with bootstrap.kept(given) as kept:
        assert kept.directory.by_phone(PHONE) == ["CU-1"], "by the same keyed hash"
    assert not (given.data / "master.key").exists()

"""Back-up and restore by their commands, on a folder without a service: what is refused, and what a crash leaves."""

import json
import shutil
import stat
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from connectors.access.token_list import TokenFile
from connectors.ports import PortError
from connectors.snmp.usm.engines import Engines
from connectors.sqlite_file import back_up
from correlator.events import Frame, microseconds
from streams import bootstrap
from streams.backup.log import restored_us
from streams.bootstrap.places import journal_of, store_of
from streams.bootstrap.shared import shared
from streams.files import RESTORING, BadFiles, Files
from streams.processes.data_lock import hold
from streams.settings import load
from tests.integration.house import settings
from tests.streams.cli.everything import app
from tests.streams.small import alarm


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Of a service that was started once."""
    given = settings(tmp_path)
    file = tmp_path / "simpul.toml"
    file.write_text(f'data = "{given.data}"\ninventory = "{given.inventory}"\n')
    bootstrap.prepare(load(file))
    store_of(load(file)).close()
    with closing(journal_of(load(file))) as journal, closing(shared(load(file))) as parts:
        assert parts.register.unsure_us("id", 0) is not None
        journal.append("id", frame())
    return file


def frame() -> Frame:
    return Frame(microseconds(alarm("a", 0, "SBY-1").time), (alarm("a", 0, "SBY-1"),))


def said(config: Path, *words: str) -> Result:
    return CliRunner(env={"COLUMNS": "400"}).invoke(app, [*words, "--config", str(config)])


def data_of(config: Path) -> Files:
    return Files(load(config).data)


def backed_up(config: Path, *words: str) -> Path:
    target = config.parent / "backup"
    answer = said(config, "backup", str(target), *words)
    assert answer.exit_code == 0, answer.output
    return target


def refused(config: Path, *words: str) -> str:
    before = everything(load(config).data)
    answer = said(config, *words)
    assert answer.exit_code == 2, answer.output
    assert everything(load(config).data) == before
    return answer.stderr


def everything(folder: Path) -> dict[str, bytes]:
    """Files and what is in them, but for SQLite's own beside them."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "lock")
    kept = (path for path in files if not path.name.endswith(("-wal", "-shm")))
    return {str(path.relative_to(folder)): path.read_bytes() for path in kept}


def test_it_is_the_account_s_alone(config: Path) -> None:
    target = backed_up(config)
    assert stat.S_IMODE(target.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in target.rglob("*")}
    assert {mode for name, mode in modes.items() if name != "worlds"} == {0o600}
    assert {"store.db", "journal.db", "register.db", "keys.db", "directory.db", "manifest.json"} <= modes.keys()


def test_the_master_key_stays_behind_unless_asked_for(config: Path) -> None:
    target = config.parent / "backup"
    answer = said(config, "backup", str(target))
    assert "without the master key" in answer.output
    assert not (target / "master.key").exists()
    shutil.rmtree(target)
    answer = said(config, "backup", str(target), "--with-secrets")
    assert "with the master key" in answer.output
    assert (target / "master.key").exists()


def test_half_a_back_up_is_none(config: Path) -> None:
    data_of(config).keys.write_bytes(b"x" * 8192)
    assert "is damaged" in said(config, "backup", str(config.parent / "backup")).stderr
    assert [path.name for path in config.parent.iterdir() if "backup" in path.name] == []


def test_a_back_up_is_not_written_over(config: Path) -> None:
    target = backed_up(config)
    assert "is there already" in refused(config, "backup", str(target))


def test_a_folder_without_a_service_has_nothing_to_back_up(config: Path) -> None:
    data_of(config).journal.unlink()
    assert "has no journal.db" in refused(config, "backup", str(config.parent / "backup"))


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_database_is_backed_up_by_its_own_means(command: str, config: Path) -> None:
    config.write_text(
        config.read_text() + '[kafka]\nservers = "127.0.0.1:1"\n[database]\nurl = "postgresql://x@127.0.0.1:1/x"\n'
    )
    assert "pg_" in said(config, command, str(config.parent / "backup")).stderr


def test_there_and_back(config: Path) -> None:
    target, files = backed_up(config), data_of(config)
    files.erasures.write_text('{"at":"2026-03-01T00:00:00Z","by":"x","keys":["customer:CU-1"],"reason":null}\n')
    master = files.master.read_bytes()
    answer = said(config, "restore", str(target))
    assert answer.exit_code == 0, answer.output
    assert "erased once more: customer:CU-1" in answer.output
    assert "uncertain" in answer.output
    [aside] = files.data.glob("replaced-*")
    assert str(aside) in answer.output
    assert (aside / "erasures.jsonl").read_text() == files.erasures.read_text()
    assert files.master.read_bytes() == master
    put_back = [files.data / part["name"] for part in parts_of(target)]
    assert {stat.S_IMODE(path.stat().st_mode) for path in put_back} == {0o600}
    assert stat.S_IMODE(aside.stat().st_mode) == 0o700
    assert restored_us(files) > 0
    with closing(shared(load(config))) as parts:
        assert not parts.vault.holds("customer:CU-1")
        assert parts.vault.holds("customer:CU-2")
    assert not (files.data / RESTORING).exists()
    assert list(files.data.glob(".fresh-*")) == []


def test_a_service_at_work_is_not_replaced(config: Path) -> None:
    target = backed_up(config)
    with hold(load(config).data):
        assert "Another service uses" in refused(config, "restore", str(target))


@pytest.mark.parametrize(
    ("harm", "word"),
    [
        (lambda target: (target / "manifest.json").unlink(), "is no back-up"),
        (lambda target: (target / "keys.db").unlink(), "is missing"),
        (lambda target: (target / "journal.db").write_bytes((target / "journal.db").read_bytes()[:-1]), "not what was"),
        (lambda target: rewrite(target, "kernel", "999"), "is of kernel 999"),
        (lambda target: rewrite(target, "domain", "jawa"), "is of domain jawa"),
        (lambda target: rewrite(target, "parts", [{"name": "../x", "size": 1, "sha256": ""}]), "lies elsewhere"),
    ],
    ids=["no manifest", "a file is missing", "a file is cut", "newer", "another domain's", "out of the folder"],
)
def test_what_is_no_whole_back_up_is_refused(harm: object, word: str, config: Path) -> None:
    target = backed_up(config)
    harm(target)  # type: ignore[operator]  # a table's function
    assert word in refused(config, "restore", str(target))


def parts_of(target: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads((target / "manifest.json").read_text())["parts"]
    return found


def rewrite(target: Path, name: str, value: object) -> None:
    manifest = json.loads((target / "manifest.json").read_text())
    (target / "manifest.json").write_text(json.dumps(manifest | {name: value}))


def test_on_a_new_machine_the_master_key_is_asked_for(config: Path) -> None:
    target, files = backed_up(config), data_of(config)
    key = config.parent / "kept.key"
    shutil.move(files.master, key)
    shutil.rmtree(files.data)
    answer = said(config, "restore", str(target))
    assert "--master-key" in answer.stderr
    answer = said(config, "restore", str(target), "--master-key", str(key))
    assert answer.exit_code == 0, answer.output
    assert "leap by a gap" in answer.output
    assert "are good again" in answer.output
    with closing(shared(load(config))) as parts:
        assert parts.directory.contact("CU-1") is not None


def test_a_master_key_that_is_handed_in_opens_what_is_restored_and_stays_out_of_the_folder(config: Path) -> None:
    target, files = backed_up(config, "--with-secrets"), data_of(config)
    key = config.parent / "kms"
    shutil.move(files.master, key)
    config.write_text(config.read_text() + f'key_command = ["cat", "{key}"]\n')
    assert "leave --master-key out" in refused(config, "restore", str(target), "--master-key", str(key)).lower()
    answer = said(config, "restore", str(target))
    assert answer.exit_code == 0, answer.output
    assert not files.master.exists()
    with closing(shared(load(config))) as parts:
        assert parts.directory.contact("CU-1") is not None


def test_another_master_key_is_refused(config: Path) -> None:
    target, key = backed_up(config), config.parent / "other.key"
    key.write_text("A" * 43 + "=\n")
    assert "another master key" in refused(config, "restore", str(target), "--master-key", str(key))


def test_tokens_that_were_taken_away_stay_away(config: Path) -> None:
    assert said(config, "token", "issue", "leaver", "--role", "noc_operator").exit_code == 0
    target = backed_up(config)
    assert said(config, "token", "revoke", "leaver").exit_code == 0
    assert said(config, "token", "issue", "joiner", "--role", "noc_operator").exit_code == 0
    answer = said(config, "restore", str(target))
    assert "tokens taken away once more: leaver" in answer.output
    assert {token.name for token in TokenFile(data_of(config).tokens).read()} == {"administrator", "joiner"}


@pytest.mark.parametrize("at_hand", [True, False], ids=["the old file at hand", "lost"])
def test_our_snmp_engine_goes_on_with_more_boots(at_hand: bool, config: Path) -> None:
    """RFC 3414, section 2.2.2: senders refuse an engine whose boots they have seen go by."""
    files = data_of(config)
    own = boot(files.snmp_engines)
    (files.snmp_users).mkdir(mode=0o700)
    (files.snmp_users / "nms.toml").write_text("x")
    target = backed_up(config, *(() if at_hand else ("--with-secrets",)))
    for _ in range(3):
        later = boot(files.snmp_engines)
    if not at_hand:
        files.snmp_engines.unlink()
        shutil.rmtree(files.snmp_users)
    assert said(config, "restore", str(target)).exit_code == 0
    again = boot(files.snmp_engines)
    assert again[0] == own[0]
    assert again[1] == later[1] + 1 if at_hand else again[1] > later[1] + 1000
    assert (files.snmp_users / "nms.toml").read_text() == "x"


def boot(path: Path) -> tuple[bytes, int]:
    """Our engine's id, and how often it has started now."""
    with closing(Engines(path, 0)) as engines:
        return engines.own, engines.boots


def test_a_record_of_erasures_may_be_named(config: Path) -> None:
    target, record = backed_up(config), config.parent / "erasures.jsonl"
    record.write_text('{"at":"2026-03-01T00:00:00Z","by":"x","keys":["customer:CU-2"],"reason":null}\n{"at":"20')
    assert "CU-2" in said(config, "restore", str(target), "--erasures", str(record)).output
    record.write_text('{"keys":[]}\n')
    assert "a line that cannot be used" in refused(config, "restore", str(target), "--erasures", str(record))


@pytest.mark.parametrize("renames", range(1, 40, 3))
def test_a_restore_that_was_cut_off_is_brought_to_its_end(
    renames: int, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after any of its moves: until it is finished nothing uses the folder, and then nothing is missing."""
    target, files = backed_up(config), data_of(config)
    old = everything(files.data)
    left, move = renames, Path.rename

    def cut(path: Path, to: Path) -> Path:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt
        return move(path, to)

    monkeypatch.setattr(Path, "rename", cut)
    said(config, "restore", str(target))
    monkeypatch.undo()
    if left < 0:
        with pytest.raises(BadFiles, match="cut off"):
            bootstrap.prepare(load(config))
        assert said(config, "restore", str(target)).exit_code == 0
    [aside] = files.data.glob("replaced-*")
    assert everything(aside) == old
    assert {part["name"] for part in parts_of(target)} <= everything(files.data).keys()
    bootstrap.prepare(load(config))


def test_a_copy_of_one_moment(config: Path, tmp_path: Path) -> None:
    """While others write; and never over a file that is there."""
    files = data_of(config)
    with closing(journal_of(load(config))) as journal:
        back_up(files.journal, tmp_path / "one.db")
        journal.append("id", frame())
    with closing(bootstrap.recorded(tmp_path / "one.db")) as copy:
        assert copy.end("id") == 1
    with pytest.raises(PortError):
        back_up(files.journal, tmp_path / "one.db")

"""`simpul rota` tells who is on duty, and what is wrong with a file."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.connectors.rota.house import ROTA, written
from tests.streams.cli.everything import app

AT = ["--at", "2026-03-03T23:00:00+07:00"]


def test_now_tonight_and_when_nobody_is(tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["rota", "--file", str(written(tmp_path)), *AT])
    assert said.exit_code == 0, said.output
    lines = [" ".join(line.split()) for line in said.stdout.splitlines()]
    assert lines[:6] == [
        "now, 3 Mar 2026 23:00 WIB:",
        "care_supervisor nobody: alerts go to the role's own address",
        "noc_operator noc-1 (First), noc-2",
        "tonight, 4 Mar 2026 03:00 WIB:",
        "care_supervisor nobody: alerts go to the role's own address",
        "noc_operator noc-1 (First), noc-2",
    ]
    assert "nobody is on duty for noc_operator from 4 Mar 2026 22:00 WIB until 5 Mar 2026 06:00 WIB" in lines


def test_a_bad_file_is_told_fault_by_fault(tmp_path: Path) -> None:
    path = written(tmp_path, ROTA.replace('"mon", "tue"', '"senin"').replace('"WIT"', '"Jayapura"'))
    said = CliRunner().invoke(app, ["rota", "--file", str(path)])
    assert said.exit_code == 1
    assert said.stderr.count("wrong: rota.toml, shifts[") == 2


@pytest.mark.parametrize("rest", [[], ["--at", "tonight"]])
def test_what_is_not_set_or_no_time_is_said(tmp_path: Path, rest: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(app, ["rota", *(["--file", str(written(tmp_path))] if rest else []), *rest])
    assert said.exit_code == 2
    assert "write" in said.stderr


def test_the_settings_name_it(tmp_path: Path) -> None:
    config = tmp_path / "simpul.toml"
    config.write_text(f'rota = "{written(tmp_path)}"\n')
    said = CliRunner().invoke(app, ["rota", "--config", str(config), *AT])
    assert said.exit_code == 0
    assert "noc-1 (First)" in said.stdout

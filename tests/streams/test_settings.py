"""What is wrong in a settings file is said with its place and with what to do."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.__main__ import app
from streams.settings import BadSettings, load


def complaint(path: Path) -> str:
    with pytest.raises(BadSettings) as told:
        load(path)
    return str(told.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prt = 3", "prt: there is no such setting. Take it out; docs/operations.md lists them"),
        ("[http]\nport = 'x'", "http.port: input should be a valid integer"),
        ("[channels.smtp]\nport = 25", "channels.smtp.host: it must be given. Add it, or take its part out"),
        ("http = [", "this is not TOML: "),
    ],
)
def test_each_fault_has_its_place_and_a_remedy(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "simpul.toml"
    path.write_text(text)
    assert f"{path}: {said}" in complaint(path)


def test_every_fault_is_told_not_only_the_first(tmp_path: Path) -> None:
    path = tmp_path / "simpul.toml"
    path.write_text("prt = 3\n[snmp]\nbuffer = 1")
    assert complaint(path).count("there is no such setting") == 2


def test_a_file_that_is_not_there_is_told_so(tmp_path: Path) -> None:
    assert f"{tmp_path / 'no.toml'}: it cannot be read: No such file or directory. Begin with a copy of" in complaint(
        tmp_path / "no.toml"
    )


def test_a_fault_in_the_environment_names_the_variable(tmp_path: Path) -> None:
    path = tmp_path / "simpul.toml"
    path.write_text("")
    told = CliRunner().invoke(app, ["run", "--config", str(path)], env={"SIMPUL_HTTP__PORT": "x"})
    assert told.exit_code == 2
    assert "SIMPUL_HTTP__PORT: input should be a valid integer" in told.output
    assert str(path) not in told.output

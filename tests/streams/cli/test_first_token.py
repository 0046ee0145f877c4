"""The administrator's first token, as the commands find it beside the service."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.cli.service import service
from tests.connectors.api.doorway import Door
from tests.connectors.serving import serving
from tests.streams.cli.everything import app


@pytest.fixture
def first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Its file, for the owner alone, in the data folder of where we are."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SIMPUL_TOKEN", raising=False)
    file = tmp_path / "data" / "administrator.token"
    file.parent.mkdir()
    file.touch(0o600)
    return file


@pytest.mark.parametrize(("mode", "status"), [(0o600, 0), (0o640, 1), (0o604, 1)])
def test_it_is_found_where_its_owner_alone_may_read_it(first: Path, mode: int, status: int) -> None:
    first.write_text("badge-noc_operator\n")
    first.chmod(mode)
    door = Door(first.parent / "page")
    door.house.cut()
    with serving(door.app) as url:
        said = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["who", "CU-1", "--url", url])
    assert said.exit_code == status, said.output
    assert ("a token is needed" in said.output) == bool(status)


@pytest.mark.parametrize(
    ("url", "goes"),
    [
        ("http://127.0.0.1:8088", True),
        ("http://localhost:8088/", True),
        ("http://[::1]:8088", True),
        ("https://simpul.example.net", False),
        ("http://127.0.0.1.example.net", False),
        ("http://10.0.0.5:8088", False),
        ("nonsense", False),
    ],
)
def test_it_goes_to_no_other_machine(first: Path, url: str, goes: bool) -> None:
    first.write_text("secret")
    assert service(url, None).token == ("secret" if goes else None)

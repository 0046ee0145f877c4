"""`simpul replay`, as it is typed: what cannot be read or written is told before the work begins."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.__main__ import app
from tests.topology.loaders.small import SOUND


@pytest.mark.parametrize("out", ["a-file", "a-file/below", "/proc/none"])
def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, out: str) -> None:
    (tmp_path / "inventory.json").write_text(json.dumps(SOUND))
    (tmp_path / "a-file").write_text("")
    (tmp_path / "events.jsonl").write_text("")
    given = ["--inventory", f"{tmp_path}/inventory.json", "--events", f"{tmp_path}/events.jsonl"]
    ran = CliRunner().invoke(app, ["replay", *given, "--out", str(tmp_path / out)])
    assert ran.exit_code == 2, ran.output
    assert "cannot write into" in ran.stderr
    assert "--out" in ran.stderr

"""`simpul holidays`: what it prints is a part of a policy."""

from pathlib import Path

from typer.testing import CliRunner

from streams.host.worlds import read_policy
from tests.streams.cli.everything import app


def test_what_it_prints_is_taken_as_policy(tmp_path: Path) -> None:
    printed = CliRunner().invoke(app, ["holidays", "2026", "2027"])
    assert printed.exit_code == 0
    path = tmp_path / "policy.toml"
    path.write_text("[care]\n" + printed.stdout)
    care = read_policy(path).care
    assert {"2026-12-25", "2027-08-17"} <= set(care.holidays)
    assert "2026-03-20" in care.holidays, "joint leave of Idul Fitri"


def test_joint_leave_that_nobody_has_decreed_yet_is_said() -> None:
    printed = CliRunner().invoke(app, ["holidays", "2026", "2090"]).stdout
    assert "# Joint leave (cuti bersama) of 2090 is not known yet: add it." in printed

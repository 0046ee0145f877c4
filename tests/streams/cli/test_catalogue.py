"""`simpul catalogue import`, and what `simpul catalogue test` says of its holes."""

import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.doctor.given import given
from streams.settings import load
from tests.streams.cli.everything import app

MIBS = Path(__file__).parents[2] / "connectors" / "snmp" / "mibs"
ALARM_MIB = str(MIBS / "ACME-ALARM-MIB.mib")
UNKNOWN = tomllib.loads((MIBS.parents[2] / "golden" / "traps" / "unknown-enterprise.toml").read_text())
WAITS = f"""
mib = "X"
source = "made up"
[[traps]]
name = "waits"
oids = ["{UNKNOWN["trap"]}"]
[[traps.alarms]]
alarm_type = "?card_failure"
state = "raised"
severity = "major"
"""


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_from_a_mib_to_a_catalogue_in_force(tmp_path: Path) -> None:
    mine = tmp_path / "catalogues" / "acme.toml"
    mine.parent.mkdir()
    said = CliRunner().invoke(app, ["catalogue", "import", ALARM_MIB, "--out", str(mine)])
    assert said.exit_code == 0, said.output
    assert "ACME-ALARM-MIB: 5 can be read as proposed, 7 wait for staff" in said.stderr
    assert "acmeFanDoorOpened is left out: ACME-SMI has no acmeLostObject" in said.stderr
    said = CliRunner().invoke(app, ["catalogue", "test", str(mine)])
    assert said.exit_code == 1
    assert "acmeConfigSaved\n    alarms[0].state: ?\n    alarms[0].severity: ?\n" in said.stdout
    assert said.stdout.endswith("7 traps of acme.toml wait for staff\n")


def test_a_trap_that_waits_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "waits.toml").write_text(WAITS)
    (tmp_path / "simpul.toml").write_text('[snmp]\ncatalogues = "mine"\n')
    (tmp_path / "traps.txt").write_text("".join(UNKNOWN["datagram"].split()))
    said = CliRunner().invoke(app, ["catalogue", "test", "traps.txt"])
    assert said.exit_code == 1
    assert "  snmp: hole, waits of waits.toml wants alarms[0].alarm_type: ?card_failure\n" in said.stdout
    assert said.stdout.endswith("1 hole\n")
    finding = {one.part: one for one in given(load())}["catalogues"]
    assert (finding.state, "1 trap of waits.toml cannot be read yet" in finding.what) == ("warning", True)


def test_several_files_go_to_standard_output() -> None:
    old = str(MIBS / "ACME-OLD-MIB.my")
    said = CliRunner().invoke(app, ["catalogue", "import", ALARM_MIB, old])
    assert said.exit_code == 0, said.output
    assert said.stdout.count("\nmib = ") == 2
    said = CliRunner().invoke(app, ["catalogue", "import", ALARM_MIB, old, "--out", "both.toml"])
    assert said.exit_code == 2
    assert "name one at a time" in said.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["none.mib"], "there is no none.mib"),
        ([ALARM_MIB, "--mibs", "nowhere"], "there is no nowhere"),
        ([str(MIBS / "acme-registrations.txt")], "no notification is in"),
    ],
)
def test_what_is_not_there_is_said(words: list[str], says: str) -> None:
    said = CliRunner().invoke(app, ["catalogue", "import", *words])
    assert said.exit_code == 2
    assert says in said.stderr


def test_a_catalogue_with_faults_names_them(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(WAITS.replace(UNKNOWN["trap"], "1.3.x"))
    said = CliRunner().invoke(app, ["catalogue", "test", "bad.toml"])
    assert said.exit_code == 2
    assert "bad.toml, traps[0].oids[0]: an OID in numbers is needed" in said.stderr

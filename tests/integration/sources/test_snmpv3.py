"""SNMPv3 as a newcomer sets it up: `simpul snmp add`, the service, and the command that was printed."""

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from correlator.events import Alarm
from tests.integration.house import PATIENCE_S, Live, living, settings, until
from tests.streams.cli.everything import app

needs_net_snmp = pytest.mark.skipif(shutil.which("snmpinform") is None, reason="needs net-snmp: apt install snmp")


def simpul(folder: Path, *words: str, given: str = "") -> Result:
    file = folder / "simpul.toml"
    if not file.exists():
        file.write_text(f'data = "{folder / "data"}"\ninventory = "{folder / "inventory.json"}"\n[http]\nport = 0\n')
    runner = CliRunner(env={"COLUMNS": "200"})
    return runner.invoke(app, [*words[:2], *words[2:], "--config", str(file)], input=given)


def printed(result: Result) -> list[str]:
    """The command that a newcomer types."""
    assert result.exit_code == 0, result.output
    [line] = re.findall(r"(?m)^snmpinform .*$", result.stdout)
    return shlex.split(line)


def typed(live: Live, command: list[str], folder: Path) -> int:
    """The same at the port that the test took; its status."""
    assert live.running.snmp is not None
    place = "{}:{}".format(*live.running.snmp)
    words = [place if word == "127.0.0.1:1162" else word for word in command]
    assert words != command
    env = {**os.environ, "SNMP_PERSISTENT_DIR": str(folder / "sender")}
    words[1:1] = ["-r", "0", "-t", "5"]
    return subprocess.run(words, check=False, env=env, timeout=PATIENCE_S).returncode


@needs_net_snmp
def test_a_user_in_a_minute(tmp_path: Path) -> None:
    there = settings(tmp_path)
    commands = [printed(simpul(tmp_path, "snmp", "add", *words)) for words in (("noc",), ("old", "--priv", "none"))]
    commands.append(printed(simpul(tmp_path, "snmp", "add", "core", "--auth", "SHA-512", "--priv", "AES-256-C")))
    with living(there) as live:
        assert [typed(live, command, tmp_path) for command in commands] == [0, 0, 0]
        alarms = [event for event in live.events() if isinstance(event, Alarm)]
        assert [(one.object, one.alarm_type) for one in alarms] == [("127.0.0.1/if-7", "link_down")] * 3
        trap = [re.sub("^snmpinform$", "snmptrap", word) for word in commands[0]]
        assert typed(live, trap, tmp_path) == 0
        until("the trap is in the journal", lambda: sum(isinstance(event, Alarm) for event in live.events()) == 4)
    listed = simpul(tmp_path, "snmp", "list").stdout
    assert re.search(r"(?m)^noc +authPriv +SHA-256 +AES-128", listed)
    assert re.search(r"(?m)^old +authNoPriv +SHA-256 +-", listed)
    assert commands[0][commands[0].index("-A") + 1] not in listed
    own = re.search(r"our engine id \(of informs\): (\w+), started 1 times", listed)
    assert own is not None
    learned = re.search(r"(?m)^(\w+) +127\.0\.0\.1 +\d+ .* learned *$", listed)
    assert learned is not None
    assert "learned" in simpul(tmp_path, "doctor").stdout
    assert "forgotten" in simpul(tmp_path, "snmp", "forget", learned[1]).stdout
    assert simpul(tmp_path, "snmp", "forget", learned[1]).exit_code == 2


def test_a_file_that_others_may_read_stops_the_start(tmp_path: Path) -> None:
    settings(tmp_path)
    assert simpul(tmp_path, "snmp", "add", "noc").exit_code == 0
    file = tmp_path / "data" / "snmp-users" / "noc.toml"
    assert [one.stat().st_mode & 0o777 for one in (file, *file.parents[:2])] == [0o600, 0o700, 0o700]
    file.chmod(0o644)
    report = json.loads(simpul(tmp_path, "doctor", "--json").stdout)
    [told] = [one for one in report["findings"] if one["part"] == "snmp.users"]
    assert (told["state"], told["remedy"]) == ("wrong", f"Run: chmod 600 {file}")
    assert "others may read or change it (mode 0644)" in told["what"]
    ran = simpul(tmp_path, "snmp", "list")
    assert ran.exit_code == 2
    assert str(file) in ran.output.replace("\n", "")


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("no/name",), "no name for a user"),
        (("noc", "--auth", "none"), "who encrypts must sign"),
        (("noc", "--auth", "SHA-3"), "SHA-224"),
        (("noc", "--priv", "ROT-13"), "AES-256-C"),
        (("noc", "--auth", "MD5"), "snmp.weak = true"),
    ],
)
def test_a_user_that_cannot_be(tmp_path: Path, words: tuple[str, ...], what: str) -> None:
    ran = simpul(tmp_path, "snmp", "add", *words)
    assert ran.exit_code == 2
    assert what in ran.output
    assert not list((tmp_path / "data").rglob("*.toml"))


def test_passwords_that_devices_have_already(tmp_path: Path) -> None:
    command = printed(simpul(tmp_path, "snmp", "add", "noc", "--ask", given="maplesyrup\ncorn-on-the-cob\n"))
    assert (command[command.index("-A") + 1], command[command.index("-X") + 1]) == ("maplesyrup", "corn-on-the-cob")
    assert simpul(tmp_path, "snmp", "add", "short", "--ask", given="maple\ncorn-on-the-cob\n").exit_code == 2
    assert simpul(tmp_path, "snmp", "add", "noc").exit_code == 2  # it is there


def test_the_page_shows_what_is_printed(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "snmpv3.md").read_text()
    [line] = re.findall(r"(?m)^snmpinform .*$", page)
    made = printed(simpul(tmp_path, "snmp", "add", "noc"))
    passwords = {made[made.index("-A") + 1]: "FIRST", made[made.index("-X") + 1]: "SECOND"}
    assert [passwords.get(word, word) for word in made] == shlex.split(line)

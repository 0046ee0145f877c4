"""The traps that the README prints, typed on the machine of the service: they are the town's routers'."""

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.integration.house import living, settings, until
from topology.loaders import load

pytestmark = pytest.mark.skipif(shutil.which("snmptrap") is None, reason="needs snmptrap: apt-get install snmp")

ROOT = Path(__file__).parents[3]
TOWN = ROOT / "tests/scenarios/networks/kota.json"
PRINTED = [line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("snmptrap")]


def test_the_readmes_traps_are_the_towns(tmp_path: Path) -> None:
    with living(settings(tmp_path, load(TOWN))) as live:
        assert live.running.snmp is not None
        for line in PRINTED:
            subprocess.run(shlex.split(line.replace("1162", str(live.running.snmp[1]))), check=True)
        found = until("both", lambda: told if len(told := live.get("/alarms")["alarms"]) == len(PRINTED) else None)
    assert {(one["object"], one["alarm_type"]) for one in found} == {
        ("CORE-A/east", "link_down"),
        ("OLT-1", "device_restart"),
    }

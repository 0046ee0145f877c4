"""Personal data: reads are told, numbers stand in no URL and no log, look-ups are few, and the trail cannot be bent."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.access.audit_trail import AuditTrail
from streams.settings import Http
from tests.integration.command import environment
from tests.integration.house import SIMPUL, Live, living, settings
from tests.security.besieged import Besieged, Knocker

PHONE = "+62811111"
EACH, ALL = 3, 8


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("personal")
    with living(settings(folder, http=Http(port=0, lookups_per_day=ALL, lookups_each_per_day=EACH))) as made:
        yield made


def issue(live: Live, name: str) -> Knocker:
    return Besieged(live).issue(name, "customer_care")


def trail(live: Live) -> list[dict[str, str]]:
    return [json.loads(line) for line in AuditTrail(live.files.audit).lines()]


def simpul(file: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [*SIMPUL, "audit", *words, "--file", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment(), cwd=file.parent)


def test_a_number_is_in_no_url(live: Live) -> None:
    care = issue(live, "siti")
    refused = care.get("/outages/affected", phone=PHONE)
    assert refused.status_code == 422
    assert refused.json()["error"]["field"] == "phone"
    assert "POST" in refused.json()["error"]["remedy"]
    assert care.post("/outages/affected", {"phone": PHONE}).json()["affected"] is False


def test_who_looked_whom_up_and_why_is_told_and_the_number_is_not(live: Live) -> None:
    care = issue(live, "ani")
    assert care.post("/outages/affected", {"phone": PHONE, "reason": "calls the desk"}).status_code == 200
    assert care.post("/outages/affected", {"phone": "+62899"}).status_code == 404
    assert care.get("/outages/affected", customer="CU-2").status_code == 200
    told = [line for line in trail(live) if line.get("name") == "ani"]
    assert [(one["door"], one.get("customer"), one.get("reason"), one["status"]) for one in told] == [
        ("POST /outages/affected", "CU-1", "calls the desk", 200),
        ("POST /outages/affected", None, None, 404),
        ("GET /outages/affected", "CU-2", None, 200),
    ]
    assert "62811111" not in live.files.audit.read_text()


def test_so_many_of_one_person_and_so_many_in_all(live: Live) -> None:
    care = issue(live, "budi")
    asked = [care.post("/outages/affected", {"phone": PHONE}).status_code for _ in range(EACH + 1)]
    assert asked == [200] * EACH + [429]
    others = [care.post("/outages/affected", {"phone": f"+6289{n}"}).status_code for n in range(ALL)]
    assert others == [404] * (ALL - EACH) + [429] * EACH
    assert issue(live, "rina").post("/outages/affected", {"phone": PHONE}).status_code == 200, "each token has its own"


def test_the_trail_is_whole_until_somebody_bends_it(live: Live, tmp_path: Path) -> None:
    whole = simpul(live.files.audit, "verify")
    assert whole.returncode == 0, whole.stdout
    assert live.files.audit.stat().st_mode & 0o777 == 0o600
    lines = live.files.audit.read_bytes().splitlines(keepends=True)
    assert len(lines) > 4
    bent = {
        "changed": [*lines[:2], lines[2].replace(b"200", b"404").replace(b"404", b"200", 0) + b"", *lines[3:]],
        "left out": [*lines[:2], *lines[3:]],
        "in another order": [lines[1], lines[0], *lines[2:]],
        "written in": [*lines[:2], b'{"before": "' + b"0" * 64 + b'", "name": "nobody"}\n', *lines[2:]],
    }
    bent["changed"][2] = lines[2].replace(b'"address"', b'"Address"')
    for how, some in bent.items():
        file = tmp_path / how.replace(" ", "-")
        file.write_bytes(b"".join(some))
        found = simpul(file, "verify")
        assert found.returncode == 1, how
        assert "broken" in found.stdout


MESSAGE = re.compile(r'<(\d+)>1 (\S+) (\S+) simpul - audit \[simpul@32473( [A-Za-z0-9_]{1,32}="(?:[^"\\\]]|\\.)*")+\]')


def test_it_goes_out_as_syslog(live: Live) -> None:
    said = simpul(live.files.audit, "export", "--host", "noc-1").stdout.splitlines()
    assert len(said) >= len(trail(live)) - 1
    for line in said:
        found = MESSAGE.fullmatch(line)
        assert found is not None, line
        assert int(found[1]) // 8 == 13
        assert found[3] == "noc-1"

"""`make audit` says "none" only where it was told so."""

import subprocess
from pathlib import Path

import pytest

AUDIT = Path(__file__).parents[1] / "dev" / "supply" / "audit"


@pytest.mark.parametrize(
    ("said", "ended", "status"),
    [
        ("No known vulnerabilities found", 0, 0),
        ("Found 2 known vulnerabilities in 1 package", 1, 1),
        ("Found 1 known vulnerability in 1 package\nx  Dependency not found and could not be audited: x (1)", 1, 1),
        ("No known vulnerabilities found\nx  Dependency not found and could not be audited: x (1)", 0, 3),
        ("ERROR: connection refused", 1, 3),
    ],
)
def test_its_exit_status(said: str, ended: int, status: int, tmp_path: Path) -> None:
    asked = tmp_path / "pip-audit"
    asked.write_text(f"#!/bin/sh\ncat <<'END'\n{said}\nEND\nexit {ended}\n")
    asked.chmod(0o755)
    done = subprocess.run([AUDIT, asked, "some.lock"], capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert said in done.stdout
    assert ("not audited" in done.stderr) is (status == 3)

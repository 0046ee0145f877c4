"""The audit's file: each line has the hash of the one before, however long that is."""

from pathlib import Path

import pytest

from connectors.access.audit_trail import USUAL, AuditTrail, Verified


@pytest.mark.parametrize("length", [1, USUAL - 1, USUAL, USUAL + 1, 20 * USUAL])
def test_a_line_of_any_length_is_followed(tmp_path: Path, length: int) -> None:
    trail = AuditTrail(tmp_path / "audit.log")
    for n in range(3):
        trail.add({"n": n})
    trail.add({"words": "x" * length})
    for n in range(3):
        trail.add({"n": n})
    found = trail.verified()
    assert (found.lines, found.broken) == (7, None)


@pytest.mark.parametrize("length", [1, 2 * USUAL])
def test_one_that_a_full_disk_tore_is_seen_and_the_next_begins_a_line(tmp_path: Path, length: int) -> None:
    trail = AuditTrail(tmp_path / "audit.log")
    trail.add({"n": 1})
    with trail.path.open("ab") as file:
        file.write(b"{" + b"x" * length)
    trail.add({"n": 2})
    assert [line[:1] for line in trail.lines()] == [b"{"] * 3
    assert isinstance(trail.verified(), Verified)
    assert trail.verified().broken == 2

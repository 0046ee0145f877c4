"""Complaint numbers after a back-up was put back: past the replaced register where it tells, else by a gap."""

import shutil
from pathlib import Path

import pytest

from connectors.intake_ids import Entry
from connectors.intake_register import SqliteRegister
from connectors.ports import Accepted
from connectors.register_restored import GAP, go_on
from correlator.events import DAY_US, HOUR_US

TAKEN_US = 1_772_323_200_000_000  # 2026-03-01 07:00 WIB


def draw(path: Path, names: list[str], at_us: int) -> list[str]:
    """Numbers of these complaints, appended to the journal; as the intake does it."""
    register = SqliteRegister(path)
    try:
        entries = [Entry("complaint", name) for name in names]
        answers = register.admit(entries, at_us)
        register.journaled(entries)
    finally:
        register.close()
    return [answer.number or "" for answer in answers if isinstance(answer, Accepted)]


def lives(folder: Path, *, since: int = 3) -> tuple[Path, Path, list[str]]:
    """The register of the back-up, that of the service which went on, and what the latter drew since."""
    old, new = folder / "old.db", folder / "new.db"
    draw(old, ["a-1", "a-2"], TAKEN_US - HOUR_US)
    shutil.copy(old, new)
    return new, old, draw(old, [f"b-{n}" for n in range(since)], TAKEN_US + HOUR_US)


def test_exactly_past_the_replaced_register(tmp_path: Path) -> None:
    new, old, lost = lives(tmp_path)
    assert lost[-1] == "NT-20260301-000005"
    assert go_on(new, old, TAKEN_US, TAKEN_US + 2 * HOUR_US)
    assert draw(new, ["c-1"], TAKEN_US + 3 * HOUR_US) == ["NT-20260301-000006"]


def test_who_was_told_a_number_is_told_it_again(tmp_path: Path) -> None:
    """Their complaint is lost; they send it once more, and it goes into the journal."""
    new, old, lost = lives(tmp_path)
    go_on(new, old, TAKEN_US, TAKEN_US + 2 * HOUR_US)
    register = SqliteRegister(new)
    [again, known] = register.admit([Entry("complaint", "b-1"), Entry("complaint", "a-1")], TAKEN_US + 3 * HOUR_US)
    register.close()
    assert again == Accepted("b-1", lost[1], repeated=False)
    assert isinstance(known, Accepted)
    assert known.repeated


@pytest.mark.parametrize("kind", ["missing", "damaged", "another service's", "older"])
def test_by_a_gap_where_it_does_not_tell(kind: str, tmp_path: Path) -> None:
    new, old, lost = lives(tmp_path)
    match kind:
        case "missing":
            old.unlink()
        case "damaged":
            old.write_bytes(b"x" * 100_000)
        case "another service's":
            old.unlink()
            draw(old, [f"x-{n}" for n in range(10)], TAKEN_US)
        case "older":
            old.unlink()
            draw(old, ["a-1"], TAKEN_US - HOUR_US)
    assert not go_on(new, old, TAKEN_US, TAKEN_US + DAY_US)
    [today] = draw(new, ["c-1"], TAKEN_US + 3 * HOUR_US)
    [tomorrow] = draw(new, ["c-2"], TAKEN_US + DAY_US + HOUR_US)
    assert GAP < int(today[-6:]) <= GAP + 11
    assert today > lost[-1]
    assert tomorrow == f"NT-20260302-{GAP + 1:06}"
    [later] = draw(new, ["c-3"], TAKEN_US + 2 * DAY_US + HOUR_US)
    assert later == "NT-20260303-000001", "a day that begins after the restore"

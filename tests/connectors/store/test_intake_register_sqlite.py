"""The register's file: what a restart and a full disk leave of it."""

from pathlib import Path

import pytest

from connectors.intake_ids import Entry
from connectors.intake_register import LAST_NUMBER, REGISTER, SqliteRegister
from connectors.ports import Accepted, JournalFull
from connectors.sqlite_file import SqliteFile
from correlator.wire import BadInput

T0 = 1_772_323_200_000_000  # 2026-03-01T00:00Z
ENTRIES = (Entry("complaint", "c1"), Entry("command", "k1"))


@pytest.mark.parametrize("marked", [True, False])
def test_a_restart_knows_what_was_said(tmp_path: Path, marked: bool) -> None:
    register = SqliteRegister(tmp_path / "register.db")
    register.admit(ENTRIES, T0)
    if marked:
        register.journaled(ENTRIES)
    register.close()
    register = SqliteRegister(tmp_path / "register.db")
    expected = [Accepted("c1", "NT-20260301-000001", marked), Accepted("k1", None, marked)]
    assert register.admit(ENTRIES, T0 + 1) == expected
    register.close()


def test_the_numbers_of_a_day_end(tmp_path: Path) -> None:
    register = SqliteRegister(tmp_path / "register.db")
    file = SqliteFile(tmp_path / "register.db", REGISTER)
    with file.writing() as connection:
        connection.execute("insert into days values ('20260301', ?)", (LAST_NUMBER - 1,))
    file.close()
    first, second = register.admit([Entry("complaint", "c1"), Entry("complaint", "c2")], T0)
    assert first == Accepted("c1", "NT-20260301-899999")
    assert isinstance(second, BadInput)
    assert second.field == "number"
    assert register.admit([Entry("complaint", "c2", "NT-20260301-900000")], T0) == [
        Accepted("c2", "NT-20260301-900000")
    ]
    register.close()


def test_a_book_that_is_locked_admits_nothing(tmp_path: Path) -> None:
    register = SqliteRegister(tmp_path / "register.db", patience_s=0.01)
    file = SqliteFile(tmp_path / "register.db", REGISTER)
    with file.writing(), pytest.raises(JournalFull, match=r"holds .* locked"):
        register.admit(ENTRIES, T0)
    assert register.admit(ENTRIES, T0) == [Accepted("c1", "NT-20260301-000001"), Accepted("k1")]
    file.close()
    register.close()


def test_the_file_is_the_owners_alone(tmp_path: Path) -> None:
    SqliteRegister(tmp_path / "register.db").close()
    assert (tmp_path / "register.db").stat().st_mode & 0o777 == 0o600

"""Who is on duty, by a file that an operator writes and changes."""

import os
from pathlib import Path

import pytest

from connectors.ports import Unusable
from connectors.rota.file import RotaFile, rota_of
from tests.connectors.rota.house import ROTA, wib, written


@pytest.mark.parametrize(
    ("role", "at_us", "who"),
    [
        ("noc_operator", wib(3, 22), ["noc-1", "noc-2"]),
        ("noc_operator", wib(4, 3), ["noc-1", "noc-2"]),  # it began on Tuesday
        ("noc_operator", wib(4, 5, 59), ["noc-1", "noc-2"]),
        ("noc_operator", wib(4, 6), ["noc-2"]),
        ("noc_operator", wib(4, 22), []),  # no shift begins on a Wednesday night
        ("noc_operator", wib(2, 3), []),  # the one of Monday has not begun
        ("noc_operator", wib(10, 23), ["lead-1"]),  # an exception
        ("noc_operator", wib(11, 1, 59), ["lead-1"]),  # ... past midnight
        ("noc_operator", wib(11, 2), ["noc-1", "noc-2"]),  # ... and over
        ("care_supervisor", wib(4, 6), ["lead-1"]),  # 08:00 in WIT
        ("care_supervisor", wib(4, 15), []),
        ("care_supervisor", wib(5, 8), []),  # on leave
        ("care_supervisor", wib(6, 8), []),
        ("care_supervisor", wib(7, 8), ["lead-1"]),
        ("technical", wib(4, 8), []),
    ],
)
def test_who_is_on_duty(tmp_path: Path, role: str, at_us: int, who: list[str]) -> None:
    rota, faults = rota_of(written(tmp_path))
    assert faults == []
    assert rota is not None
    assert rota.on_duty(role, at_us) == who


def test_when_nobody_is(tmp_path: Path) -> None:
    rota, _ = rota_of(written(tmp_path))
    assert rota is not None
    assert rota.gaps("noc_operator", wib(3, 12), 2) == [(wib(4, 22), wib(5, 6))]


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ('persons = ["lead-1"]\nfrom = "08', 'persons = ["lead-9"]\nfrom = "08', "shifts[2].persons[0]: lead-9 is not"),
        ('"mon", "tue"', '"mon", "senin"', "shifts[0].days[1]: Input should be 'mon', 'tue'"),
        ('from = "22:00"\nuntil = "06', 'from = "22.00"\nuntil = "06', "write one as 22:00"),
        ('until = "22:00"', 'until = "24:01"', "shifts[1].until: '24:01' is no time of day"),
        ('"WIT"', '"Asia/Jayapura"', "shifts[2].time_zone: Input should be 'WIB', 'WITA' or 'WIT'"),
        ('role = "care_supervisor"\npersons', 'role = "boss"\npersons', "shifts[2].role: Input should be"),
        ('mail = "lead-1@example.net"', "", "persons.lead-1: neither mail nor phone"),
        ("last_date = 2026-03-06", "last_date = 2026-03-04", "exceptions[1]: last_date 2026-03-04 lies before"),
        ("[persons.noc-2]", "[persons.NOC-2]", "persons.NOC-2"),
        ("[persons.noc-1]", "[persons.noc-1", "not TOML"),
        ('persons = ["noc-2"]', "persons = []", "shifts[1].persons: it is empty: name one"),
        ('from = "22:00"', 'fron = "22:00"', "shifts[0].fron: Extra inputs are not permitted"),
    ],
)
def test_a_fault_names_its_key_and_the_remedy(tmp_path: Path, was: str, now: str, said: str) -> None:
    rota, faults = rota_of(written(tmp_path, ROTA.replace(was, now, 1)))
    assert rota is None
    assert said in "; ".join(map(str, faults))


def test_numbers_of_staff_are_not_for_everybody(tmp_path: Path) -> None:
    rota, faults = rota_of(written(tmp_path, mode=0o644))
    assert rota is None
    assert "chmod 640" in str(faults[0])


def test_it_is_read_anew_when_it_changes_and_stays_when_it_gets_worse(tmp_path: Path) -> None:
    told: list[str] = []
    path = written(tmp_path)
    book = RotaFile(path, told.append)
    assert book.on_duty("noc_operator", wib(4, 12)) == ["noc-2"]
    written(tmp_path, ROTA.replace('persons = ["noc-2"]', 'persons = ["noc-1"]'))
    os.utime(path, ns=(1, 1))
    assert book.on_duty("noc_operator", wib(4, 12)) == ["noc-1"]
    written(tmp_path, "shifts = 3")
    assert book.on_duty("noc_operator", wib(4, 12)) == ["noc-1"]
    path.unlink()
    contact = book.contact("noc-1")
    assert contact is not None
    assert contact.phone == "+628111111111"
    assert ["read anew" in told[0], "shifts" in told[1], "cannot be read" in told[2], len(told)] == [True] * 3 + [3]
    assert "+62" not in "".join(told)


def test_one_that_is_no_good_at_the_start_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="simpul rota --file"):
        RotaFile(written(tmp_path, "persons = 1"), print)

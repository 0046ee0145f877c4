"""Why a command was refused, on pages in Bahasa Indonesia."""

import pytest

from connectors.console.desk.words import DESK_WORDS
from connectors.console.refusal_words import refused
from tests.connectors.api.desk.house import Desk
from tests.connectors.console.desk.said import ROOM, sentences
from tests.connectors.console.desk.screen import Staff

SAYS = (
    "arguments.py",
    "roles.py",
    "incidents/commands.py",
    "incidents/together/grouping.py",
    "service_desk/commands.py",
    "service_desk/closing.py",
    "service_desk/rca_commands.py",
    "service_desk/improvements/commands.py",
    "service_desk/surveys/commands.py",
)


FOUND = sorted({text for name in SAYS for text in sentences(ROOM / name, "CommandRejected")})


def test_refusals_are_found() -> None:
    assert len(FOUND) > 40


@pytest.mark.parametrize("said", FOUND)
def test_every_refusal_has_its_words(said: str) -> None:
    assert refused(said, "id", DESK_WORDS["id"]) != said
    assert refused(said, "en", DESK_WORDS["en"]) == said


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("ticket NT-1 is in verification already", "tiket NT-1 sudah di tahap verifikasi"),
        ("role customer_care may not verify an RCA record", "peran Customer Care tidak boleh memverifikasi"),
        (
            "the effect of 'dig' shows after 7 days: judge it from 2026-03-08 on",
            "efek dari 'dig' terlihat setelah 7 hari: nilai mulai 2026-03-08",
        ),
        ("2 complaints are open under NT-1", "2 keluhan masih terbuka di bawah NT-1"),
        ("something that nobody foresaw", "something that nobody foresaw"),
    ],
)
def test_codes_become_words(said: str, told: str) -> None:
    assert refused(said, "id", DESK_WORDS["id"]).casefold() == told.casefold()


def test_the_page_says_it_in_its_language(desk: Desk) -> None:
    number = desk.complain("CU-3", "Internet lambat sekali")
    staff = Staff(desk, "care_supervisor")
    form = {**staff.hidden(number), "step": "duplicate", "of": "NT-20260301-999999", "reason": "sama"}
    where = staff.post(f"/desk/tickets/{number}/steps", form).headers["location"]
    assert f"NT-20260301-999999 bukan tiket keluhan lain: sebut tiket yang diulang oleh {number}" in staff.see(
        where, "id"
    )
    assert '<span lang="en">NT-20260301-999999 is no other' in staff.see(where, "en")

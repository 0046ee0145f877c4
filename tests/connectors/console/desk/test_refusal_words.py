"""Why a command was refused, on pages in Bahasa Indonesia."""

import ast
from collections.abc import Iterator, Mapping
from operator import itemgetter
from pathlib import Path

import pytest

import correlator
from connectors.console.desk.words import DESK_WORDS
from connectors.console.refusal_words import refused
from correlator.arguments import GOOD_TIME
from tests.connectors.api.desk.house import Desk
from tests.connectors.console.desk.screen import Staff

ROOM = Path(correlator.__file__).parent
SAYS = (
    "arguments.py",
    "roles.py",
    "service_desk/commands.py",
    "service_desk/closing.py",
    "service_desk/rca_commands.py",
)
KNOWN = {"GOOD_TIME": GOOD_TIME}


def sentences(path: Path) -> Iterator[str]:
    """What a file refuses with: the last argument of each `CommandRejected`, as far as it is words."""
    tree = ast.parse(path.read_text())
    named = [(node.lineno, node.targets[0], node.value) for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "CommandRejected":
            before = {
                to.id: said
                for line, to, said in sorted(named, key=itemgetter(0))
                if line < node.lineno and isinstance(to, ast.Name)
            }
            if (text := words(node.args[-1], before)) is not None:
                yield text


def words(node: ast.AST, named: Mapping[str, ast.AST]) -> str | None:
    """A text, with `x1` for what is put in; None where it is no text."""
    if isinstance(node, ast.Name):
        return KNOWN.get(node.id) or (words(named[node.id], {}) if node.id in named else None)
    if isinstance(node, ast.Constant):
        return str(node.value)
    if not isinstance(node, ast.JoinedStr):
        return None
    parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
    return "".join(words(part, named) or "x1" for part in parts)


FOUND = sorted({text for name in SAYS for text in sentences(ROOM / name)})


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

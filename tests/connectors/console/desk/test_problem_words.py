"""What goes wrong at a door, as the page says it: in its language, with what to do there."""

import re

import pytest

from connectors.console.desk.words import DESK_WORDS
from connectors.console.problem_words import PROBLEMS
from tests.connectors.api.desk.house import Desk
from tests.connectors.console.desk.screen import Staff


def said(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.parametrize(
    ("path", "id_says", "en_says"),
    [
        ("/desk/tickets/NT-9", "tidak ada tiket NT-9", "there is no ticket NT-9"),
        ("/desk/tickets/NT-9/words", "tidak ada tiket NT-9", "there is no ticket NT-9"),
        ("/desk/incidents/IN-9", "tidak ada insiden IN-9", "there is no incident IN-9"),
        ("/desk/alarms?of=X-9", "tidak ada alarm X-9", "there is no alarm X-9"),
        ("/desk/rca/RCA-9", "tidak ada dokumen RCA/CAPA RCA-9", "there is no RCA/CAPA record of RCA-9"),
    ],
)
def test_what_is_not_there(desk: Desk, path: str, id_says: str, en_says: str) -> None:
    staff = Staff(desk, "care_supervisor")
    shown = staff.see(path, "id", 404)
    assert id_says in said(shown)
    assert "GET /" not in shown, "a page names pages, and no door"
    assert '<span lang="id">' in shown
    assert en_says in said(staff.see(path, "en", 404))


@pytest.mark.parametrize("language", ["id", "en"])
def test_whom_nobody_finds_may_complain_all_the_same(desk: Desk, language: str) -> None:
    staff, words = Staff(desk, "customer_care"), DESK_WORDS[language]  # type: ignore[index]  # both are there
    key = re.findall(r'name="key" value="(\w+)"', staff.see("/desk/callers"))[0]
    headers = {"Accept-Language": language}
    found = staff.post("/desk/callers", {"key": key, "by": "phone", "value": "+62 811 1", "reason": ""}, **headers)
    assert found.status_code == 404
    shown = said(found.text)
    assert words["by.phone"] in shown
    assert f"{words['callers']}, {words['new_complaint']}" in shown
    assert '<a href="/desk/callers">' in found.text


def test_who_may_not_hears_who_may(desk: Desk) -> None:
    shown = said(Staff(desk, "customer_experience").see("/desk/callers", "id", 403))
    assert "peran Customer Experience tidak boleh" in shown
    assert "Divisi Teknis" in shown
    assert "billing_account" not in shown


def test_both_languages_have_every_word() -> None:
    for words in DESK_WORDS.values():
        for _, *both in PROBLEMS:
            named = {code for pair in both for text in pair for code in re.findall(r"\{([a-z_]+)\}", text)}
            assert named <= {*words, "roles", "again"}

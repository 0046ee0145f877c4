"""A page for each role, in both languages: the commands and doors on it exist, and that role may use them."""

import re
import shlex
from pathlib import Path

import pytest

from connectors.access.routes import ROUTES
from correlator.policy.care import CarePolicy
from tests.test_docs import commands

FOLDER = Path(__file__).parents[1] / "docs" / "guides"
ROLES = {
    "desk-agent": "customer_care",
    "manager": "service_manager",
    "shift-engineer": "noc_operator",
    "supervisor": "care_supervisor",
}
PAGES = [f"{name}.{language}" for name in ROLES for language in ("en", "id")]


def code(page: str) -> list[str]:
    """What stands in code, in order, but for single words."""
    return [one for one in re.findall(r"`([^`]+)`", (FOLDER / f"{page}.md").read_text()) if " " in one]


def test_each_role_has_its_page_in_both_languages() -> None:
    assert sorted(file.stem for file in FOLDER.glob("*.md")) == sorted(PAGES)


@pytest.mark.parametrize("name", ROLES)
def test_both_languages_tell_the_same(name: str) -> None:
    said = code(f"{name}.en")
    assert len(said) > 8
    assert said == code(f"{name}.id")


@pytest.mark.parametrize("name", ROLES)
def test_the_role_is_named(name: str) -> None:
    for language in ("en", "id"):
        assert f"`{ROLES[name]}`" in (FOLDER / f"{name}.{language}.md").read_text()


@pytest.mark.parametrize("page", PAGES)
def test_what_one_is_to_type_exists(page: str) -> None:
    known = commands()
    typed = [one for one in code(page) if one.startswith("simpul ")]
    assert typed
    assert [one for one in typed if not any(one == name or one.startswith(f"{name} ") for name in known)] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_role_may_give_each_command(page: str) -> None:
    may, role = CarePolicy().may, ROLES[page.partition(".")[0]]
    given = [shlex.split(one) for one in code(page) if one.startswith("simpul do ")]
    assert given
    for _, _, action, *rest in given:
        assert role in may[action], action
        assert "--reason" in rest, action


@pytest.mark.parametrize("page", PAGES)
def test_each_door_opens_for_the_role(page: str) -> None:
    role = ROLES[page.partition(".")[0]]
    doors = [tuple(one.split()) for one in code(page) if re.fullmatch(r"(GET|POST) /\S*", one)]
    assert doors
    opened = {door for door, roles in ROUTES.items() if role in roles}
    assert [door for door in doors if door not in opened] == []

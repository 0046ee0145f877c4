"""Several tickets at once on a page: who is offered what, and each row with its own answer."""

import re
from html import unescape
from urllib.parse import quote

import pytest

from connectors.access.holders import Role
from connectors.console.desk.words import DESK_WORDS
from correlator.events import Command
from tests.connectors.api.desk.house import Desk
from tests.connectors.console.desk.screen import Staff, events, hidden, offered

EN = DESK_WORDS["en"]


def three(desk: Desk) -> list[str]:
    return [desk.complain(None, "Internet lambat sekali", contact=f"+62811000{n}") for n in range(3)]


def path(numbers: list[str]) -> str:
    return "/desk/many?" + "&".join(f"ticket={quote(number)}" for number in numbers)


def take(staff: Staff, numbers: list[str], step: str, **fields: str) -> str:
    """The page that follows."""
    page = staff.see(path(numbers))
    tickets = re.findall(r'name="tickets" value="([^"]+)"', page)[0]
    form = {**hidden(page), "tickets": tickets, "step": step, "reason": "shift", **fields}
    answer = staff.post("/desk/many", form)
    assert answer.status_code == 303, answer.text
    return staff.see(answer.headers["location"])


def test_a_list_lets_some_of_it_be_chosen(desk: Desk) -> None:
    own = three(desk)
    page = Staff(desk, "care_supervisor").see("/desk")
    assert sorted(re.findall(r'name="ticket" value="([^"]+)"', page)) == own
    assert all(f'aria-label="Choose {number}"' in page for number in own)
    chosen = Staff(desk, "care_supervisor").see(path(own[:2]))
    assert own[2] not in chosen


def test_an_outage_lets_some_of_its_complaints_be_chosen(desk: Desk) -> None:
    incident = desk.cut()
    own = [desk.complain("CU-1", service="SV-1"), desk.complain("CU-2", service="SV-2")]
    number = desk.get(f"/incidents/{incident}")["ticket"]["number"]
    page = Staff(desk, "noc_operator").see(f"/desk/tickets/{number}")
    assert re.findall(r'name="ticket" value="([^"]+)"', page) == own


@pytest.mark.parametrize(
    ("step", "fields", "shows"),
    [
        ("assign", {"to": "wayan"}, {"assigned_to": "wayan"}),
        ("take_many", {}, {"assigned_to": "budi"}),
        ("severity", {"class": "Major"}, {"class": "Major"}),
        ("stage", {"stage": "investigation"}, {"stage": "investigation"}),
        ("category", {"category": "billing"}, {"category": "billing"}),
        ("pause", {"why": "waiting_customer"}, {"paused_for": "waiting_customer"}),
        ("note", {"text": "kapal berangkat"}, {}),
        ("result", {"result": "kartu diganti", "outcome": "repaired"}, {"stage": "confirmation"}),
    ],
)
def test_each_of_them_gets_it_as_its_own(desk: Desk, step: str, fields: dict[str, str], shows: dict[str, str]) -> None:
    own = three(desk)
    page = take(Staff(desk, "care_supervisor"), own[:2], step, **fields)
    assert EN["many.done"].format(2) in page
    for number in own[:2]:
        told = desk.get(f"/tickets/{number}")
        assert {name: told[name] for name in shows} == shows
        assert told["trail"][-1]["actor"] in ("budi", "machine")
    assert {name: desk.get(f"/tickets/{own[2]}")[name] for name in shows} != shows or not shows
    commands = [one for one in events(desk) if isinstance(one, Command)]
    assert [(one.target, one.actor) for one in commands] == [(number, "budi") for number in own[:2]]
    [told] = [one for one in desk.door.audited if one.door == "POST /desk/many"]
    assert (told.status, told.about["tickets"]) == (303, "2")


def test_who_is_refused_says_why_beside_who_is_not(desk: Desk) -> None:
    first, second, _ = three(desk)
    desk.order("customer_support", "move_stage", second, stage="investigation")
    page = take(Staff(desk, "customer_support"), [first, second], "stage", stage="assignment")
    rows = {number: page.partition(f">{number}</a>")[2].partition("</tr>")[0] for number in (first, second)}
    assert EN["command.done"] in rows[first]
    assert EN["command.rejected"] in rows[second]
    assert second in rows[second].partition('lang="en"')[2]
    assert "1 done · 1 rejected" in page
    assert (desk.get(f"/tickets/{first}")["stage"], desk.get(f"/tickets/{second}")["stage"]) == (
        "assignment",
        "investigation",
    )


@pytest.mark.parametrize(
    ("role", "lacks"),
    [
        ("customer_experience", {"assign", "severity", "stage", "take_many"}),
        ("customer_care", {"severity"}),
        ("billing_account", {"severity", "category"}),
        ("care_supervisor", set()),
    ],
)
def test_who_may_not_is_not_offered_it(desk: Desk, role: Role, lacks: set[str]) -> None:
    steps = set(offered(Staff(desk, role).see(path(three(desk)))))
    assert "note" in steps
    assert not steps & lacks


def test_sent_twice_it_is_done_once(desk: Desk) -> None:
    own, staff = three(desk), Staff(desk, "care_supervisor")
    page = staff.see(path(own))
    form = {**hidden(page), "tickets": " ".join(own), "step": "note", "text": "x", "reason": "y"}
    before = len(events(desk))
    for _ in range(2):
        assert staff.post("/desk/many", form).status_code == 303
    assert len(events(desk)) == before + 3


def test_one_that_is_not_there_is_told_and_the_others_get_it(desk: Desk) -> None:
    own, staff = three(desk), Staff(desk, "care_supervisor")
    form = {**hidden(staff.see(path(own))), "tickets": f"NT-1 {own[0]}", "step": "note", "text": "x", "reason": "y"}
    answer = staff.post("/desk/many", form)
    assert answer.status_code == 303
    assert own[0] in answer.headers["location"]
    assert desk.get(f"/tickets/{own[0]}")["trail"][-1]["to"] == "x"


def test_a_cookie_alone_commands_nothing(desk: Desk) -> None:
    own, staff = three(desk), Staff(desk, "administrator")
    before = len(events(desk))
    form = {"tickets": own[0], "step": "note", "text": "x", "reason": "y"}
    assert staff.post("/desk/many", form).status_code == 422
    assert staff.post("/desk/many", {**form, "key": "x" * 32}).status_code == 403
    good = {**form, **hidden(staff.see(path(own)))}
    assert staff.post("/desk/many", good, Origin="https://evil.example").status_code == 403
    assert staff.post("/desk/many", {**good, "tickets": ""}).status_code == 409
    assert staff.post("/desk/many", {**good, "step": "merge"}).status_code == 409
    assert staff.post("/desk/many", {**good, "reason": ""}).status_code == 422
    assert len(events(desk)) == before


def test_nothing_chosen_is_said(desk: Desk) -> None:
    page = Staff(desk, "care_supervisor").see("/desk/many")
    assert EN["many.none"] in page
    assert offered(page) == []


def test_those_beyond_what_is_done_at_once_are_counted(desk: Desk) -> None:
    own = three(desk)
    page = Staff(desk, "care_supervisor").see(path([*(f"NT-{number}" for number in range(499)), *own]))
    assert f">{own[0]}</a>" in page
    assert f">{own[1]}</a>" not in page
    assert EN["many.left_out"].format(2) in page
    assert EN["many.left_out"].partition("{}")[2] not in Staff(desk, "care_supervisor").see(path(own))


def test_another_language_keeps_what_was_chosen(desk: Desk) -> None:
    own = three(desk)
    staff = Staff(desk, "care_supervisor")
    [link] = re.findall(r'href="([^"]+)" hreflang="id"', staff.see(path(own)))
    page = staff.see(link)
    assert all(number in page for number in own)
    assert DESK_WORDS["id"]["many.title"] in page


def test_what_is_ticked_in_a_list_is_in_the_address_that_follows(desk: Desk) -> None:
    own, staff = three(desk), Staff(desk, "care_supervisor")
    page = staff.see("/desk")
    form = page.partition('<form method="post" action="/desk/many/chosen">')[2].partition("</form>")[0]
    key = re.findall(r'name="key" value="(\w+)"', form)[0]
    answer = staff.post("/desk/many/chosen", {"key": key, "ticket": own[:2]})
    assert (answer.status_code, answer.headers["location"]) == (303, path(own[:2]))
    assert staff.post("/desk/many/chosen", {"ticket": own[:2]}).status_code == 422
    assert staff.post("/desk/many/chosen", {"key": "x" * 32, "ticket": own}).status_code == 403


def test_five_hundred_and_five_are_chosen_and_worked_on_by_no_long_address(desk: Desk) -> None:
    own = [desk.complain(None, "Internet lambat", contact=f"+62811{n:06}") for n in range(505)]
    lead = Staff(desk, "care_supervisor")
    key = re.findall(r'name="key" value="(\w+)"', lead.see("/desk"))[0]
    answer = lead.post("/desk/many/chosen", {"key": key, "ticket": own})
    assert answer.status_code == 200, answer.text
    page = unescape(answer.text)
    assert len(re.findall(r'class="number" href="/desk/tickets/', page)) == 500
    assert EN["many.left_out"].format(5) in page
    tickets = re.findall(r'name="tickets" value="([^"]+)"', page)[0]
    form = {**hidden(page), "tickets": tickets, "step": "assign", "to": "wayan", "reason": "shift"}
    answer = lead.post("/desk/many", form)
    assert (answer.status_code, len(answer.headers["location"]) < 200) == (303, True)
    page = lead.see(answer.headers["location"])
    assert EN["many.done"].format(500) in page
    assert len(re.findall(r'class="number" href="/desk/tickets/', page)) == 500
    assert offered(page)
    taken = [desk.get(f"/tickets/{number}")["assigned_to"] for number in (own[0], own[499], own[500])]
    assert taken == ["wayan", "wayan", None]


def test_those_that_are_not_done_yet_are_counted_and_nothing_is_offered_for_a_part(desk: Desk) -> None:
    own, staff = three(desk), Staff(desk, "care_supervisor")
    form = {**hidden(staff.see(path(own))), "tickets": " ".join(own), "step": "note", "text": "x", "reason": "y"}
    command = re.findall(r"command=([\w-]+)", staff.post("/desk/many", form).headers["location"])[0]
    assert offered(staff.see(f"/desk/many?command={command}&of=3"))
    page = staff.see(f"/desk/many?command={command}&of=5")
    assert EN["many.waiting"].format(2) in page
    assert offered(page) == []

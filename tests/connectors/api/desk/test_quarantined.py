"""A command at which the core failed each time: whoever gave it reads that it is refused, why, and what to do."""

import pytest

from correlator.events import Command, Incoming, Record, moment
from streams.host.owned import quarantine
from tests.connectors.api.desk.house import Desk
from tests.connectors.console.desk.screen import Staff

WHY = "ZeroDivisionError at 7.0, 3 times"


@pytest.fixture
def number(desk: Desk) -> str:
    """A ticket. From then on each command fails three times, and is set aside as its owner does it."""

    def come(event: Incoming) -> None:
        assert isinstance(event, Command)
        record = Record(7, 0, desk.door.house.now_us, event)
        desk.fold(quarantine(record, None, moment(desk.door.house.now_us), WHY))

    number = desk.complain("CU-1")
    desk.door.inbox.then = come
    return number


def test_it_reads_as_refused_with_why_and_what_to_do(desk: Desk, number: str) -> None:
    taken = desk.order("care_supervisor", "note", number, text="x")
    told = desk.get(f"/commands/{taken['id']}")
    assert told["state"] == "rejected"
    assert WHY in told["reason"]
    assert "mend what is named, then let it be sent again" in told["reason"]


def test_each_of_many_reads_so(desk: Desk, number: str) -> None:
    body = {"action": "note", "tickets": [number], "arguments": {"text": "x"}, "reason": "sama"}
    taken = desk.ask("POST", "/bulk/commands", "care_supervisor", json=body).json()
    told = desk.get(f"/commands/{taken['id']}")
    assert [row["state"] for row in told["rows"]] == ["rejected"]


def test_the_page_says_so_in_its_language(desk: Desk, number: str) -> None:
    staff = Staff(desk, "care_supervisor")
    form = {**staff.hidden(number), "step": "note", "text": "x", "reason": "sama"}
    where = staff.post(f"/desk/tickets/{number}/steps", form).headers["location"]
    page = staff.see(where, "id")
    assert f"Selalu gagal, jadi dikarantina: {WHY}. Administrator sudah diberi tahu".casefold() in page.casefold()
    assert WHY in staff.see(where, "en")


def test_it_was_taken_once_and_is_not_done_when_it_comes_again(desk: Desk, number: str) -> None:
    taken = desk.order("care_supervisor", "note", number, text="x")
    before = desk.get(f"/commands/{taken['id']}")
    desk.fold(desk.door.inbox.events[-1])  # type: ignore[arg-type]  # a command is one of both
    assert desk.get(f"/commands/{taken['id']}") == before

"""Alarms of an object on a page: why no incident explains one, and what may be ordered of it."""

from typing import Any
from urllib.parse import quote

import pytest

from connectors.console.desk.words import DESK_WORDS
from correlator.events import Alarm, moment
from tests.connectors.api.desk.house import DARK, Desk
from tests.connectors.console.desk.screen import Staff, hidden, offered

EN = DESK_WORDS["en"]
ALONE = "DPS-CR1/1"


def page(of: str) -> str:
    return f"/desk/alarms?of={quote(of)}"


def alone(desk: Desk) -> str:
    """One word that nothing explains. Its id."""
    now = moment(desk.door.house.now_us)
    said: dict[str, Any] = {"id": "a-alone", "time": now, "source": "nms", "severity": "major", "state": "raised"}
    desk.fold(Alarm(**said, object=ALONE, alarm_type="loss_of_signal", text="no light"))
    desk.wait(2)
    return "a-alone"


def take(staff: Staff, of: str, step: str, **fields: str) -> str:
    """The page that follows."""
    shown = staff.see(page(of))
    form = {**hidden(shown), "of": of, "alarm": "a-alone", "step": step, "reason": "diukur", **fields}
    answer = staff.post("/desk/alarms", form)
    assert answer.status_code == 303, answer.text
    return staff.see(answer.headers["location"])


@pytest.mark.parametrize("language", ["en", "id"])
def test_it_says_why_no_incident_explains_it(desk: Desk, language: str) -> None:
    name = alone(desk)
    [told] = desk.get(f"/alarms/explanation?of={name}")["alarms"]
    shown = Staff(desk, "noc_operator").see(page(ALONE), language)
    assert all(line in shown for line in told["why"][language])
    assert "no light" in shown


def test_an_incident_is_opened_on_it(desk: Desk) -> None:
    alone(desk)
    staff = Staff(desk, "noc_operator")
    told = take(staff, ALONE, "open_incident")
    assert EN["command.done"] in told
    [incident] = desk.get("/incidents")["incidents"]
    assert (incident["status"], incident["root"]["id"]) == ("open", ALONE)
    assert f'href="/desk/incidents/{incident["id"]}"' in told
    assert "open_incident" not in offered(told)


def test_it_is_shelved_and_taken_back(desk: Desk) -> None:
    alone(desk)
    staff = Staff(desk, "noc_operator")
    assert offered(take(staff, ALONE, "shelve", until="2027-01-01T08:00")) == ["open_incident", "unshelve"]
    assert desk.get(f"/alarms?object={quote(ALONE)}")["alarms"][0]["shelved_until"] == "2027-01-01T08:00:00.000+07:00"
    assert offered(take(staff, ALONE, "unshelve")) == ["open_incident", "shelve"]


def test_what_an_incident_explains_leads_there(desk: Desk) -> None:
    incident = desk.cut()
    shown = Staff(desk, "noc_operator").see(page(DARK[0][0]))
    assert f'href="/desk/incidents/{incident}"' in shown
    assert "open_incident" not in offered(shown)


def test_the_desk_only_reads(desk: Desk) -> None:
    alone(desk)
    staff = Staff(desk, "customer_care")
    shown = staff.see(page(ALONE))
    assert offered(shown) == []
    desk_key = hidden(Staff(desk, "noc_operator").see(page(ALONE)))
    assert (
        staff.post("/desk/alarms", {**desk_key, "of": ALONE, "alarm": "a-alone", "step": "shelve"}).status_code == 403
    )


def test_what_nobody_knows(desk: Desk) -> None:
    assert "there is no alarm NO-SUCH" in Staff(desk, "noc_operator").see(page("NO-SUCH"), status=404)

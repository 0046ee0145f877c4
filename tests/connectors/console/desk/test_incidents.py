"""An incident's page: what it shows, and each order that it offers, posted as a browser would."""

import re
from pathlib import Path
from typing import Any

import pytest

from connectors.console.desk.words import DESK_WORDS
from correlator.events import Alarm, SourceHeard, StaffRole, moment
from tests.connectors.api.desk.house import DARK, Desk
from tests.connectors.console.desk.screen import Staff, hidden, offered

EN, ID = DESK_WORDS["en"], DESK_WORDS["id"]
ROLES: tuple[StaffRole, ...] = ("customer_care", "customer_support", "care_supervisor", "noc_operator", "administrator")
FILLED = {"to": "wayan", "class": "Major", "text": "kru berangkat", "at": "2026-03-01T18:30"}


def page(incident: str) -> str:
    return f"/desk/incidents/{incident}"


def whole(desk: Desk, incident: str) -> Any:
    return desk.get(f"/incidents/{incident}")


def test_it_shows_what_failed_and_why(desk: Desk) -> None:
    incident = desk.cut()
    known, staff = whole(desk, incident), Staff(desk, "noc_operator")
    for language, words in (("en", EN), ("id", ID)):
        shown = staff.see(page(incident), language)
        assert all(said in shown for said in known["why"][language])
        assert all(f">{name}</a></th><td>{kind}" in shown for name, kind in DARK)
        assert words["status.open"] in shown
        assert re.findall(r"<td>(\d+.\d) %</td>", shown)[0][-2] == ("." if language == "en" else ",")
        assert known["root"]["id"] in shown
    assert f'href="/desk/tickets/{known["ticket"]["number"]}"' in staff.see(page(incident))


def test_it_says_who_is_told_nothing_and_why(desk: Desk) -> None:
    """Two ends are dark, one a minute after the other, and the poller is silent: open, and not sure enough to tell."""
    now, asked = moment(desk.door.house.now_us), ("SBY-CR1", "DPS-CR1")
    desk.fold(SourceHeard(id="poller", time=now, source="icmp:poller", polls=asked))
    incident, staff = desk.cut(words=2, apart_min=1), Staff(desk, "noc_operator")
    impact = whole(desk, incident)["impact"]
    assert (impact["customers_down_now"], impact["customers_unsure"]) == (2, 2)
    for language, words, sure in (("en", EN, "90.0"), ("id", ID, "90,0")):
        shown = staff.see(page(incident), language)
        assert f"<dt>{words['incident.untold']}</dt><dd>2 <small>{words['incident.unsure']} {sure} %</small>" in shown
    desk.hear(*DARK[2])
    desk.wait(1)
    assert whole(desk, incident)["impact"]["customers_unsure"] == 0
    assert EN["incident.untold"] not in staff.see(page(incident))


def test_the_board_and_its_ticket_lead_to_it(desk: Desk) -> None:
    incident, staff = desk.cut(), Staff(desk, "noc_operator")
    link = f'href="{page(incident)}"'
    assert link in staff.see("/")
    assert link in staff.see(f"/desk/tickets/{whole(desk, incident)['ticket']['number']}")


@pytest.mark.parametrize("role", ROLES)
def test_what_is_offered_is_taken(desk: Desk, tmp_path: Path, role: StaffRole) -> None:
    staff = Staff(desk, role)
    steps = offered(staff.see(page(desk.cut())))
    assert "note" in steps
    for step in steps:
        if step != "merge":  # which asks for a second one
            fresh = Desk(tmp_path / step)
            incident = fresh.cut()
            root, alarm = whole(fresh, incident)["root"]["id"], whole(fresh, incident)["alarms"][0]
            told = Staff(fresh, role).take_at(page(incident), step, **FILLED, root=root, alarms=alarm)
            assert EN["command.done"] in told, step


def test_each_role_is_offered_its_own(desk: Desk) -> None:
    incident = desk.cut()
    care, noc = (set(offered(Staff(desk, role).see(page(incident)))) for role in ("customer_care", "noc_operator"))
    assert {"acknowledge", "accept_root", "name_root", "estimate", "hold_notices", "detach", "close"} <= noc
    assert care.isdisjoint({"acknowledge", "accept_root", "name_root", "estimate", "hold_notices", "detach", "close"})
    assert "merge" not in noc, "there is no other"


def test_a_root_that_is_accepted_is_pinned_until_it_is_let_go(desk: Desk) -> None:
    incident, staff = desk.cut(), Staff(desk, "noc_operator")
    choices = re.findall(r'<option value="([^"]+)">', staff.see(page(incident)).partition('id="step-accept_root"')[2])
    other = next(name for name in choices if name != whole(desk, incident)["root"]["id"])
    staff.take_at(page(incident), "accept_root", root=other)
    assert (whole(desk, incident)["root"]["id"], whole(desk, incident)["pinned_by"]) == (other, "budi")
    staff.take_at(page(incident), "unpin")
    assert whole(desk, incident)["pinned_by"] is None


def test_a_time_is_in_wib(desk: Desk) -> None:
    incident, staff = desk.cut(), Staff(desk, "noc_operator")
    staff.take_at(page(incident), "estimate", at="2026-03-01T18:30")
    assert whole(desk, incident)["estimate_at"] == "2026-03-01T18:30:00.000+07:00"
    assert "01/03 18:30" in staff.see(page(incident))


def test_messages_are_held_and_released(desk: Desk) -> None:
    incident, staff = desk.cut(), Staff(desk, "noc_operator")
    held = staff.take_at(page(incident), "hold_notices")
    assert EN["held"] in held
    assert "hold_notices" not in offered(held)
    assert "hold_notices" in offered(staff.take_at(page(incident), "release_notices"))


def test_an_alarm_that_does_not_belong_is_let_go(desk: Desk) -> None:
    incident, staff = desk.cut(), Staff(desk, "noc_operator")
    alarm = whole(desk, incident)["alarms"][0]
    shown = staff.see(page(incident))
    assert re.search(rf'<option value="{alarm}">\S+ \w+</option>', shown)
    staff.take_at(page(incident), "detach", alarms=alarm)
    assert alarm not in whole(desk, incident)["alarms"]


def test_what_is_refused_says_why_in_its_language(desk: Desk) -> None:
    incident, staff = desk.cut(), Staff(desk, "noc_operator")
    form = {**hidden(staff.see(page(incident))), "step": "name_root", "root": "NO-SUCH", "reason": "diukur"}
    where = staff.post(f"{page(incident)}/steps", form).headers["location"]
    assert "the inventory has no NO-SUCH" in staff.see(where)
    assert "tidak ada NO-SUCH di inventaris" in staff.see(where, "id")


def test_of_what_is_over_only_a_note_is_taken(desk: Desk) -> None:
    incident = desk.cut()
    Staff(desk, "noc_operator").take_at(page(incident), "close")
    desk.wait(60)
    staff = Staff(desk, "noc_operator")
    shown = staff.see(page(incident))
    assert EN["status.closed"] in shown
    assert offered(shown) == ["note"]
    assert all(name in shown for name, _ in DARK), "what it was about can still be read"
    late = staff.post(f"{page(incident)}/steps", {**hidden(shown), "step": "estimate", "at": "2026-03-01T18:30"})
    assert (late.status_code, EN["step_gone"] in late.text) == (409, True)


@pytest.mark.parametrize("key", [None, "0" * 32])
def test_a_form_of_another_session_commands_nothing(desk: Desk, key: str | None) -> None:
    incident, staff = desk.cut(), Staff(desk, "noc_operator")
    form = {"once": "ab", "step": "close", "reason": "x"} | ({"key": key} if key else {})
    assert staff.post(f"{page(incident)}/steps", form).status_code in (403, 422)
    assert whole(desk, incident)["status"] == "open"


def another(desk: Desk, name: str = "a-9") -> str:
    """A second incident, opened by hand on a word that nothing explains."""
    now = moment(desk.door.house.now_us)
    said: dict[str, Any] = {"id": name, "time": now, "source": "nms", "severity": "major", "state": "raised"}
    desk.fold(Alarm(**said, object="JKT-CR1/1", alarm_type="loss_of_signal"))
    desk.wait(2)
    desk.order("noc_operator", "open", name)
    return max(row.id for row in desk.state.incidents.values() if row.status == "open")


def test_the_list_has_those_that_go_on_and_those_that_are_over(desk: Desk) -> None:
    incident, other = desk.cut(), another(desk)
    staff = Staff(desk, "service_manager")
    shown = staff.see("/desk/incidents")
    assert re.findall(r'href="/desk/incidents/([^"]+)"', shown) == [other, incident], "the newest first"
    assert f'href="/desk/tickets/{whole(desk, incident)["ticket"]["number"]}"' in shown
    Staff(desk, "noc_operator").take_at(page(other), "close")
    desk.wait(60)
    staff = Staff(desk, "service_manager")
    assert f'href="{page(other)}"' not in staff.see("/desk/incidents")
    assert f'href="{page(other)}"' in staff.see("/desk/incidents?state=closed", "id")
    assert staff.see("/desk/incidents?state=all").count('class="number" href="/desk/incidents/') == 2
    assert 'href="/desk/incidents"' in staff.see("/")


def test_another_incident_is_chosen_to_merge_into(desk: Desk) -> None:
    incident, other = desk.cut(), another(desk)
    staff = Staff(desk, "noc_operator")
    form = staff.see(page(other)).partition('id="step-merge"')[2].partition("</form>")[0]
    assert re.findall(r'<option value="([^"]+)">', form) == [incident]
    staff.take_at(page(other), "merge", into=incident)
    assert whole(desk, other)["merged_into"] == incident


def test_choices_do_not_end_with_a_page_of_the_list(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.api.desk.served.USUAL", 1)
    incident, other = desk.cut(), another(desk)
    merge = Staff(desk, "noc_operator").see(page(other)).partition('id="step-merge"')[2].partition("</form>")[0]
    assert re.findall(r'<option value="([^"]+)">', merge) == [incident]
    number = desk.complain("CU-3", "Internet lambat sekali")
    form = Staff(desk, "customer_support").see(f"/desk/tickets/{number}").partition('id="step-join_outage"')[2]
    assert re.findall(r'<option value="(IN-[^"]+)">', form) == [other, incident]


def test_of_a_suspicion_is_not_said_that_only_customers_tell_of_it(desk: Desk) -> None:
    now = moment(desk.door.house.now_us)
    said: dict[str, Any] = {"time": now, "source": "nms", "severity": "critical", "state": "raised"}
    for name, kind in DARK:
        desk.fold(Alarm(**said, id=f"a-{name}", object=name, alarm_type=kind))
    [incident] = [row.id for row in desk.state.incidents.values() if row.status == "suspected"]
    noc = Staff(desk, "noc_operator")
    shown = noc.see(page(incident))
    assert EN["incident.not_yet"] in shown
    below = desk.get(f"/incidents/{incident}")["impact"]["customers_if_so"]
    assert below > 0
    for one in (shown, noc.see("/desk/incidents")):
        assert f"<small>{EN['if_so']}</small> {below}" in one
    assert EN["incident.no_alarms"] not in shown


def test_a_complaint_is_put_under_an_outage_and_taken_out(desk: Desk) -> None:
    incident, other = desk.cut(), another(desk)
    number = desk.complain("CU-3", "Internet lambat sekali")
    support, where = Staff(desk, "customer_support"), f"/desk/tickets/{number}"
    assert "join_outage" not in Staff(desk, "customer_care").steps(number)
    strange = {**support.hidden(number), "step": "join_outage", "incident": "IN-999", "reason": "x"}
    assert support.post(f"{where}/steps", strange).status_code == 409, "no such choice"
    told = support.take(number, "join_outage", incident=incident)
    assert EN["command.done"] in told
    assert desk.get(f"/tickets/{number}")["incident"] == incident
    assert other not in support.see(where)
    support.take(number, "leave_outage")
    assert desk.get(f"/tickets/{number}")["incident"] is None


def test_what_nobody_knows(desk: Desk) -> None:
    assert "there is no incident IN-999" in Staff(desk, "noc_operator").see(page("IN-999"), status=404)


def test_an_order_on_the_ticket_is_seen_wherever_the_outage_is_shown(desk: Desk) -> None:
    incident, staff = desk.cut(), Staff(desk, "noc_operator")
    number = whole(desk, incident)["ticket"]["number"]
    assert EN["unacknowledged"] in staff.see(page(incident))
    broke = desk.get(f"/tickets/{number}")["class_reason"]
    desk.order("noc_operator", "assign", number, to="wayan")
    desk.order("noc_operator", "set_class", number, class_="Minor")
    assert EN["unacknowledged"] not in staff.see(page(incident)) + staff.see("/")
    assert [row["assigned"] for row in handed_over(desk, "open")] == ["wayan"]
    assert desk.get(f"/tmf-api/troubleTicket/v5/troubleTicket/{number}")["description"] == broke


def test_the_handover_names_the_update_that_customers_were_promised(desk: Desk) -> None:
    desk.order("noc_operator", "set_estimate", desk.cut(), at="2026-03-01T20:00:00+07:00")  # they hear of it soon
    said = desk.get("/outages/affected?customer=CU-1")["outages"][0]["next_update"]
    assert [row["due"] for row in handed_over(desk, "due") if row["what"] == "update"] == [said]


def handed_over(desk: Desk, section: str) -> Any:
    told = desk.get("/handover?since=2026-03-01T00:00:00%2B07:00&language=en", "noc_operator")
    return next(one["rows"] for one in told["sections"] if one["name"] == section)

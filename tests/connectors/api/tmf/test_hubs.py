"""Subscriptions by TMF630's hub, and what each change of a ticket or an alarm tells: events as they are published."""

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.access.holders import Role
from connectors.api.app import DoorSettings
from connectors.api.tmf.announced import alarm_told, ticket_told
from connectors.formats.messages import Elsewhere, Rendering
from connectors.formats.tmf_events import Announcing
from correlator.effects import Announced
from correlator.events import Alarm, moment
from tests.connectors.api.desk.house import Desk
from tests.connectors.api.tmf.published import faults_621, faults_642, unknown_621, unknown_642
from tests.connectors.house import DOMAIN, WORLD

TICKETS, ALARMS = "/tmf-api/troubleTicket/v5/hub", "/tmf-api/alarmManagement/v5/hub"
CALLBACK = "https://oss.example.net:8443/told"
RENDERING = Rendering(
    lambda: WORLD, lambda _: None, elsewhere=Elsewhere(announced=Announcing(DOMAIN, ticket_told, alarm_told))
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, DoorSettings(hub_hosts=("oss.example.net", "nms.example.net")))


def subscribe(
    desk: Desk, path: str = TICKETS, role: Role = "administrator", key: str | None = None, **more: Any
) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return desk.ask("POST", path, role, json={"callback": CALLBACK, **more}, headers=headers)


def subscribed(desk: Desk, path: str = TICKETS, **more: Any) -> dict[str, Any]:
    answer = subscribe(desk, path, **more)
    assert answer.status_code == 201, answer.text
    made = dict(answer.json())
    assert faults_621("Hub", made) == []
    assert answer.headers["location"] == made["href"]
    assert desk.ask("GET", made["href"], "administrator").json() == made
    return made


def told(desk: Desk, hub: str) -> list[dict[str, Any]]:
    """The CloudEvents for this subscriber, in order, each held against what is published."""
    found = []
    for waiting in desk.door.house.store.outbox.pending(DOMAIN, 10_000):
        effect = waiting.effect
        if isinstance(effect, Announced):
            mine = (one for one in RENDERING.fan_out(effect, 0) if one.recipient == f"hub:{hub}")
            found += [json.loads(RENDERING.text(effect, message)[1]) for message in mine]
    for event in found:
        check(event)
    return found


def check(event: dict[str, Any]) -> None:
    """CloudEvents 1.0, 3.1: what must be there; and the event in it."""
    assert event["specversion"] == "1.0"
    assert all(event[name] for name in ("id", "source", "type", "subject", "time"))
    assert event["datacontenttype"] == "application/json"
    data = event["data"]
    assert event["type"] == f"org.tmforum.{data['eventType']}"
    assert (data["eventId"], data["eventTime"]) == (event["id"], event["time"])
    if data["eventType"].startswith("TroubleTicket"):
        assert faults_621(data["eventType"], data) == []
        assert faults_621("TroubleTicket", data["event"]["troubleTicket"]) == []
        assert unknown_621(data["event"]["troubleTicket"]) == set()
    else:
        assert faults_642(data["eventType"], data) == []
        assert faults_642("Alarm", data["event"]["alarm"]) == []
        assert unknown_642(data["event"]["alarm"]) == set()


def changes(events: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What happened, and the status of the ticket or the state of the alarm."""
    found = []
    for event in events:
        data = event["data"]
        resource = data["event"].get("troubleTicket") or data["event"]["alarm"]
        found.append((data["eventType"].removeprefix("TroubleTicket"), resource.get("status") or resource["state"]))
    return found


def test_a_ticket_is_told_as_it_goes_on(desk: Desk) -> None:
    hub = subscribed(desk)["id"]
    number = desk.complain("CU-3", "Internet lambat sekali")
    for role, action, arguments in (
        ("customer_support", "note", {"text": "x"}),
        ("customer_support", "pause", {"why": "waiting_customer"}),
        ("customer_support", "resume", {}),
        ("customer_support", "move_stage", {"stage": "confirmation"}),
        ("customer_care", "close", {"as_": "confirmed"}),
        ("customer_care", "reopen", {}),
    ):
        desk.order(role, action, number, **arguments)  # type: ignore[arg-type]  # roles that there are
    events = told(desk, hub)
    assert {event["subject"] for event in events} == {number}
    moved = [one for one in changes(events) if one[0] != "AttributeValueChangeEvent"]
    assert moved == [
        ("CreateEvent", "inProgress"),
        ("StatusChangeEvent", "inProgress"),
        ("StatusChangeEvent", "pending"),
        ("StatusChangeEvent", "inProgress"),
        ("StatusChangeEvent", "resolved"),
        ("StatusChangeEvent", "closed"),
        ("StatusChangeEvent", "inProgress"),
    ]
    assert len({event["id"] for event in events}) == len(events)


def test_alarms_are_told_as_they_come_change_and_go(desk: Desk) -> None:
    hub = subscribed(desk, ALARMS)["id"]
    other = subscribed(desk, TICKETS, query="eventType=TroubleTicketCreateEvent")["id"]
    desk.cut()

    def says(name: str, **more: Any) -> None:
        content: Any = {"source": "nms", "object": "DPS-CR1", "alarm_type": "device_unreachable", **more}
        desk.fold(Alarm(id=name, time=moment(desk.door.house.now_us), **content))

    says("b-1", severity="major", state="raised")
    says("b-2", severity="major", state="raised")
    says("b-3", state="cleared")
    assert changes(told(desk, hub)) == [
        *[("AlarmCreateEvent", "raised")] * 3,
        ("AlarmAttributeValueChangeEvent", "updated"),
        ("AlarmStateChangeEvent", "cleared"),
    ]
    [outage] = told(desk, other)
    assert outage["data"]["event"]["troubleTicket"]["ticketType"] == "outage"


def test_only_the_events_that_were_asked_for_are_told(desk: Desk) -> None:
    query = "eventType=TroubleTicketStatusChangeEvent,TroubleTicketCreateEvent"
    made = subscribed(desk, query=query)
    assert made["query"] == "eventType=TroubleTicketCreateEvent,TroubleTicketStatusChangeEvent"
    desk.order("customer_support", "note", desk.complain("CU-3"), text="x")
    assert {name for name, _ in changes(told(desk, made["id"]))} == {"CreateEvent", "StatusChangeEvent"}


def test_no_word_and_no_name_of_a_customers_is_told(desk: Desk) -> None:
    hub = subscribed(desk)["id"]
    desk.complain(None, "Rahasia saya", contact="+628123456789")
    text = json.dumps(told(desk, hub))
    assert "Rahasia" not in text
    assert "8123456789" not in text


def test_who_unsubscribes_is_told_no_more(desk: Desk) -> None:
    made = subscribed(desk)
    desk.complain("CU-3")
    before = told(desk, made["id"])
    assert before
    assert desk.ask("DELETE", made["href"], "administrator").status_code == 204
    desk.complain("CU-2")
    assert told(desk, made["id"]) == before
    for method in ("GET", "DELETE"):
        gone = desk.ask(method, made["href"], "administrator")
        assert gone.status_code == 404
        assert faults_621("Error", gone.json()) == []
    assert desk.ask("GET", TICKETS, "administrator").json() == []


def test_without_subscribers_nothing_is_told(desk: Desk) -> None:
    desk.complain("CU-3")
    assert not any(isinstance(one.effect, Announced) for one in desk.door.house.store.outbox.pending(DOMAIN, 1000))


def test_each_api_has_its_own_subscriptions(desk: Desk) -> None:
    made = subscribed(desk)
    assert desk.ask("GET", TICKETS, "administrator").json() == [made]
    assert desk.ask("GET", ALARMS, "administrator").json() == []
    assert desk.ask("DELETE", f"{ALARMS}/{made['id']}", "administrator").status_code == 404


def test_a_request_sent_again_under_its_key_is_one_subscription(desk: Desk) -> None:
    one, again = subscribed(desk, key="k-1"), subscribed(desk, key="k-1")
    assert one == again
    assert desk.ask("GET", TICKETS, "administrator").json() == [one]
    twice = subscribe(desk)
    assert twice.status_code == 409
    assert one["id"] in twice.json()["reason"]
    assert subscribe(desk, callback="https://nms.example.net/").status_code == 201


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"callback": None}, "callback"),
        ({"callback": 7}, "callback"),
        ({"callback": "http://oss.example.net/told"}, "callback"),
        ({"callback": "https://169.254.169.254/latest"}, "callback"),
        ({"callback": "https://oss.example.net.evil.example/"}, "callback"),
        ({"callback": "https://user:secret@oss.example.net/"}, "callback"),
        ({"callback": "https://oss.example.net@evil.example/"}, "callback"),
        ({"callback": "https://oss.example.net:port/"}, "callback"),
        ({"callback": "https://oss.example.net/\r\nX: y"}, "callback"),
        ({"callback": f"https://oss.example.net/{'x' * 1000}"}, "callback"),
        ({"query": "eventType=AlarmCreateEvent"}, "query"),
        ({"query": "status=closed"}, "query"),
        ({"query": "everything"}, "query"),
    ],
)
def test_what_is_no_subscription_is_refused_by_its_field(desk: Desk, change: dict[str, Any], field: str) -> None:
    answer = subscribe(desk, **change)
    assert answer.status_code == 422, answer.text
    assert field in answer.json()["reason"]
    assert faults_621("Error", answer.json()) == []
    assert desk.door.inbox.events == []


def test_where_no_host_is_listed_nobody_is_told(tmp_path: Path) -> None:
    answer = subscribe(Desk(tmp_path))
    assert answer.status_code == 422
    assert "channels.hub.hosts" in answer.json()["message"]


def test_the_audit_has_who_is_told_where(desk: Desk) -> None:
    made = subscribed(desk)
    desk.ask("DELETE", made["href"], "administrator")
    about = [(one.door.split()[0], one.about["hub"], one.about["callback"]) for one in desk.door.audited]
    assert about == [("POST", made["id"], CALLBACK), ("DELETE", made["id"], "none")]

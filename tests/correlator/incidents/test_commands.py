"""What people order on incidents and alarms: what each does, and why it may be refused."""

from typing import Any

import pytest

from correlator.events import moment
from tests.correlator.incidents.night import BELOW_B, Night
from tests.correlator.service_desk.house import CUTS


def time_at(night: Night, seconds: float) -> str:
    return moment(round(night.start.timestamp() * 1e6 + seconds * 1e6)).isoformat()


REFUSED: list[tuple[str, str, dict[str, Any], list[tuple[str, str]]]] = [
    ("assign", "administrator", {}, [("arguments.to", "missing")]),
    ("assign", "administrator", {"to": 7}, [("arguments.to", "missing")]),
    ("assign", "administrator", {"to": "x" * 121}, [("arguments.to", "too_long")]),
    ("note", "administrator", {"text": ""}, [("arguments.text", "missing")]),
    ("accept_root", "administrator", {"root": "NIX"}, [("arguments.root", "unknown_object")]),
    ("accept_root", "administrator", {"root": 7}, [("arguments.root", "unknown_object")]),
    ("accept_root", "billing_account", {}, [("role", "not_allowed")]),
    ("unpin", "administrator", {}, [("target", "not_pinned")]),
    ("set_estimate", "administrator", {}, [("arguments.at", "missing")]),
    ("set_estimate", "administrator", {"at": "soon"}, [("arguments.at", "bad_time")]),
    ("set_estimate", "administrator", {"at": "2026-03-03T23:00:00"}, [("arguments.at", "bad_time")]),
    ("set_estimate", "administrator", {"at": "2026-03-03T10:00:01+07:00"}, [("arguments.at", "past")]),
    ("merge", "administrator", {}, [("arguments.into", "missing")]),
    ("merge", "administrator", {"into": "IN-9"}, [("arguments.into", "unknown_incident")]),
    ("attach", "administrator", {}, [("arguments", "missing")]),
    ("attach", "administrator", {"alarms": "al-1"}, [("arguments.alarms", "wrong_type")]),
    ("attach", "administrator", {"alarms": [7]}, [("arguments.alarms", "wrong_type")]),
    ("attach", "administrator", {"alarms": ["al-999"]}, [("arguments.alarms", "unknown_alarm")]),
    ("attach", "administrator", {"complaints": ["co-999"]}, [("arguments.complaints", "unknown_complaint")]),
    ("detach", "administrator", {"alarms": ["al-999"]}, [("arguments.alarms", "unknown_alarm")]),
    ("fill", "administrator", {}, [("action", "wrong_target")]),
]


@pytest.mark.parametrize(("action", "role", "arguments", "refused"), REFUSED)
def test_what_is_refused_changes_nothing(action: str, role: str, arguments: dict[str, Any], refused: Any) -> None:
    night = Night()
    incident = night.broken()
    night.at(1)
    before = (incident.status, incident.root, incident.pinned_by, incident.estimate_us, list(incident.notes))
    assert night.refused(action, incident.id, role, **arguments) == refused
    assert (incident.status, incident.root, incident.pinned_by, incident.estimate_us, incident.notes) == before


@pytest.mark.parametrize("action", ["close", "merge", "attach"])
def test_what_is_only_suspected_is_not_yet_an_incident(action: str) -> None:
    night = Night()
    night.raised(*BELOW_B)
    night.at(1)
    [suspected] = night.suspected()
    other = night.broken("SP-M", at=2)
    arguments: dict[str, Any] = {"into": other.id, "alarms": ["al-2"]}
    assert night.refused(action, suspected.id, **arguments) == [("target", "not_open")]
    assert night.refused("set_class", suspected.id, class_="Major") == [("target", "no_ticket")]


def test_of_what_is_over_only_a_note_is_taken() -> None:
    night = Night(hold_s=1, reopen_s=1)
    incident = night.broken()
    night.cleared(*CUTS["SP-A"])
    night.at(10)
    assert incident.status == "closed"
    assert night.refused("assign", incident.id, to="budi") == [("target", "over")]
    assert night.refused("note", incident.id, text="seen") == []
    assert [(actor, text) for _, actor, text in incident.notes] == [("the-administrator", "seen")]


def test_who_has_it() -> None:
    night = Night()
    incident = night.broken()
    night.order("acknowledge", incident.id, "noc_operator")
    night.order("assign", incident.id, to="budi")
    night.order("set_estimate", incident.id, at=time_at(night, 7200))
    assert (incident.acknowledged_by, incident.assigned_to) == ("the-noc_operator", "budi")
    assert night.seconds(incident.estimate_us) == 7200
    assert night.refused("set_estimate", incident.id, at=time_at(night, 1)) == [("arguments.at", "past")]


def test_who_has_it_while_it_is_suspected_has_its_ticket() -> None:
    night = Night()
    night.raised(*BELOW_B)
    night.at(1)
    [suspected] = night.suspected()
    night.order("acknowledge", suspected.id, "noc_operator")
    night.order("assign", suspected.id, to="budi")
    night.at(120)
    ticket = night.outage("SP-B")
    assert (ticket.incident, ticket.assigned_to) == (suspected.id, "budi")
    assert ticket.responded_us == ticket.opened_us


def test_a_root_set_by_hand_stays_till_it_is_unpinned() -> None:
    night = Night()
    incident = night.broken()
    night.at(10)
    night.order("accept_root", incident.id, root="AGG")
    assert (incident.root, incident.pinned_by, incident.confidence_ppm) == ("AGG", "the-administrator", 1_000_000)
    assert (night.seconds(incident.root_since_us), incident.alternatives) == (10, ())
    night.order("unpin", incident.id)
    assert incident.pinned_by is None


def test_a_suspicion_that_a_person_accepts_opens() -> None:
    night = Night()
    night.raised(*BELOW_B)
    night.at(1)
    [suspected] = night.suspected()
    night.order("accept_root", suspected.id, root="BALI")
    assert (suspected.status, suspected.root, suspected.pinned_by) == ("open", "BALI", "the-administrator")
    assert night.seconds(suspected.opened_us) == 1


def test_closed_by_hand_it_clears_and_ends_what_stands() -> None:
    night = Night()
    incident = night.broken()
    night.at(100)
    night.order("close", incident.id)
    assert (incident.status, night.seconds(incident.repaired_us)) == ("clearing", 100)
    night.order("close", incident.id)
    assert night.due("hold") == [400]
    night.at(401)
    assert (incident.status, any(row.active for row in night.state.alarms.values())) == ("resolved", False)


# Alarms


def open_by_hand(night: Night, alarm: str, **arguments: Any) -> Any:
    return night.refused("open", alarm, **arguments)


def test_a_person_opens_an_incident_on_one_alarm() -> None:
    night = Night()
    night.says("AGG/b", "loss_of_signal", id="x-1", timed=-60)
    night.at(100)
    assert open_by_hand(night, "x-1", root="BALI") == []
    [incident] = night.state.incidents.values()
    assert (incident.status, incident.root, incident.pinned_by) == ("open", "BALI", "the-administrator")
    assert (night.seconds(incident.first_event_us), night.seconds(incident.suspected_us)) == (-60, 100)
    assert open_by_hand(night, "x-1") == [("target", "taken")]


def test_opened_on_what_is_suspected_it_is_that_suspicion() -> None:
    night = Night()
    night.raised(*BELOW_B)
    night.at(1)
    [suspected] = night.suspected()
    assert open_by_hand(night, "al-3", root="BALI") == []
    assert (suspected.status, suspected.pinned_by, len(night.state.incidents)) == ("open", "the-administrator", 1)


@pytest.mark.parametrize(
    ("target", "arguments", "refused"),
    [
        pytest.param("x-2", {}, [("target", "not_standing")], id="an alarm that is cleared"),
        pytest.param("x-1", {"root": "NIX"}, [("arguments.root", "unknown_object")], id="a root that nobody knows"),
        pytest.param("x-9", {}, [("target", "unknown_target")], id="no alarm"),
    ],
)
def test_what_cannot_be_opened(target: str, arguments: dict[str, Any], refused: Any) -> None:
    night = Night()
    night.says("AGG/b", "loss_of_signal", id="x-1")
    night.says("AGG/p", "loss_of_signal", id="x-2")
    night.says("AGG/p", "loss_of_signal", "cleared", timed=1, id="x-3")
    night.says("AGG/p", "loss_of_signal", "cleared", id="x-4")
    assert open_by_hand(night, target, **arguments) == refused


def test_shelved_and_unshelved() -> None:
    night = Night()
    night.says("AGG/b", "loss_of_signal", id="x-1")
    [row] = night.state.alarms.values()
    assert night.refused("unshelve", "x-1") == [("target", "not_shelved")]
    assert night.refused("shelve", "x-1", until=time_at(night, 0)) == [("arguments.until", "past")]
    assert night.refused("shelve", "x-1", until=time_at(night, 600)) == []
    assert (night.seconds(row.shelved_until_us), night.due("unshelve")) == (600, [600])
    assert night.refused("unshelve", row.key) == []
    assert (row.shelved_until_us, night.due("unshelve")) == (0, [])


# What belongs together


def test_merged_by_hand_both_are_broken() -> None:
    night = Night()
    one, two = night.broken("SP-A"), night.broken("SP-M", at=10)
    assert night.refused("merge", two.id, into=two.id) == [("arguments.into", "unknown_incident")]
    night.at(70)
    night.order("merge", two.id, into=one.id)
    assert (two.status, two.merged_into, two.down_now, two.services_down) == ("merged", one.id, 0, 0)
    assert (one.joined, one.down_now, one.customers_down) == ((two.root,), 8, 8)
    assert {member.incident for member in night.state.members.values()} == {one.id}
    assert one.user_us == 6 * 70_000_000 + 2 * 60_000_000, "since each began"
    assert two.user_us == 0, "counted once"
    assert night.refused("assign", two.id, to="budi") == [("target", "over")]


def test_detached_and_attached_by_hand() -> None:
    night = Night()
    incident = night.broken()
    key = next(row.key for row in night.state.alarms.values() if row.object == "PAPUA")
    row = night.state.alarms[key]
    complaint = night.calls("CU-1")
    assert night.refused("detach", incident.id, alarms=[row.first_id], complaints=[complaint.id]) == []
    assert (row.incident, complaint.incident, complaint.detached, complaint.counted) == (None, None, True, False)
    assert len(night.state.members) == 4
    assert night.refused("detach", incident.id, complaints=[complaint.id]) == [
        ("arguments.complaints", "unknown_complaint")
    ]
    assert night.refused("attach", incident.id, alarms=[key], complaints=[complaint.id]) == []
    assert (row.incident, complaint.incident, complaint.detached) == (incident.id, incident.id, False)
    assert len(night.state.members) == 5


def test_detached_from_a_suspicion_it_counts_for_nobody_yet() -> None:
    night = Night()
    night.raised(*BELOW_B)
    night.at(1)
    [suspected] = night.suspected()
    assert night.refused("detach", suspected.id, alarms=["al-3"]) == []
    assert night.state.index is not None
    held = night.state.index.engine.accounts.suspected_by(suspected.id)
    assert [one.kind for one in held] == ["link_end"]
    assert [row.incident for row in night.state.alarms.values()] == [suspected.id, None]


def test_two_words_for_one_end_leave_and_come_together() -> None:
    night = Night()
    night.says("CORE/a", "link_down", id="x-1")
    incident = night.broken()
    night.order("detach", incident.id, alarms=["x-1"])
    assert {row.object for row in night.state.alarms.values() if row.incident is None} == {"CORE/a"}
    assert len([row for row in night.state.alarms.values() if row.incident is None]) == 2
    night.order("attach", incident.id, alarms=["x-1"])
    assert {row.incident for row in night.state.alarms.values()} == {incident.id}


def test_what_was_merged_by_hand_parts_with_the_last_alarm_of_it() -> None:
    night = Night()
    one, two = night.broken("SP-A"), night.broken("SP-M", at=10)
    night.order("merge", two.id, into=one.id)
    assert (one.customers_down, one.joined) == (8, (two.root,))
    names = [row.key for row in night.state.alarms.values() if row.object in ("CORE/m", "CORE/m2", "HUB")]
    night.order("detach", one.id, alarms=names[:2])
    assert one.joined == (two.root,), "one of three is left"
    night.order("detach", one.id, alarms=names[2:])
    assert (one.joined, one.customers_down, one.down_now) == ((), 6, 6)

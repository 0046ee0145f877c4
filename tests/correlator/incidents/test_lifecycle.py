"""Open, clearing, resolved, closed; and back: when each comes, and what each does with what still stands."""

from typing import Any

import pytest

from correlator.effects import Noted
from tests.correlator.incidents.night import BELOW_B, Night
from tests.correlator.service_desk.house import CUTS
from tests.scenarios.stage import network

CUT = CUTS["SP-A"]


def standing(night: Night) -> list[str]:
    return sorted(row.object for row in night.state.alarms.values() if row.active)


def codes(night: Night) -> list[str]:
    return [one.reason.code for one in night.effects if isinstance(one, Noted)]


# It clears


@pytest.mark.parametrize(
    ("share", "left", "status"),
    [
        pytest.param(0.1, 0, "clearing", id="nothing stands"),
        pytest.param(0.1, 1, "open", id="a fifth still stands"),
        pytest.param(0.2, 1, "clearing", id="a fifth may, by this policy"),
        pytest.param(0.2, 2, "open", id="two fifths may not"),
    ],
)
def test_when_an_incident_clears(share: float, left: int, status: str) -> None:
    night = Night(clearing_share=share)
    incident = night.broken()
    night.at(100)
    night.cleared(*CUT[: 5 - left])
    assert incident.status == status
    assert night.seconds(incident.clearing_us) == (100 if status == "clearing" else None)
    assert night.due("hold") == ([400] if status == "clearing" else [])
    assert night.due("nested") == ([] if status == "clearing" else [160])


def test_the_alarm_of_the_root_itself_keeps_it_open() -> None:
    night = Night(clearing_share=0.5)
    night.raised(("SP-A", "fiber_break"))
    incident = night.broken()
    night.at(100)
    night.cleared(*CUT)
    assert incident.status == "open"
    night.cleared(("SP-A", "fiber_break"))
    assert incident.status == "clearing"


def test_from_clearing_to_closed() -> None:
    night = Night()
    incident = night.broken()
    night.at(100)
    night.cleared(*CUT)
    night.at(399.9)
    assert incident.status == "clearing"
    night.at(1300.1)
    assert night.history(incident) == [
        ("suspected", "BGR", 0.3),
        ("open", "BGR", 0.3),
        ("clearing", "BGR", 100),
        ("resolved", "BGR", 400),
        ("closed", "BGR", 1300),
    ]
    assert [night.seconds(us) for us in (incident.resolved_us, incident.closed_us)] == [400, 1300]
    assert night.due("archive") == [1300 + 90 * 86400]
    assert incident.down_now == 0


def test_hold_and_window_are_policy() -> None:
    night = Night(hold_s=10, reopen_s=20)
    incident = night.broken()
    night.at(100)
    night.cleared(*CUT)
    night.at(200)
    assert [night.seconds(us) for us in (incident.resolved_us, incident.closed_us)] == [110, 130]


# It is back


@pytest.mark.parametrize(
    ("at", "same", "was"),
    [
        pytest.param(399, True, "clearing", id="while it clears"),
        pytest.param(401, True, "resolved", id="after it was resolved"),
        pytest.param(1299, True, "resolved", id="within the window"),
        pytest.param(1301, False, "", id="after the window: another fault"),
    ],
)
def test_back(at: float, same: bool, was: str) -> None:
    night = Night()
    first = night.broken()
    night.at(100)
    night.cleared(*CUT)
    again = night.broken(at=at)
    assert (again is first, again.status) == (same, "open")
    assert ("reopened" in codes(night)) is same
    if same:
        assert (again.clearing_us, again.resolved_us, again.repaired_us, again.released) == (None, None, None, False)
        assert (night.due("hold"), night.due("reopen")) == ([], [])
        assert [entry[0] for entry in night.history(again)][-2:] == [was, "open"]


@pytest.mark.parametrize(
    ("timed", "member"),
    [
        pytest.param(50, True, id="told late of the time before: it belongs to it"),
        pytest.param(100, False, id="told of the moment at which it cleared: it does not"),
    ],
)
def test_one_word_while_it_clears(timed: float, member: bool) -> None:
    night = Night()
    night.raised(*CUT[1:])
    night.at(60)
    incident = night.incident("SP-A")
    night.at(100)
    night.cleared(*CUT[1:])
    night.at(120)
    night.says("CORE/a", "loss_of_signal", timed=timed)
    [row] = [row for row in night.state.alarms.values() if row.object == "CORE/a"]
    assert (row.incident == incident.id) is member


# What stays


def test_a_fault_nested_in_it_is_looked_for_a_minute_after_something_cleared() -> None:
    night = Night()
    night.raised(*BELOW_B)
    incident = night.broken()
    night.at(100)
    night.cleared(("CORE/a", "loss_of_signal"), ("CORE/a2", "loss_of_signal"), ("AGG", "device_unreachable"))
    night.cleared(("PAPUA", "device_unreachable"))
    night.at(159.9)
    assert (incident.status, night.due("nested")) == ("open", [160])
    night.at(161)
    assert incident.status == "clearing"
    assert (incident.released, "nested" in codes(night)) == (True, True)
    night.at(220)
    other = night.incident("BALI")
    assert (other.id != incident.id, other.status, standing(night)) == (True, "open", ["AGG/b", "BALI"])


def test_what_customers_switch_on_and_off_below_it_puts_that_look_off_no_further() -> None:
    night = Night(topology=network("kota"))
    homes, port = [(f"ONT-11-0{n}", "device_unreachable") for n in range(1, 9)], ("OLT-1/pon-1", "loss_of_signal")
    night.raised(port, *homes)
    night.at(60)
    incident = night.incident("LK-FD-11")
    night.at(100)
    night.cleared(port)
    night.at(130)
    night.cleared(*homes[:2])
    assert (incident.status, night.due("nested")) == ("open", [160])


@pytest.mark.parametrize(
    ("left", "nested"),
    [
        pytest.param(CUT[:2], False, id="its links are dark: the root explains it still"),
        pytest.param(CUT[3:4], True, id="one lost device says nothing of the span"),
    ],
)
def test_what_is_no_nested_fault(left: Any, nested: bool) -> None:
    night = Night()
    incident = night.broken()
    night.at(100)
    night.cleared(*(one for one in CUT if one not in left))
    night.at(170)
    assert ("nested" in codes(night)) is nested
    assert (incident.status == "open") is not nested


def test_where_a_person_set_the_root_no_nested_fault_is_looked_for() -> None:
    night = Night()
    incident = night.broken()
    night.order("accept_root", incident.id)
    night.at(100)
    night.cleared(*CUT[:3])
    night.at(170)
    assert (incident.status, "nested" in codes(night)) == ("open", False)


# The crew's word


@pytest.mark.parametrize(
    ("timed", "at"), [pytest.param(150, 150, id="in time"), pytest.param(9000, 200, id="by a clock ahead of ours")]
)
def test_the_crew_repaired_it(timed: float, at: float) -> None:
    night = Night()
    incident = night.broken()
    night.at(200)
    night.repaired("SP-A", timed=timed)
    assert (incident.status, night.seconds(incident.repaired_us), night.due("hold")) == ("clearing", at, [500])
    assert night.seconds(night.state.repairs["SP-A"].at_us) == at
    night.at(501)
    assert (incident.status, standing(night)) == ("resolved", []), "what nobody cleared is presumed cleared"
    assert {night.seconds(row.cleared_us) for row in night.state.alarms.values()} == {at}


def test_what_stays_where_other_alarms_cleared_after_the_repair_is_new_evidence() -> None:
    night = Night()
    night.raised(*BELOW_B)
    incident = night.broken()
    night.at(200)
    night.repaired("SP-A")
    night.at(210)
    night.cleared(("CORE/a", "loss_of_signal"), ("CORE/a2", "loss_of_signal"), ("AGG", "device_unreachable"))
    night.cleared(("PAPUA", "device_unreachable"))
    night.at(501)
    assert (incident.status, incident.released, standing(night)) == ("resolved", True, ["AGG/b", "BALI"])
    night.at(560)
    assert night.incident("BALI").status == "open"


def test_what_began_after_the_repair_is_none_of_it() -> None:
    night = Night()
    night.raised(*CUT[:4])
    night.at(60)
    incident = night.incident("SP-A")
    night.at(100)
    night.says("PAPUA", "device_unreachable")
    night.at(200)
    night.repaired("SP-A", timed=50)
    [row] = [row for row in night.state.alarms.values() if row.object == "PAPUA"]
    assert row.incident != incident.id
    assert not [one for one in night.state.members.values() if one.alarm == row.key]


def test_a_repair_of_what_is_suspected_ends_what_was_told() -> None:
    night = Night()
    night.raised(*BELOW_B)
    night.at(1)
    [suspected] = night.suspected()
    night.repaired(suspected.root)
    night.at(2)
    assert (suspected.status, standing(night)) == ("closed", [])


@pytest.mark.parametrize(
    ("name", "refused"),
    [("NIX", [("object", "unknown_object")]), ("SP-M", []), ("PAPUA", [])],
)
def test_a_repair_elsewhere_changes_nothing(name: str, refused: list[Any]) -> None:
    night = Night()
    incident = night.broken()
    night.repaired(name)
    assert (incident.status, incident.repaired_us) == ("open", None)
    assert [(one.field, one.reason.code) for one in night.rejected()] == refused


# Members


def test_members_say_when_their_period_began_and_whether_it_lasts() -> None:
    night = Night()
    incident = night.broken()
    night.at(10)
    night.says("BALI", "device_unreachable", timed=-20, source="ems")
    night.cleared(("PAPUA", "device_unreachable"))
    members = {one.alarm.split("\x1f")[0]: one for one in night.state.members.values()}
    assert {one.incident for one in members.values()} == {incident.id}
    assert [members[name].standing for name in ("AGG", "BALI", "PAPUA")] == [True, True, False]
    assert (night.seconds(members["BALI"].at_us), night.seconds(incident.first_event_us)) == (-20, -20)
    night.says("PAPUA", "device_unreachable")
    assert len(night.state.members) == 6, "a new period is a new member"


def test_what_was_over_before_the_rest_began_is_no_part_of_it() -> None:
    night = Night()
    night.says("PAPUA", "device_unreachable", timed=-500)
    night.raised(*CUT[:4])
    night.at(1)
    incident = night.incident("SP-A")
    assert night.seconds(incident.first_event_us) == -500
    night.at(20)
    night.says("PAPUA", "device_unreachable", "cleared", timed=-400)
    assert (night.seconds(incident.first_event_us), night.seconds(incident.down_since_us)) == (0, 0)
    assert "PAPUA" not in {one.alarm.split("\x1f")[0] for one in night.state.members.values()}


# One late word, one early repair


@pytest.mark.parametrize(
    ("pinned", "status"),
    [
        pytest.param(False, "clearing", id="one stray word against all that are up: it still clears"),
        pytest.param(True, "open", id="where a person set the root it is back"),
    ],
)
def test_a_late_word_of_the_time_before_it_cleared(pinned: bool, status: str) -> None:
    night = Night()
    night.raised(*CUT[:4])
    night.at(60)
    incident = night.incident("SP-A")
    if pinned:
        night.order("accept_root", incident.id)
    night.at(100)
    night.cleared(*CUT[:4])
    night.at(120)
    night.says("PAPUA", "device_unreachable", timed=89)
    assert incident.status == status
    assert {row.incident for row in night.state.alarms.values() if row.active} == {incident.id}


def test_a_repair_while_it_clears_leaves_the_hold_as_it_is() -> None:
    night = Night()
    incident = night.broken()
    night.at(100)
    night.cleared(*CUT)
    night.at(200)
    night.repaired("SP-A")
    assert (night.seconds(incident.repaired_us), night.seconds(incident.clearing_us), night.due("hold")) == (
        200,
        100,
        [400],
    )


@pytest.mark.parametrize(
    ("cleared", "first"),
    [
        pytest.param(-0.1, 0, id="over before the rest began"),
        pytest.param(0, -500, id="over as the rest began: part of it"),
        pytest.param(0.1, -500, id="over after the rest began"),
        pytest.param(20, -500, id="over after it had opened"),
    ],
)
def test_whether_it_was_over_before(cleared: float, first: float) -> None:
    night = Night()
    night.says("PAPUA", "device_unreachable", timed=-500)
    night.raised(*CUT[:4])
    night.at(20)
    incident = night.incident("SP-A")
    night.says("PAPUA", "device_unreachable", "cleared", timed=cleared)
    assert night.seconds(incident.first_event_us) == first


def test_where_a_person_merged_two_no_nested_fault_is_looked_for() -> None:
    night = Night()
    one, two = night.broken("SP-A"), night.broken("SP-M", at=10)
    night.order("merge", two.id, into=one.id)
    night.at(100)
    night.cleared(*CUT[:4], *CUTS["SP-M"][:2])
    night.at(170)
    assert (one.status, "nested" in codes(night)) == ("open", False)

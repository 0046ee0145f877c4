"""Major and critical alarms that nothing explains: who is told, when, how often; and the light tickets."""

import msgspec
import pytest

from correlator import kernel
from correlator.events import MINUTE_US
from correlator.explanation import Line
from correlator.incidents import why_none
from correlator.incidents.unexplained import takes_down
from correlator.rows.incidents import AlarmRow, WindowRow
from correlator.rows.service_desk import TicketRow
from correlator.state import State
from tests.correlator.incidents.night import Night
from tests.correlator.service_desk.house import CUTS, TOPOLOGY, said
from topology import impact

MINUTE = 60


def lights(night: Night) -> list[TicketRow]:
    return [row for row in night.state.tickets.values() if row.alarm is not None]


def the_row(night: Night, name: str) -> AlarmRow:
    [row] = [row for row in night.state.alarms.values() if row.object == name]
    return row


def lonely(night: Night, name: str = "AGG", kind: str = "card_failure", **more: str) -> None:
    night.says(name, kind, **{"severity": "critical", **more})


def test_after_a_quarter_of_an_hour_the_noc_has_an_alert_and_a_ticket() -> None:
    night = Night()
    lonely(night)
    night.at(15 * MINUTE - 0.001)
    assert (night.alerts("unexplained"), lights(night)) == ([], [])
    night.at(15 * MINUTE)
    [alert], [ticket] = night.alerts("unexplained"), lights(night)
    assert (alert.role, alert.about) == ("noc_operator", ticket.id)
    assert alert.text == (
        "1 alarm major atau critical belum dijelaskan insiden mana pun selama 15 menit / "
        "1 major or critical alarm that no incident has explained for 15 min: AGG"
    )
    assert (ticket.kind, ticket.incident, ticket.severity, ticket.clocks) == ("outage", None, "Minor", [])
    assert (ticket.stage, ticket.owner) == ("verification", "noc_operator")
    assert said(ticket) == [("machine", "open", None, "verification")]
    night.at(48 * 60 * MINUTE)
    assert len(night.alerts("unexplained")) == 1, "once a standing period"
    assert (night.state.rcas, night.messages(), night.due("unexplained")) == ({}, [], [])


@pytest.mark.parametrize(
    ("name", "kind", "severity", "told"),
    [
        ("AGG", "card_failure", "major", True),
        ("AGG", "card_failure", "minor", False),
        ("AGG", "high_temperature", "critical", True),
        ("AGG", "other", "critical", True),
        ("X-9", "link_down", "critical", True),
        ("X-9", "link_down", None, False),
    ],
)
def test_which_alarms_are_told(name: str, kind: str, severity: str | None, told: bool) -> None:
    night = Night()
    night.says(name, kind, severity=severity)
    night.at(20 * MINUTE)
    assert len(lights(night)) == len(night.alerts("unexplained")) == told


def test_one_that_grows_serious_later_counts_since_it_stands() -> None:
    night = Night()
    lonely(night, severity="minor")
    night.at(10 * MINUTE)
    lonely(night, severity="major")
    night.at(25 * MINUTE)
    assert len(lights(night)) == 1


@pytest.mark.parametrize("minutes", [0, 1, 40])
def test_how_long_is_policy(minutes: int) -> None:
    night = Night(unexplained_min=minutes)
    lonely(night)
    night.at(max(0, minutes * MINUTE - 1))
    assert lights(night) == []
    night.at(minutes * MINUTE)
    assert len(lights(night)) == (minutes > 0)
    night.at(24 * 60 * MINUTE)
    assert len(lights(night)) == (minutes > 0)


def test_what_an_incident_explains_is_not_told() -> None:
    night = Night()
    night.raised(*CUTS["SP-A"])
    night.at(60 * MINUTE)
    assert (night.alerts("unexplained"), lights(night), night.due("unexplained")) == ([], [], [])


def test_a_shelved_alarm_waits_anew_from_then_on() -> None:
    night = Night()
    lonely(night)
    until = night.start.replace(minute=30).isoformat()
    night.order("shelve", the_row(night, "AGG").first_id, until=until)
    night.at(45 * MINUTE - 1)
    assert lights(night) == []
    night.at(45 * MINUTE)
    assert len(lights(night)) == 1


def test_planned_work_accounts_for_it_till_it_ends() -> None:
    night = Night()
    night.work("AGG", 0, 60 * MINUTE)
    lonely(night)
    night.at(60 * MINUTE)
    assert lights(night) == []
    night.at(80 * MINUTE)
    assert len(lights(night)) == 1


def test_it_closes_when_the_alarm_ends_and_comes_again_with_the_next_period() -> None:
    night = Night()
    lonely(night)
    night.at(20 * MINUTE)
    night.says("AGG", "card_failure", "cleared")
    [ticket] = lights(night)
    assert (ticket.stage, ticket.closed_as, said(ticket)[-1]) == (
        "closed",
        "no_fault",
        ("machine", "close", "verification", "no_fault"),
    )
    night.at(30 * MINUTE)
    lonely(night)
    night.at(45 * MINUTE)
    assert [row.stage for row in lights(night)] == ["closed", "verification"]


def test_an_incident_that_takes_the_alarm_closes_it_as_a_duplicate() -> None:
    night = Night()
    lonely(night)
    night.at(20 * MINUTE)
    night.order("open", the_row(night, "AGG").first_id)
    [ticket] = lights(night)
    [incident] = night.state.incidents.values()
    assert (ticket.stage, ticket.closed_as, ticket.incident) == ("closed", "duplicate", None)
    assert ticket.trail[-1].reason == f"incident {incident.id} explains the alarm, root AGG"
    assert incident.ticket is not None
    assert incident.ticket != ticket.id


def test_what_staff_may_do_with_it() -> None:
    night = Night()
    lonely(night)
    night.at(15 * MINUTE)
    [ticket] = lights(night)
    for action in ("reopen", "move_stage"):
        assert night.refused(action, ticket.number, stage="confirmation") == [("target", "follows_alarm")]
    for action, arguments in (("acknowledge", {}), ("assign", {"to": "ayu"}), ("note", {"text": "seen"})):
        assert night.refused(action, ticket.id, "noc_operator", **arguments) == []
    assert night.refused("pause", ticket.id, why="waiting_customer") == [("target", "not_running")]
    assert night.refused("set_category", ticket.id, category="service") == []
    assert ticket.owner == "technical"
    [(field, _)] = night.refused("close", ticket.id, as_="confirmed")
    assert (field, ticket.stage) == ("arguments.as", "verification")
    assert night.refused("close", ticket.id, "technical") == []
    assert (ticket.stage, ticket.closed_as) == ("closed", "no_fault")
    night.says("AGG", "card_failure", "cleared")
    assert ticket.trail[-1].actor == "the-technical", "closed once"


def test_a_thousand_ports_make_no_thousand_tickets() -> None:
    night = Night()
    lonely(night)
    for state in ("raised", "cleared", "raised"):
        for number in range(1000):
            night.says(f"X/{number}", "link_down", state, severity="major")
    night.at(17 * MINUTE)
    [alert] = night.alerts("unexplained")
    assert alert.text.startswith("1001 alarm major atau critical")
    assert alert.text.endswith(": AGG, X/0, X/1, ...; 20 tiket saja / 20 tickets only")
    assert [ticket.number[-6:] for ticket in lights(night)] == [f"9000{number:02}" for number in range(20)]
    lonely(night, "BALI")
    night.at(33 * MINUTE)
    assert (len(night.alerts("unexplained")), len(lights(night))) == (2, 20)
    night.at(90 * MINUTE)
    lonely(night, "PAPUA")
    night.at(106 * MINUTE)
    assert (len(night.alerts("unexplained")), len(lights(night))) == (3, 21), "an hour later there is room again"


def test_it_is_told_in_the_same_words_after_a_crash_and_leaves_for_the_archive() -> None:
    nights = Night(), Night()
    for night, crashes in zip(nights, (False, True), strict=True):
        lonely(night)
        lonely(night, "X-9", "link_down")
        for minutes in (5, 15, 20):
            night.at(minutes * MINUTE)
            if crashes:
                kept = {name: dict(rows) for name, rows in night.state.tables.items()}
                night.state = State(kept)
                kernel.wake(night.state, night.world)
    rows = [msgspec.json.encode([night.state.alarms, night.state.tickets], order="deterministic") for night in nights]
    assert rows[0] == rows[1]
    night = nights[0]
    night.says("AGG", "card_failure", "cleared")
    night.at(91 * 24 * 60 * MINUTE)
    assert [row.alarm for row in lights(night)] == ["X-9\x1flink_down"]


# Why none does


def why(row: AlarmRow, **around: object) -> list[str]:
    found = why_none.lines(row, why_none.Around(**{"now_us": 10 * MINUTE_US, "limit_min": 15, **around}))  # type: ignore[arg-type]  # fields of it
    return [line.code for line in found]


def test_the_row_keeps_what_would_have_explained_it_best() -> None:
    night = Night()
    lonely(night)
    lonely(night, "X-9", "link_down")
    assert why(the_row(night, "AGG")) == ["not_yet"]
    night.at(15 * MINUTE)
    row = the_row(night, "AGG")
    assert row.reported is not None
    best, root, *rest = row.reported.why
    assert (best, root.code, root.arguments[0]) == (Line("best"), "root", ("device", "AGG"))
    assert isinstance(root.arguments[2], int)
    assert root.arguments[2] < 0, "a lone word is less likely than chance"
    assert {"prior", "explains"} <= {line.code for line in rest}
    assert why(row, ticket="NT-1")[:3] == ["told", "light_ticket", "best"]
    assert why(the_row(night, "X-9")) == ["unknown_object", "told", "no_light_ticket"]


def test_why_none_explains_it() -> None:
    night = Night()
    lonely(night)
    row = the_row(night, "AGG")
    assert why(row, limit_min=0) == ["never_told"]
    work = WindowRow("CR-1", ("AGG",), 0, 20 * MINUTE_US, "card")
    assert why(row, work=[work], blind=["poller"]) == ["planned", "out_of_sight"]
    row.shelved_until_us = 20 * MINUTE_US
    assert why(row) == ["shelved"]
    row.severity, row.alarm_type = "minor", "signal_degraded"
    assert why(row, now_us=30 * MINUTE_US) == ["precursor", "not_serious"]
    row.alarm_type = "other"
    assert why(row, now_us=30 * MINUTE_US) == ["no_state", "not_serious"]
    row.incident = "IN-1"
    assert (why(row), why(row, suspected=True)) == (["explained"], ["suspected"])
    row.incident, row.active = None, False
    assert why(row) == ["ended"]


@pytest.mark.parametrize(("minutes", "told"), [(10, "10:15"), (40, "10:40")])
def test_why_none_says_when_the_noc_is_told(minutes: int, told: str) -> None:
    """After the limit; where that has passed, now."""
    night = Night()
    lonely(night)
    row = the_row(night, "AGG")
    around = why_none.Around(now_us=row.loose_us + minutes * MINUTE_US, limit_min=15)
    assert why_none.lines(row, around) == [Line("not_yet", (15, f"3 Mar 2026 {told} WIB"))]


@pytest.mark.parametrize(
    ("name", "down"),
    [
        ("AGG", True),
        ("AGG/b", True),
        ("AGG/no-row-names-it", True),
        ("LK-A", True),
        ("CORE/a", True),
        ("BALI", True),
        ("LK-M", False),
        ("CORE", False),
        ("CORE/m", False),
        ("SP-M", False),
        ("X-9", False),
    ],
)
def test_what_planned_work_takes_down(name: str, down: bool) -> None:
    element = TOPOLOGY.find("AGG")
    assert element is not None
    assert takes_down(TOPOLOGY, impact.down(TOPOLOGY, [element]), name) is down


@pytest.mark.parametrize("name", ["BDG", "SP-A", "AGG", "LK-A"])
def test_work_on_an_object_takes_it_down(name: str) -> None:
    element = TOPOLOGY.find(name)
    assert element is not None
    assert takes_down(TOPOLOGY, impact.down(TOPOLOGY, [element]), name)

"""The clocks of a ticket (SOP 4.2, 5): due times, warnings at 50, 80 and 100 % each once, pauses."""

from datetime import timedelta

import pytest

from correlator.events import Action, Category, Symptom
from tests.correlator.service_desk.house import TUESDAY, Shift, clock, minutes, when


@pytest.mark.parametrize(
    ("category", "symptom", "response_min", "resolution"),
    [("network", "no_service", 60, "Thu 10:00"), ("billing", "other", 120, "Wed 10:00")],
)
def test_the_sla_of_a_class_from_the_report(
    category: Category, symptom: Symptom, response_min: int, resolution: str
) -> None:
    ticket = Shift().complain("CU-9", category=category, symptom=symptom)
    assert minutes(clock(ticket, "response").due_us, TUESDAY) == response_min
    assert when(clock(ticket, "resolution").due_us) == resolution


def test_a_critical_outage_is_due_by_clock_hours_day_and_night() -> None:
    shift = Shift(start=TUESDAY + timedelta(hours=12))
    shift.cut("SP-M")
    ticket = shift.outage("SP-M")
    opened_us = ticket.opened_us
    assert [(c.name, (c.due_us or 0) - opened_us) for c in ticket.clocks] == [
        ("response", 30 * 60_000_000),
        ("resolution", 8 * 3_600_000_000),
    ]


def test_stage_clocks_are_due_no_later_than_the_sla() -> None:
    """Stage 1 has an hour, but a Major answers within one; stage 4 has three days, but a Minor is solved in one."""
    ticket = Shift().complain("CU-9", category="billing", symptom="other")
    assert minutes(clock(ticket, "stage_receipt").due_us, TUESDAY) == 60
    assert minutes(clock(ticket, "stage_verification").due_us, TUESDAY) == 120
    assert minutes(clock(ticket, "stage_assignment").due_us, TUESDAY) == 240
    assert when(clock(ticket, "stage_investigation").due_us) == "Wed 10:00"
    tight = Shift(care={"response_min_major": 20, "resolution_days_major": 1, "stage_min_assignment": 6000})
    ticket = tight.complain("CU-9")
    assert minutes(clock(ticket, "stage_receipt").due_us, TUESDAY) == 20
    assert when(clock(ticket, "stage_assignment").due_us) == "Wed 10:00"


def test_stages_may_count_from_the_one_before() -> None:
    shift = Shift(care={"stage_clock_from_report": False})
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    assert clock(ticket, "stage_assignment").due_us is None
    assert minutes(clock(ticket, "stage_verification").due_us, TUESDAY) == 120
    shift.wait(90)
    shift.order("move_stage", ticket.id, stage="assignment")
    assert minutes(clock(ticket, "stage_assignment").due_us, TUESDAY) == 90 + 240


def test_each_percentage_warns_once_and_the_owner_first() -> None:
    """SOP 5, 6: half to the owner, 80 % to the supervisor, a breach to the owner and up the ladder."""
    shift = Shift()
    shift.cut("SP-A")
    ticket = shift.outage("SP-A")
    opened = shift.now
    seen = []
    for _ in range(100):
        shift.wait(1)
        kinds = [(a.kind, a.role) for a in shift.alerts("clock_50") + shift.alerts("clock_80") + shift.alerts("breach")]
        seen.append(sorted(kinds))
    assert seen[-1] == [("breach", "noc_operator"), ("clock_50", "noc_operator"), ("clock_80", "care_supervisor")]
    first = [next(n for n, kinds in enumerate(seen, start=1) if len(kinds) >= count) for count in (1, 2, 3)]
    due = [30, 48, 60]
    late = (opened - TUESDAY).total_seconds() / 60 - (minutes(ticket.opened_us, TUESDAY) or 0)
    assert [abs(at + late - wanted) <= 1 for at, wanted in zip(first, due, strict=True)] == [True, True, True]
    response = clock(ticket, "response")
    assert (response.warned, response.breached, response.met_us) == ([50, 80, 100], True, None)


def test_a_response_in_time_is_met_and_warns_no_more() -> None:
    shift = Shift()
    shift.cut("SP-A")
    ticket = shift.outage("SP-A")
    shift.wait(40)
    shift.order("acknowledge", ticket.number, "noc_operator")
    shift.wait(hours=2)
    response = clock(ticket, "response")
    assert response.warned == [50]
    assert not response.breached
    assert ticket.responded_us == response.met_us
    assert shift.alerts("breach") == []


def test_a_late_response_is_a_breach_also_afterwards() -> None:
    shift = Shift()
    shift.cut("SP-A")
    ticket = shift.outage("SP-A")
    shift.wait(90)
    shift.order("acknowledge", ticket.id, "noc_operator")
    assert clock(ticket, "response").breached
    shift.order("acknowledge", ticket.id, "noc_operator")
    assert minutes(ticket.responded_us, TUESDAY) == 92, "the first response counts, not the last"


@pytest.mark.parametrize(
    ("action", "arguments", "met"),
    [
        ("assign", {"to": "budi"}, True),
        ("note", {"text": "called back"}, True),
        ("set_category", {"category": "account"}, True),
        ("set_class", {"class_": "Major"}, True),
        ("move_stage", {"stage": "assignment"}, True),
        ("move_stage", {"stage": "confirmation"}, True),
        ("pause", {"why": "waiting_customer"}, False),
        ("assign", {}, False),  # refused
    ],
)
def test_what_staff_do_first_is_the_response(action: Action, arguments: dict[str, str], met: bool) -> None:
    shift = Shift()
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    shift.wait(20)
    shift.order(action, ticket.id, **arguments)
    shift.wait(1)
    assert minutes(ticket.responded_us, TUESDAY) == (20 if met else None)


def test_an_outage_repaired_in_time_needs_no_other_response() -> None:
    shift = Shift()
    shift.cut("SP-M")
    shift.wait(25)
    shift.mend("SP-M", wait=2)
    shift.wait(5)  # over the response's due time, while it clears
    assert shift.alerts("breach") == []
    shift.wait(hours=1)
    response = clock(shift.outage("SP-M"), "response")
    assert (minutes(response.met_us, TUESDAY), response.breached) == (27, False)
    assert shift.alerts("breach", shift.outage("SP-M").id) == []


def test_what_cleared_and_is_back_breaches_after_all() -> None:
    shift = Shift()
    shift.cut("SP-M")
    shift.wait(25)
    shift.mend("SP-M", wait=2)
    shift.cut("SP-M")
    shift.wait(5)
    assert clock(shift.outage("SP-M"), "response").breached


def test_one_jump_over_all_percentages_warns_each_once_at_its_own_time() -> None:
    shift = Shift()
    shift.cut("SP-M")
    ticket = shift.outage("SP-M")
    shift.wait(days=1)
    about = ticket.id
    for kind, at_min in (("clock_50", 15), ("clock_80", 24), ("breach", 30)):
        times = [(alert.at_us - ticket.opened_us) / 60e6 for alert in shift.alerts(kind, about)]
        assert times == [at_min, at_min * 16], "the response in half an hour, the resolution in eight"


def test_a_pause_stops_the_resolution_and_never_the_response() -> None:
    shift = Shift()
    shift.cut("SP-M")
    ticket = shift.outage("SP-M")
    opened_us = ticket.opened_us
    shift.wait(60)
    shift.order("pause", ticket.id, "noc_operator", why="access_refused")
    assert clock(ticket, "resolution").due_us is None
    shift.wait(hours=20)
    assert clock(ticket, "resolution").warned == []
    assert clock(ticket, "response").breached
    shift.order("resume", ticket.id, "noc_operator")
    resolution = clock(ticket, "resolution")
    assert resolution.paused_us == 20 * 3_600_000_000
    assert resolution.due_us == opened_us + 28 * 3_600_000_000
    shift.wait(hours=2)
    assert resolution.warned == []
    shift.wait(hours=1, minutes=5)
    assert resolution.warned == [50]


def test_a_pause_stops_the_stage_at_work_and_those_to_come() -> None:
    shift = Shift()
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    shift.wait(30)
    shift.order("pause", ticket.id, "customer_support", why="waiting_customer")
    shift.wait(hours=30)
    late = {clock.name for clock in ticket.clocks if clock.breached or clock.warned}
    assert late == {"response"}
    shift.order("move_stage", ticket.id, stage="investigation")
    shift.wait(days=9)
    assert {clock.name for clock in ticket.clocks if clock.breached} == {"response"}
    shift.order("resume", ticket.id)
    resolution, stage = clock(ticket, "resolution"), clock(ticket, "stage_investigation")
    assert (when(resolution.due_us), when(stage.due_us)) == ("Mon 16:00", "Mon 16:00")  # half an hour of nine was used


@pytest.mark.parametrize(
    ("what", "still"),
    [
        (("resolution",), ["resolution"]),
        (("stage",), ["stage_verification", "stage_assignment", "stage_investigation"]),
        ((), []),
    ],
)
def test_what_a_reason_may_stop_is_policy(what: tuple[str, ...], still: list[str]) -> None:
    shift = Shift(care={"pauses": {"strike": what}})
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    shift.order("pause", ticket.id, why="strike")
    assert [one.name for one in ticket.clocks if one.paused_since_us is not None] == still
    assert len(shift.rejected()) == (0 if still else 1)
    shift.order("pause", ticket.id, why="waiting_customer")
    assert shift.rejected()[-1].field == "arguments.why"


def test_a_clock_of_working_days_warns_in_working_time_also_where_the_sla_is_tighter() -> None:
    """Stage 4 has three days, a Minor's resolution one: from Tuesday 17:00 on the office is closed until 08:00."""
    shift = Shift(start=TUESDAY + timedelta(hours=4))
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    assert when(clock(ticket, "stage_investigation").due_us) == "Wed 14:00"
    shift.wait(days=2)
    codes = [f"stage_investigation_{percent}" for percent in (50, 80, 100)]
    told = {a.reason.code: when(a.at_us) for kind in ("clock_50", "clock_80", "breach") for a in shift.alerts(kind)}
    assert [told[code] for code in codes] == ["Wed 09:30", "Wed 12:12", "Wed 14:00"]


def test_a_pause_within_working_time_keeps_what_is_left_of_it() -> None:
    shift = Shift()
    ticket = shift.complain("CU-9", category="billing", symptom="other")  # one working day from 10:00
    shift.wait(hours=2)
    shift.order("pause", ticket.id, why="waiting_customer")
    shift.until(16, 0)
    shift.order("resume", ticket.id)  # seven hours of work are left: one today, six tomorrow
    assert when(clock(ticket, "resolution").due_us) == "Wed 14:00"


def test_a_repair_while_paused_meets_the_clock() -> None:
    shift = Shift()
    shift.cut("SP-M")
    ticket = shift.outage("SP-M")
    shift.order("pause", ticket.id, why="force_majeure")
    shift.wait(hours=30)
    shift.mend("SP-M")
    resolution = clock(ticket, "resolution")
    assert (resolution.breached, resolution.paused_since_us) == (False, None)
    assert resolution.paused_us == 30 * 3_600_000_000


def test_a_holiday_is_no_working_day() -> None:
    shift = Shift(care={"holidays": ("2026-03-04",)})
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    assert when(clock(ticket, "resolution").due_us) == "Thu 10:00"


def test_another_class_counts_from_the_opening_and_what_was_told_stays_told() -> None:
    shift = Shift(care={"response_actions": ("acknowledge",)})
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    shift.wait(70)
    assert clock(ticket, "response").warned == [50]
    shift.order("set_class", ticket.id, "customer_support", class_="Critical")
    response = clock(ticket, "response")
    assert minutes(response.due_us, TUESDAY) == 30
    assert response.breached
    shift.wait(5)
    assert response.warned == [50, 80, 100]
    assert [a.reason.code for a in shift.alerts("clock_50", ticket.id)].count("response_50") == 1


def test_a_wider_class_undoes_a_breach_and_the_next_one_is_not_told_twice() -> None:
    shift = Shift(care={"response_min_minor": 600, "response_actions": ("acknowledge",)})
    ticket = shift.complain("CU-9")  # Major: an hour
    shift.wait(65)
    assert len(shift.alerts("breach", ticket.id)) >= 1
    told = len([a for a in shift.alerts("breach", ticket.id) if a.reason.code == "response_100"])
    shift.order("set_class", ticket.id, "customer_support", class_="Minor")
    assert not clock(ticket, "response").breached
    shift.wait(hours=10)
    assert clock(ticket, "response").breached
    again = len([a for a in shift.alerts("breach", ticket.id) if a.reason.code == "response_100"])
    assert (told, again) == (1, 1)


def test_a_pause_makes_nothing_less_late() -> None:
    """Late on Wednesday at ten, paused in the evening: it stays due when it was, whenever people work again."""
    shift = Shift()
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    shift.until(19, days=1)
    due_us = clock(ticket, "resolution").due_us
    assert when(due_us) == "Wed 10:00"
    shift.order("pause", ticket.id, why="waiting_customer")
    shift.wait(30)
    shift.order("resume", ticket.id)
    assert clock(ticket, "resolution").due_us == due_us
    shift.order("move_stage", ticket.id, stage="confirmation")
    assert clock(ticket, "resolution").breached
    assert len(shift.alerts("breach", ticket.id)) > 0

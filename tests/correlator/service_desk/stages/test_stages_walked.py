"""The clocks of the stages (SOP 4.2) against one kept by hand on a wall calendar: any limits, hours, holidays, tickets
that go on, back, over a stage, wait, and get another class; then a customer who is asked, asked again, and says
nothing. Each step is made by a new process: no warning is lost, none comes twice.
"""

from collections import Counter
from datetime import datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from correlator.effects import Notice
from tests.correlator.service_desk.clocks.test_clocks_walked import (
    BEFORE_IDULFITRI,
    SOP,
    Restarted,
    care_of,
    offices,
    starts,
)
from tests.correlator.service_desk.clocks.walker import Office, quiet_ends, utc
from tests.correlator.service_desk.house import TUESDAY, Shift, clock
from tests.correlator.service_desk.stages.stage_walker import STAGES, Walked

CLASSES = {"Minor": (120, 1), "Major": (60, 2), "Critical": (30, 0)}  # minutes to answer, working days to resolve
DEFAULT = {"receipt": 60, "verification": 120, "assignment": 240, "days": 3, "confirmation": 1440}
QUIET = (1260, 360)  # from 21:00 to 06:00 nobody is asked, but about what is Critical
REMINDERS, EACH_MIN = 3, 1440
MINUTE_US = 60_000_000
Act = tuple[int, str]  # minutes later, what is done

limits = st.fixed_dictionaries(
    {
        **{stage: st.sampled_from((15, 60, 125, 480, 2000)) for stage in ("receipt", "verification", "assignment")},
        "days": st.integers(1, 4),
        "confirmation": st.sampled_from((60, 480, 1440)),
    }
)
ACTS = ("pause", "resume", "answer", "on", "on", "skip", "back", "home", *CLASSES)
acts = st.lists(st.tuples(st.integers(1, 2000), st.sampled_from(ACTS)), max_size=8)


@settings(max_examples=20, deadline=None)
@given(starts, st.sampled_from(tuple(CLASSES)), offices, limits, st.booleans(), acts)
@example(BEFORE_IDULFITRI, "Major", SOP, DEFAULT, True, [(30, "on"), (30, "on"), (60, "pause"), (9000, "resume")])
@example(BEFORE_IDULFITRI, "Critical", SOP, DEFAULT, False, [(1, "skip"), (1, "back"), (1, "on"), (500, "pause")])
@example(TUESDAY, "Minor", SOP, DEFAULT, True, [(9, "answer"), (200, "back"), (50, "skip"), (9, "back"), (9, "on")])
@example(TUESDAY, "Minor", SOP, DEFAULT, True, [(9, "on"), (9, "on"), (9, "home"), (99, "on"), (300, "on")])
@example(
    TUESDAY, "Minor", SOP, DEFAULT, True, [(200, "pause"), (9, "Critical"), (600, "resume"), (9, "Minor"), (900, "on")]
)
@example(TUESDAY, "Critical", SOP, DEFAULT, True, [(500, "Major"), (60, "pause"), (900, "resume"), (2000, "Critical")])
@example(TUESDAY, "Major", SOP, {**DEFAULT, "confirmation": 60}, True, [(30, "on"), (30, "on"), (700, "answer")])
def test_each_stage_warns_once_and_on_its_minute(
    start: datetime,
    severity: str,
    office: Office,
    limits: dict[str, int],
    from_report: bool,
    acts: list[tuple[int, str]],
) -> None:
    policy = {
        **care_of(office),
        "stage_clock_from_report": from_report,
        "stage_days_investigation": limits["days"],
        **{f"stage_min_{stage}": limits[stage] for stage in ("receipt", "verification", "assignment", "confirmation")},
    }
    shift = Restarted(care=policy, start=start)
    name = shift.complain("CU-9", category="billing", symptom="other").id
    shift.order("set_class", name, class_=severity)
    day = office.closes - office.opens
    budgets = {**limits, "investigation": limits["days"] * day, **sla(office, severity)}
    walked = Walked(start, office, budgets, from_report=from_report)
    walked.move("verification")

    for gap, act in [*acts, (12 * 1440, "end")]:
        shift.wait(gap)
        walked.wait(gap)
        do(shift, walked, name, act)
    asked = says_nothing(shift, walked, name)

    alerts = [alert for kind in ("clock_50", "clock_80", "breach") for alert in shift.alerts(kind)]
    warned = Counter((alert.reason.code, utc(alert.at_us)) for alert in alerts)
    assert warned == Counter((f"{which}_{percent}", at) for (which, percent), at in walked.told.items())
    assert [utc(one.at_us) for one in shift.effects if isinstance(one, Notice) and one.kind == "question"] == asked
    [decide] = shift.alerts("unconfirmed")
    assert (decide.role, utc(decide.at_us)) == ("care_supervisor", walked.start + timedelta(seconds=walked.now))
    shift.order("close", name, "care_supervisor", as_="unconfirmed")
    assert shift.state.tickets[name].closed_as == "unconfirmed"


def sla(office: Office, severity: str) -> dict[str, int]:
    """In minutes."""
    response, days = CLASSES[severity]
    return {"response": response, "resolution": days * (office.closes - office.opens) or 480}


def says_nothing(shift: Shift, walked: Walked, name: str) -> list[datetime]:
    """When they ought to be asked: at once, each day again, and in the morning where that is in the night. Until the
    supervisor is to decide."""
    asked: list[datetime] = []
    urgent, ends = shift.state.tickets[name].severity == "Critical", walked.start + timedelta(seconds=walked.now)
    for number in range(REMINDERS + 1):
        at = ends + timedelta(minutes=number * EACH_MIN)
        asked.append(at if urgent else quiet_ends(at, "WIB", QUIET) or at)
    first = (asked[0] - ends) // timedelta(minutes=1)
    walked.wait(first)
    walked.clocks["stage_confirmation"].done = walked.now
    walked.wait((REMINDERS + 1) * EACH_MIN - first)
    shift.wait((REMINDERS + 1) * EACH_MIN - 1)
    assert not shift.alerts("unconfirmed")
    shift.wait(1)
    return asked


def do(shift: Shift, walked: Walked, name: str, act: str) -> None:
    """The same on both, where it may be done."""
    place = STAGES.index(walked.stage)
    match act:
        case "pause" | "resume":
            if walked.waits == (act == "resume"):
                shift.order(act, name, **({"why": "waiting_customer"} if act == "pause" else {}))
                getattr(walked, act)()
        case "Minor" | "Major" | "Critical":
            shift.order("set_class", name, class_=act)
            walked.reclass(**sla(walked.office, act), working=act != "Critical")
        case "answer":
            shift.order("acknowledge", name)
            walked.answer()
        case "on" | "skip" | "back" | "home":
            to = min(place + {"on": 1, "skip": 2, "back": -1, "home": 1 - place}[act], len(STAGES) - 1)
            if to not in (place, -1):
                shift.order("move_stage", name, stage=STAGES[to])
                walked.move(STAGES[to])
        case _:
            shift.order("move_stage", name, stage="confirmation")
            walked.move("confirmation")
    ticket = shift.state.tickets[name]
    assert ticket.stage in (walked.stage, "confirmation")


def due_in(shift: Shift, name: str, stage: str) -> int | None:
    found = clock(shift.state.tickets[name], f"stage_{stage}")
    since_us = int(shift.now.timestamp()) * 1_000_000
    return None if found.due_us is None else (found.due_us - since_us) // MINUTE_US


def test_who_gets_a_ticket_again_has_the_whole_time_again() -> None:
    """Handed on in time, sent back to be verified again, and handed on again: nobody is late at once."""
    shift = Shift()
    name = shift.complain("CU-9", category="billing", symptom="other").id
    for stage in ("assignment", "investigation", "verification"):
        shift.wait(10)
        shift.order("move_stage", name, stage=stage)
    shift.wait(100)
    shift.order("move_stage", name, stage="assignment")
    assert due_in(shift, name, "assignment") == 240
    shift.wait(1)
    assert not shift.alerts("breach")


def test_a_stage_that_was_passed_over_begins_when_somebody_works_on_it_after_all() -> None:
    shift = Shift()
    name = shift.complain("CU-9", category="billing", symptom="other").id
    shift.order("move_stage", name, stage="investigation")
    shift.wait(300)
    assert clock(shift.state.tickets[name], "stage_assignment").skipped
    shift.order("move_stage", name, stage="assignment")
    assert due_in(shift, name, "assignment") == 240
    assert not clock(shift.state.tickets[name], "stage_assignment").skipped


def test_a_receipt_after_the_answer_is_not_due_with_the_answer() -> None:
    shift = Shift()
    name = shift.complain("CU-9", category="billing", symptom="other").id
    shift.order("acknowledge", name)
    shift.wait(200)
    shift.order("move_stage", name, stage="receipt")
    assert due_in(shift, name, "receipt") == 60

"""Reports that go by themselves (SOP 7, 8, 10): when, of what, to whom, once."""

from datetime import datetime
from typing import Any

import msgspec
import pytest

from correlator.effects import Alert
from correlator.events import WorldChange
from correlator.policy import Policy
from correlator.policy.quality import QualityPolicy, ScheduledReport
from correlator.world import World
from tests.correlator.service_desk.house import WIB, Shift, when


def starts(shift: Shift, **quality: Any) -> None:
    """The policy is put in force: what goes by the calendar goes from here."""
    shift.world = World(shift.topology, Policy(quality=QualityPolicy(**{"survey_months": (), **quality})))
    shift.fold(WorldChange(id=f"w-{shift.lines}", time=shift.now, policy=shift.world.policy.hash))


def sent(shift: Shift, name: str) -> list[Alert]:
    return [one for one in shift.alerts("report") if one.report is not None and one.report.name == name]


def one(report: str, every: str, **more: Any) -> dict[str, Any]:
    given = {"report": report, "every": every, "to": ("service_manager",), **more}
    return {"reports": (msgspec.convert(given, ScheduledReport),)}


def test_the_recap_goes_on_the_first_working_day_of_the_month() -> None:
    shift = Shift()
    starts(shift, **one("monthly", "month"))
    shift.wait(days=120)
    found = sent(shift, "monthly")
    assert [(when(each.at_us), each.report.label) for each in found if each.report] == [
        ("Wed 08:00", "2026-03"),  # 1 April
        ("Mon 08:00", "2026-04"),  # 4 May: the first is a holiday, then a weekend
        ("Tue 08:00", "2026-05"),  # 2 June: Pancasila day is the first
        ("Wed 08:00", "2026-06"),
    ]


def test_each_role_gets_its_own() -> None:
    shift = Shift()
    starts(shift)
    shift.wait(days=30)
    assert sorted(each.role for each in sent(shift, "monthly")) == [
        "customer_experience",
        "operations_director",
        "service_manager",
    ]


def test_a_week_without_a_working_day_is_told_in_the_next() -> None:
    shift = Shift(start=datetime(2026, 3, 10, 10, tzinfo=WIB))  # Idulfitri and its joint leave: 18 to 24 March
    starts(shift, **one("sla", "week"))
    shift.wait(days=16)
    assert [each.report.label for each in sent(shift, "sla") if each.report] == ["2026-03-09", "2026-03-16"]


def test_after_a_week_without_any_working_day_both_weeks_are_told() -> None:
    """Nyepi and Idulfitri in 2027: 8 to 12 March, and Monday the 15th."""
    shift = Shift(start=datetime(2027, 3, 3, 10, tzinfo=WIB))
    starts(shift, **one("sla", "week"))
    shift.wait(days=20)
    found = [(when(each.at_us), each.report.label) for each in sent(shift, "sla") if each.report]
    assert found == [("Tue 08:00", "2027-03-01"), ("Tue 08:00", "2027-03-08"), ("Mon 08:00", "2027-03-15")]


def test_a_handover_at_each_change_of_shifts() -> None:
    shift = Shift()
    starts(shift)
    shift.wait(days=2)
    assert [when(each.at_us) for each in sent(shift, "handover")] == [
        "Tue 15:00",
        "Tue 23:00",
        "Wed 07:00",
        "Wed 15:00",
        "Wed 23:00",
        "Thu 07:00",
    ]
    spans = [each.report.at_us - each.report.start_us for each in sent(shift, "handover") if each.report]
    assert {span / 3.6e9 for span in spans} == {8.0}


def test_another_policy_is_another_schedule() -> None:
    shift = Shift()
    starts(shift)
    shift.wait(hours=1)
    starts(shift, reports=())
    shift.wait(days=60)
    assert shift.alerts("report") == []


def test_the_same_world_again_sends_nothing_twice() -> None:
    shift = Shift()
    for _ in range(3):
        starts(shift)
        shift.wait(hours=6)
    assert len(sent(shift, "handover")) == 2


def test_one_that_did_not_arrive_is_told() -> None:
    shift = Shift()
    starts(shift)
    shift.wait(hours=6)
    [report] = sent(shift, "handover")
    shift.receipt(report.id, "sent")
    assert shift.alerts("report_undelivered") == []
    shift.receipt(f"{report.id}:noc-1", "failed")
    [told] = shift.alerts("report_undelivered")
    assert (told.role, told.about) == ("administrator", report.id)
    assert "noc_operator noc-1" in told.text
    shift.wait(days=90)
    kept = len(shift.state.sent_reports)
    shift.wait(days=90)
    assert abs(len(shift.state.sent_reports) - kept) < 5  # it is no archive


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"report": "restitution", "every": "month", "to": ["technical"]}, "there is no restitution of a month"),
        ({"report": "monthly", "every": "week", "to": ["technical"]}, "there is no monthly of a week"),
        ({"report": "monthly", "every": "month", "to": []}, "needs a role"),
        ({"report": "monthly", "every": "month", "to": ["technical"], "at_min": 1440}, "at_min"),
    ],
)
def test_a_schedule_that_cannot_be(given: dict[str, Any], why: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=why):
        msgspec.convert(given, ScheduledReport)

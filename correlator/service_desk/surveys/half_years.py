"""The half-year that a survey is of, and when it begins by itself (SOP 9: twice a year at least)."""

from correlator.events import MINUTE_US, moment
from correlator.policy.calendar import Calendar
from correlator.policy.quality import QualityPolicy
from correlator.times import OFFSET_US, midnight, month_start

PREFIX = "CSI-"


def name_of(at_us: int) -> str:
    """`CSI-2026-1` is the survey of the first half of 2026."""
    local = moment(at_us + OFFSET_US["WIB"])
    return f"{PREFIX}{local.year}-{1 if local.month < 7 else 2}"


def starts(policy: QualityPolicy, calendar: Calendar, now_us: int) -> list[int]:
    """When surveys begin by themselves from now on, this year and the next: the first working day of a month."""
    year = moment(now_us + OFFSET_US["WIB"]).year
    found = [
        midnight(calendar.add(month_start(its_year, month), 0)) + policy.survey_at_min * MINUTE_US
        for its_year in (year, year + 1)
        for month in sorted(policy.survey_months)
    ]
    return [start_us for start_us in found if start_us > now_us]

"""Working time (SOP 5: `hari kerja`) and quiet hours, by integer arithmetic on microseconds since 1970.

One working day is one day's working hours. A budget of working time that starts outside them starts at the next
opening. Holidays come in the policy, expanded; nothing here knows a year.
"""

from collections.abc import Iterable
from datetime import date

from correlator.events import DAY_US, MINUTE_US
from correlator.times import OFFSET_US, Zone

UNIX_EPOCH_DAY = date(1970, 1, 1).toordinal()
UNIX_EPOCH_WEEKDAY = date(1970, 1, 1).weekday()  # Thursday, 3
DAYS_AT_MOST = 3660  # so that a calendar of holidays only ends a search


class Calendar:
    """The working hours of one policy; times in WIB."""

    __slots__ = ("_close_us", "_holidays", "_open_us", "_weekdays")

    def __init__(self, open_min: int, close_min: int, weekdays: Iterable[int], holidays: Iterable[str]) -> None:
        self._open_us = open_min * MINUTE_US
        self._close_us = close_min * MINUTE_US
        self._weekdays = frozenset(weekdays)
        self._holidays = frozenset(date.fromisoformat(day).toordinal() - UNIX_EPOCH_DAY for day in holidays)

    @property
    def day_us(self) -> int:
        """One working day."""
        return self._close_us - self._open_us

    def _works(self, day: int) -> bool:
        return (day + UNIX_EPOCH_WEEKDAY) % 7 in self._weekdays and day not in self._holidays

    def add(self, start_us: int, budget_us: int) -> int:
        """When a budget of working time that starts then is used up."""
        day, of_day_us = divmod(start_us + OFFSET_US["WIB"], DAY_US)
        left_us = budget_us
        for _ in range(DAYS_AT_MOST):
            if self._works(day):
                begin_us = max(of_day_us, self._open_us)
                if begin_us < self._close_us and left_us <= self._close_us - begin_us:
                    return day * DAY_US + begin_us + left_us - OFFSET_US["WIB"]
                left_us -= max(0, self._close_us - begin_us)
            day, of_day_us = day + 1, 0
        return day * DAY_US - OFFSET_US["WIB"]

    def between(self, start_us: int, end_us: int) -> int:
        """How much working time lies between; 0 where the end is not after the start."""
        day, of_day_us = divmod(start_us + OFFSET_US["WIB"], DAY_US)
        last, of_last_us = divmod(end_us + OFFSET_US["WIB"], DAY_US)
        worked_us = 0
        for _ in range(min(last - day + 1, DAYS_AT_MOST)):
            if self._works(day):
                stop_us = min(of_last_us, self._close_us) if day == last else self._close_us
                worked_us += max(0, stop_us - max(of_day_us, self._open_us))
            day, of_day_us = day + 1, 0
        return worked_us


def quiet_until(now_us: int, zone: Zone, hours: tuple[int, int]) -> int | None:
    """When the quiet hours that hold now in this zone end; None outside them. Hours in minutes of the local day."""
    from_us, to_us = hours[0] * MINUTE_US, hours[1] * MINUTE_US
    day, of_day_us = divmod(now_us + OFFSET_US[zone], DAY_US)
    if from_us <= to_us:
        quiet, ends_day = from_us <= of_day_us < to_us, day
    else:  # over midnight
        quiet, ends_day = of_day_us >= from_us or of_day_us < to_us, day + (of_day_us >= from_us)
    return ends_day * DAY_US + to_us - OFFSET_US[zone] if quiet else None

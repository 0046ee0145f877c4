"""A rota as it is written down (TOML), and who is on duty at a moment.

Shifts come round by weekday; an exception takes the place of a role's shifts on its dates. Persons have an id by which
trail and audit know them; names and contacts stay in the file.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Literal, Self, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from connectors.ports import Contact
from correlator.events import HOUR_US, MINUTE_US, StaffRole, moment
from correlator.times import OFFSET_US, Zone

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = get_args(Day)
DAY_MIN = 1440
PERSON = r"^[a-z0-9][a-z0-9._-]{0,39}$"
STEP_US = 30 * MINUTE_US  # how closely gaps are looked for

T = TypeVar("T")
PersonId = Annotated[str, StringConstraints(pattern=PERSON)]


def _hour(text: str) -> str:
    hours, colon, minutes = text.partition(":")
    good = colon and len(hours) == len(minutes) == 2 and hours.isdecimal() and minutes.isdecimal()
    if not good or int(minutes) > 59 or int(hours) * 60 + int(minutes) > DAY_MIN:
        raise ValueError(f"{text!r} is no time of day: write one as 22:00, from 00:00 to 24:00")
    return text


def _some(given: tuple[T, ...]) -> tuple[T, ...]:
    if not given:
        raise ValueError("it is empty: name one at least, or take the shift out")
    return given


Hour = Annotated[str, AfterValidator(_hour)]


def minutes(hour: str) -> int:
    return int(hour[:2]) * 60 + int(hour[3:])


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Person(_Part):
    """How somebody is reached; by whichever of these the channels of `staff` need, in their order."""

    name: str | None = None
    mail: str | None = None
    phone: str | None = None

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if not (self.mail or self.phone):
            raise ValueError("neither mail nor phone: give one, by which they are called")
        return self


class _Duty(_Part):
    """Who is on duty for a role between these hours; a duty belongs to the day on which it begins."""

    role: StaffRole
    persons: tuple[PersonId, ...]  # who is called first comes first
    begins: Hour = Field(default="00:00", alias="from")
    ends: Hour = Field(default="24:00", alias="until")
    time_zone: Zone | None = None

    def holds(self, day: date) -> bool:
        """Whether it begins on this day."""
        raise NotImplementedError

    def covers(self, local: datetime) -> bool:
        """At this time on the wall of its zone; where it ends no later than it begins, it goes on past midnight."""
        minute, begins, ends = local.hour * 60 + local.minute, minutes(self.begins), minutes(self.ends)
        if begins < ends:
            return begins <= minute < ends and self.holds(local.date())
        yesterday = local.date() - timedelta(days=1)
        return (minute >= begins and self.holds(local.date())) or (minute < ends and self.holds(yesterday))


class Shift(_Duty):
    """It comes round each week."""

    persons: Annotated[tuple[PersonId, ...], AfterValidator(_some)]
    days: Annotated[tuple[Day, ...], AfterValidator(_some)] = DAYS

    def holds(self, day: date) -> bool:
        return DAYS[day.weekday()] in self.days


class Exceptional(_Duty):
    """On these dates the role's shifts do not count between these hours: these persons are on duty, or nobody is."""

    persons: tuple[PersonId, ...] = ()
    first: date = Field(alias="date")
    last: date | None = Field(default=None, alias="last_date")

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.last is not None and self.last < self.first:
            raise ValueError(f"last_date {self.last} lies before date {self.first}: exchange them")
        return self

    def holds(self, day: date) -> bool:
        return self.first <= day <= (self.last or self.first)


class Rota(_Part):
    """A whole file."""

    time_zone: Zone = "WIB"
    persons: dict[PersonId, Person] = {}
    shifts: tuple[Shift, ...] = ()
    exceptions: tuple[Exceptional, ...] = ()

    def unknown(self) -> Iterator[tuple[str, str]]:
        """(key, person) of each whom a shift or an exception names, and `persons` lacks."""
        named: tuple[tuple[str, Sequence[_Duty]], ...] = (("shifts", self.shifts), ("exceptions", self.exceptions))
        for key, duties in named:
            for number, duty in enumerate(duties):
                for place, person in enumerate(duty.persons):
                    if person not in self.persons:
                        yield f"{key}[{number}].persons[{place}]", person

    def on_duty(self, role: str, at_us: int) -> list[str]:
        """Their ids, who is called first at first. `at_us`: microseconds since 1970."""
        instead = [one for one in self.exceptions if one.role == role and self._covers(one, at_us)]
        shifts = [one for one in self.shifts if one.role == role and self._covers(one, at_us)]
        return list(dict.fromkeys(person for one in instead or shifts for person in one.persons))

    def _covers(self, duty: Shift | Exceptional, at_us: int) -> bool:
        return duty.covers(local_time(at_us, duty.time_zone or self.time_zone))

    def contact(self, person: str) -> Contact | None:
        """Personal data: for a channel, and nothing else."""
        found = self.persons.get(person)
        return None if found is None else Contact(found.name, found.phone, found.mail)

    @property
    def roles(self) -> list[str]:
        """Those for whom somebody is on duty at some time."""
        return list(dict.fromkeys(one.role for one in (*self.shifts, *self.exceptions)))

    def gaps(self, role: str, since_us: int, days: int) -> list[tuple[int, int]]:
        """When nobody is on duty for a role, to half an hour: from, until (microseconds since 1970)."""
        found: list[tuple[int, int]] = []
        first = since_us - since_us % STEP_US
        for at_us in range(first, first + days * 24 * HOUR_US, STEP_US):
            if self.on_duty(role, at_us):
                continue
            if found and found[-1][1] == at_us:
                found[-1] = found[-1][0], at_us + STEP_US
            else:
                found.append((at_us, at_us + STEP_US))
        return found


def local_time(at_us: int, zone: Zone) -> datetime:
    """As a clock on the wall of that zone shows it."""
    return moment(at_us + OFFSET_US[zone])


class NoRota:
    """Nobody is on duty by name: alerts go to the role's own address."""

    def on_duty(self, role: str, at_us: int) -> Sequence[str]:
        del role, at_us
        return ()

    def contact(self, person: str) -> Contact | None:
        del person
        return None

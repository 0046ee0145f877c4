"""What is asked of a system, as a Protocol, and what it answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from correlator.events import Alarm, AlarmType


class Unanswered(Exception):
    """It does not answer, or not as it should. `remedy`: what to do; both are told in the log and the figures."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


class NotYet(Unanswered):
    """It is well, and not to be believed for a while."""


class Standing(NamedTuple):
    """An alarm that stands here and that the source told of first."""

    key: str
    object: str
    alarm_type: AlarmType
    qualifier: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """`holds`: whether it holds such an alarm active; None: it says nothing of it, and the alarm stays as it is."""

    active: Sequence[Alarm]  # all that it says is wrong now
    holds: Callable[[Standing], bool | None]
    devices: frozenset[str] = frozenset()  # ids in the inventory of those that it asks
    well: Sequence[Alarm] = ()  # clears of what it knows to be well, to be said once


class Asked(Protocol):
    async def ask(self, now: datetime) -> Answer:
        """`now`: the service's clock before it asks. Raises Unanswered."""

    async def close(self) -> None: ...

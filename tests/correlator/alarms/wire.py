"""One draft after the other over one state: what sources say, and what of it is told to incidents."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from correlator.alarms import states
from correlator.effects import Noted, Rejected
from correlator.events import SECOND_US, Alarm, microseconds
from correlator.facts import Fact
from correlator.policy import Policy
from correlator.policy.faults import FaultPolicy
from correlator.rows.incidents import AlarmRow
from correlator.state import Draft, State
from correlator.world import World
from tests.correlator.service_desk.house import TOPOLOGY

START = datetime(2026, 3, 3, 3, 0, tzinfo=UTC)
START_US = microseconds(START)


def at_us(seconds: float) -> int:
    return START_US + round(seconds * SECOND_US)


def seconds(us: int) -> float:
    """The inverse of `at_us`; 0 stands for never."""
    return (us - START_US) / SECOND_US if us else 0


Word = tuple[float, str, str, float]  # (arrives, source, state, time by its clock), in seconds


class Wire:
    """Times are seconds after START."""

    def __init__(self, **faults: Any) -> None:
        self.world = World(TOPOLOGY, Policy(faults=FaultPolicy(**faults)))
        self.state = State()
        self.facts: list[Fact] = []
        self.drawn = 0
        self.now = 0.0
        self.draft = self.step(0)

    def step(self, now: float) -> Draft:
        """A pen for what happens then."""
        self.now = now
        self.draft = Draft(self.state, self.world, at_us(now), lambda _, fact: self.facts.append(fact))
        return self.draft

    def event(self, state: str, time: float, **more: Any) -> Alarm:
        self.drawn += 1
        content = {
            "id": f"al-{self.drawn:03}",
            "time": START + timedelta(seconds=time),
            "source": "nms",
            "object": "CORE/a",
            "alarm_type": "loss_of_signal",
            "severity": "major",
            "state": state,
        }
        return msgspec.convert(content | more, Alarm)

    @property
    def changes(self) -> list[str]:
        """What the last step tells to incidents."""
        return [what for what, _ in self.draft.alarm_changes]

    @property
    def row(self) -> AlarmRow:
        [row] = self.state.alarms.values()
        return row

    def due(self, kind: str) -> list[float]:
        return [seconds(row.due_us) for row in self.state.deadlines.rows.values() if row.kind == kind]

    def noted(self) -> list[str]:
        return [effect.reason.code for effect in self.draft.effects if isinstance(effect, Noted)]

    def rejected(self) -> list[tuple[str | None, str]]:
        return [(effect.field, effect.reason.code) for effect in self.draft.effects if isinstance(effect, Rejected)]


class Lines(Wire):
    """Each returns what incidents hear of it."""

    def say(self, state: str, now: float, *, time: float | None = None, **more: Any) -> list[str]:
        """But for that it was heard."""
        event = self.event(state, now if time is None else time, **more)
        states.received(self.step(now), event)
        return self.changes[:-1] if self.changes[-1:] == ["heard"] else self.changes

    def calm(self, now: float) -> list[str]:
        states.calmed(self.step(now), self.row.key)
        return self.changes

    def shelve(self, now: float, until: float) -> list[str]:
        states.shelve(self.step(now), self.row, at_us(until))
        return self.changes

    def unshelve(self, now: float) -> list[str]:
        states.unshelve(self.step(now), self.row.key)
        return self.changes

    def play(self, words: list[Word]) -> list[list[str]]:
        return [self.say(state, now, time=time, source=source) for now, source, state, time in words]

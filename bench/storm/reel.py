"""Lines of an events file while they are drawn: numbered, given a time of arrival, encoded in that order."""

from datetime import datetime
from random import Random
from typing import Literal

import msgspec

from correlator.events import SECOND_US, Alarm, AlarmType, ComplaintIn, Heartbeat, Restored, microseconds, moment

START_US = microseconds(datetime.fromisoformat("2026-03-03T09:00:00+07:00"))  # a Tuesday morning, no holiday
DELAY_S = (0.05, 1.5)
LATE, LATE_S = 0.02, 60  # share of alarms that arrive late, and by how much at most

State = Literal["raised", "cleared"]


class Reel:
    """Collects alarms, complaints and the rest; times are microseconds since 1970."""

    def __init__(self, window_s: int, chance: Random) -> None:
        self.end_us = START_US + window_s * SECOND_US
        self._chance = chance
        self._alarms: list[tuple[int, str, str, str, AlarmType, State]] = []
        self._arrivals: list[int] = []
        self._others: list[tuple[int, msgspec.Struct]] = []

    def __len__(self) -> int:
        return len(self._alarms) + len(self._others)

    @property
    def alarms(self) -> int:
        return len(self._alarms)

    def somewhen(self, chance: Random) -> int:
        """A time within the window."""
        return START_US + int(chance.random() * (self.end_us - START_US))

    def alarm(self, at_us: int, what: tuple[str, AlarmType], source: str, state: State) -> str:
        """Adds one; returns its id."""
        chance, name = self._chance, f"al-{len(self._alarms):07}"
        late = LATE_S if chance.random() < LATE else 0
        delay = chance.uniform(*DELAY_S) + late * chance.random()
        self._arrivals.append(at_us + int(delay * SECOND_US))
        self._alarms.append((at_us, name, source, *what, state))
        return name

    def other(self, at_us: int, row: ComplaintIn | Heartbeat | Restored) -> None:
        self._others.append((at_us, row))

    def lines(self) -> list[bytes]:
        """In order of arrival; ties fall to what was drawn first."""
        encode = msgspec.json.Encoder().encode
        entries: list[tuple[int, int]] = [(at, n) for n, at in enumerate(self._arrivals)]
        first = len(entries)
        entries += [(at, first + n) for n, (at, _) in enumerate(self._others)]
        entries.sort()
        rows = (self._alarm(n, at) if n < first else self._others[n - first][1] for at, n in entries)
        return [encode(row) + b"\n" for row in rows]

    def _alarm(self, n: int, received_us: int) -> Alarm:
        at_us, name, source, target, alarm_type, state = self._alarms[n]
        return Alarm(
            id=name,
            time=moment(at_us),
            received=moment(received_us),
            source=source,
            object=target,
            alarm_type=alarm_type,
            severity="major" if state == "raised" else None,
            state=state,
        )

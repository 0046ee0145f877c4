"""What happened, told while a journal is folded: each alarm's standing periods, and which incident explained them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from correlator.effects import Alert, Effect
from correlator.events import EVENTS, HOUR_US, PRECURSORS, AlarmType
from correlator.incidents.unexplained import takes_down
from correlator.rows.incidents import AlarmRow, IncidentRow, MemberRow, WindowRow
from correlator.rows.service_desk import TicketRow
from topology.domains import element_of
from topology.graph import Topology
from topology.impact import down

SEPARATOR = "\x1f"
Place = tuple[str, str]  # table, key


@dataclass(slots=True)
class Word:
    """One standing period of an alarm. Times are microseconds since 1970; `over_us` None: it stands."""

    source: str
    alarm_type: AlarmType
    object: str
    begun_us: int
    over_us: int | None = None
    claims: bool = False  # the source called it the root cause
    apart: bool = False  # the poller was lost, or work was planned there
    incidents: dict[str, None] = field(default_factory=dict)  # that held it, in order

    @property
    def incident(self) -> str | None:
        """The last that held it."""
        return next(reversed(self.incidents), None)


@dataclass(slots=True)
class Cause:
    """An incident that opened."""

    id: str
    root: str
    equivalent: tuple[str, ...]
    begun_us: int
    opened_us: int
    over_us: int | None
    confirmed: bool  # a person named the root
    alone: bool  # it failed with no other
    ticket: str | None
    into: str | None  # the incident that it was merged into
    is_fault: bool = True  # nobody closed its ticket as no fault


@dataclass(slots=True)
class History:
    """`topology`: the network as it is in force at the end."""

    topology: Topology
    first_us: int
    last_us: int
    words: list[Word]
    causes: dict[str, Cause]

    @property
    def length_us(self) -> int:
        return max(1, self.last_us - self.first_us)

    def cause_of(self, word: Word) -> Cause | None:
        """The fault that explained it in the end; None: none did."""
        cause = self.causes.get(word.incident or "")
        while cause is not None and cause.into is not None:
            cause = self.causes.get(cause.into)
        return cause if cause is not None and cause.is_fault else None

    def unexplained(self) -> list[Word]:
        """That had an hour to be explained, or are over, and no planned work or lost poller accounts for."""
        return [
            word
            for word in self.words
            if self.cause_of(word) is None
            and not word.apart
            and (word.over_us is not None or word.begun_us < self.last_us - HOUR_US)
        ]


class Watch:
    """Is shown every step of a fold, and remembers what it has to."""

    def __init__(self) -> None:
        self._words: dict[tuple[str, int], Word] = {}  # key of the alarm, period
        self._causes: dict[str, Cause] = {}
        self._no_fault: set[str] = set()  # tickets
        self._windows: dict[str, WindowRow] = {}
        self._unreached: list[tuple[str, int]] = []  # region whose poller was lost, when
        self._first_us = self._last_us = 0

    def see(
        self, now_us: int, changes: Mapping[Place, Any], archived: Collection[Place], effects: Iterable[Effect]
    ) -> None:
        """Rows as they are after the step; None: dropped. `archived`: of these, what went to the archive."""
        self._first_us = self._first_us or now_us
        self._last_us = now_us
        for (table, key), row in changes.items():
            match table:
                case "alarms" if row is not None:
                    self._alarm(row)
                case "members":
                    self._member(key, row, gone=(table, key) in archived)
                case "incidents" if row is not None:
                    self._incident(row)
                case "tickets" if row is not None:
                    self._ticket(row)
                case "windows" if row is not None:
                    self._windows[key] = row
        for effect in effects:
            if isinstance(effect, Alert) and effect.kind == "management_lost":
                self._unreached.append((effect.about or "", now_us))

    def history(self, topology: Topology) -> History:
        for row in self._windows.values():
            found = [element for name in row.objects if (element := element_of(topology, name)) >= 0]
            fallen = down(topology, found)
            for word in self._words.values():
                if row.start_us <= word.begun_us <= row.end_us and not word.apart:
                    word.apart = takes_down(topology, fallen, word.object)
        for cause in self._causes.values():
            cause.is_fault = cause.ticket not in self._no_fault
        evidence = [word for word in self._words.values() if word.alarm_type not in EVENTS | PRECURSORS]
        known = [word for word in evidence if element_of(topology, word.object) >= 0]
        for region, at_us in self._unreached:
            for word in known:
                word.apart = word.apart or _unreached(topology, word, region, at_us)
        return History(topology, self._first_us, self._last_us, known, self._causes)

    def _alarm(self, row: AlarmRow) -> None:
        if not row.period:
            return
        word = self._words.get((row.key, row.period))
        if word is None:
            word = self._words[row.key, row.period] = Word(row.source, row.alarm_type, row.object, row.first_us)
        word.begun_us = row.first_us
        word.over_us = None if row.active else max(row.cleared_us, row.first_us)
        if row.vendor is not None and row.vendor.root:
            word.claims = True

    def _member(self, key: str, row: MemberRow | None, *, gone: bool) -> None:
        if gone:
            return
        incident, alarm = key.split(SEPARATOR, 1)
        alarm, _, period = alarm.rpartition(SEPARATOR)
        word = self._words.get((alarm, int(period)))
        if word is None:
            return
        if row is None:
            word.incidents.pop(incident, None)
        else:
            word.incidents[incident] = None

    def _incident(self, row: IncidentRow) -> None:
        if row.opened_us is None or row.home:
            return
        over = row.repaired_us or row.resolved_us
        is_alone, confirmed = row.is_one, row.pinned_by is not None
        self._causes[row.id] = Cause(
            row.id, row.root, row.equivalent, row.first_event_us, row.opened_us, over, confirmed, is_alone, row.ticket,
            row.merged_into,
        )  # fmt: skip

    def _ticket(self, row: TicketRow) -> None:
        (self._no_fault.add if row.closed_as == "no_fault" else self._no_fault.discard)(row.id)


def _unreached(topology: Topology, word: Word, region: str, at_us: int) -> bool:
    """It was told because the poller of its region had lost its way (`inference.ways.management`)."""
    if word.alarm_type != "device_unreachable" or word.incidents:
        return False
    stood = at_us - HOUR_US < word.begun_us <= at_us and (word.over_us is None or word.over_us >= at_us)
    return stood and (topology.region_of(element_of(topology, word.object)) or "-") == region

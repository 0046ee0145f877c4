"""The rows that fault inference keeps: alarms as states (RFC 8632), incidents, their members, windows, lost sources."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from correlator.events import AlarmType, Severity, TicketSeverity
from correlator.explanation import Line

LetGo = Literal["", "crowded", "aged", "belied", "stale", "by_hand"]  # why it counts as over, though not cleared
IncidentStatus = Literal["suspected", "open", "clearing", "resolved", "closed", "merged"]


class Reported(msgspec.Struct, array_like=True, gc=False):
    """The NOC was told that nothing explains an alarm: once a standing period."""

    period: int
    at_us: int
    ticket: str = ""  # the light one; empty where so many were told that it got none
    why: tuple[Line, ...] = ()  # of one with a ticket: what would have explained it best, as weighed then
    tried: bool = False  # whether it opens an incident by itself was looked at


class VendorSays(msgspec.Struct, frozen=True, array_like=True):
    """What a source makes of a standing alarm: whether it is the root cause, and with which others it belongs."""

    source: str
    root: bool = False
    named: tuple[str, ...] = ()  # event ids of alarms
    keys: tuple[str, ...] = ()  # of each of these the alarm; empty while it has not been seen


class AlarmRow(msgspec.Struct, array_like=True, gc=False):
    """One alarm: a state of (object, qualifier or type), whatever number of messages told it.

    Of one that was told once nothing is kept twice: a flood makes several 100,000
    (`docs/decisions/0151-what-a-standing-alarm-costs.md`).
    """

    key: str
    object: str
    alarm_type: AlarmType
    qualifier: str | None
    severity: Severity | None
    raised: bool  # what the last writer said
    active: bool  # raised, or held up while it flaps
    changed_us: int  # event time of what the last writer said
    told: dict[str, int] | None  # source -> the latest event time it gave; None: `source` alone, at `changed_us`
    first_id: str  # of the standing period: the raise with the least (event time, id)
    first_us: int
    cleared_us: int  # event time of the last clear; 0 where none came
    period: int = 0  # counts standing periods
    repeats: int = 0
    transitions: list[int] | None = None  # service's clock of the last changes, for flapping; None: one, at `heard_us`
    flapping: bool = False
    shelved_until_us: int = 0
    incident: str | None = None  # which explains it now
    known: bool = True  # the object is in the inventory
    moved: int = 0  # the step that last changed it as evidence
    text: str | None = None
    last_id: str = ""  # the event that changed it last
    handed: tuple[str, ...] = ()  # domains that are told what becomes of this period
    heard_us: int = 0  # when this period was told first, by our clock; before one is told, its end
    freed_us: int = 0  # when an incident let this period go, which it had explained
    stray_us: int = 0  # when the last period began that ended and that nothing explained
    kept: bool = False  # of this period no other domain wants to be the cause: it speaks for our own elements alone
    loose_us: int = 0  # since when it stands (service's clock) and no settled incident explains it
    reported: Reported | None = None  # of this period, or of an earlier one
    source: str = ""  # that told of this period first, by our clock
    vendor: VendorSays | None = None  # of this period
    let_go: LetGo = ""  # of this period: too many stood, nobody told of it any more, who hangs by it answers ...
    brief_us: int = 0  # when the last period began, where that ended before anything that explains it opened
    before_us: int = 0  # when it had ended before its last clear, of which no begin was told
    slow_us: int = 0  # how far the clock that gave `first_us` is behind, as far as we know (`voices.behind_us`)
    again_us: int = 0  # when its only source said it once more, long after; -1: it was said more often, or by others
    anew: bool = False  # ... and that counts as its begin (`repairs.begun_anew`)
    stamped_us: int = 0  # when it began by a source's own clock, where that is later than `first_us`

    @property
    def held_up(self) -> bool:
        """It counts as evidence though its end is told, and not because it flaps (`alarms.states`)."""
        return self.active and not (self.raised or self.flapping)

    @property
    def stands(self) -> bool:
        """As people see it: raised, or it flaps."""
        return self.active and not self.held_up

    @property
    def since_us(self) -> int:
        """When it began as evidence, by its source's clock."""
        return self.again_us if self.anew else self.first_us

    @property
    def begun_us(self) -> int:
        """The same by a clock that can be believed: what people are told."""
        return self.since_us + self.slow_us

    @property
    def tellers(self) -> Mapping[str, int]:
        """Who told of it, and the latest event time that each gave."""
        return {self.source: self.changed_us} if self.told is None else self.told

    @property
    def last_told_us(self) -> int:
        """The latest event time that any of them gave."""
        return self.changed_us if self.told is None else max(self.told.values())


class MemberRow(msgspec.Struct, array_like=True):
    """A standing period of an alarm that an incident explains, or explained."""

    incident: str
    alarm: str  # key of the alarm
    event: str  # id of the raise with the least (event time, id)
    at_us: int
    standing: bool
    older: bool = False  # it began so long before the rest that it is no part of it, and lies under it now


class Verdict(msgspec.Struct, frozen=True, array_like=True):
    at_us: int
    status: IncidentStatus
    root: str


LIVE: tuple[IncidentStatus, ...] = ("open", "clearing")  # of the states of an incident: customers may be down under it


PLACES_NAMED = 10  # of those that a group without mains has lost


class IncidentRow(msgspec.Struct):
    """A fault that the service suspects or knows, with the identity that people hold on to."""

    id: str
    status: IncidentStatus
    root: str
    root_since_us: int
    suspected_us: int
    first_event_us: int
    equivalent: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, int], ...] = ()  # (id, confidence in millionths), best first
    confidence_ppm: int = 0
    verdicts: list[Verdict] = msgspec.field(default_factory=list)
    severity: TicketSeverity = "Minor"
    merged_into: str | None = None
    pinned_by: str | None = None  # who set the root by hand; the machine leaves it alone
    opened_us: int | None = None
    clearing_us: int | None = None
    past: bool = False  # its end was told with its begin: customers hear of it once it is over
    over_us: int = 0  # when it was over, by its sources' clocks (`ends.when_over`); 0: when it cleared
    resolved_us: int | None = None
    closed_us: int | None = None
    repaired_us: int | None = None  # the crew's word, or that of a person who closed it ...
    closed_by: str | None = None  # ... which ends it, and is no word that what stands is well
    peak: int = 0  # most alarms active at once
    newest_us: int = 0  # when the last began of what it ever held
    ended_us: int = 0  # when the first ended of what it ever held; 0: none has
    belied_us: int = 0  # when words of it were over last, as who has its only way there answers
    planned_until_us: int = 0  # under planned work till then
    work_until_us: int = 0  # once it is not: planned work accounted for it till then, and no minute before counts
    services_down: int = 0  # each figure's maximum since suspected, under the final root
    services_at_risk: int = 0
    customers_down: int = 0
    down_since_us: int = 0  # see incidents.dating
    user_us: int = 0  # customers x microseconds down, up to down_counted_us
    down_counted_us: int = 0
    down_now: int = 0
    ticket: str | None = None
    acknowledged_by: str | None = None
    assigned_to: str | None = None
    estimate_us: int | None = None
    notices_held: bool = False
    explanation: tuple[Line | str, ...] = ()  # sentences in rows of older versions
    claimed: int = 0  # its place in the order in which incidents took what their roots explain
    moved: int = 0  # the step in which it asked to be looked at again
    rested_on: int = 0  # while suspected: how many things told, at the last solve
    besides: tuple[str, ...] = ()  # roots that fail together with it (an island cut off by several links)
    joined: tuple[str, ...] = ()  # roots of others that a person merged into it: broken as well
    alone: bool = False  # it was opened on one word that stood alone
    back_us: int = 0  # since when it is down again, where it was over and its customers heard so
    doubted_us: int = 0  # when it was back as customers alone said: no earlier word that part of it is well counts
    cards: tuple[str, ...] = ()  # objects that said that a card of theirs is dead
    released: bool = False  # it no longer holds what still stands (repaired, or nested)
    notes: list[tuple[int, str, str]] = msgspec.field(default_factory=list)  # (at_us, actor, text)
    home: str = ""  # the domain that decides on it, where that is another one: here is its mirror
    hearers: tuple[str, ...] = ()  # domains that have been told of it
    places: tuple[str, ...] = ()  # of a group that lost its mains: the members where something is lost; (): all of it
    grown_us: int = 0  # when the last of them was lost; 0: all of them at first
    street: bool = False  # its root is well: homes that hang there (`places`) lost their mains, and nothing else is
    denied_us: dict[str, int] = msgspec.field(default_factory=dict)  # link that was told well -> callers say not, then

    @property
    def began_us(self) -> int:
        """Since when customers were down, the first time."""
        return self.down_since_us or self.first_event_us

    @property
    def since_us(self) -> int:
        """Since when they are down now: of what is back, since then."""
        return self.back_us or self.began_us

    @property
    def well_us(self) -> int:
        """Since when it is over; 0: it is not."""
        return self.over_us or self.clearing_us or 0

    @property
    def counted_us(self) -> int:
        """From when on their time counts: what planned work takes does not."""
        return max(self.began_us, self.work_until_us)

    def user_us_by(self, moment_us: int) -> int:
        """Customers x microseconds down, up to a moment. What clears waits: if it is over they were down till it
        cleared, else they were all along."""
        until_us = self.well_us or moment_us
        return self.user_us + self.down_now * max(0, until_us - (self.down_counted_us or self.counted_us))

    @property
    def broken(self) -> tuple[str, ...]:
        """What it says is broken: its roots; of a group or a street that lost its mains those places."""
        return (*(self.places or (self.root,)), *self.joined)

    @property
    def roots(self) -> tuple[str, ...]:
        """What accounts for all that it explains: in place of a street's place, which is well, its homes."""
        return (*(self.places if self.street else (self.root,)), *self.joined)

    @property
    def is_one(self) -> bool:
        """One root that explains all of it, and that may be weighed."""
        return not (self.besides or self.joined or self.street)

    @property
    def why(self) -> tuple[Line | str, ...]:
        """The explanation of its verdict, and what has become of it since: which places are lost."""
        if not self.places:
            return self.explanation
        first = sorted(self.places)[:PLACES_NAMED]
        more = ("...",) if len(self.places) > PLACES_NAMED else ()
        return (*self.explanation, Line("places", (len(self.places), (*first, *more))))


class WindowRow(msgspec.Struct, frozen=True, array_like=True):
    """A maintenance window."""

    id: str
    objects: tuple[str, ...]
    start_us: int
    end_us: int
    reason: str


class SourceRow(msgspec.Struct, frozen=True, array_like=True):
    """A source that lost sight of an object."""

    source: str
    object: str
    since_us: int
    quiet: bool = False  # nobody said so: it is quiet against its habit


class RepairRow(msgspec.Struct, frozen=True, array_like=True):
    """The crew's word: the element is known up from then on."""

    object: str
    at_us: int

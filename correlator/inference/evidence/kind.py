"""What a kind of evidence is: what of an alarm it takes up, whom that speaks for, what its silence costs, its words."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from correlator.events import AlarmType
from correlator.inference.port import Observation
from correlator.policy.faults import FaultPolicy, TypeModel
from correlator.times import BEHIND_US
from topology.graph import Topology
from topology.impact import Prediction
from topology.model import Language

if TYPE_CHECKING:
    from correlator.inference.situation.failed_context import FailedContext
    from correlator.inference.situation.situation import Situation

Candidates = tuple[int, ...]
Words = dict[Language, str]


@dataclass(frozen=True, slots=True)
class Said:
    """What an alarm says. `object_kind`: of the element; `loose_port` for a port of a device that no row names."""

    element: int
    object_kind: str
    alarm_type: AlarmType


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an alarm of one object and type tells. `credit`: whom it speaks for; `explain`: who else accounts for it."""

    key: tuple[str, int, int]
    kind: str
    worth: int  # micro-nats
    credit: Candidates
    explain: Candidates = ()
    device: int = -1  # of a lost device: the element; of a service the only one that it hangs on
    link: int = -1  # of link ends and switches: the element
    speaker: int = -1  # of ONTs: the OLT that tells of it
    doubted: bool = False  # the source is known to say such things without a cause, more than others do
    word: AlarmType | None = None  # the type, where one that is told by two is worth more
    feeder: bool = False  # of a port without a link at which many customers hang

    @property
    def plain(self) -> Candidates:
        """Whom it speaks for in the sound network."""
        return self.credit


@dataclass(slots=True, eq=False, kw_only=True)
class Evidence(Observation):
    """One thing told, with whom it speaks for: `credit` may hold more than `plain` while others have failed."""

    worth: int
    credit: Candidates
    explain: Candidates
    device: int = -1
    link: int = -1
    speaker: int = -1
    plain: Candidates = ()
    onset_us: int = 0  # `begun_us`, at hand: it is asked for millions of times in a storm
    heard_us: int = 0  # when the first of its alarms that stand was told, by our clock
    heards: dict[str, int] | None = None  # key of the alarm -> when it was told, where there were several
    counted_us: int = 0  # as of when it counts as told by chance, while nothing explains it
    worths: dict[str, int] | None = None  # key of the alarm -> its worth, where its alarms are not worth the same
    words: dict[str, AlarmType] | None = None  # key of the alarm -> its type, where two types are worth more than one
    slow: bool = False  # told by a poller or a fibre monitor, which have their round to make
    home: bool = False  # told of a customer's own device, which the customer may switch off
    group: str  # with whose words it counts as told by chance (`strays.group_of`)

    @property
    def told_us(self) -> int:
        """When it was told last, by its sources' clocks."""
        return max(self.last_us.values(), default=self.first_us)

    @property
    def behind_us(self) -> int:
        """How long after it was said we heard it, where that is so long that its source's clock must be wrong."""
        behind_us = self.heard_us - self.first_us
        return behind_us if behind_us > BEHIND_US else 0


@dataclass(slots=True)
class Case:
    """One candidate, and who would tell of its failure."""

    candidate: int
    predicted: Prediction
    intervals: list[tuple[int, int]]  # positions that it takes down, less what others of this search account for
    links_taken: set[int]  # links that others of this search account for
    told: list[Evidence] = field(default_factory=list)
    unlikely: list[Evidence] = field(default_factory=list)  # told though who tells it would be dead: counts for nothing
    waiting: dict[int, int] | None = None  # OLT -> of how many ONTs it has not told that they are lost; once asked


def all_alike(_: "Situation", __: Case, ___: int, number: int, each: int) -> int:
    """What so many cost who are silent: nothing is known of one that is not known of all."""
    return number * each


@dataclass(frozen=True, slots=True)
class Silence:
    """Something that would be told and is not.

    `count` is asked with what each costs at that age, in micro-nats; `rough`: cheap to count, and looked at first.
    `cost`: what all cost, by how long the failure has lasted (us), how many they are, and what each costs.
    """

    name: str
    words: Words
    model: Callable[[FaultPolicy], TypeModel]
    count: Callable[["Situation", Case, int], int]
    cost: Callable[["Situation", Case, int, int, int], int] = all_alike
    rough: bool = False
    known_good: bool = False  # more than silence: who speaks says that all is well
    seldom: bool = False  # less than silence: many never tell of it, so that nobody waits for their word


def kept(told_now: dict[Evidence, None], told: Evidence, by: int) -> None:
    """Those of its sort that are told now, in order: it came (+1) or went (-1)."""
    if by > 0:
        told_now[told] = None
    else:
        told_now.pop(told, None)


def nothing_more(_: "Situation", __: Evidence, ___: int) -> None:
    """Nothing besides whom it speaks for."""


def nobody(_: "Situation", __: "Meaning | Evidence") -> str | None:
    """It is claimed by no interval and no link."""
    return None


def no_more(_: "FailedContext", __: "Meaning | Evidence") -> Candidates:
    """What has failed elsewhere changes nothing."""
    return ()


def none_of_them(_: "Situation", __: "Evidence") -> Candidates:
    """One word of it may be chance."""
    return ()


def unhurt(_: "Situation", __: "Meaning | Evidence") -> Candidates:
    """A dead card changes nothing."""
    return ()


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of evidence.

    `meaning`: what an alarm tells, None where it is not of this kind (worth: micro-nats by alarm type)
    `turned`: it came (+1) or went (-1)
    `owner`: the settled incident that explains it, as its root takes it down
    `adds`: who explains it besides while live incidents have failed
    `hurt`: who explains it besides while a card of it is dead
    `apart`: it may speak for one of those that nothing else tells apart, and not for another
    `points`: it names one of them
    `outside`: many of these at once may have a cause outside the network
    `again`: it tells once more that its device is lost
    `down`: whatever it tells of does not work: a line that is told so needs no caller
    `alone`: whom one word of it means, where hardly anything is told by chance; nobody: it may be chance all the same
    """

    name: str
    words: Words
    meaning: Callable[[Topology, dict[AlarmType, int], Said], Meaning | None]
    turned: Callable[["Situation", Evidence, int], None] = nothing_more
    owner: Callable[["Situation", Meaning | Evidence], str | None] = nobody
    adds: Callable[["FailedContext", Meaning | Evidence], Candidates] = no_more
    hurt: Callable[["Situation", Meaning | Evidence], Candidates] = unhurt
    silences: tuple[Silence, ...] = ()
    apart: bool = False
    points: bool = False
    outside: bool = False
    again: bool = False
    down: bool = False
    alone: Callable[["Situation", Evidence], Candidates] = none_of_them

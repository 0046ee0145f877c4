"""The port of inference: what happens goes in as changes, which faults explain it comes out as hypotheses.

An engine knows network and policy: no rows, no tickets, no clock. What incidents hold is told to it by name (`own`): it
explains the rest. Roots have the inventory's names, or `external`; times are microseconds, scores micro-nats.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from correlator.events import AlarmType
from correlator.explanation import Line
from topology.down import Down, Intervals


@dataclass(slots=True, eq=False)
class Observation:
    """One thing told, by one or several alarms: a link end that is dark, a device that is lost."""

    key: tuple[str, int, int]
    kind: str  # of evidence (`inference.evidence.KINDS`)
    first_us: int = 0  # when the oldest of its alarms began
    freed_us: dict[str, int] = field(default_factory=dict)  # key of the alarm -> when an incident let it go
    last_us: dict[str, int] = field(default_factory=dict)  # key of the alarm -> when it was told last
    alarms: dict[str, int] = field(default_factory=dict)  # key of the alarm -> when its standing period began
    owner: str | None = None  # the settled incident that explains it
    suspect: str | None = None  # the suspected incident that explains it so far
    points: bool = False  # it may name one of those that nothing else tells apart

    @property
    def begun_us(self) -> int:
        """From when on it may count as told of a fault that nothing explains."""
        return max(self.first_us, *self.freed_us.values()) if self.freed_us else self.first_us


# What happens


class AlarmStands(NamedTuple):
    """It counts from now on. `kept`: for our domain alone. `heard_us`: by our clock, when `source` told it first."""

    alarm: str
    object: str
    alarm_type: AlarmType
    since_us: int
    kept: bool = False
    heard_us: int = 0
    source: str = ""


class AlarmEnded(NamedTuple):
    """It counts no more."""

    alarm: str


class AlarmHeard(NamedTuple):
    """Its source raised it, cleared it, or said it again. `told`: when each of its sources spoke of it last."""

    alarm: str
    object: str
    alarm_type: AlarmType
    at_us: int
    told: Mapping[str, int] = {}
    since_us: int = 0  # when it was raised


class AlarmFreed(NamedTuple):
    """The incident that explained it let it go: if it is of another fault, that may have been hidden till then."""

    alarm: str
    at_us: int


class AlarmStrayed(NamedTuple):
    """It ended, and nothing ever explained it."""

    alarm: str
    object: str
    alarm_type: AlarmType
    since_us: int
    source: str = ""


class AlarmForgotten(NamedTuple):
    """It had ended, and is not remembered any more: neither what it told by chance, nor that all is well."""

    alarm: str
    object: str
    alarm_type: AlarmType


class AlarmHinted(NamedTuple):
    """What the source makes of an alarm that stands: the root cause, one that belongs with these other alarms."""

    alarm: str
    object: str
    source: str
    root: bool
    others: tuple[str, ...]


class AlarmDated(NamedTuple):
    """It began at another time than was told first."""

    alarm: str
    since_us: int


class Precursor(NamedTuple):
    """Something is degraded or hot, and fails more likely; `by` -1: it is well again."""

    object: str
    by: int


class KnownUp(NamedTuple):
    """Who has told of a fault before says that there is none; `up` False: no longer. `since_us`: as of when."""

    alarm: str
    object: str
    alarm_type: AlarmType
    up: bool
    since_us: int = 0


class Complaint(NamedTuple):
    """About some services. `weight`: thousandths of a first call that nothing works; below 0: it speaks against it."""

    complaint: str
    services: tuple[int, ...]
    at_us: int
    weight: int
    has_mains: bool = False  # the house has power, it says


class ComplaintOver(NamedTuple):
    """An incident explains it, or it is too old."""

    complaint: str
    services: tuple[int, ...]


class OutOfSight(NamedTuple):
    """All devices (element numbers) of which nothing is heard: their silence says nothing."""

    devices: tuple[int, ...]
    blind: frozenset[tuple[str, str]] = frozenset()  # (source, object): it says that it sees it no more


class Polled(NamedTuple):
    """All devices (element numbers) that a poller says it asks: their silence counts, whatever else is known."""

    devices: tuple[int, ...]


OfAlarm = AlarmStands | AlarmEnded | AlarmForgotten | AlarmHeard | AlarmFreed | AlarmStrayed | AlarmDated | AlarmHinted
Change = OfAlarm | Precursor | KnownUp | Complaint | ComplaintOver | OutOfSight | Polled


# What comes out


@dataclass(slots=True)
class Hypothesis:
    """A root that explains some of what is told."""

    root: str
    members: tuple[str, ...]  # what no evidence can tell from it, itself included
    gain: int  # over "no fault"
    prior: int
    odds: int  # to the best other root; of one that fails together with others, what all of these gain
    share: float  # of the informative things that it predicts: how many are told
    confidence_ppm: int
    speaks: list[Observation]  # what speaks for it
    alternatives: tuple[tuple[str, int], ...] = ()  # other roots, best first, in millionths
    besides: tuple[str, ...] = ()  # fails together with these
    card: bool = False  # only a card of it is dead, and nobody said so
    homes: tuple[str, ...] = ()  # it is well, and just these that hang there lost their mains
    part: bool = False  # a part of what hangs there is lost, and none of what is like it
    detail: Any = None  # the engine's own


@dataclass(slots=True)
class Diagnosis:
    """One search."""

    hypotheses: list[Hypothesis]
    rethought: set[str]  # suspected incidents that it looked at again
    unreached: list[tuple[str, int]] = field(default_factory=list)  # regions of pollers that lost their way; how many
    renamed: list[str] = field(default_factory=list)  # settled incidents that changed
    detail: Any = None


class Root(NamedTuple):
    name: str  # of an element of the network, or the outside


Touched = Observation | AlarmStands | Complaint | ComplaintOver | Root


class Standing(NamedTuple):
    """A settled incident, as an engine has to know it."""

    incident: str
    root: str
    roots: tuple[str, ...]  # its root, or of a street its homes; and those that a person joined to it
    live: bool  # open or clearing
    clearing: bool
    released: bool  # it no longer explains what still stands
    movable: bool  # no person, and no other domain, decides on its root
    claimed: int  # its place in the order in which incidents took what they explain
    opened_us: int | None
    peak: int  # most observations held at once
    ended_us: int = 0  # when the first of them ended; 0: none has
    cards: tuple[str, ...] = ()  # objects that said that a card of theirs is dead
    street: bool = False  # its root is well: homes that hang there lost their mains


class Held(NamedTuple):
    """Settled incidents that are weighed anew, as if they explained nothing, and the calls that they hold."""

    incidents: Collection[str] = ()
    calls: Iterable[Complaint] = ()
    alone: float = 0.0  # nats: what it is worth that chance is over by now, or seldom speaks (0: it may be chance)


class TakeOver(NamedTuple):
    """A root that explains what these incidents explain clearly better."""

    hypothesis: Hypothesis
    incidents: list[str]


class Accounts(Protocol):
    """Who accounts for what: observations that incidents hold, and all that their roots would make others say."""

    def own(self, observation: Observation, incident: str | None) -> None:
        """The settled incident explains it from now on; None: nobody does, and the next search looks at it."""

    def suspect(self, observation: Observation, incident: str | None) -> None:
        """The suspected incident explains it so far; None: none does."""

    def held_by(self, incident: str) -> set[Observation]:
        """What a settled incident explains; not to be changed."""

    def suspected_by(self, incident: str) -> set[Observation]:
        """What a suspected incident explains so far; not to be changed."""

    def forget(self, incident: str) -> None:
        """It is over, or became part of another: it holds nothing any more."""

    def owner_of(self, observation: Observation) -> str | None:
        """The settled incident that explains such an observation."""

    def clearing_of(self, observation: Observation) -> list[str]:
        """Incidents that clear, and would explain it."""

    def over(self, services: Iterable[int]) -> tuple[list[str], list[str]]:
        """Incidents whose roots alone take one of these services down, and of all incidents those that clear."""

    def lost_since(self, services: Iterable[int], since_us: int) -> bool:
        """Whether a device by which alone one hangs was told lost later than that, and no incident explains it."""

    def takes_down(self, standing: Standing, services: Iterable[int]) -> bool:
        """The incident's root alone takes one of these services down."""

    def clears(self, element: int) -> bool:
        """It has failed, and may work again."""

    def claim(self, standing: Standing, others: Iterable[Standing]) -> None:
        """From now on it explains what its root would make others say, beside `others`; the first claim keeps."""

    def reclaim(self, standing: Iterable[Standing]) -> None:
        """All claims anew, in the order in which they were made."""

    def expose(self, standing: Iterable[Standing]) -> list[Observation]:
        """These have failed, some may work again; the observations that others speak for now, or no longer."""

    def absorbed(self, standing: Standing) -> list[Observation]:
        """What nobody holds and its claim explains; in an order that does not depend on arrival."""

    def met(self, standing: Standing, others: Iterable[Standing]) -> list[Observation]:
        """What nobody holds, and speaks for roots that have to do with what this one takes down."""


class Roots(Protocol):
    """What is known of a root, by its id: an element, or the outside. Of one that the inventory lacks: nothing."""

    def alike(self, root: str) -> tuple[str, ...]:
        """All that no evidence can tell from this root, itself included."""

    def broken(self, roots: Iterable[str], cards: Collection[str] = (), incident: str = "") -> tuple[int, ...]:
        """What of these is broken: of one of `cards`, or with a dead card now, its dark links that `incident` holds."""

    def partly_broken(self, root: str, cards: Collection[str] = ()) -> bool:
        """A device of which only a card is dead, or of `cards` was."""

    def hides(self, root: str) -> bool:
        """A link that lost a route by it is dark: of that route nobody tells any more."""

    def turned(self) -> set[str]:
        """Devices of which more, or less, is broken than when this was asked last."""

    def quiet(self, fallen: Down, age_us: int, *, told: bool, alone: bool) -> Intervals:
        """Devices (by position) that fell so long ago and are not told lost; `told`: by alarms; `alone`: by one."""

    def belied(self, told: Iterable[Observation], answered: Mapping[str, int], *, of_links: bool) -> list[Observation]:
        """What cannot be, as who has no way but over it spoke, or was `answered` (device -> when), since."""

    def tells_itself(self, root: str, told: Iterable[Observation]) -> bool:
        """A device that would be dead says so itself as well, and as late: it lives, or is about to die."""

    def carried(self, answered: Mapping[str, int], told: Iterable[Observation]) -> Intervals:
        """These devices (by position) and what hangs by them alone, but for what `told` cuts off, or is told lost."""

    def still_broken(self, failed: Collection[int], well: Iterable[int]) -> tuple[int, ...]:
        """Of what the failure of these took down, what is still broken now that these links are well."""

    def is_ours(self, root: str) -> bool:
        """Our domain decides on it."""

    def planned_until_us(self, root: str) -> int:
        """Until when planned work accounts for it; 0: not at all."""

    def complaints_for(self, root: str) -> dict[str, int]:
        """The complaints that nothing explains and that speak for it -> when each came."""

    def free_for(self, root: str) -> list[Observation]:
        """What speaks for it and no settled incident explains."""

    def speaks_for(self, root: str, told: Observation) -> bool:
        """This observation speaks for the root."""

    def names_root(self, root: str, told: Iterable[Observation]) -> bool:
        """Some of these is about the root itself, or what is like it."""

    def beyond(self, root: str, told: Iterable[Observation]) -> list[Observation]:
        """Of these, what the root does not explain."""


class Engine(Protocol):
    """Finds faults. Nothing that it decides may depend on the order in which its caches were filled."""

    accounts: Accounts
    roots: Roots

    def observe(self, change: Change) -> Observation | None:
        """What an alarm that stands tells; of one that ended, where that was its last; that who speaks now is lost."""

    def plan(self, windows: Iterable[tuple[tuple[str, ...], int, int]]) -> list[Observation]:
        """All planned work in force: its objects, start and end (us). Returns what speaks where that changes."""

    def observation(self, alarm: str) -> Observation | None:
        """What this alarm tells now; None where it does not count."""

    def touch(self, what: Touched) -> None:
        """Look in the next search at whatever this speaks for."""

    def forget_touched(self) -> None:
        """Nothing is to be looked at; who calls this touches anew what is."""

    def pending(self) -> bool:
        """Something is to be looked at."""

    def diagnose(self, now_us: int, suspected: Mapping[str, str], looks: Collection[str]) -> Diagnosis:
        """`suspected`: root -> suspected incident; `looks`: roots to look at again, though nothing changed for them."""

    def units(self) -> int:
        """Counted work of the search under way."""

    def sharper(self, standing: Standing, now_us: int) -> Hypothesis | None:
        """The one that is named now, of what nothing else tells apart; None where that is the root already."""

    def better(self, diagnosis: Diagnosis, standing: Callable[[str], Standing], now_us: int) -> list[TakeOver]:
        """Roots that explain what settled incidents explain, and what is new, clearly better; the best first."""

    def swallowed(self, root: str, standing: Callable[[str], Standing]) -> list[str]:
        """Settled incidents of which this root explains all that stands, or is the root already."""

    def weigh(self, root: str, told: Iterable[Observation], now_us: int, held: Held | None = None) -> Hypothesis | None:
        """A root on exactly these observations; None where it cannot be. A gain above the prior: more speaks for it."""

    def judge(self, root: str, told: Iterable[Observation], now_us: int, held: Held | None = None) -> Hypothesis | None:
        """As `weigh`, beside the other roots of what is told: how sure it is, and what else it may be."""

    def heard_again(self, standing: Standing, calls: Iterable[Complaint], now_us: int) -> Hypothesis | None:
        """The likeliest root of what rests on callers alone, in doubt the one that stands; None: it is not moved."""

    def best_for(self, observation: Observation, now_us: int, *, alone: float = 0.0) -> Hypothesis | None:
        """The best for which it speaks, of all that is free, even if worse than "no fault". `alone`: as in `Held`."""

    def assume(self, root: str, told: Iterable[Observation], now_us: int) -> Hypothesis:
        """What a person says explains all of this, however little the evidence speaks for it."""

    def explained(self, hypothesis: Hypothesis) -> list[Observation]:
        """What speaks for it, and what it accounts for besides."""

    def explain(self, hypothesis: Hypothesis) -> list[Line]:
        """Why: lines that a shift engineer reads."""

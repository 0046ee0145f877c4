"""Major and critical alarms that no incident explains: since when, and that somebody looks at them (`overdue`).

No alarm has a deadline of its own: one deadline looks through the rows, at most once a minute, while there is
something to wait for.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable
from math import log

from correlator import facts
from correlator.events import DAY_US, EVENTS, MINUTE_US, PRECURSORS, SECOND_US
from correlator.incidents.index import engine_of, index_of
from correlator.inference.port import Observation
from correlator.rows.counts import LINK_DARK
from correlator.rows.incidents import AlarmRow
from correlator.state import AlarmChange, Draft
from topology.around import AT_HOME
from topology.domains import element_of
from topology.down import Down
from topology.graph import Topology
from topology.impact import customers_below

KIND = "unexplained"
FLAPS = "flaps"
FLAPS_AGAIN_US = 45 * SECOND_US  # it is looked at so long after its sixth turn, and again
SERIOUS = ("critical", "major")
MORE = 2  # devices that speak
FEW_CUSTOMERS = 64  # on a PON; of many more somebody calls on any day
MANY = 3  # devices of one poller that are called lost, and nothing explains it
SEEN, STAYED = 5.0, 2.0  # as if so many strays had been seen before, and so many of them had stood for long
STATELESS = EVENTS | PRECURSORS


def is_serious(row: AlarmRow, now_us: int) -> bool:
    """It stands, is not shelved, and somebody should know why."""
    return row.active and row.severity in SERIOUS and row.shelved_until_us <= now_us


def heed(draft: Draft, changed: Iterable[AlarmChange]) -> None:
    """What the alarms of this step changed, once incidents have taken theirs."""
    for what, row in changed:
        if what == "stands":
            row.loose_us = draft.now_us
        if not row.active:
            over(draft, row)
        elif row.incident is None and waits(row, draft.now_us):
            arm(draft)
        if row.flapping and row.alarm_type in LINK_DARK:
            _has_turned(draft, row)


def _has_turned(draft: Draft, row: AlarmRow) -> None:
    """A port has come and gone so often now that it is no chance."""
    often = len(row.transitions or ()) == draft.world.policy.faults.flap_slow_transitions
    if often and draft.state.deadlines.due_us(FLAPS, row.key) is None:
        draft.arm(FLAPS, row.key, draft.now_us + FLAPS_AGAIN_US)


def let_loose(draft: Draft, row: AlarmRow) -> None:
    """The incident that explained it does so no longer; the caller puts the row."""
    row.incident = None
    row.loose_us = draft.now_us
    if waits(row, draft.now_us):
        arm(draft)


def anew(draft: Draft, told: Observation) -> None:
    """Planned work that has to do with it began or ended: it waits from now on. Its rows were put already."""
    for row in (draft.state.alarms[key] for key in sorted(told.alarms)):
        row.loose_us = draft.now_us
        if waits(row, draft.now_us):
            arm(draft)


def over(draft: Draft, row: AlarmRow, incident: str | None = None) -> None:
    """It ended, or this incident explains it."""
    if row.reported is not None and row.reported.ticket:
        draft.tell(facts.UnexplainedOver(row, draft.state.incidents[incident] if incident else None))


def arm(draft: Draft) -> None:
    """Whatever stands from now on is told no sooner than this; it is never put off."""
    limit_min, due_us = draft.world.policy.faults.unexplained_min, draft.state.deadlines.due_us(KIND, "")
    at_us = draft.now_us + limit_min * MINUTE_US
    if limit_min and (due_us is None or due_us > at_us):
        draft.arm(KIND, "", at_us)


def waits(row: AlarmRow, now_us: int) -> bool:
    if not is_serious(row, now_us):
        return False
    return row.reported is None or row.reported.period != row.period


def is_told_again(draft: Draft, told: Observation) -> bool:
    """Its source insists, long after it began, or after an incident let it go: it is no alarm that got stuck."""
    insists_us = told.begun_us + draft.world.policy.faults.unexplained_min * MINUTE_US
    return max(told.last_us.values(), default=0) >= insists_us


class NoChance:
    """What it is worth that some alarms still stand; for one step."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._counted: tuple[int, int] | None = None
        self._lost: Counter[str] | None = None
        self._weak: dict[str, list[int]] | None = None

    def weak_since(self, name: str) -> list[int]:
        """Since when each of what stands says that this works still, but badly."""
        if self._weak is None:
            self._weak = {}
            for row in self._draft.state.alarms.values():
                if row.active and row.alarm_type in PRECURSORS:
                    self._weak.setdefault(row.object, []).append(row.first_us)
        return self._weak.get(name, [])

    def worth(self, told: Collection[Observation], *, several: bool, borne_out: bool = False) -> float:
        """In nats. Where the network says nothing else, so much that it hardly matters how little is told.

        That is `alone_worth`. Else what chance says is mostly over by now: how often it is not, the last day tells.
        `several`: they bear each other out; of each device that speaks this counts once. `borne_out`: as there.
        """
        draft, policy = self._draft, self._draft.world.policy.faults
        if stand_alone(draft, told, several=several, borne_out=borne_out):
            return policy.alone_worth
        if not several:
            return 0.0
        mine = [draft.state.alarms[key] for one in told for key in sorted(one.alarms)]
        speakers = {_speaker(draft.world.topology, row.object) for row in mine if not self._is_one_of_many(row)}
        if len(speakers) < MORE:
            return 0.0
        each = -round(4 * log(self._stays(mine))) / 4
        return min(policy.alone_worth, len(speakers) * each)

    def _is_one_of_many(self, row: AlarmRow) -> bool:
        """Its poller calls many lost, and nothing explains that: it may have lost its way."""
        if row.alarm_type != "device_unreachable":
            return False
        if self._lost is None:
            rows = self._draft.state.alarms.values()
            lost = (one for one in rows if one.active and one.alarm_type == "device_unreachable")
            self._lost = Counter(one.source for one in lost if not _is_settled(self._draft, one))
        return self._lost[row.source] > MANY

    def _stays(self, mine: list[AlarmRow]) -> float:
        """Of all else that nothing explained within a day: the share that stood as long as what the NOC is told of."""
        self._counted = self._counted or _seen_and_stayed(self._draft, self._draft.state.alarms.values())
        seen, stayed = (
            all_ - own for all_, own in zip(self._counted, _seen_and_stayed(self._draft, mine), strict=True)
        )
        return (STAYED + stayed) / (SEEN + seen)


def _seen_and_stayed(draft: Draft, rows: Iterable[AlarmRow]) -> tuple[int, int]:
    """How many that nothing explained, within a day; and how many of them stood for long."""
    long_us, seen, stayed = draft.world.policy.faults.unexplained_min * MINUTE_US, 0, 0
    for row in rows:
        if row.alarm_type in STATELESS:
            continue
        loose = _is_loose(draft, row)
        since_us, until_us = (row.first_us, draft.now_us) if loose else (row.stray_us, row.cleared_us)
        stood_us = until_us - since_us
        if since_us <= draft.now_us - DAY_US or (loose and stood_us < long_us):  # how long it stands nobody knows yet
            continue
        seen += 1
        stayed += stood_us >= long_us
    return seen, stayed


def are_told(draft: Draft, since_us: int, most: float) -> bool:
    """Of network elements more than so many alarms began since then that nothing explained, though there was time."""
    topology, before_us = draft.world.topology, draft.now_us - draft.world.policy.faults.fresh_s * SECOND_US
    number = 0
    for row in reversed(draft.state.alarms.values()):  # the newest first: they soon say so
        loose = _is_loose(draft, row)
        began_us = row.first_us if loose else row.stray_us
        if not since_us <= began_us <= before_us or row.alarm_type in STATELESS or _is_at_home(topology, row.object):
            continue
        number += 1
        if number > most:
            return True
    return False


def stand_alone(draft: Draft, told: Collection[Observation], *, several: bool = False, borne_out: bool = False) -> bool:
    """The network said nothing but these, save at the same time; hardly anything of that is unexplained.

    Within a day; where a device with few customers is called lost, what began an hour before (`begin_pause_s`) counts
    only if it stands, or stood for long and nothing explained it. What tells of no state is no word of a failure, nor
    does that count which planned work makes told. What one device says at one time is counted once: a card may have
    taken several of its ports. `several`: they bear each other out, and what incidents explain says nothing of them; so
    where a source insists. `borne_out`: a second host says so, or who hangs there calls: then what else was told at
    another time may be as much as at the same.
    """
    is_loss = not several and {one.kind for one in told} == {"device"}
    several = several or any(is_told_again(draft, one) for one in told)
    policy, topology, alarms = draft.world.policy.faults, draft.world.topology, draft.state.alarms
    mine = {key: alarms[key] for one in told for key in one.alarms}
    is_loss = is_loss and all(few_hang_by(draft, row.object) for row in mine.values())
    times, near_us = sorted([row.first_us for row in mine.values()]), policy.fresh_s * SECOND_US
    old_us = times[0] - policy.begin_pause_s * SECOND_US
    others = set[str | int]()
    for other in reversed(alarms.values()):  # the newest first: they are of today, and soon say that it is not so
        loose = _is_loose(draft, other)
        began_us = other.stray_us if several and not loose else max(other.first_us, other.stray_us)
        if other.key in mine or began_us <= draft.now_us - DAY_US or other.alarm_type in STATELESS:
            continue
        if _is_at_home(topology, other.object):
            continue
        if loose and under_work(draft, other):
            continue
        near = bisect_left(times, began_us - near_us) != bisect_right(times, began_us + near_us)
        goes_on = other.active and not loose
        if not near and (not is_loss or began_us > old_us or goes_on):
            if not borne_out:
                return False
            if not goes_on:
                others.add(_speaker(topology, other.object))
            continue
        stands = loose and other.incident is None and engine_of(draft).observation(other.key) is not None
        stands = stands or (near and not borne_out and _is_a_word_as_well(draft, mine.values(), other))
        if stands or (not near and _stood_for_nothing(draft, other)):
            others.add(_speaker(topology, other.object))
    own = {_speaker(topology, row.object) for row in mine.values()}
    return 1 + len(others - own) <= policy.alone_most


def _is_a_word_as_well(draft: Draft, rows: Iterable[AlarmRow], other: AlarmRow) -> bool:
    """One poller alone calls all of these lost, and the other is all that is told of its incident."""
    incident = draft.state.incidents.get(other.incident or "")
    if not other.active or incident is None or incident.peak != 1:
        return False
    known = (*rows, other)
    said_by = {source for row in known for source in tellers(row)}
    return len(said_by) == 1 and all(row.alarm_type == "device_unreachable" for row in known)


def tellers(row: AlarmRow) -> list[str]:
    """Of this period."""
    return [source for source, at_us in row.tellers.items() if at_us >= row.first_us]


def by_two_hosts(row: AlarmRow) -> bool:
    """By sources of two hosts."""
    return len({source.rpartition(":")[2] for source in tellers(row)}) > 1


def few_hang_by(draft: Draft, name: str) -> bool:
    """Somebody, and no more than that perhaps nobody of them calls."""
    element = draft.world.topology.find(name)
    return element is not None and 0 < customers_below(draft.world.topology, element) <= FEW_CUSTOMERS


def _stood_for_nothing(draft: Draft, row: AlarmRow) -> bool:
    """It stood till the NOC was told of it, is over, and nothing explained it."""
    long_us = draft.world.policy.faults.unexplained_min * MINUTE_US
    return not row.active and row.stray_us == row.first_us and row.cleared_us >= row.first_us + long_us


def _is_loose(draft: Draft, row: AlarmRow) -> bool:
    """It stands, and no settled incident explains it."""
    return row.active and not _is_settled(draft, row)


def _is_settled(draft: Draft, row: AlarmRow) -> bool:
    incident = draft.state.incidents.get(row.incident) if row.incident else None
    return incident is not None and incident.status != "suspected"


def _speaker(topology: Topology, name: str) -> str | int:
    """The device of an object; else the object."""
    element = element_of(topology, name)
    return topology.device_of(element) if element >= 0 and topology.kind_of(element) in ("device", "port") else name


def _is_at_home(topology: Topology, name: str) -> bool:
    speaker = _speaker(topology, name)
    return isinstance(speaker, int) and topology.role_of(speaker) in AT_HOME


def under_work(draft: Draft, row: AlarmRow) -> bool:
    return any(takes_down(draft.world.topology, down, row.object) for _, down in index_of(draft).work)


def takes_down(topology: Topology, work: Down, name: str) -> bool:
    """The object is part of what the work takes down. Of a link or port: that link is dark, or its device is."""
    element = element_of(topology, name)
    if element < 0:
        return False
    if any(element in part for part in (work.failed, work.links, work.sites, work.ports)):
        return True
    is_port = topology.kind_of(element) == "port"
    if is_port and topology.link_of(element) in work.links:
        return True
    if not is_port and not topology.is_device(element):
        return False
    device = topology.device_of(element)
    return topology.reachable(device) and work.holds(int(topology.position[device]))

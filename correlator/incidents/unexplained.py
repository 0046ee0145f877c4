"""Major and critical alarms that no incident explains: when the NOC is told of them, and why nothing explains them.

No alarm has a deadline of its own: one deadline looks through the rows, at most once a minute, while there is
something to wait for.
"""

from collections.abc import Iterable

from correlator import facts
from correlator.events import HOUR_US, MINUTE_US
from correlator.explanation import Line
from correlator.incidents.index import engine_of, index_of
from correlator.inference.port import Observation
from correlator.rows.incidents import AlarmRow, Reported
from correlator.state import AlarmChange, Draft
from topology.domains import element_of
from topology.down import Down
from topology.graph import Topology

KIND = "unexplained"
SERIOUS = ("critical", "major")


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
        elif row.incident is None and _waits(row, draft.now_us):
            arm(draft)


def let_loose(draft: Draft, row: AlarmRow) -> None:
    """The incident that explained it does so no longer; the caller puts the row."""
    row.incident = None
    row.loose_us = draft.now_us
    if _waits(row, draft.now_us):
        arm(draft)


def anew(draft: Draft, told: Observation) -> None:
    """Planned work that has to do with it began or ended: it waits from now on. Its rows were put already."""
    for row in (draft.state.alarms[key] for key in sorted(told.alarms)):
        row.loose_us = draft.now_us
        if _waits(row, draft.now_us):
            arm(draft)


def over(draft: Draft, row: AlarmRow, incident: str | None = None) -> None:
    """It ended, or this incident explains it."""
    if row.reported is not None and row.reported.ticket:
        draft.tell(facts.UnexplainedOver(row, draft.state.incidents[incident] if incident else None))


def arm(draft: Draft) -> None:
    """Whatever stands from now on is told no sooner than this; it is never put off."""
    limit_min = draft.world.policy.faults.unexplained_min
    if limit_min and draft.state.deadlines.due_us(KIND, "") is None:
        draft.arm(KIND, "", draft.now_us + limit_min * MINUTE_US)


def _waits(row: AlarmRow, now_us: int) -> bool:
    if not is_serious(row, now_us):
        return False
    return row.reported is None or row.reported.period != row.period


def look(draft: Draft, _: str) -> None:
    """Who has waited for long enough is told of; for the others the next look is armed."""
    policy, now_us = draft.world.policy.faults, draft.now_us
    if not policy.unexplained_min:
        return
    found: list[AlarmRow] = []
    again_us: list[int] = []
    lately = 0
    for row in draft.state.alarms.values():
        if row.reported is not None and row.reported.at_us > now_us - HOUR_US:
            lately += 1
        if row.active and _waits(row, now_us) and _is_ours(draft, row):
            due_us = _due_us(draft, row)
            if due_us is not None and due_us <= now_us:
                found.append(row)
            elif due_us is not None:
                again_us.append(due_us)
    if again_us:
        draft.arm(KIND, "", max(min(again_us), now_us + MINUTE_US))
    if found:
        _report(draft, sorted(found, key=lambda row: row.key), max(0, policy.unexplained_most - lately))


def _due_us(draft: Draft, row: AlarmRow) -> int | None:
    """When it is to be told, or looked at again; None where a settled incident explains it."""
    limit_us = draft.world.policy.faults.unexplained_min * MINUTE_US
    if row.incident is not None:
        incident = draft.state.incidents.get(row.incident)
        if incident is None or incident.status != "suspected":
            return None
        return max(incident.planned_until_us, draft.now_us + MINUTE_US)
    due_us = row.loose_us + limit_us
    if due_us <= draft.now_us and under_work(draft, row):
        return draft.now_us + limit_us
    return due_us


def under_work(draft: Draft, row: AlarmRow) -> bool:
    return any(takes_down(draft.world.topology, work, row.object) for work in index_of(draft).work)


def _is_ours(draft: Draft, row: AlarmRow) -> bool:
    """Where several domains share the network: of what was handed on, the domain where it came in speaks."""
    share, topology = draft.state.share, draft.world.topology
    return share is None or share.domains.of_object(topology, row.object) == share.domains.names[share.number]


def _report(draft: Draft, rows: list[AlarmRow], room: int) -> None:
    for place, row in enumerate(rows):
        row.reported = Reported(row.period, draft.now_us, why=_why(draft, row) if place < room else ())
        draft.put("alarms", row.key, row)
    draft.tell(facts.Unexplained(tuple(rows), tuple(rows[:room])))


def _why(draft: Draft, row: AlarmRow) -> tuple[Line, ...]:
    """The best that the engine knows for it. Only the kernel has an engine: who explains it later reads the row."""
    engine = engine_of(draft)
    told = engine.observation(row.key)
    best = engine.best_for(told, draft.now_us) if told is not None else None
    return (Line("best"), *engine.explain(best)) if best is not None else (Line("no_best"),)


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

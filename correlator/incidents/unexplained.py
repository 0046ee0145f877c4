"""Major and critical alarms that no incident explains: since when, and that somebody looks at them (`overdue`).

No alarm has a deadline of its own: one deadline looks through the rows, at most once a minute, while there is
something to wait for.
"""

from collections.abc import Iterable

from correlator import facts
from correlator.events import MINUTE_US
from correlator.incidents.index import index_of
from correlator.inference.port import Observation
from correlator.rows.incidents import AlarmRow
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
        elif row.incident is None and waits(row, draft.now_us):
            arm(draft)


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


def under_work(draft: Draft, row: AlarmRow) -> bool:
    return any(takes_down(draft.world.topology, work, row.object) for work in index_of(draft).work)


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

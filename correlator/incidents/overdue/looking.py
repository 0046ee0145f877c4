"""Major and critical alarms that nothing has explained for long: the NOC is told of them, with what is known of each.

Where hardly any other word goes unexplained, one that stands much longer is no chance: its likeliest root opens.
"""

from correlator import facts
from correlator.events import HOUR_US, MINUTE_US, SECOND_US
from correlator.explanation import Line
from correlator.incidents.index import engine_of
from correlator.incidents.overdue import alone
from correlator.incidents.repairs import left_behind
from correlator.incidents.unexplained import (
    FLAPS,
    FLAPS_AGAIN_US,
    KIND,
    NoChance,
    is_serious,
    is_told_again,
    under_work,
    waits,
)
from correlator.incidents.waits.ends_together import ends_until_us
from correlator.rows.incidents import AlarmRow, Reported
from correlator.state import Draft
from topology.around import AT_HOME
from topology.domains import element_of
from topology.graph import Topology
from topology.impact import is_feeder

NEVER_US = 1 << 62
GOES_ON_US = 30 * SECOND_US  # a port turned so lately: it was no plug that chatters as it is put in
SUSPECTED_US = 5 * MINUTE_US  # most that is suspected opens, or is over, before it has stood for that long besides


def look(draft: Draft, _: str) -> None:
    """Who has waited for long enough is told of, or opens; for the others the next look is armed."""
    policy, now_us = draft.world.policy.faults, draft.now_us
    if not policy.unexplained_min:
        return
    found: list[AlarmRow] = []
    untold: list[AlarmRow] = []
    again_us = NEVER_US
    lately = 0
    incidents = draft.state.incidents
    for row in draft.state.alarms.values():
        if row.reported is not None and row.reported.at_us > now_us - HOUR_US:
            lately += 1
        if not row.active:
            continue
        if row.incident is not None and ((held := incidents.get(row.incident)) is None or held.status != "suspected"):
            continue
        if not (is_serious(row, now_us) and _is_ours(draft, row)):
            continue
        told = waits(row, now_us)
        due_us = _due_us(draft, row) if told else _opens_us(draft, row)
        if due_us is not None and due_us <= now_us:
            (found if told else untold).append(row)
        elif due_us is not None:
            again_us = min(again_us, due_us)
    no_chance = NoChance(draft)
    if found:
        found.sort(key=lambda row: row.key)
        _report(draft, found, max(0, policy.unexplained_most - lately))
        again_us = min([again_us, *(_opens_us(draft, row) or NEVER_US for row in found)])
        for row in found:
            alone.consider(draft, row, no_chance, several=True)
    for row in sorted(untold, key=lambda row: row.key):
        assert row.reported is not None, "only who was told of is looked at"
        if (until_us := ends_until_us(draft, [row])) > now_us:
            again_us = min(again_us, until_us)
            continue
        row.reported.tried = True
        draft.put("alarms", row.key, row)
        alone.consider(draft, row, no_chance, several=False)
        _search_again(draft, row)
    if again_us < NEVER_US:
        draft.arm(KIND, "", max(again_us, now_us + MINUTE_US))


def flaps(draft: Draft, key: str) -> None:
    """A port that comes and goes: what comes by chance does not come so often. Not a customer's own line."""
    row = draft.state.alarms.get(key)
    if row is None or not row.flapping or not (is_serious(row, draft.now_us) and _is_ours(draft, row)):
        return
    incident = draft.state.incidents.get(row.incident) if row.incident is not None else None
    is_suspected = incident is not None and incident.status == "suspected"  # it opens by that, or it is looked at again
    if is_suspected or not row.transitions or row.transitions[-1] < draft.now_us - GOES_ON_US:
        draft.arm(FLAPS, key, draft.now_us + FLAPS_AGAIN_US)
    elif incident is None and _is_of_network(draft.world.topology, row.object) and not under_work(draft, row):
        alone.consider(draft, row, NoChance(draft), several=True)


def _is_of_network(topology: Topology, name: str) -> bool:
    """A port or link that does not lead to a customer's own device; a port of a PON."""
    element = element_of(topology, name)
    kind = topology.kind_of(element) if element >= 0 else None
    if kind == "port" and is_feeder(topology, element):
        return True
    links = topology.links_of(element) if kind == "port" else (element,) if kind == "link" else ()
    return any(all(topology.role_of(end) not in AT_HOME for end in topology.ends(link)) for link in links)


def _due_us(draft: Draft, row: AlarmRow) -> int | None:
    """When it is to be told, or looked at again; None where a settled incident explains it.

    Some suspicions neither open nor end: a poller that alone tells may have lost its way.
    """
    limit_us = draft.world.policy.faults.unexplained_min * MINUTE_US
    due_us = row.loose_us + limit_us
    if row.incident is not None:
        incident = draft.state.incidents.get(row.incident)
        if incident is None or incident.status != "suspected":
            return None
        return max(due_us, incident.planned_until_us, incident.suspected_us + limit_us + SUSPECTED_US)
    if due_us <= draft.now_us and under_work(draft, row):
        return draft.now_us + limit_us
    return due_us


def _opens_us(draft: Draft, row: AlarmRow) -> int | None:
    """When one that was told to the NOC may open by itself; None: never, or that was looked at."""
    limit_min = draft.world.policy.faults.alone_min
    if not limit_min or row.incident is not None or row.reported is None or row.reported.tried:
        return None
    return row.loose_us + limit_min * MINUTE_US


def _search_again(draft: Draft, row: AlarmRow) -> None:
    """An incident left it as it ended, and its source insists: with others of which that is so it may be one fault."""
    told = engine_of(draft).observation(row.key)
    if told is not None and is_told_again(draft, told):
        left_behind.search_again(draft, row)


def _is_ours(draft: Draft, row: AlarmRow) -> bool:
    """Where several domains share the network: of what was handed on, the domain where it came in speaks."""
    share = draft.state.share
    return share is None or share.has(draft.world.topology, row.object)


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

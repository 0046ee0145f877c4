"""Major and critical alarms that nothing has explained for long: the NOC is told of them, with what is known of each.

Where hardly any other word goes unexplained, one that stands much longer is no chance: its likeliest root opens.
"""

from correlator import facts
from correlator.events import HOUR_US, MINUTE_US, SECOND_US
from correlator.explanation import Line
from correlator.incidents import complaints, settling
from correlator.incidents.index import engine_of
from correlator.incidents.lifecycle import ENDING_US
from correlator.incidents.repairs import left_behind
from correlator.incidents.unexplained import (
    FLAPS,
    FLAPS_AGAIN_US,
    KIND,
    NoChance,
    by_two_hosts,
    few_hang_by,
    is_serious,
    is_told_again,
    tellers,
    under_work,
    waits,
)
from correlator.incidents.waits import other_leg
from correlator.incidents.waits.ends_together import ends_until_us
from correlator.inference.port import Hypothesis, Observation
from correlator.rows.counts import LINK_DARK
from correlator.rows.incidents import AlarmRow, Reported
from correlator.state import Draft
from topology.around import AT_HOME
from topology.domains import element_of
from topology.graph import Topology
from topology.impact import is_feeder, is_shared
from topology.model import device_of

NEVER_US = 1 << 62
SURE_PPM = 900_000  # what others of the network leave in doubt, and it has stood for long
SINCE_US = 8 * MINUTE_US  # who is heard so long after his word of a device would have taken it back, if it answered
GOES_ON_US = 30 * SECOND_US  # a port turned so lately: it was no plug that chatters as it is put in
SUSPECTED_US = 5 * MINUTE_US  # most that is suspected opens, or is over, before it has stood for that long besides


def look(draft: Draft, _: str) -> None:
    """Who has waited for long enough is told of, or opens; for the others the next look is armed."""
    policy, now_us = draft.world.policy.faults, draft.now_us
    if not policy.unexplained_min:
        return
    found: list[AlarmRow] = []
    alone: list[AlarmRow] = []
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
            (found if told else alone).append(row)
        elif due_us is not None:
            again_us = min(again_us, due_us)
    no_chance = NoChance(draft)
    if found:
        found.sort(key=lambda row: row.key)
        _report(draft, found, max(0, policy.unexplained_most - lately))
        again_us = min([again_us, *(_opens_us(draft, row) or NEVER_US for row in found)])
        for row in found:
            _consider(draft, row, no_chance, several=True)
    for row in sorted(alone, key=lambda row: row.key):
        assert row.reported is not None, "only who was told of is looked at"
        if (until_us := ends_until_us(draft, [row])) > now_us:
            again_us = min(again_us, until_us)
            continue
        row.reported.tried = True
        draft.put("alarms", row.key, row)
        _consider(draft, row, no_chance, several=False)
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
        _consider(draft, row, NoChance(draft), several=True)


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


def _consider(draft: Draft, row: AlarmRow, no_chance: NoChance, *, several: bool) -> None:
    """It opens as what stands alone, if the network seldom says what is not so.

    `several`: if others bear it out, and not a poller alone, whose way there may be lost; or a customer who calls, or
    who told it and goes on. What an incident left as it ended does not, unless its source insists, somebody calls who
    hangs there, or it is the only one of which no end was told.
    """
    engine = engine_of(draft)
    told = engine.observation(row.key)
    if told is None or told.owner is not None or told.suspect is not None:
        return
    most = draft.world.policy.faults.alone_worth
    hypothesis = engine.best_for(told, draft.now_us, alone=most)
    if hypothesis is None or not engine.roots.is_ours(hypothesis.root):
        return
    new = [one for one in hypothesis.speaks if _is_new(draft, one, hypothesis)]
    only = not new and not several and len(hypothesis.speaks) == 1 and left_behind.is_the_only_one(draft, row)
    new = new or (list(hypothesis.speaks) if only else [])
    flaps = row.flapping and row.alarm_type in LINK_DARK
    is_little = (len(new) < 2 and not flaps) or {one.kind for one in new} == {"device"}
    if not new:
        return
    is_called = is_little and _is_called_of(draft, hypothesis, row.first_us)
    is_told_on = is_little and _is_told_on(draft, row) and few_hang_by(draft, hypothesis.root)
    legs = other_leg.of(draft, hypothesis.root) if is_little else None
    if several and is_little and not (is_called or is_told_on or legs):
        return
    several = several and (is_called or not is_little)
    borne_out = is_called or (is_told_on and by_two_hosts(row))
    worth = no_chance.worth(hypothesis.speaks, several=several or only, borne_out=borne_out)
    alone = most if flaps or legs else worth
    if alone < most:
        hypothesis = engine.best_for(told, draft.now_us, alone=alone) if alone else None
        if hypothesis is None or hypothesis.confidence_ppm < SURE_PPM:
            return
    if flaps and settling.returned(draft, hypothesis):
        return
    incident = settling.new_suspicion(draft, hypothesis.root)
    incident.alone = len(hypothesis.speaks) == 1
    settling.open_at_once(draft, incident, hypothesis)
    for other in legs.untold if legs else ():
        _consider(draft, other, no_chance, several=True)


def _search_again(draft: Draft, row: AlarmRow) -> None:
    """An incident left it as it ended, and its source insists: with others of which that is so it may be one fault."""
    told = engine_of(draft).observation(row.key)
    if told is not None and is_told_again(draft, told):
        left_behind.search_again(draft, row)


def _is_called_of(draft: Draft, hypothesis: Hypothesis, since_us: int) -> bool:
    """One of those few whom it takes down has called since that nothing works."""
    if not few_hang_by(draft, hypothesis.root):
        return False
    calls = engine_of(draft).roots.complaints_for(hypothesis.root)
    dead = [name for name in calls if draft.state.complaints[name].symptom == "no_service"]
    return any(complaints.came_us(draft, name) >= since_us for name in dead)


def _is_told_on(draft: Draft, row: AlarmRow) -> bool:
    """A device or a sector is called lost by two hosts; or by one that goes on, and takes nothing back.

    It says so again, long after; or it is heard then, and says that it asks this device.
    """
    if row.alarm_type != "device_unreachable" and not _is_of_sector(draft, row):
        return False
    if by_two_hosts(row):
        return True
    device = device_of(row.object)
    voices = [
        voice for one in tellers(row) if (voice := draft.state.voices.get(one)) is not None and device in voice.polls
    ]
    return max([row.last_told_us, *(voice.last_us for voice in voices)]) >= row.heard_us + SINCE_US


def _is_of_sector(draft: Draft, row: AlarmRow) -> bool:
    """Of an antenna or the like: a port at which some customers hang and no link ends, and which is no PON."""
    topology = draft.world.topology
    port = topology.find(row.object) if row.alarm_type in LINK_DARK else None
    return port is not None and is_shared(topology, port) and not is_feeder(topology, port)


def _is_new(draft: Draft, told: Observation, hypothesis: Hypothesis) -> bool:
    """Not left by an incident, or told again since; or somebody has called since who hangs there."""
    return not _is_left(told) or is_told_again(draft, told) or _is_called_of(draft, hypothesis, told.begun_us)


def _is_left(told: Observation) -> bool:
    """By an incident, as it ended: a lost clear, if it is not so young that the incident had hidden it."""
    return told.begun_us > told.first_us + ENDING_US


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

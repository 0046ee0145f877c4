"""What comes from other domains: evidence that they hand over, and their word about incidents that reach into ours.

An incident that another domain decides on has a mirror here, under the same id: it explains what its root explains, so
that nothing here is blamed for it, and takes complaints to where it is decided. It has no ticket here, tells nobody,
and does only what its own domain says (`docs/decisions/0054`).
"""

from correlator import facts
from correlator.alarms import states
from correlator.customers import unpack
from correlator.events import SECOND_US, Alarm, Handover, Moved, Ruling, microseconds
from correlator.federation import moving, redrawn, sending
from correlator.incidents import claims, complaints, ending, impact, lifecycle, observing
from correlator.incidents.beside.standing import failed_elements
from correlator.incidents.index import engine_of, index_of, standing
from correlator.incidents.side_by_side import look_beside
from correlator.incidents.together import merging
from correlator.inference.port import AlarmEnded
from correlator.roots import is_known
from correlator.rows.incidents import LIVE, IncidentRow
from correlator.service_desk.notices import campaigns
from correlator.state import CounterRow, Draft


def is_next(draft: Draft, event: Handover) -> bool:
    """False for a repeat: what comes from a domain is numbered, and comes in order."""
    name = f"heard.{event.domain}"
    known = draft.state.counters.get(name)
    if known is not None and event.number <= known.value:
        return False
    draft.put("counters", name, CounterRow(event.number))
    return True


def heard(draft: Draft, event: Handover) -> None:
    match event.what:
        case Alarm() as alarm:
            states.received(draft, alarm)
            redrawn.tell_back(draft, draft.state.alarms[states.key_of(alarm)], event.domain)
        case Moved() as moved:
            complaints.received(draft, moving.arrive(draft, moved, event.domain))
        case Ruling() as ruling:
            _ruled(draft, event.domain, ruling)


def keep(draft: Draft, name: str) -> None:
    """Nobody has taken up what was handed over for this suspicion: it speaks for our own elements alone from now on."""
    engine, incident = engine_of(draft), draft.state.incidents[name]
    if incident.status != "suspected":
        return
    for token in sending.came_in_here(draft, incident):
        rows = [draft.state.alarms[key] for key in sorted(token.alarms)]
        engine.accounts.suspect(token, None)
        engine.touch(token)
        for row in rows:
            engine.observe(AlarmEnded(row.key))
        for row in rows:
            row.kept, row.incident = True, None
            states.activate(draft, row)
    _think_over(draft, incident)
    draft.note(name, "not_taken_up", f"{incident.root} is another domain's to decide, and it did not take this up")
    lifecycle.heed(draft)


def _think_over(draft: Draft, incident: IncidentRow) -> None:
    """What a suspicion rests on has changed: the next solve takes it along. The row says so, for after a crash."""
    incident.moved = draft.step
    draft.put("incidents", incident.id, incident)
    index_of(draft).looks[incident.id] = None
    observing.arm_solve(draft)


# Mirrors


def _ruled(draft: Draft, home: str, ruling: Ruling) -> None:
    """Where the root is unknown here no mirror begins or turns; one that stands follows all the same, and so ends."""
    mirror = draft.state.incidents.get(ruling.incident)
    known = is_known(draft.world.topology, ruling.root)
    if not known:
        text = f"{ruling.incident} of {home} has the root {ruling.root}, which the inventory in force here lacks"
        draft.note(ruling.incident, "unknown_root", text)
    if mirror is None:
        if not known or ruling.status not in LIVE:
            return
        mirror = _begin(draft, home, ruling)
    elif known and mirror.root != ruling.root and mirror.status in LIVE:
        _turn(draft, mirror, ruling)
    _follow(draft, mirror, ruling)
    draft.put("incidents", mirror.id, mirror)


def _begin(draft: Draft, home: str, ruling: Ruling) -> IncidentRow:
    """It opens here as well, since when it is open there."""
    mirror = IncidentRow(
        id=ruling.incident,
        status="suspected",
        root=ruling.root,
        root_since_us=draft.now_us,
        suspected_us=draft.now_us,
        first_event_us=microseconds(ruling.since),
        down_since_us=microseconds(ruling.since),
        besides=ruling.besides,
        home=home,
        opened_us=microseconds(ruling.opened),
    )
    index_of(draft).live[mirror.id] = None
    lifecycle.set_status(draft, mirror, "open")
    _explain(draft, mirror)
    return mirror


def _turn(draft: Draft, mirror: IncidentRow, ruling: Ruling) -> None:
    """Its root is another one now."""
    failed = failed_elements(draft, mirror)
    mirror.root, mirror.besides, mirror.root_since_us = ruling.root, ruling.besides, draft.now_us
    lifecycle.verdict(draft, mirror)
    _explain(draft, mirror)
    look_beside(draft, mirror, failed)


def _explain(draft: Draft, mirror: IncidentRow) -> None:
    """It takes what its root explains, incidents of ours that are nothing but its trace, and the complaints."""
    index = index_of(draft)
    accounts = index.engine.accounts
    names = sorted(index.roots[member] for member in index.engine.roots.alike(mirror.root) if member in index.roots)
    told = sorted((one for name in names for one in accounts.suspected_by(name)), key=lambda one: one.key)
    claims.hold(draft, mirror, told)
    for name in names:
        _think_over(draft, draft.state.incidents[name])
    for name in index.engine.swallowed(mirror.root, lambda name: standing(draft.state.incidents[name])):
        own = draft.state.incidents[name]
        if _one_failure(draft, own, mirror):
            _yield_to(draft, own, mirror)
    claims.reclaim(draft)  # what it had claimed elsewhere, and whoever yielded to it
    impact.refresh(draft, mirror, new_root=True)
    complaints.link_waiting(draft, mirror, announce=True)
    look_beside(draft, mirror, failed_elements(draft, mirror))


def _one_failure(draft: Draft, own: IncidentRow, mirror: IncidentRow) -> bool:
    """What one failure does is told within minutes."""
    apart_us = abs(own.down_since_us - mirror.down_since_us)
    return apart_us <= draft.world.policy.faults.reroot_within_s * SECOND_US


def _yield_to(draft: Draft, own: IncidentRow, mirror: IncidentRow) -> None:
    """Ours was a trace of it: its complaints go over, its ticket closes as a duplicate."""
    for complaint in sorted(
        (row for row in draft.state.complaints.values() if row.incident == own.id), key=lambda row: row.id
    ):
        complaints.link(draft, complaint, mirror)
    merging.merge(draft, own, mirror)


def _follow(draft: Draft, mirror: IncidentRow, ruling: Ruling) -> None:
    """Its status is what its domain says."""
    match ruling.status:
        case "open":
            if mirror.status in ("clearing", "resolved"):
                lifecycle.reopen(draft, mirror)
        case "clearing":
            _clear(draft, mirror)
        case "resolved":
            _resolve(draft, mirror)
        case "closed" | "suspected":
            _resolve(draft, mirror)
            ending.window_over(draft, mirror.id)
        case "merged":
            survivor = _survivor(draft, ruling)
            if survivor is not None and mirror.status in lifecycle.SETTLED:
                _merge(draft, mirror, survivor, ruling)
            else:
                _resolve(draft, mirror)
                ending.window_over(draft, mirror.id)


def _survivor(draft: Draft, ruling: Ruling) -> IncidentRow | None:
    """In which it has ended: the one that is named may have been merged into another meanwhile."""
    survivor = draft.state.incidents.get(ruling.into or "")
    while survivor is not None and survivor.status == "merged":
        survivor = draft.state.incidents.get(survivor.merged_into or "")
    return survivor if survivor is not None and survivor.status in lifecycle.SETTLED else None


def _merge(draft: Draft, mirror: IncidentRow, survivor: IncidentRow, ruling: Ruling) -> None:
    """Who was down under it is down under the survivor, and told of that one if there of it."""
    failed = failed_elements(draft, mirror)
    mirror.notices_held = ruling.held
    merging.merge(draft, mirror, survivor)
    claims.reclaim(draft)
    if ruling.informed and not survivor.home and ruling.inventory == draft.world.topology.hash:
        campaigns.heard_already(draft, survivor, unpack(ruling.informed))
    if survivor.status in LIVE:
        draft.tell(facts.Changed(survivor, impact.refresh(draft, survivor, new_root=False)))
        draft.put("incidents", survivor.id, survivor)
    look_beside(draft, mirror, failed)


def _clear(draft: Draft, mirror: IncidentRow) -> None:
    if mirror.status == "open":
        lifecycle.clear(draft, mirror)


def _resolve(draft: Draft, mirror: IncidentRow) -> None:
    _clear(draft, mirror)
    if mirror.status == "clearing":
        draft.disarm("hold", mirror.id)
        ending.hold_over(draft, mirror.id)

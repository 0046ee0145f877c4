"""What alarms, planned work and sources changed goes to the engine as evidence; after a crash, all of it again."""

from collections.abc import Sequence
from itertools import chain, zip_longest
from typing import Literal

import msgspec

from correlator.alarms import limits, voices
from correlator.events import PRECURSORS, SECOND_US
from correlator.facts import Fact, SightChanged, WorkChanged
from correlator.incidents import dating, unexplained
from correlator.incidents.calls import under_work
from correlator.incidents.index import IncidentIndex, engine_of, index_of
from correlator.inference.port import (
    AlarmDated,
    AlarmEnded,
    AlarmForgotten,
    AlarmFreed,
    AlarmHeard,
    AlarmHinted,
    AlarmStands,
    AlarmStrayed,
    KnownUp,
    Observation,
    OutOfSight,
    Polled,
    Precursor,
)
from correlator.rows.incidents import AlarmRow, VendorSays
from correlator.state import Draft
from topology.around import AT_HOME
from topology.graph import Topology

PROBED = frozenset({"service_down", "fiber_break"})  # whose source says also that all is well
OF_PORTS = frozenset({"link_down", "loss_of_signal", "neighbor_down"})
News = tuple[Literal["told", "ended", "earlier", "precursor", "hinted", "alive"], AlarmRow, Observation | None]


def observe(draft: Draft) -> list[News]:
    """All that the alarms of this step changed, first; then incidents heed it."""
    changes, draft.alarm_changes = draft.alarm_changes, []
    if not changes:
        return []
    index = index_of(draft)
    engine, named = index.engine, index.named
    news: list[News] = []
    for what, row in changes:
        if what == "forgotten":
            _forget(draft, row)
            continue
        index.told_well.heed(row)
        known_up(draft, row)
        _said_again(index, row)
        if named is not None:
            named[row.first_id] = row.key
        if what == "earlier":
            engine.observe(AlarmDated(row.key, row.since_us))
            if index.awaited:
                news += _named_by_others(draft, row)
            news.append(("earlier", row, None))
            continue
        if what in ("heard", "passed"):
            news += _alive(draft, row) if what == "heard" else _passed(draft, row)
            continue
        if what == "hinted":
            news += _hinted(draft, row)
            continue
        if row.alarm_type in PRECURSORS:
            engine.observe(Precursor(row.object, 1 if what == "stands" else -1))
            news.append(("precursor", row, None))
        elif what == "ended":
            news.append(("ended", row, engine.observe(AlarmEnded(row.key))))
        elif (told := stands(draft, row)) is not None:
            news.append(("told", row, told))
            if index.awaited:
                news += _named_by_others(draft, row)
        if what == "stands":
            news += _alive(draft, row)
    return news


def _said_again(index: IncidentIndex, row: AlarmRow) -> None:
    if row.again_us > 0 and not row.anew:
        index.said_again[row.key] = None


def _passed(draft: Draft, row: AlarmRow) -> list[News]:
    """It was told to be over before it was told: nothing explained it."""
    if not unexplained.under_work(draft, row):
        strayed(draft, row, row.first_us)
        moved(draft, row)
    return []


def _alive(draft: Draft, row: AlarmRow) -> list[News]:
    """Whoever said so lives, also where an incident calls it lost."""
    lost = engine_of(draft).observe(heard(row))
    dating.spoke_below(draft, row)
    return [("alive", row, lost)] if lost is not None and lost.owner is not None else []


def _forget(draft: Draft, row: AlarmRow) -> None:
    """It had ended, and no row is left of it."""
    index = index_of(draft)
    index.told_well.forget(row)
    if index.named is not None:
        index.named.pop(row.first_id, None)
    if row.vendor is not None:
        for name in row.vendor.named:
            waiting = index.awaited.get(name, {})
            waiting.pop(row.key, None)
            if not waiting:
                index.awaited.pop(name, None)
    index.engine.observe(AlarmForgotten(row.key, row.object, row.alarm_type))


def stands(draft: Draft, row: AlarmRow) -> Observation | None:
    """It counts. All that tell one thing speak for the same elements."""
    told = _told(draft, row)
    if told is not None and draft.state.share is not None and len(told.alarms) > 1:
        row.kept = any(draft.state.alarms[key].kept for key in told.alarms if key != row.key)
    return told


def _told(draft: Draft, row: AlarmRow) -> Observation | None:
    """As its row says: a period that an incident let go may have been shelved since."""
    engine = engine_of(draft)
    stands = AlarmStands(row.key, row.object, row.alarm_type, row.since_us, row.kept, row.heard_us, row.source)
    told = engine.observe(stands)
    if row.freed_us:
        engine.observe(AlarmFreed(row.key, row.freed_us))
    if row.vendor is not None:
        _pass_hint(draft, row)
    return told


# What sources make of their alarms


def _hinted(draft: Draft, row: AlarmRow) -> list[News]:
    """The source says what it makes of it: the alarms that it names are looked up, or waited for."""
    index, says = index_of(draft), row.vendor
    if says is None:
        return []
    if index.named is None and says.named:
        index.named = {}
        for other in draft.state.alarms.values():
            index.named[other.first_id] = other.key
    _find(draft, row, says)
    if not row.active or row.shelved_until_us > draft.now_us:
        return []
    _pass_hint(draft, row)
    return [("hinted", row, None)]


def _find(draft: Draft, row: AlarmRow, says: VendorSays) -> None:
    index, alarms = index_of(draft), draft.state.alarms
    keys = []
    for name, known in zip_longest(says.named, says.keys, fillvalue=""):
        found = known or (index.named or {}).get(name, "")
        if not found or (not known and (found not in alarms or alarms[found].first_id != name)):
            index.awaited.setdefault(name, {})[row.key] = None
            found = ""
        keys.append(found)
    if tuple(keys) != says.keys:
        row.vendor = msgspec.structs.replace(says, keys=tuple(keys))
        draft.put("alarms", row.key, row)


def _named_by_others(draft: Draft, row: AlarmRow) -> list[News]:
    """It came after those whose source names it."""
    index = index_of(draft)
    news: list[News] = []
    for other in (draft.state.alarms[key] for key in sorted(index.awaited.pop(row.first_id, ()))):
        if other.vendor is not None and (row.first_id, "") in zip(other.vendor.named, other.vendor.keys, strict=True):
            news += _hinted(draft, other)
    return news


def _pass_hint(draft: Draft, row: AlarmRow) -> None:
    says = row.vendor
    if says is not None:
        others = tuple(key for key in says.keys if key and key != row.key)
        engine_of(draft).observe(AlarmHinted(row.key, row.object, says.source, says.root, others))


def known_up(draft: Draft, row: AlarmRow) -> None:
    """A probe or monitor that has spoken before, and tells of no fault now; of an ONT, its OLT."""
    of_a_home = row.alarm_type == "device_unreachable" and is_at_home(draft, row)
    if row.known and (row.alarm_type in PROBED or of_a_home):
        up = not row.active and row.shelved_until_us <= draft.now_us
        engine_of(draft).observe(KnownUp(row.key, row.object, row.alarm_type, up, row.cleared_us))


def is_at_home(draft: Draft, row: AlarmRow) -> bool:
    """Of a customer's own device."""
    topology = draft.world.topology
    element = topology.find(row.object)
    return element is not None and topology.is_device(element) and topology.role_of(element) in AT_HOME


def heard(row: AlarmRow) -> AlarmHeard:
    """When its sources spoke of it last."""
    return AlarmHeard(row.key, row.object, row.alarm_type, row.last_told_us, row.tellers, row.since_us)


def strayed(draft: Draft, row: AlarmRow, since_us: int) -> None:
    """It ended and nothing explained it; the row says so, for after a crash.

    What was over sooner than anything opens makes nothing doubtful that stands longer. Not so ports: they flap, and
    count as dark meanwhile.
    """
    over_soon = 0 <= row.cleared_us - since_us < draft.world.policy.faults.settle_s * SECOND_US
    if over_soon and row.alarm_type not in OF_PORTS:
        return
    row.stray_us = since_us
    engine_of(draft).observe(AlarmStrayed(row.key, row.object, row.alarm_type, since_us, row.source))


def loosed(draft: Draft, told: Observation) -> None:
    """No incident explains it from now on, nor did any: it was told of something else all along."""
    for row in (draft.state.alarms[key] for key in sorted(told.alarms)):
        unexplained.let_loose(draft, row)
        draft.put("alarms", row.key, row)


def freed(draft: Draft, told: Observation, since_us: int | None = None) -> None:
    """No incident explains it from now on, nor did one since then; its alarms' rows say so."""
    freed_us = since_us or draft.now_us
    for key in sorted(told.alarms):
        row = draft.state.alarms[key]
        unexplained.let_loose(draft, row)
        row.freed_us = freed_us
        draft.put("alarms", key, row)
        engine_of(draft).observe(AlarmFreed(key, freed_us))


def moved(draft: Draft, row: AlarmRow) -> None:
    """What it speaks for is looked at in the next search; the row says so, for after a crash."""
    row.moved = draft.step
    draft.put("alarms", row.key, row)
    engine_of(draft).touch(AlarmStands(row.key, row.object, row.alarm_type, row.since_us))


def mark_moved(draft: Draft, told: Observation) -> None:
    """All alarms that tell it, where the engine knows already what they speak for."""
    for key in sorted(told.alarms):
        row = draft.state.alarms[key]
        row.moved = draft.step
        draft.put("alarms", key, row)


def suspected_no_more(draft: Draft, told: Observation) -> None:
    """A person took it from the suspicion that rested on it: it is free, and looked at in the next search."""
    engine_of(draft).accounts.suspect(told, None)
    for row in (draft.state.alarms[key] for key in sorted(told.alarms)):
        unexplained.let_loose(draft, row)
    touch_again(draft, told)


def touch_again(draft: Draft, told: Observation) -> None:
    """What it speaks for is looked at in the next search."""
    mark_moved(draft, told)
    engine_of(draft).touch(told)


def search_on(draft: Draft) -> None:
    """At the end of a step: what it touched is searched soon."""
    if engine_of(draft).pending():
        arm_solve(draft)


def arm_solve(draft: Draft, *, at_once: bool = False) -> None:
    """A solve is due soon after the first change since the last one; it is never put off again.

    `at_once`: a suspicion is older by now. Alarms wait for company; it takes part where they do, or waits for nothing.
    """
    if draft.state.deadlines.due_us("solve", "") is not None:
        return
    policy = draft.world.policy.faults
    counters = draft.state.counters
    solved_us, units = (counters[name].value if name in counters else 0 for name in ("solved_us", "units"))
    spaced_us = min(units * 1000 // policy.solve_units_per_ms, policy.solve_latest_ms * 1000)
    after_us = 0 if at_once else policy.solve_after_ms * 1000
    draft.arm("solve", "", max(draft.now_us + after_us, solved_us + spaced_us))


# Planned work, sources


def hear(draft: Draft, fact: Fact) -> None:
    match fact:
        case WorkChanged():
            for told in refresh_work(draft):
                touch_again(draft, told)
                unexplained.anew(draft, told)
            under_work.changed(draft)
        case SightChanged():
            refresh_sight(draft)
            _look_at_what_ends(draft)


def _look_at_what_ends(draft: Draft) -> None:
    """Some of an incident is over, and of the rest nobody may tell any more."""
    soon_us = draft.now_us + draft.world.policy.faults.nested_look_s * SECOND_US
    for name in sorted(index_of(draft).live):
        incident = draft.state.incidents[name]
        if incident.status == "open" and incident.ended_us and draft.state.deadlines.due_us("nested", name) is None:
            draft.arm("nested", name, soon_us)


def refresh_work(draft: Draft) -> list[Observation]:
    """The windows in force; what speaks under those that changed."""
    topology, index = draft.world.topology, index_of(draft)
    windows = [row for _, row in sorted(draft.state.windows.items()) if row.start_us <= draft.now_us < row.end_us]
    named = ({found for name in row.objects if (found := topology.find(name)) is not None} for row in windows)
    fallen = (index.related.fallen(tuple(sorted(elements))) for elements in named)
    index.work = list(zip(windows, fallen, strict=True))
    return index.engine.plan((row.objects, row.start_us, row.end_us) for row in windows)


def refresh_sight(draft: Draft) -> None:
    """Devices that no source sees, where a site stands for all in it; and those that a poller says it asks."""
    engine, topology, ids = engine_of(draft), draft.world.topology, draft.world.topology.ids
    rows = draft.state.sources.values()
    lost = meant(topology, {row.object for row in rows})
    blind = frozenset((row.source, ids[device]) for row in rows if not row.quiet for device in lost[row.object])
    engine.observe(OutOfSight(tuple(chain.from_iterable(lost.values())), blind))
    engine.observe(Polled(tuple(chain.from_iterable(meant(topology, set(voices.asked(draft))).values()))))


def meant(topology: Topology, names: set[str]) -> dict[str, Sequence[int]]:
    """The devices that each names, by name in order; a site stands for all in it, what is unknown for none."""
    found = {name: topology.find(name) for name in sorted(names)}
    return {
        name: () if one is None else topology.devices_in(one) if topology.kind_of(one) == "site" else (one,)
        for name, one in found.items()
    }


# After a crash


def rebuild(draft: Draft) -> None:
    """From the rows of windows, sources and alarms, by key."""
    refresh_work(draft)
    if draft.state.sources or any(row.polls for row in draft.state.voices.values()):
        refresh_sight(draft)
    for row in draft.state.alarms.values():
        index_of(draft).told_well.heed(row)
        known_up(draft, row)
        _said_again(index_of(draft), row)
        if row.vendor is not None:
            for name, key in zip(row.vendor.named, row.vendor.keys, strict=True):
                if not key:
                    index_of(draft).awaited.setdefault(name, {})[row.key] = None
        if row.stray_us > draft.now_us - 2 * draft.world.policy.faults.together_s * SECOND_US:
            strayed(draft, row, row.stray_us)
        if row.active and row.shelved_until_us <= draft.now_us:
            if row.alarm_type in PRECURSORS:
                engine_of(draft).observe(Precursor(row.object, 1))
            else:
                _told(draft, row)
        engine_of(draft).observe(heard(row))
    for about, alarm_type, at_us in limits.heard(draft):
        engine_of(draft).observe(AlarmHeard("", about, alarm_type, at_us))


def look_over(draft: Draft) -> None:
    """What changed since the last search, from the rows of alarms."""
    index = index_of(draft)
    for row in [row for row in draft.state.alarms.values() if row.moved > index.solved]:
        index.engine.touch(AlarmStands(row.key, row.object, row.alarm_type, row.since_us))

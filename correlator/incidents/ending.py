"""How incidents end: the hold, the window for a return, the crew's word, a fault nested in another, who answers again.

What a repair leaves standing is presumed cleared, unless other alarms of the incident did clear: then its sources tell
of ends, and what stands is new evidence, of a nested fault (contract, "restored"). So is what they tell again since.
"""

from collections.abc import Mapping

from correlator import dark, facts
from correlator.alarms import limits, states
from correlator.effects import Reason
from correlator.events import SECOND_US, Restored, microseconds
from correlator.incidents import claims, complaints, dating, impact, lifecycle, observing, settling
from correlator.incidents.beside.standing import failed_elements
from correlator.incidents.ends import when_over
from correlator.incidents.ends.when_over import ENDING_US
from correlator.incidents.index import engine_of, index_of
from correlator.incidents.repairs import by_hand, called_off, callers, left_behind, left_standing, still_broken
from correlator.incidents.repairs.answer_again import over_it_alone
from correlator.incidents.repairs.left_standing import BELIEVED_US
from correlator.incidents.repairs.other_way import still_dark
from correlator.incidents.side_by_side import look_beside, part_repaired
from correlator.inference.port import Held, Observation
from correlator.roots import is_known
from correlator.rows import audiences
from correlator.rows.counts import LINK_DARK, SAY_DOWN
from correlator.rows.incidents import IncidentRow, LetGo, RepairRow
from correlator.state import Draft


def hold_over(draft: Draft, name: str) -> None:
    """Five minutes clear: resolved. What still stands is presumed cleared, or is new evidence."""
    incident = draft.state.incidents[name]
    if incident.status != "clearing":
        return
    standing = _standing(draft, incident)
    again = _told_since(incident, standing)
    doubted = called_off.is_doubted(draft, incident)
    if doubted or _is_told_of(draft, incident, again):
        lifecycle.reopen(draft, incident, by_callers=doubted)
        draft.put("incidents", name, incident)
        return
    presumed = incident.repaired_us is not None and not _some_cleared(draft, incident)
    was_closed = incident.closed_by is not None
    if presumed and again:
        release(draft, incident, again)
        standing = [one for one in standing if one not in again]
    if not presumed:
        _leave(draft, incident, standing, again)
    impact.count_user_time(draft, incident)
    impact.see_risk_now(draft, incident)
    incident.resolved_us = draft.now_us
    incident.down_now = 0
    index = index_of(draft)
    index.live.pop(name, None)
    index.resolved[name] = None
    complaints.called_about(draft, incident)
    lifecycle.set_status(draft, incident, "resolved")
    draft.arm("reopen", name, draft.now_us + draft.world.policy.faults.reopen_s * SECOND_US)
    if not was_closed:
        _keep_the_dark(draft, incident, presumed)
    _hand_on(draft, incident)
    draft.tell(facts.Resolved(incident, presumed and not was_closed))
    draft.put("incidents", name, incident)
    if presumed:
        _presume_cleared(draft, standing, by_hand=was_closed)
    claims.expose(draft)


def _leave(draft: Draft, incident: IncidentRow, standing: list[Observation], again: list[Observation]) -> None:
    """What stands is another's: of what is still broken it opens before this one ends, so that nobody is forgotten."""
    over = _of_the_repaired(draft, incident, [one for one in standing if one not in again])
    if over:
        _presume_cleared(draft, over, by_hand=incident.closed_by is not None)
    if left := [one for one in standing if one not in over]:
        release(draft, incident, left)
    if not _is_told_of(draft, incident, left):
        still_broken.open_rest(draft, incident)


def _of_the_repaired(draft: Draft, incident: IncidentRow, standing: list[Observation]) -> list[Observation]:
    """What tells of nothing but the root, or what is like it: the crew says that this is repaired."""
    if incident.repaired_us is None:
        return []
    alike = {incident.root, *incident.equivalent}
    return [one for one in standing if all(draft.state.alarms[key].object in alike for key in one.alarms)]


def _keep_the_dark(draft: Draft, incident: IncidentRow, presumed: bool) -> None:
    """The complaints of those whose service is down by what stands: it has not ended for them, they speak of now."""
    called = [complaint for complaint in complaints.of_incident(draft, incident) if not complaint.attached]
    if not called:
        return
    others = {name for name in index_of(draft).live if name != incident.id}
    still = dark.customers(draft.world.topology, draft.state, incident.id if presumed else None, others)
    for complaint in called:
        if complaint.customer in still:
            complaints.unlink(draft, complaint, incident, spoke_now=True)


def _hand_on(draft: Draft, incident: IncidentRow) -> None:
    """Who is still down belongs to the incidents that opened later, and so do their complaints.

    Those that clear as well have nobody who is still down: which of them ends first says nothing.
    """
    later = look_beside(draft, incident, failed_elements(draft, incident), ended=True)
    later = [other for other in later if other.status == "open"]
    if not later:
        return
    mine = [row for row in draft.state.complaints.values() if row.incident == incident.id and not row.detached]
    for complaint in sorted(mine, key=lambda row: row.id):
        others = [other for other in later if complaints.in_time(draft, complaint, other)]
        if any(audiences.is_down(draft, other.id, complaint.customer) for other in others):
            complaints.unlink(draft, complaint, incident)
    for other in later:
        complaints.link_waiting(draft, other, announce=True)


def _standing(draft: Draft, incident: IncidentRow) -> list[Observation]:
    return sorted(engine_of(draft).accounts.held_by(incident.id), key=lambda one: one.key)


def _told_since(incident: IncidentRow, standing: list[Observation]) -> list[Observation]:
    """What its sources tell again, later than the crew said that it is repaired."""
    repaired_us = incident.repaired_us
    if repaired_us is None:
        return []
    return [one for one in standing if max(one.last_us.values(), default=0) > repaired_us]


def _is_told_of(draft: Draft, incident: IncidentRow, told: list[Observation]) -> bool:
    """These tell of its root: the repair did not hold."""
    if not told:
        return False
    found = engine_of(draft).weigh(incident.root, told, draft.now_us, Held([incident.id]))
    return found is not None and found.gain > 0


def _some_cleared(draft: Draft, incident: IncidentRow) -> bool:
    """Some alarm of the incident was cleared by its source after it opened, by the crew's work as a rule."""
    since_us = incident.opened_us or 0
    return any(
        not member.standing and draft.state.alarms[member.alarm].cleared_us >= since_us
        for _, member in claims.members_of(draft.state, incident.id)
        if member.alarm in draft.state.alarms
    )


def _presume_cleared(draft: Draft, tokens: list[Observation], *, by_hand: bool = False) -> None:
    for key in sorted(key for token in tokens for key in token.alarms):
        row = draft.state.alarms[key]
        if by_hand:
            states.let_go(draft, row, "by_hand")
        else:
            states.presume_cleared(draft, row)
    lifecycle.heed(draft)


def release(draft: Draft, incident: IncidentRow, tokens: list[Observation], back_us: int = 0) -> None:
    """What still stands under an incident that is over, or clears, is nobody's: it is looked at anew.

    `back_us`: when its root was reached again, where that was seen late: what was told by then is of another fault.

    Not at once where that is only routes that were switched: they are switched back minutes after the repair (wait to
    restore, 5 to 12 minutes: ITU-T G.808.1).
    """
    incident.released = True
    if incident.status != "closed" and all(token.kind == "switch" for token in tokens):
        tokens = []
    is_new = any(0 < back_us <= token.first_us + ENDING_US for token in tokens)
    ended_us = back_us if is_new else incident.clearing_us  # from then on it explained nothing any more
    for token in tokens:
        engine_of(draft).accounts.own(token, None)
        observing.freed(draft, token, ended_us)
        observing.mark_moved(draft, token)
    draft.put("incidents", incident.id, incident)
    claims.expose(draft)
    for token in tokens:  # what lies under another incident as well was told of that one all along
        lifecycle.give_to_other(draft, incident, token)
    observing.arm_solve(draft)


def window_over(draft: Draft, name: str) -> None:
    """No return within the window: closed, and what it explained is free."""
    incident = draft.state.incidents[name]
    if incident.status != "resolved":
        return
    incident.closed_us = draft.now_us
    lifecycle.set_status(draft, incident, "closed")
    left = _standing(draft, incident)
    if left:
        release(draft, incident, left)
    left_behind.closed(draft, name)
    engine_of(draft).accounts.forget(name)
    index_of(draft).resolved.pop(name, None)
    draft.tell(facts.Closed(incident))


def nested_look(draft: Draft, name: str) -> None:
    """Part of it has cleared and the rest stays: does the root still explain that, or is a fault nested in it?"""
    incident = draft.state.incidents[name]
    if incident.status != "open":
        return
    standing = _standing(draft, incident)
    if engine_of(draft).roots.hides(incident.root):  # it tells nothing till the other route is repaired
        draft.arm("nested", name, draft.now_us + draft.world.policy.faults.nested_look_s * SECOND_US)
        return
    if not standing:
        lifecycle.clear_if_over(draft, incident)
        return
    over_us, why = left_standing.over(draft, incident, standing)
    if over_us > draft.now_us:
        draft.arm("nested", name, over_us)
        return
    if over_us:
        _presume_over(draft, sorted(key for one in standing for key in one.alarms), *why)
        return
    alone = incident.pinned_by is None and incident.is_one and not _is_out_by_card(draft, incident, standing)
    if not alone or not is_known(draft.world.topology, incident.root):
        return
    if start_us := dating.starts_us(draft, incident, standing):
        draft.arm("nested", name, start_us)
        return
    well_us = _believed_well_us(draft, incident, standing)
    if well_us > draft.now_us:  # the rest of it may be told well a moment later
        draft.arm("nested", name, well_us)
    has_started = dating.mains_back_us(draft, incident) > 0  # and that long ago
    is_well = has_started or 0 < well_us <= draft.now_us
    if not is_well and _still_holds(draft, incident, standing) and not _is_outdone(draft, incident, standing):
        return
    text = f"{incident.root} no longer explains the {len(standing)} alarms that still stand under {name}"
    draft.note(name, "nested", text)
    lifecycle.clear(draft, incident)
    when_over.date(draft, incident)
    release(draft, incident, standing)


def _is_out_by_card(draft: Draft, incident: IncidentRow, standing: list[Observation]) -> bool:
    """Of a card that ONTs alone tell of: whole PONs of it are lost still; who tells lives, and is no whole device."""
    kinds = {one.kind for one in standing}
    is_card = engine_of(draft).roots.partly_broken(incident.root, incident.cards)
    if not (is_card and kinds <= {"device", "link_end", "direct"}):
        return False
    fewest = 1 if kinds == {"device"} else 2  # of a single port it is another fault, or a lost clear
    return len(failed_elements(draft, incident)) >= fewest


def _believed_well_us(draft: Draft, incident: IncidentRow, standing: list[Observation]) -> int:
    """Its root is a link, or alike, and all that told that it is dark is over: from when on it is believed; 0: not so.

    Or the routers at its ends are neighbours again, which they are over no dark link: a clear was lost. What stands
    below is of something else then. Not where homes alone stand: of these an access manager says late that they are
    back, or never.
    """
    alarms = draft.state.alarms
    if all(observing.is_at_home(draft, alarms[key]) for one in standing for key in one.alarms):
        return 0
    alike = {incident.root, *incident.equivalent}
    rows = claims.alarms_of(draft.state, incident.id)
    told = [row for row in rows if row.object in alike and row.alarm_type in SAY_DOWN]
    dark = [row for row in told if row.alarm_type in LINK_DARK]
    back = {row.object: row.cleared_us for row in rows if row.alarm_type == "neighbor_down" and not row.active}
    if not dark or any(row.active and not (row in dark and row.object in back) for row in told):
        return 0
    over_us = [back[row.object] if row.active else row.cleared_us for row in dark]
    return max(over_us) + draft.world.policy.faults.hold_s * SECOND_US


def _is_outdone(draft: Draft, incident: IncidentRow, standing: list[Observation]) -> bool:
    """Another root explains what stands better by as much as moves a settled root."""
    found = engine_of(draft).judge(incident.root, standing, draft.now_us, Held([incident.id]))
    clearly = round(draft.world.policy.faults.reroot_odds * 1_000_000)
    return found is not None and found.odds < -clearly and found.gain > found.odds


def _still_holds(draft: Draft, incident: IncidentRow, standing: list[Observation]) -> bool:
    """What stands speaks for the root against all that is known to be up."""
    engine = engine_of(draft)
    for member in engine.roots.alike(incident.root):  # a card of the device at the site speaks for the device alone
        found = engine.weigh(member, standing, draft.now_us, Held([incident.id]))
        if found is not None and found.gain > found.prior:
            return True
    return False


def answers_due(draft: Draft, name: str) -> None:
    """Some of it was told well, or something under it spoke, a while ago: what does that say of the rest?"""
    incident = draft.state.incidents[name]
    if incident.status != "open" or incident.home:
        return
    engine = engine_of(draft)
    well = dating.answered(draft, incident)
    long = {device: at_us for device, at_us in well.items() if at_us <= draft.now_us - BELIEVED_US}
    if called := callers.called_since(draft, incident, long):
        long = {device: at_us for device, at_us in long.items() if device not in called}
    standing = _standing(draft, incident)
    is_half = 2 * len(standing) <= incident.peak  # a manager clears what it likes, but seldom half of it
    works = not is_half and over_it_alone(draft, incident, long, standing)
    lost = any(one.kind == "device" for one in standing)
    over = engine.roots.belied(standing, long if is_half or works else {}, of_links=works or not lost)
    if over:
        incident.belied_us = draft.now_us
        draft.put("incidents", name, incident)
        _belied(draft, over)
    if name not in index_of(draft).live or incident.clearing_us is not None:
        return
    if incident.pinned_by is None and not incident.joined and _is_not_that_device(draft, incident, long):
        standing = _standing(draft, incident)
        if link := still_dark(draft, incident, standing):
            draft.note(
                name, "rerooted", f"{name}: {incident.root} is reached by another way, {link.root} is dark all the same"
            )
            settling.set_root(draft, incident, link, part_over=True)
            return
        draft.note(incident.id, "nested", f"{incident.root} is reached again: what stands is of another fault")
        lifecycle.clear(draft, incident)
        when_over.date(draft, incident)
        release(draft, incident, standing, max(long.get(name, 0) for name in (incident.root, *incident.equivalent)))
        return
    if len(long) < len(well):  # it may be lost again the next minute
        draft.arm(dating.ANSWERS, name, draft.now_us + dating.ANSWERS_US)
    part_repaired(draft, incident)


def _is_not_that_device(draft: Draft, incident: IncidentRow, well: Mapping[str, int]) -> bool:
    """The device that its root is, or is like, is reached again, and what stands does not cut it off."""
    standing, roots = _standing(draft, incident), engine_of(draft).roots
    if roots.partly_broken(incident.root, incident.cards):  # a device with a dead card lives
        return False
    back = {name: well[name] for name in (incident.root, *incident.equivalent) if name in well}
    if not back or not any(_is_of_another(draft, one) for one in standing):
        return False
    return bool(roots.carried(back, standing))


def _belied(draft: Draft, over: list[Observation]) -> None:
    told, alarms = sorted(key for one in over for key in one.alarms), draft.state.alarms
    why = "yang hanya tersambung lewat sana menjawab lagi", "what has its only way there answers again"
    _presume_over(draft, [key for key in told if not alarms[key].flapping], "belied", why)  # what flaps is told again


def _presume_over(draft: Draft, told: list[str], as_what: LetGo, why: tuple[str, str]) -> None:
    """`told`: keys of alarms; `why`: in Indonesian and English."""
    for key in told:
        row = draft.state.alarms[key]
        text = (
            f"{row.alarm_type} pada {row.object} dianggap pulih: {why[0]} / "
            f"{row.alarm_type} on {row.object} presumed over: {why[1]}"
        )
        limits.let_go(draft, row, as_what, text)
    lifecycle.heed(draft)


def _is_of_another(draft: Draft, told: Observation) -> bool:
    """Not of a device that lives: a dead card is, and what flaps."""
    return told.kind != "card" and not all(draft.state.alarms[key].flapping for key in told.alarms)


def repaired(draft: Draft, event: Restored) -> None:
    """The crew's word: the element is known up; the incident of which it is the root resolves after the hold.

    They may call it as the incident does, though the inventory has another name for it by now.
    """
    index = index_of(draft)
    names = sorted([*index.live, *index.suspected])
    called = any(_is_called(draft, draft.state.incidents[name], event.object) for name in names)
    if not called and not is_known(draft.world.topology, event.object):
        text = f"restored {event.id} names {event.object}, which the inventory lacks"
        draft.reject(event.id, "object", Reason("unknown_object", text))
        return
    at_us = min(microseconds(event.time), draft.now_us)
    draft.put("repairs", event.object, RepairRow(event.object, at_us))
    by_hand.borne_out(draft, event.object)
    for name in names:
        incident = draft.state.incidents[name]
        if not _is_called(draft, incident, event.object):
            continue
        if incident.status == "suspected":
            told = index.engine.accounts.suspected_by(name)
            _presume_cleared(draft, sorted(told, key=lambda one: one.key))
            continue
        incident.repaired_us, incident.closed_by = at_us, None  # by the crew's word from now on, if it was closed
        if incident.status == "open":
            lifecycle.clear(draft, incident)
        draft.put("incidents", name, incident)
        lifecycle.let_go(draft, incident, [token for token in _standing(draft, incident) if token.first_us > at_us])


def _is_called(draft: Draft, incident: IncidentRow, name: str) -> bool:
    """Its root, or what is like it; where some of these have left the inventory, also what is like all that stay.

    Not of another domain's.
    """
    alike = {incident.root, *incident.equivalent}
    if incident.home or name in alike:
        return not incident.home
    stay = [one for one in sorted(alike) if is_known(draft.world.topology, one)]
    return 0 < len(stay) < len(alike) and all(name in engine_of(draft).roots.alike(one) for one in stay)

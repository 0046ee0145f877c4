"""The life of an incident: what alarms change under it, when it clears, and when it is back.

*Suspected* may change with every search (`settling`); *open* may not flap: it yields only to a parent that
explains clearly more, and then the oldest identity survives (`rerooting`). How it ends is in `ending`.
"""

from collections.abc import Collection

from correlator import facts
from correlator.events import DAY_US, SECOND_US
from correlator.incidents import certainty, complaints, dating, impact, observing, side_by_side, unexplained
from correlator.incidents.claims import add_member, count_most, give_up, look_over, member_key, members_of, reclaim
from correlator.incidents.ends import hidden_by_it, told_at_its_end, when_over
from correlator.incidents.index import engine_of, index_of, out_of_service
from correlator.inference.port import Held, Observation
from correlator.roots import is_known
from correlator.rows.audiences import end_all
from correlator.rows.counts import NO_MAINS
from correlator.rows.incidents import LIVE, AlarmRow, IncidentRow, IncidentStatus, Verdict
from correlator.state import Draft

SETTLED = (*LIVE, "resolved")


def heed(draft: Draft) -> None:
    """What the alarms of this step changed: attach, count down, or wait for a search."""
    index, changed = index_of(draft), draft.alarm_changes
    for what, row, told in observing.observe(draft):
        match what:
            case "told":
                assert told is not None
                _told(draft, row, told)
            case "ended":
                _ended(draft, row, told)
            case "earlier":
                _began_earlier(draft, row)
            case "alive":
                assert told is not None
                dating.spoke(draft, told, flaps=row.flapping)
            case "precursor" | "hinted":
                observing.moved(draft, row)
    if turned := index.engine.roots.turned():
        reclaim(draft)
        side_by_side.cards_turned(draft, turned)
    unexplained.heed(draft, changed)


def _told(draft: Draft, row: AlarmRow, told: Observation) -> None:
    accounts = engine_of(draft).accounts
    owner = told.owner or accounts.owner_of(told) or _told_late(draft, told)
    if owner is not None and told_at_its_end.is_no_part(draft, row, draft.state.incidents[owner]):
        return
    if owner is not None:  # covered: O(1), this is what makes storms cheap
        if told.owner is None:
            accounts.own(told, owner)
        incident = draft.state.incidents[owner]
        places = incident.places
        attach(draft, row, incident)
        if told.points:
            observing.moved(draft, row)
        more = incident.places != places
        if more and incident.street:
            reclaim(draft)
        if more or (told.kind in ("link_end", "neighbour") and _is_partly_broken(draft, incident)):
            _grow(draft, incident)
        return
    row.incident = told.suspect
    observing.moved(draft, row)


def _told_late(draft: Draft, told: Observation) -> str | None:
    """The incident that clears and would explain it, where it began in its time."""
    rows = (draft.state.incidents[name] for name in engine_of(draft).accounts.clearing_of(told))
    return next((row.id for row in rows if _began_in(draft, row, told)), None)


def _began_in(draft: Draft, incident: IncidentRow, told: Observation) -> bool:
    """Before it was over; and not when most of it had ended (`hidden_by_it`), unless it is told again."""
    if told.first_us >= (incident.repaired_us or incident.clearing_us or 0):  # the crew says when that was
        return False
    since_us, members = (
        hidden_by_it.its_end_us(draft, incident, told.first_us),
        draft.state.members.of(incident.id).values(),
    )
    return since_us is None or told.first_us < since_us or any(one.alarm in told.alarms for one in members)


def _is_partly_broken(draft: Draft, incident: IncidentRow) -> bool:
    """A device with a dead card is broken where its links are dark: with each of them more may be down."""
    return engine_of(draft).roots.partly_broken(incident.root, incident.cards)


def _grow(draft: Draft, incident: IncidentRow) -> None:
    draft.tell(facts.Changed(incident, impact.refresh(draft, incident, new_root=False)))
    complaints.link_waiting(draft, incident, announce=True)


def attach(draft: Draft, row: AlarmRow, incident: IncidentRow) -> None:
    """An alarm that a settled incident explains."""
    row.incident = incident.id
    draft.put("alarms", row.key, row)
    if row.first_us > incident.newest_us + dating.ANSWERS_US and incident.status == "open" and not incident.home:
        dating.look_later(draft, incident)  # who says so may be behind what is said to be dark
    add_member(draft, row, incident)
    count_most(draft, incident)
    dating.add(draft, incident, *_begun(row))
    draft.put("incidents", incident.id, incident)
    if incident.home:
        return
    certainty.heard_more(draft, incident)
    ends = incident.status == "clearing" and not row.held_up  # else its end is told as well
    if ends and not _is_clear(draft, incident) and _is_back(draft, incident):
        reopen(draft, incident)


def let_go(
    draft: Draft, incident: IncidentRow, told: Collection[Observation], members: Collection[Observation] = ()
) -> None:
    """Another incident explains these, or so far none does; but for `members` they never belonged to it."""
    engine = engine_of(draft)
    for one in sorted(told, key=lambda one: one.key):
        engine.accounts.own(one, None)
        if give_to_other(draft, incident, one):
            observing.mark_moved(draft, one)
            continue
        if one in members:
            observing.freed(draft, one)
        else:
            observing.loosed(draft, one)
        for row in (draft.state.alarms[key] for key in sorted(one.alarms)):
            if one not in members:
                draft.drop("members", member_key(incident.id, row))
            observing.moved(draft, row)
    if any(one.first_us <= incident.down_since_us for one in told):
        _date_anew(draft, incident)


def give_to_other(draft: Draft, incident: IncidentRow, told: Observation) -> bool:
    """To another incident that explains what this one has given up; False where there is none."""
    accounts = engine_of(draft).accounts
    other = accounts.owner_of(told)
    if other is None or other == incident.id:
        return False
    accounts.own(told, other)
    for row in (draft.state.alarms[key] for key in sorted(told.alarms)):
        draft.drop("members", member_key(incident.id, row))
        attach(draft, row, draft.state.incidents[other])
    return True


def _date_anew(draft: Draft, incident: IncidentRow) -> None:
    """It began when the first of its alarms did, without those that have left it."""
    known = draft.state.alarms.get
    members = [one for _, one in members_of(draft.state, incident.id) if not one.older]
    dating.date(draft, incident, *dating.by_members((member, known(member.alarm)) for member in members))
    draft.put("incidents", incident.id, incident)


def _ended(draft: Draft, row: AlarmRow, told: Observation | None) -> None:
    """`told`: what nobody tells any more; None where another alarm still tells it, or it never counted."""
    incident = draft.state.incidents.get(row.incident) if row.incident else None
    if row.incident is None and told is not None and not unexplained.under_work(draft, row):
        observing.strayed(draft, row, told.first_us)
    if incident is not None and incident.status not in SETTLED:
        incident = None
    row.incident, row.brief_us = None, 0 if incident else row.first_us
    draft.put("alarms", row.key, row)
    if incident is None:
        if told is not None:
            observing.moved(draft, row)
        return
    key = member_key(incident.id, row)
    member = draft.state.members.get(key)
    if member is not None:
        member.standing = False
        draft.put("members", key, member)
        first = not incident.ended_us or row.cleared_us < incident.ended_us
        if incident.peak and first and hidden_by_it.was_cleared(member, row):
            incident.ended_us = row.cleared_us
            draft.put("incidents", incident.id, incident)
        if incident.status == "clearing":
            when_over.goes_on(draft, incident, member, row)
    if incident.status == "open" and incident.peak and not incident.home:  # callers alone know when it is over
        _leave_out(draft, incident, row)
        dating.ended(draft, incident, row, of_card=told is not None and told.kind == "direct")
        at_home = observing.is_at_home(draft, row) and draft.state.deadlines.due_us("nested", incident.id)
        if not clear_if_over(draft, incident) and not at_home:  # it is switched off and on: no repair goes on for that
            draft.arm("nested", incident.id, draft.now_us + draft.world.policy.faults.nested_look_s * SECOND_US)


def _leave_out(draft: Draft, incident: IncidentRow, row: AlarmRow) -> None:
    """Word of its end came late: it was over before all else that the incident holds began, and is no part of it."""
    opened_us = incident.opened_us or 0
    cleared = row.cleared_us >= row.first_us  # else it is shelved
    if not cleared or row.cleared_us >= opened_us or row.first_us > incident.first_event_us:
        return
    mine = member_key(incident.id, row)
    begun = [one.at_us for key, one in members_of(draft.state, incident.id) if key != mine and not one.older]
    if begun and row.cleared_us < min(begun):
        draft.drop("members", mine)
        _date_anew(draft, incident)


def _began_earlier(draft: Draft, row: AlarmRow) -> None:
    incident = draft.state.incidents.get(row.incident) if row.incident else None
    if incident is None:
        return
    if incident.status in SETTLED:
        add_member(draft, row, incident)
    before_us = incident.counted_us
    dating.add(draft, incident, *_begun(row))
    if incident.down_counted_us:  # they have been counted from the later time on
        incident.user_us += incident.down_now * max(0, before_us - incident.counted_us)
    draft.put("incidents", incident.id, incident)


def _begun(row: AlarmRow) -> tuple[list[int], list[int]]:
    """As `dating.date` asks for it."""
    return dating.apart([(row.begun_us, row.alarm_type in NO_MAINS)])


def _is_clear(draft: Draft, incident: IncidentRow) -> bool:
    """At most a tenth of its peak still stands, and the root's own alarm is gone; what began at its end is no part."""
    engine, share = engine_of(draft), draft.world.policy.faults.clearing_share
    held = engine.accounts.held_by(incident.id)
    if not _may_be_clear(incident, held, share) or dating.starts_us(draft, incident, held):
        return False
    since_us = hidden_by_it.its_end_us(draft, incident)
    young = 0 if since_us is None else sum([1 for one in held if one.first_us >= since_us])
    if len(held) - young > (incident.peak - young) * share:
        return False
    if engine.roots.hides(incident.root):
        return False
    hidden = (
        set[Observation]() if since_us is None or not young else hidden_by_it.begun_since(draft, incident, since_us)
    )
    if len(held) - len(hidden) > (incident.peak - len(hidden)) * share:
        return False
    return not engine.roots.names_root(incident.root, held - hidden)


def clear_if_over(draft: Draft, incident: IncidentRow) -> bool:
    """As its sources say."""
    if is_over := _is_clear(draft, incident):
        clear(draft, incident)
        when_over.date(draft, incident)
    return is_over


def _may_be_clear(incident: IncidentRow, held: Collection[Observation], share: float) -> bool:
    """Even if all that began since its first end was no part of it: cheap, and asked at each end of an alarm."""
    first_us = incident.ended_us - hidden_by_it.SLACK_US
    may_be = incident.ended_us and incident.newest_us >= first_us  # as a rule not so, and what is held may be much
    young = sum([1 for one in held if one.first_us >= first_us]) if may_be else 0
    return len(held) - young <= (incident.peak - young) * share


def _is_back(draft: Draft, incident: IncidentRow) -> bool:
    """What stands speaks for the root against all that it predicts and that is known to be up: no stray alarm does."""
    engine = engine_of(draft)
    alone = incident.is_one and incident.pinned_by is None
    if not alone or not is_known(draft.world.topology, incident.root):
        return True
    held = list(engine.accounts.held_by(incident.id))
    found = engine.weigh(incident.root, held, draft.now_us, Held([incident.id]))
    return found is not None and found.gain > found.prior


def clear(draft: Draft, incident: IncidentRow) -> None:
    """It clears; after the hold it is resolved. What is new below it is another fault, if it is not this one again."""
    impact.count_user_time(draft, incident)
    incident.clearing_us = draft.now_us
    hidden = hidden_by_it.told(draft, incident)
    set_status(draft, incident, "clearing")
    draft.disarm("nested", incident.id)
    draft.disarm(dating.ANSWERS, incident.id)
    give_up(draft, incident)
    if hidden:  # what else stands is as well of the fault that was hidden
        held = engine_of(draft).accounts.held_by(incident.id)
        let_go(draft, incident, held, held - hidden)
    draft.arm("hold", incident.id, draft.now_us + draft.world.policy.faults.hold_s * SECOND_US)


def reopen(draft: Draft, incident: IncidentRow, *, by_callers: bool = False) -> None:
    """What had cleared, or was resolved less than the window ago, is back; `by_callers`: as they alone say."""
    was, over_us, since_us = incident.status, incident.well_us, 0
    end_us = incident.over_us or incident.resolved_us or 0
    draft.disarm("hold", incident.id)
    draft.disarm("reopen", incident.id)
    complaints.called_no_more(draft, incident.id)
    incident.clearing_us = incident.resolved_us = incident.repaired_us = incident.closed_by = None
    incident.over_us, incident.released, incident.past = 0, False, False
    index = index_of(draft)
    index.resolved.pop(incident.id, None)
    index.live[incident.id] = None
    set_status(draft, incident, "open")
    incident.claimed = draft.count("claims")
    reclaim(draft)
    held = engine_of(draft).accounts.held_by(incident.id)
    if by_callers:
        incident.doubted_us = draft.now_us
        complaints.await_silence(draft, incident)
    if was == "resolved":
        end_all(draft, incident, over_us or draft.now_us)
        since_us = incident.back_us = min([one.first_us for one in held if one.first_us > end_us], default=draft.now_us)
    down = impact.refresh(draft, incident, new_root=False, since_us=since_us)
    if incident.ended_us and not incident.home:
        dating.look_later(draft, incident)  # a part of it may be well for good
    draft.note(incident.id, "reopened", f"{incident.id} was {was} and is back", "a return within the window")
    incident.down_counted_us = since_us or incident.down_counted_us
    draft.put("incidents", incident.id, incident)
    draft.tell(facts.Reopened(incident, down) if was == "resolved" else facts.Changed(incident, down))


def set_status(draft: Draft, incident: IncidentRow, status: IncidentStatus) -> None:
    incident.status = status
    verdict(draft, incident)
    if status in ("closed", "merged"):
        policy = draft.world.policy
        days = policy.keep_dissolved_days if incident.opened_us is None else policy.keep_days
        draft.arm("archive", incident.id, draft.now_us + days * DAY_US)


def verdict(draft: Draft, incident: IncidentRow) -> None:
    """Write the change of status or root down."""
    last = incident.verdicts[-1] if incident.verdicts else None
    if last is None or (last.status, last.root) != (incident.status, incident.root):
        incident.verdicts.append(Verdict(draft.now_us, incident.status, incident.root))
        draft.tell(facts.VerdictChanged(incident))
    draft.put("incidents", incident.id, incident)


def rebuild(draft: Draft) -> None:
    """Fill the index and the engine's accounts from rows; the observations are there already."""
    state, index = draft.state, index_of(draft)
    settled = set()
    for incident in state.incidents.values():
        if incident.status in LIVE:
            index.live[incident.id] = None
        elif incident.status == "resolved":
            index.resolved[incident.id] = None
        if state.deadlines.due_us(complaints.CALLED_ABOUT, incident.id) is not None:
            index.ended[incident.id] = None
        if incident.status in SETTLED:
            settled.add(incident.id)
        if incident.status == "suspected":
            index.suspected[incident.id] = None
            if incident.moved > index.solved:
                index.looks[incident.id] = None
            if is_known(draft.world.topology, incident.root):
                index.roots[incident.root] = incident.id
    for key, row in sorted(state.alarms.items()):
        told = index.engine.observation(key)
        if told is None or row.incident is None or told.owner is not None or told.suspect is not None:
            continue
        if row.incident in settled:
            index.engine.accounts.own(told, row.incident)
        elif row.incident in index.suspected:
            index.engine.accounts.suspect(told, row.incident)
    index.engine.accounts.expose(out_of_service(draft))  # nothing moved: it was so before
    reclaim(draft)
    index.engine.roots.turned()  # they are as they were
    look_over(draft)

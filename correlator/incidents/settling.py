"""From what a solve found to incidents: which suspicion it is, whether it is sure enough to open.

*Suspected* may change with every solve, and keeps the identity of what it shares most with; what is settled is opened
once, or is one that was resolved a moment ago and is back.
"""

from collections.abc import Iterable

from correlator import facts
from correlator.events import MINUTE_US, SECOND_US, AlarmType
from correlator.incidents import certainty, complaints, dating, impact, observing
from correlator.incidents.beside.standing import failed_elements
from correlator.incidents.claims import expose, hold, reclaim
from correlator.incidents.ends import told_at_its_end
from correlator.incidents.index import engine_of, index_of, out_under_work
from correlator.incidents.lifecycle import set_status, verdict
from correlator.incidents.side_by_side import look_beside
from correlator.incidents.together import back_again, called_first, cards, unknown_ways
from correlator.incidents.unexplained import is_told_again
from correlator.incidents.waits.booting import boots_until_us
from correlator.incidents.waits.ends_together import ends_until_us
from correlator.incidents.waits.late_copies import copies_until_us
from correlator.inference.port import Hypothesis, Observation
from correlator.rows.incidents import IncidentRow
from correlator.state import Draft

MORE_THAN_CHANCE = 2  # words that were told together before
DOUBTED_PPM = 900_000  # with less, and old words, it may be lost clears


def publish(draft: Draft, hypotheses: list[Hypothesis], rethought: Iterable[str]) -> None:
    """Give each hypothesis the identity of the suspected incident with which it shares most; drop the others."""
    index = index_of(draft)
    out_before = [(row, row.root, failed_elements(draft, row)) for row in out_under_work(draft)]
    accounts = index.engine.accounts
    explained = [index.engine.explained(hypothesis) for hypothesis in hypotheses]
    told = {one for each in explained for one in each}
    old = {name: set(accounts.suspected_by(name)) for name in sorted(rethought)}
    matches = _match(hypotheses, draft, old)
    for name, held in old.items():
        by_work = draft.state.incidents[name].planned_until_us > 0
        for one in sorted(held - told, key=lambda one: one.key):
            accounts.suspect(one, None)
            if by_work:  # it explained that until now
                observing.freed(draft, one)
        index.roots.pop(draft.state.incidents[name].root, None)
    for place, (hypothesis, mine) in enumerate(zip(hypotheses, explained, strict=True)):
        match = matches.get(place)
        before = old[match] if match else set()
        _suspect(draft, hypothesis, mine, match, before if before <= told else set())
    for name in old:
        incident = draft.state.incidents[name]
        if name in matches.values():
            continue
        if incident.root not in index.roots and _is_hidden_by_work(draft, incident):
            index.roots[incident.root] = name
        else:
            _dissolve(draft, incident)
    _mark_alarms(draft, told.union(*old.values()))
    roots = index.roots  # in the order of their names: of two that open at once it decides which is later
    for hypothesis in sorted(hypotheses, key=lambda h: roots.get(h.root, "")):
        if hypothesis.root in roots:
            consider_settling(draft, draft.state.incidents[roots[hypothesis.root]], hypothesis)
    if out_before or out_under_work(draft):
        expose(draft)
    for incident, root, failed in out_before:
        if incident.root != root:  # who was down by both this and another may not be, or others are
            look_beside(draft, incident, (*failed, *failed_elements(draft, incident)))


def _is_hidden_by_work(draft: Draft, incident: IncidentRow) -> bool:
    """The work that it rests on is not over: its other route is cut, so nobody tells of it any more."""
    roots, now_us = engine_of(draft).roots, draft.now_us
    rests = incident.planned_until_us > now_us and roots.planned_until_us(incident.root) > now_us
    return rests and roots.hides(incident.root)


def _match(hypotheses: list[Hypothesis], draft: Draft, old: dict[str, set[Observation]]) -> dict[int, str]:
    """hypothesis (by place) -> suspected incident: same root first, then the most in common, then the oldest."""
    offers: list[tuple[int, int, str, int]] = []
    for place, hypothesis in enumerate(hypotheses):
        mine = set(hypothesis.speaks)
        for name, held in old.items():
            same = draft.state.incidents[name].root in hypothesis.members
            shared = len(mine & held)
            if same or shared:
                offers.append((0 if same else 1, -shared, name, place))
    matches: dict[int, str] = {}
    for _, _, name, place in sorted(offers):
        if place not in matches and name not in matches.values():
            matches[place] = name
    return matches


def _suspect(
    draft: Draft, hypothesis: Hypothesis, told: list[Observation], name: str | None, before: set[Observation]
) -> None:
    """`told`: what it explains. `before`: what the suspicion of this name rested on, where all of that is explained.

    A root is as old as the evidence that it stands on, also where this parts into that of two faults.
    """
    index, root = index_of(draft), hypothesis.root
    times = dating.by_told(draft, told) if told else ([complaints.first_us(draft, root)],)
    if name is None:
        incident = new_suspicion(draft, root)
    else:
        incident = draft.state.incidents[name]
        unchanged = before >= set(told) and incident.rested_on == len(before)
        if incident.root not in hypothesis.members and not unchanged:
            incident.root_since_us = draft.now_us
        incident.root = root
    dating.date(draft, incident, *times)
    describe(draft, incident, hypothesis)
    for one in told:
        if one.suspect != incident.id:
            index.engine.accounts.suspect(one, incident.id)
    index.suspected[incident.id] = None
    index.roots[root] = incident.id
    incident.peak = max(incident.peak, len(told))
    incident.rested_on = len(told)
    verdict(draft, incident)


def new_suspicion(draft: Draft, root: str) -> IncidentRow:
    """An incident from now on; the caller dates and puts it."""
    return IncidentRow(
        id=draft.new_id("IN"),
        status="suspected",
        root=root,
        root_since_us=draft.now_us,
        suspected_us=draft.now_us,
        first_event_us=draft.now_us,
    )


def describe(draft: Draft, incident: IncidentRow, hypothesis: Hypothesis) -> None:
    """What is like the root, its rivals, confidence and the explanation, on the row."""
    incident.equivalent = equivalents(hypothesis)
    incident.confidence_ppm = hypothesis.confidence_ppm
    incident.alternatives = hypothesis.alternatives
    incident.besides = hypothesis.besides
    if hypothesis.homes or incident.street:
        incident.street, incident.places = bool(hypothesis.homes), hypothesis.homes
    if hypothesis.card and hypothesis.root not in incident.cards:
        incident.cards = (*incident.cards, hypothesis.root)
    incident.explanation = tuple(engine_of(draft).explain(hypothesis))


def equivalents(hypothesis: Hypothesis) -> tuple[str, ...]:
    """What is like the root; of a part of what hangs there nothing is: none of that is broken."""
    return (hypothesis.root,) if hypothesis.part else tuple(sorted(hypothesis.members))


def _dissolve(draft: Draft, incident: IncidentRow) -> None:
    """A suspicion that what is known now does not bear out."""
    for kind in ("look", "planned", "keep"):
        draft.disarm(kind, incident.id)
    index_of(draft).no_longer_suspected(incident.id)
    incident.closed_us = draft.now_us
    set_status(draft, incident, "closed")
    if incident.planned_until_us:
        look_beside(draft, incident, failed_elements(draft, incident))


def _mark_alarms(draft: Draft, told: Iterable[Observation]) -> None:
    """Write on the alarms' rows which incident explains them so far, where that changed."""
    for one in told:
        if one.owner is not None:
            continue
        for key in one.alarms:
            row = draft.state.alarms[key]
            if row.incident != one.suspect:
                row.incident = one.suspect
                draft.put("alarms", key, row)


def consider_settling(draft: Draft, incident: IncidentRow, hypothesis: Hypothesis) -> None:
    """Open it when it is old enough, or when nearly all it predicts is told and no other root comes near."""
    policy = draft.world.policy.faults
    engine = engine_of(draft)
    until_us = engine.roots.planned_until_us(hypothesis.root)
    over = 0 < incident.planned_until_us <= draft.now_us  # the window has ended, and it still stands
    rested, was_us, incident.planned_until_us = incident.planned_until_us > 0, incident.planned_until_us, until_us
    if rested and not until_us and incident.root_since_us < draft.now_us:
        incident.work_until_us = min(was_us, draft.now_us)
    draft.put("incidents", incident.id, incident)
    if rested != bool(until_us):  # it is out from now on, or no longer
        look_beside(draft, incident, failed_elements(draft, incident))
    if until_us > draft.now_us:
        draft.arm("planned", incident.id, until_us)
        draft.disarm("look", incident.id)
        return
    age_us = draft.now_us - incident.root_since_us
    if not engine.roots.is_ours(hypothesis.root):
        draft.tell(facts.RootElsewhere(incident, hypothesis, age_us))
        return
    if draft.state.share is not None:
        draft.disarm("keep", incident.id)
    if hypothesis.odds < 0:  # another root of the same is likelier by now
        look_again_later(draft, incident, age_us)
        return
    gain = hypothesis.odds if hypothesis.besides else hypothesis.gain  # those of one cause are believed together
    apart = min(hypothesis.odds, gain) >= round(policy.settle_odds * 1_000_000)  # no fault is a rival, too
    if hypothesis.speaks:
        may_grow = hypothesis.card or bool(hypothesis.homes)  # though all of it is told
        sure = apart and hypothesis.share >= policy.settle_share and not (may_grow or _tells_itself(draft, hypothesis))
    else:
        calls = engine.roots.complaints_for(hypothesis.root)
        if called_first.is_over(draft, [draft.state.complaints[name] for name in sorted(calls)]):
            look_again_later(draft, incident, age_us)
            return
        sure = apart and age_us >= policy.settle_s * SECOND_US
    if sure or over or _has_waited(draft, hypothesis, age_us):
        rows = [draft.state.alarms[key] for one in hypothesis.speaks for key in one.alarms]
        waits = (boots_until_us, ends_until_us, copies_until_us, told_at_its_end.work_until_us)
        wait_until_us = max(wait(draft, rows) for wait in waits)
        if wait_until_us > draft.now_us:
            draft.arm("look", incident.id, wait_until_us)
        else:
            _settle(draft, incident, hypothesis)
        return
    look_again_later(draft, incident, age_us)


def _settle(draft: Draft, incident: IncidentRow, hypothesis: Hypothesis) -> None:
    """It opens, or goes on as an incident that it is a part of, or the cause of."""
    if back_again.returned(draft, hypothesis):
        _dissolve(draft, incident)
    elif (into := unknown_ways.cause_of(draft, incident)) is not None:
        unknown_ways.join(draft, incident, into)
    elif (into := cards.of_same_device(draft, hypothesis)) is not None:
        cards.join(draft, incident, into)
    elif called := called_first.of_this(draft, hypothesis):
        set_root(draft, called_first.join(draft, called, incident), hypothesis)
    else:
        open_incident(draft, incident, hypothesis)
        unknown_ways.take_in(draft, incident)
        return
    index_of(draft).roots.pop(hypothesis.root, None)


def _has_waited(draft: Draft, hypothesis: Hypothesis, age_us: int) -> bool:
    """What is back waits like what is sure; whether it is, is asked of those alone that this may decide."""
    settle_s, wait_s = draft.world.policy.faults.settle_s, waits_s(draft, hypothesis)
    if age_us < min(settle_s, wait_s) * SECOND_US:
        return False
    return age_us >= (settle_s if back_again.ended_before(draft, hypothesis) else wait_s) * SECOND_US


def waits_s(draft: Draft, hypothesis: Hypothesis) -> int:
    """How old it has to be: what callers alone tell shows its place late, what is not sure may be over by then."""
    policy = draft.world.policy.faults
    if not hypothesis.speaks:
        return policy.settle_calls_s
    many = len(hypothesis.speaks) >= policy.settle_many and len({one.kind for one in hypothesis.speaks}) > 1
    many = many and hypothesis.odds >= round(policy.settle_odds * 1_000_000)
    if many and not _tells_itself(draft, hypothesis):
        return policy.settle_many_s
    if _comes_and_goes(draft, hypothesis):
        return policy.settle_s
    sure = round(policy.settle_sure * 1_000_000)
    likely = hypothesis.confidence_ppm >= round(policy.settle_least * 1_000_000)
    if hypothesis.confidence_ppm >= sure or (likely and _came_again(draft, hypothesis)):
        return policy.settle_s
    if _was_left(draft, hypothesis):
        return policy.alone_min * 60
    is_one = hypothesis.confidence_ppm + sum(ppm for _, ppm in hypothesis.alternatives) >= sure  # only which is not
    return policy.settle_unsure_s if likely or is_one else policy.settle_doubtful_s


def _was_left(draft: Draft, hypothesis: Hypothesis) -> bool:
    """Not sure, and some of it has stood unexplained for much longer than a suspicion grows: that may be a lost clear.

    Not where an incident that ended lately had hidden the rest, nor where the source insists.
    """
    if hypothesis.confidence_ppm >= DOUBTED_PPM:
        return False
    since_us = draft.now_us - 2 * draft.world.policy.faults.unexplained_min * MINUTE_US
    freed_us = max(max(one.freed_us.values(), default=0) for one in hypothesis.speaks)
    loose_us = min(draft.state.alarms[key].loose_us for one in hypothesis.speaks for key in one.alarms)
    return (
        loose_us < since_us and freed_us < since_us and not any(is_told_again(draft, one) for one in hypothesis.speaks)
    )


def _tells_itself(draft: Draft, hypothesis: Hypothesis) -> bool:
    """A device that would be dead says itself that these links are dark: what breaks does so for some seconds."""
    return not hypothesis.card and engine_of(draft).roots.tells_itself(hypothesis.root, hypothesis.speaks)


def _comes_and_goes(draft: Draft, hypothesis: Hypothesis) -> bool:
    """All of it has turned so often, together, that it is no chance: a device, and what is behind it."""
    rows = [draft.state.alarms[key] for one in hypothesis.speaks for key in one.alarms]
    return len(hypothesis.speaks) >= MORE_THAN_CHANCE and all(row.flapping for row in rows)


def _came_again(draft: Draft, hypothesis: Hypothesis) -> bool:
    """All of it was told before, within the hour, together, and was over before anything explained it."""
    policy, alarms = draft.world.policy.faults, draft.state.alarms
    before_us = [max(alarms[key].brief_us for key in one.alarms) for one in hypothesis.speaks]
    if len(before_us) < MORE_THAN_CHANCE or min(before_us) < draft.now_us - policy.again_s * SECOND_US:
        return False
    return max(before_us) - min(before_us) <= policy.fresh_s * SECOND_US


def look_again_later(draft: Draft, incident: IncidentRow, age_us: int) -> None:
    """The older a suspicion, the more its silence says: when the next look is due."""
    policy = draft.world.policy.faults
    last_s = max(policy.settle_doubtful_s, policy.settle_calls_s)
    waits = {policy.settle_many_s, policy.settle_s, policy.settle_unsure_s, last_s, *range(120, last_s, 120)}
    looks = sorted(waits.union(policy.look_again_s))
    due = next((s for s in looks if s * SECOND_US > age_us), age_us // SECOND_US + last_s)
    draft.arm("look", incident.id, incident.root_since_us + round(due * SECOND_US))


def open_incident(draft: Draft, incident: IncidentRow, hypothesis: Hypothesis) -> None:
    """It is settled: ticket, notices, staff, RCA follow (SOP 4.3)."""
    for kind in ("look", "planned", "keep"):
        draft.disarm(kind, incident.id)
    index = index_of(draft)
    incident.opened_us = draft.now_us
    incident.planned_until_us = 0
    index.live[incident.id] = None
    if index.roots.get(hypothesis.root) == incident.id:  # a person may open beside a suspicion
        del index.roots[hypothesis.root]
    hold(draft, incident, index.engine.explained(hypothesis))
    told_at_its_end.opens(draft, incident)
    set_status(draft, incident, "open")
    down = impact.refresh(draft, incident, new_root=True)
    complaints.link_waiting(draft, incident, announce=False)
    if draft.state.audiences[incident.id].unsure:  # they may be surer by who called
        down = impact.refresh(draft, incident, new_root=False)
    draft.tell(facts.Opened(incident, down, types_told(draft, incident)))
    certainty.look_later(draft, incident)
    if not incident.peak:
        complaints.await_silence(draft, incident)
    draft.put("incidents", incident.id, incident)


def open_at_once(draft: Draft, incident: IncidentRow, hypothesis: Hypothesis) -> None:
    """What was just suspected opens without a wait."""
    dating.date(draft, incident, *dating.by_told(draft, hypothesis.speaks))
    describe(draft, incident, hypothesis)
    verdict(draft, incident)
    open_incident(draft, incident, hypothesis)


def types_told(draft: Draft, incident: IncidentRow) -> frozenset[AlarmType]:
    """Of the alarms that it holds."""
    held = engine_of(draft).accounts.held_by(incident.id)
    return frozenset(draft.state.alarms[key].alarm_type for one in held for key in one.alarms)


def set_root(draft: Draft, incident: IncidentRow, hypothesis: Hypothesis, *, part_over: bool = False) -> None:
    """Move a live incident to another root, with all that this one explains.

    `part_over`: what is repaired beside it made it take down who called: they called for this, though it is over for
    them.
    """
    failed = failed_elements(draft, incident)
    incident.root = hypothesis.root
    incident.root_since_us = draft.now_us
    describe(draft, incident, hypothesis)
    if incident.status == "clearing":
        draft.disarm("hold", incident.id)
        incident.clearing_us, incident.over_us = None, 0
        incident.status = "open"
    dating.add(draft, incident, *dating.by_told(draft, hypothesis.speaks))
    verdict(draft, incident)
    hold(draft, incident, engine_of(draft).explained(hypothesis))
    told_at_its_end.opens(draft, incident)
    reclaim(draft)
    down = impact.refresh(draft, incident, new_root=True)
    draft.tell(facts.Changed(incident, down))
    if not part_over:
        complaints.let_go(draft, incident)
    complaints.link_waiting(draft, incident, announce=True)
    certainty.look_later(draft, incident)
    draft.put("incidents", incident.id, incident)
    look_beside(draft, incident, (*failed, *failed_elements(draft, incident)))

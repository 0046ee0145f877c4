"""The life of an incident: what alarms change under it, when it clears, and when it is back.

*Suspected* may change with every solve (`faults.verdicts`); *open* may not flap: it yields only to a parent that
explains clearly more, and then the oldest identity survives (`faults.reroot`). Ends are in `faults.ending`.
"""

from collections.abc import Collection

from correlator import facts
from correlator.events import DAY_US, SECOND_US
from correlator.incidents import complaints, dating, impact, side_by_side
from correlator.incidents.claims import add_member, give_up, in_rings, look_over, member_key, members_of, moved, reclaim
from correlator.inference.evidence import Evidence, mind
from correlator.inference.observations import Token
from correlator.inference.weighing import weigh_set
from correlator.rows.incidents import LIVE, AlarmRow, IncidentRow, IncidentStatus, Verdict
from correlator.state import Draft

SETTLED = (*LIVE, "resolved")
POINTING = ("fibre", "card", "direct")  # what names one of those that nothing else tells apart


def heed(draft: Draft) -> None:
    """What the alarms of this step changed: attach, count down, or wait for a solve."""
    evidence = mind(draft)
    news, evidence.news = evidence.news, []
    for what, row, token in news:
        match what:
            case "told" | "again":
                assert token is not None
                _told(draft, evidence, row, token)
            case "ended":
                _ended(draft, evidence, row, token)
            case "earlier":
                _began_earlier(draft, row)
            case "hazard":
                moved(draft, evidence, row)
    if evidence.cards_turned:
        turned, evidence.cards_turned = evidence.cards_turned, set()
        reclaim(draft, evidence)
        side_by_side.cards_turned(draft, turned)
    if evidence.dirty:
        arm_solve(draft)


def _told(draft: Draft, evidence: Evidence, row: AlarmRow, token: Token) -> None:
    owner = token.owner or evidence.owner_of(token) or _told_late(draft, evidence, token)
    if owner is not None:  # covered: O(1), this is what makes storms cheap
        if token.owner is None:
            evidence.own(token, owner)
        incident = draft.state.incidents[owner]
        attach(draft, row, incident)
        if token.kind in POINTING:
            moved(draft, evidence, row)
        if token.kind == "link_end" and evidence.card_owner:
            _grow(draft, evidence, incident)
        return
    row.incident = token.suspect
    moved(draft, evidence, row)


def _told_late(draft: Draft, evidence: Evidence, token: Token) -> str | None:
    """The incident that clears and would explain it, where it began before this one cleared."""
    if not evidence.ending:
        return None
    names = (evidence.ending[c] for c in (*token.plain, *token.explain) if c in evidence.ending)
    return next((name for name in names if token.first_us < _ended_us(draft.state.incidents[name])), None)


def _ended_us(incident: IncidentRow) -> int:
    """Since when an incident that clears is over: since the repair, where the crew says when that was."""
    return incident.repaired_us or incident.clearing_us or 0


def _grow(draft: Draft, evidence: Evidence, incident: IncidentRow) -> None:
    """A device with a dead card is broken where its links are dark: with each of them more may be down."""
    root = evidence.planner.candidate(incident.root)
    if root is not None and evidence.has_only_a_card_dead(root):
        draft.tell(facts.Changed(incident, impact.refresh(draft, incident, new_root=False)))
        complaints.link_waiting(draft, incident, announce=True)


def attach(draft: Draft, row: AlarmRow, incident: IncidentRow) -> None:
    """An alarm that a settled incident explains."""
    row.incident = incident.id
    draft.put("alarms", row.key, row)
    add_member(draft, row, incident)
    held = len(mind(draft).holdings.get(incident.id, ()))
    incident.peak = max(incident.peak, held)
    dating.add(draft, incident, row.first_us)
    draft.put("incidents", incident.id, incident)
    if incident.home:
        return
    if incident.status == "clearing" and not _is_clear(draft, incident) and _is_back(draft, incident):
        reopen(draft, incident)


def let_go(draft: Draft, incident: IncidentRow, tokens: Collection[Token]) -> None:
    """These never belonged to it: another incident explains them, or so far none does."""
    evidence = mind(draft)
    for token in sorted(tokens, key=lambda token: token.key):
        evidence.disown(token)
        if give_to_other(draft, incident, token):
            continue
        for row in (draft.state.alarms[key] for key in sorted(token.alarms)):
            draft.drop("members", member_key(incident.id, row))
            row.incident = None
            moved(draft, evidence, row)
    if any(token.first_us <= incident.down_since_us for token in tokens):
        _date_anew(draft, incident)
    if evidence.dirty:
        arm_solve(draft)


def give_to_other(draft: Draft, incident: IncidentRow, token: Token) -> bool:
    """To another incident that explains what this one has given up; False where there is none."""
    evidence = mind(draft)
    other = evidence.owner_of(token)
    if other is None or other == incident.id:
        return False
    evidence.own(token, other)
    for row in (draft.state.alarms[key] for key in sorted(token.alarms)):
        draft.drop("members", member_key(incident.id, row))
        attach(draft, row, draft.state.incidents[other])
    return True


def _date_anew(draft: Draft, incident: IncidentRow) -> None:
    """It began when the first of its alarms did, without those that have left it."""
    dating.date(draft, incident, [member.at_us for _, member in members_of(draft.state, incident.id)])
    draft.put("incidents", incident.id, incident)


def _ended(draft: Draft, evidence: Evidence, row: AlarmRow, token: Token | None) -> None:
    """`token`: what nobody tells any more; None where another alarm still tells it, or it never counted."""
    incident = draft.state.incidents.get(row.incident) if row.incident else None
    row.incident = None
    draft.put("alarms", row.key, row)
    if incident is None or incident.status not in SETTLED:
        if token is not None:
            moved(draft, evidence, row)
        return
    key = member_key(incident.id, row)
    member = draft.state.members.get(key)
    if member is not None:
        member.standing = False
        draft.put("members", key, member)
    if incident.status == "open" and not incident.home:
        _leave_out(draft, incident, row)
        if _is_clear(draft, incident):
            clear(draft, incident)
        else:
            draft.arm("nested", incident.id, draft.now_us + draft.world.policy.faults.nested_look_s * SECOND_US)


def _leave_out(draft: Draft, incident: IncidentRow, row: AlarmRow) -> None:
    """Word of its end came late: it was over before all else that the incident holds began, and is no part of it."""
    opened_us = incident.opened_us or 0
    if row.cleared_us >= opened_us or row.first_us > incident.first_event_us:
        return
    mine = member_key(incident.id, row)
    begun = [member.at_us for key, member in members_of(draft.state, incident.id) if key != mine]
    if begun and row.cleared_us < min(begun):
        draft.drop("members", mine)
        _date_anew(draft, incident)


def _began_earlier(draft: Draft, row: AlarmRow) -> None:
    incident = draft.state.incidents.get(row.incident) if row.incident else None
    mind(draft).date(row.key, row.first_us)
    if incident is None:
        return
    if incident.status in SETTLED:
        add_member(draft, row, incident)
    dating.add(draft, incident, row.first_us)
    draft.put("incidents", incident.id, incident)


def _is_clear(draft: Draft, incident: IncidentRow) -> bool:
    """At most a tenth of its peak still stands, and the root's own alarm is gone."""
    evidence = mind(draft)
    held = evidence.holdings.get(incident.id, set())
    if len(held) > incident.peak * draft.world.policy.faults.clearing_share:
        return False
    root = evidence.planner.candidate(incident.root)
    own = () if root is None else evidence.elements.family(root)[1]
    return not any(token.key[1] in own for token in held)


def _is_back(draft: Draft, incident: IncidentRow) -> bool:
    """What stands speaks for the root against all that it predicts and that is known to be up: no stray alarm does."""
    evidence = mind(draft)
    root = evidence.planner.candidate(incident.root)
    if root is None or incident.besides or incident.joined or incident.pinned_by is not None:
        return True
    weighed = weigh_set(evidence, root, list(evidence.holdings.get(incident.id, ())), draft.now_us, [incident.id])
    return weighed is not None and weighed.gain > weighed.prior


def clear(draft: Draft, incident: IncidentRow) -> None:
    """It clears; after the hold it is resolved. What is new below it is another fault, if it is not this one again."""
    impact.count_user_time(draft, incident)
    incident.clearing_us = draft.now_us
    set_status(draft, incident, "clearing")
    draft.disarm("nested", incident.id)
    give_up(draft, mind(draft), incident)
    draft.arm("hold", incident.id, draft.now_us + draft.world.policy.faults.hold_s * SECOND_US)


def reopen(draft: Draft, incident: IncidentRow) -> None:
    """What had cleared, or was resolved less than the window ago, is back."""
    was = incident.status
    draft.disarm("hold", incident.id)
    draft.disarm("reopen", incident.id)
    incident.clearing_us = incident.repaired_us = None
    incident.resolved_us = None
    incident.released = False
    evidence = mind(draft)
    evidence.live[incident.id] = None
    set_status(draft, incident, "open")
    incident.claimed = draft.count("claims")
    reclaim(draft, evidence)
    down = impact.refresh(draft, incident, new_root=False)
    draft.note(incident.id, "reopened", f"{incident.id} was {was} and is back", "a return within the window")
    if was == "resolved":
        draft.tell(facts.Reopened(incident, down))
    else:
        draft.tell(facts.Changed(incident, down))


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


def arm_solve(draft: Draft) -> None:
    """A solve is due soon after the first change since the last one; it is never put off again."""
    if draft.due_us("solve", "") is not None:
        return
    policy = draft.world.policy.faults
    counters = draft.state.counters
    solved_us, units = (counters[name].value if name in counters else 0 for name in ("solved_us", "units"))
    spaced_us = min(units * 1000 // policy.solve_units_per_ms, policy.solve_latest_ms * 1000)
    draft.arm("solve", "", max(draft.now_us + policy.solve_after_ms * 1000, solved_us + spaced_us))


def rebuild(draft: Draft, evidence: Evidence) -> None:
    """Fill the cache of holdings, suspects and claims from rows; the tokens are there already."""
    state = draft.state
    for incident in state.incidents.values():
        if incident.status in LIVE:
            evidence.live[incident.id] = None
        elif incident.status == "resolved":
            evidence.resolved[incident.id] = None
        if incident.status in SETTLED:
            evidence.holdings.setdefault(incident.id, set())
        if incident.status == "suspected":
            evidence.suspects.setdefault(incident.id, set())
            if incident.moved > evidence.solved:
                evidence.looks[incident.id] = None
            root = evidence.planner.candidate(incident.root)
            if root is not None:
                evidence.suspect_roots[root] = incident.id
    for key in sorted(evidence.by_alarm):
        name = state.alarms[key].incident
        token = evidence.by_alarm[key]
        if name is None or token.owner is not None or token.suspect is not None:
            continue
        if name in evidence.holdings:
            evidence.own(token, name)
        elif name in evidence.suspects:
            evidence.suspect(token, name)
    evidence.suffer(*in_rings(draft, evidence))  # nothing moved: it was so before
    reclaim(draft, evidence)
    evidence.cards_turned.clear()  # they are as they were
    look_over(draft, evidence)

"""The life of a verdict: suspected, open, clearing; its identity stays while its root moves.

*Suspected* may change with every solve; *open* may not flap: it yields only to a parent that explains clearly more,
and then the oldest identity survives (`faults.reroot`). Ends are in `faults.ending`.
"""

from collections.abc import Iterable

from correlator.care import desk
from correlator.events import SECOND_US
from correlator.faults import alarms, calls, explain, impact, planned
from correlator.faults.alarms import spoken_for
from correlator.faults.evidence import Evidence, mind
from correlator.faults.rows import AlarmRow, IncidentRow, IncidentStatus, MemberRow, Verdict
from correlator.faults.search import Hypothesis, explained_without_credit
from correlator.faults.tokens import Token
from correlator.faults.weigh import weigh_set
from correlator.state import Draft

LIVE = ("open", "clearing")
SETTLED = (*LIVE, "resolved")


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
                _moved(draft, evidence, row)
    if evidence.dirty:
        arm_solve(draft)


def _moved(draft: Draft, evidence: Evidence, row: AlarmRow) -> None:
    """What it speaks for is looked at in the next solve; the row says so, for after a crash."""
    row.moved = draft.step
    draft.put("alarms", row.key, row)
    evidence.dirty.update(spoken_for(evidence, row))


def _told(draft: Draft, evidence: Evidence, row: AlarmRow, token: Token) -> None:
    owner = token.owner or evidence.owner_of(token)
    if owner is not None:  # covered: O(1), this is what makes storms cheap
        if token.owner is None:
            evidence.own(token, owner)
        attach(draft, row, draft.state.incidents[owner])
        return
    row.incident = token.suspect
    _moved(draft, evidence, row)


def attach(draft: Draft, row: AlarmRow, incident: IncidentRow) -> None:
    """An alarm that a settled incident explains."""
    row.incident = incident.id
    draft.put("alarms", row.key, row)
    add_member(draft, row, incident)
    held = len(mind(draft).holdings.get(incident.id, ()))
    incident.peak = max(incident.peak, held)
    incident.first_event_us = min(incident.first_event_us, row.first_us)
    draft.put("incidents", incident.id, incident)
    if incident.status == "clearing" and not _is_clear(draft, incident) and _is_back(draft, incident):
        reopen(draft, incident)


def add_member(draft: Draft, row: AlarmRow, incident: IncidentRow) -> None:
    key = member_key(incident.id, row)
    draft.put("members", key, MemberRow(incident.id, row.key, row.first_id, row.first_us, row.active))


def member_key(incident: str, row: AlarmRow) -> str:
    return f"{incident}\x1f{row.key}\x1f{row.period}"


def _ended(draft: Draft, evidence: Evidence, row: AlarmRow, token: Token | None) -> None:
    """`token`: what nobody tells any more; None where another alarm still tells it, or it never counted."""
    incident = draft.state.incidents.get(row.incident) if row.incident else None
    row.incident = None
    draft.put("alarms", row.key, row)
    if incident is None or incident.status not in SETTLED:
        if token is not None:
            _moved(draft, evidence, row)
        return
    key = member_key(incident.id, row)
    member = draft.state.members.get(key)
    if member is not None:
        member.standing = False
        draft.put("members", key, member)
    if incident.status == "open":
        if _is_clear(draft, incident):
            clear(draft, incident)
        else:
            draft.arm("nested", incident.id, draft.now_us + draft.world.policy.faults.nested_look_s * SECOND_US)


def _began_earlier(draft: Draft, row: AlarmRow) -> None:
    incident = draft.state.incidents.get(row.incident) if row.incident else None
    mind(draft).date(row.key, row.first_us)
    if incident is None:
        return
    if incident.status in SETTLED:
        add_member(draft, row, incident)
    incident.first_event_us = min(incident.first_event_us, row.first_us)
    draft.put("incidents", incident.id, incident)


def _is_clear(draft: Draft, incident: IncidentRow) -> bool:
    """At most a tenth of its peak still stands, and the root's own alarm is gone."""
    evidence = mind(draft)
    held = evidence.holdings.get(incident.id, set())
    if len(held) > incident.peak * draft.world.policy.faults.clearing_share:
        return False
    root = evidence.planner.candidate(incident.root)
    return not any(token.key[1] == root for token in held)


def _is_back(draft: Draft, incident: IncidentRow) -> bool:
    """What stands speaks for the root against all that it predicts and that is known to be up: no stray alarm does."""
    evidence = mind(draft)
    root = evidence.planner.candidate(incident.root)
    if root is None or incident.besides or incident.pinned_by is not None:
        return True
    weighed = weigh_set(evidence, root, list(evidence.holdings.get(incident.id, ())), draft.now_us, [incident.id])
    return weighed is not None and weighed.gain > weighed.prior


def clear(draft: Draft, incident: IncidentRow) -> None:
    """It clears; after the hold it is resolved."""
    impact.count_user_time(draft, incident)
    incident.clearing_us = draft.now_us
    set_status(draft, incident, "clearing")
    draft.disarm("nested", incident.id)
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
    if was == "resolved":
        incident.claimed = draft.count("claims")
        reclaim(draft, evidence)
    down = impact.refresh(draft, incident, new_root=False)
    draft.note(incident.id, "reopened", f"{incident.id} was {was} and is back", "a return within the window")
    if was == "resolved":
        desk.incident_reopened(draft, incident, down)
    else:
        desk.incident_changed(draft, incident, down)


def set_status(draft: Draft, incident: IncidentRow, status: IncidentStatus) -> None:
    incident.status = status
    verdict(draft, incident)


def verdict(draft: Draft, incident: IncidentRow) -> None:
    """Write the change of status or root down."""
    last = incident.verdicts[-1] if incident.verdicts else None
    if last is None or (last.status, last.root) != (incident.status, incident.root):
        incident.verdicts.append(Verdict(draft.now_us, incident.status, incident.root))
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


# Publishing what a solve found


def publish(draft: Draft, hypotheses: list[Hypothesis], rethought: Iterable[str]) -> None:
    """Give each hypothesis the identity of the suspected incident with which it shares most; drop the others."""
    evidence = mind(draft)
    old = {name: set(evidence.suspects.get(name, ())) for name in sorted(rethought)}
    matches = _match(evidence, hypotheses, draft, old)
    for name, tokens in old.items():
        for token in tokens:
            evidence.suspect(token, None)
        root = evidence.planner.candidate(draft.state.incidents[name].root)
        assert root is not None
        evidence.suspect_roots.pop(root, None)
    for index, hypothesis in enumerate(hypotheses):
        if index not in matches and _is_sound(evidence, hypothesis, draft.now_us) and _returned(draft, hypothesis):
            continue
        _suspect(draft, evidence, hypothesis, matches.get(index))
    for name in old:
        if name not in matches.values():
            _dissolve(draft, evidence, draft.state.incidents[name])
    _mark_alarms(draft, evidence, {token for tokens in old.values() for token in tokens}, hypotheses)
    for hypothesis in hypotheses:
        root = hypothesis.weighed.candidate
        if root in evidence.suspect_roots:
            consider_settling(draft, draft.state.incidents[evidence.suspect_roots[root]], hypothesis)


def _match(
    evidence: Evidence, hypotheses: list[Hypothesis], draft: Draft, old: dict[str, set[Token]]
) -> dict[int, str]:
    """hypothesis (by index) -> suspected incident: same root first, then the most tokens in common, then the oldest."""
    offers: list[tuple[int, int, str, int]] = []
    for index, hypothesis in enumerate(hypotheses):
        mine = set(hypothesis.weighed.tokens)
        names = {evidence.planner.name_of(member) for member in hypothesis.weighed.members}
        for name, tokens in old.items():
            same = draft.state.incidents[name].root in names
            shared = len(mine & tokens)
            if same or shared:
                offers.append((0 if same else 1, -shared, name, index))
    matches: dict[int, str] = {}
    for _, _, name, index in sorted(offers):
        if index not in matches and name not in matches.values():
            matches[index] = name
    return matches


def _is_sound(evidence: Evidence, hypothesis: Hypothesis, now_us: int) -> bool:
    """It holds even if all who have not spoken so far stay silent."""
    if not evidence.resolved:
        return False
    weighed = weigh_set(evidence, hypothesis.weighed.candidate, hypothesis.weighed.tokens, now_us, [])
    return weighed is not None and weighed.gain > 0


def _returned(draft: Draft, hypothesis: Hypothesis) -> bool:
    """The same root as an incident that was resolved less than the window ago: it is back, under its own name."""
    evidence, weighed = mind(draft), hypothesis.weighed
    names = {evidence.planner.name_of(member) for member in weighed.members}
    known = [row for name in evidence.resolved if (row := draft.state.incidents[name]).root in names]
    if not known or planned.covered_until_us(draft, weighed.candidate) > draft.now_us:
        return False
    incident = max(known, key=lambda row: (row.resolved_us or 0, row.id))
    del evidence.resolved[incident.id]
    tokens = [*weighed.tokens, *explained_without_credit(evidence, weighed)]
    hold(draft, evidence, incident, weighed.members, tokens)
    reopen(draft, incident)
    calls.link_waiting(draft, incident, announce=True)
    return True


def _suspect(draft: Draft, evidence: Evidence, hypothesis: Hypothesis, name: str | None) -> None:
    weighed = hypothesis.weighed
    root = evidence.planner.name_of(weighed.candidate)
    tokens = [*weighed.tokens, *explained_without_credit(evidence, weighed)]
    first_us = min([token.first_us for token in tokens] or [calls.first_us(evidence, weighed.candidate, draft.now_us)])
    if name is None:
        incident = IncidentRow(
            id=draft.new_id("IN"),
            status="suspected",
            root=root,
            root_since_us=draft.now_us,
            suspected_us=draft.now_us,
            first_event_us=first_us,
        )
    else:
        incident = draft.state.incidents[name]
        incident.first_event_us = first_us
        if incident.root not in {evidence.planner.name_of(member) for member in weighed.members}:
            incident.root_since_us = draft.now_us
        incident.root = root
    describe(evidence, incident, hypothesis)
    for token in tokens:
        evidence.suspect(token, incident.id)
    evidence.suspects.setdefault(incident.id, set())
    evidence.suspect_roots[weighed.candidate] = incident.id
    incident.peak = max(incident.peak, len(tokens))
    verdict(draft, incident)


def describe(evidence: Evidence, incident: IncidentRow, hypothesis: Hypothesis) -> None:
    """Root's class, rivals, confidence and the explanation, on the row."""
    name = evidence.planner.name_of
    weighed = hypothesis.weighed
    incident.equivalent = tuple(sorted(name(member) for member in weighed.members))
    incident.confidence_ppm = hypothesis.confidence_ppm
    total = evidence.scores.add([0, weighed.gain, *(gain for _, gain in hypothesis.rivals)])
    incident.alternatives = tuple(
        (name(candidate), evidence.scores.share_ppm(gain - total)) for candidate, gain in hypothesis.rivals
    )
    incident.besides = tuple(name(candidate) for candidate in hypothesis.besides)
    incident.explanation = tuple(explain.lines(evidence, incident, hypothesis))


def _dissolve(draft: Draft, evidence: Evidence, incident: IncidentRow) -> None:
    """A suspicion that what is known now does not bear out."""
    for kind in ("look", "planned"):
        draft.disarm(kind, incident.id)
    evidence.suspects.pop(incident.id, None)
    incident.closed_us = draft.now_us
    set_status(draft, incident, "closed")


def _mark_alarms(draft: Draft, evidence: Evidence, old: set[Token], hypotheses: list[Hypothesis]) -> None:
    """Write on the alarms' rows which incident explains them so far, where that changed."""
    new = {token for h in hypotheses for token in (*h.weighed.tokens, *explained_without_credit(evidence, h.weighed))}
    for token in old | new:
        if token.owner is not None:
            continue
        for key in token.alarms:
            row = draft.state.alarms[key]
            if row.incident != token.suspect:
                row.incident = token.suspect
                draft.put("alarms", key, row)


def consider_settling(draft: Draft, incident: IncidentRow, hypothesis: Hypothesis) -> None:
    """Open it when it is old enough, or when nearly all it predicts is told and no other root comes near."""
    policy = draft.world.policy.faults
    evidence = mind(draft)
    until_us = planned.covered_until_us(draft, hypothesis.weighed.candidate)
    over = 0 < incident.planned_until_us <= draft.now_us  # the window has ended, and it still stands
    incident.planned_until_us = until_us
    draft.put("incidents", incident.id, incident)
    if until_us > draft.now_us:
        draft.arm("planned", incident.id, until_us)
        draft.disarm("look", incident.id)
        return
    age_us = draft.now_us - incident.root_since_us
    sure = (
        bool(hypothesis.weighed.tokens)
        and hypothesis.weighed.share >= policy.settle_share
        and hypothesis.odds >= round(policy.settle_odds * 1_000_000)
    )
    if sure or over or age_us >= policy.settle_s * SECOND_US:
        if _returned(draft, hypothesis):
            evidence.suspect_roots.pop(hypothesis.weighed.candidate, None)
            _dissolve(draft, evidence, incident)
        else:
            open_incident(draft, evidence, incident, hypothesis)
        return
    looks = [*policy.look_again_s, policy.settle_s]
    due = next((s for s in looks if s * SECOND_US > age_us), policy.settle_s)
    draft.arm("look", incident.id, incident.root_since_us + due * SECOND_US)


def open_incident(draft: Draft, evidence: Evidence, incident: IncidentRow, hypothesis: Hypothesis) -> None:
    """It is settled: ticket, notices, staff, RCA (SOP 4.3; `care.desk`)."""
    for kind in ("look", "planned"):
        draft.disarm(kind, incident.id)
    weighed = hypothesis.weighed
    incident.opened_us = draft.now_us
    incident.planned_until_us = 0
    evidence.live[incident.id] = None
    if evidence.suspect_roots.get(weighed.candidate) == incident.id:  # a person may open beside a suspicion
        del evidence.suspect_roots[weighed.candidate]
    hold(draft, evidence, incident, weighed.members, [*weighed.tokens, *explained_without_credit(evidence, weighed)])
    set_status(draft, incident, "open")
    down = impact.refresh(draft, incident, new_root=True)
    calls.link_waiting(draft, incident, announce=False)
    desk.incident_opened(draft, incident, down)
    draft.put("incidents", incident.id, incident)


def hold(
    draft: Draft, evidence: Evidence, incident: IncidentRow, members: tuple[int, ...], tokens: Iterable[Token]
) -> None:
    """The incident takes these tokens and all that its root explains from now on."""
    for token in list(tokens):
        evidence.own(token, incident.id)
        for key in sorted(token.alarms):
            row = draft.state.alarms[key]
            row.incident = incident.id
            draft.put("alarms", key, row)
            add_member(draft, row, incident)
    evidence.suspects.pop(incident.id, None)
    evidence.holdings.setdefault(incident.id, set())
    incident.peak = max(incident.peak, len(evidence.holdings[incident.id]))
    incident.claimed = draft.count("claims")
    live = (draft.state.incidents[name] for name in evidence.live if name != incident.id)
    before = [row for row in live if not row.released]
    claim(evidence, incident, members, before)
    suffer(draft, evidence)
    _absorb(draft, evidence, incident, members)


def _absorb(draft: Draft, evidence: Evidence, incident: IncidentRow, members: tuple[int, ...]) -> None:
    """What is free and explained now goes under the incident; a suspicion that rested on it is thought over."""
    free = {token for member in members for token in evidence.free.get(member, ())}
    for token in sorted(free, key=lambda token: token.key):
        if evidence.owner_of(token) != incident.id:
            continue
        rested = token.suspect is not None
        evidence.own(token, incident.id)
        for key in sorted(token.alarms):
            row = draft.state.alarms[key]
            row.incident = incident.id
            draft.put("alarms", key, row)
            add_member(draft, row, incident)
            if rested:
                _moved(draft, evidence, row)


def claim(evidence: Evidence, incident: IncidentRow, members: tuple[int, ...], before: list[IncidentRow]) -> None:
    """It explains what its root takes down, and what this does together with those that were claimed `before`."""
    if not 0 <= members[0] < len(evidence.topology.ids):
        evidence.claim(incident.id, members, (), ())
        return
    near: list[int] = []
    own = evidence.elements.ties(members[0])
    if own:
        roots = [root for row in before if (root := evidence.planner.candidate(row.root)) is not None and root >= 0]
        near = [root for root in roots if not own.isdisjoint(evidence.elements.ties(root))]
    fallen = evidence.neighbours.fallen(tuple(sorted({members[0], *near})))
    evidence.claim(incident.id, members, fallen.intervals, fallen.links)


def reclaim(draft: Draft, evidence: Evidence) -> None:
    """All claims anew, in the order in which they were made; after one ended, and after a crash."""
    evidence.forget_claims()
    rows = [row for row in draft.state.incidents.values() if row.status in LIVE and not row.released]
    before: list[IncidentRow] = []
    for incident in sorted(rows, key=lambda row: (row.claimed, row.id)):
        root = evidence.planner.candidate(incident.root)
        if root is not None:
            claim(evidence, incident, evidence.elements.family(root)[1], before)
            before.append(incident)
    suffer(draft, evidence)


def suffer(draft: Draft, evidence: Evidence) -> None:
    """The live roots changed: what others cut off together with them is thought over."""
    changed = evidence.suffer(_in_rings(draft, evidence))
    for token in changed:
        for key in token.alarms if token.owner is None else ():
            row = draft.state.alarms[key]
            row.moved = draft.step
            draft.put("alarms", key, row)
    if changed:
        look_over(draft, evidence)


def _in_rings(draft: Draft, evidence: Evidence) -> list[int]:
    """Roots of live incidents that have failed in meshed parts of the network."""
    live = (draft.state.incidents[name] for name in evidence.live)
    roots = (evidence.planner.candidate(row.root) for row in live if not row.released)
    return [root for root in roots if root is not None and evidence.elements.ties(root)]


def look_over(draft: Draft, evidence: Evidence) -> None:
    """The candidates to look at in the next solve, from the rows that moved since the last."""
    evidence.dirty.clear()
    alarms.look_over(evidence, draft)
    calls.look_over(draft, evidence)


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
    evidence.suffer(_in_rings(draft, evidence))  # nothing moved: it was so before
    reclaim(draft, evidence)
    look_over(draft, evidence)

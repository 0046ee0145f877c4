"""From what a solve found to incidents: which suspicion it is, whether it is sure enough to open.

*Suspected* may change with every solve, and keeps the identity of what it shares most with; what is settled is opened
once, or is one that was resolved a moment ago and is back.
"""

from collections.abc import Iterable

from correlator import facts
from correlator.alarms import maintenance
from correlator.events import SECOND_US
from correlator.incidents import complaints, dating, impact
from correlator.incidents.claims import hold
from correlator.incidents.lifecycle import reopen, set_status, verdict
from correlator.inference import explain
from correlator.inference.evidence import Evidence, mind
from correlator.inference.observations import Token
from correlator.inference.search import Hypothesis, all_explained
from correlator.rows.incidents import IncidentRow
from correlator.state import Draft


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
    told = {token for hypothesis in hypotheses for token in all_explained(evidence, hypothesis.weighed)}
    for index, hypothesis in enumerate(hypotheses):
        match = matches.get(index)
        before = old[match] if match else set()
        _suspect(draft, evidence, hypothesis, match, before if before <= told else set())
    for name in old:
        if name not in matches.values():
            _dissolve(draft, evidence, draft.state.incidents[name])
    _mark_alarms(draft, evidence, {token for tokens in old.values() for token in tokens}, hypotheses)
    roots = evidence.suspect_roots  # in the order of their names: of two that open at once it decides which is later
    for hypothesis in sorted(hypotheses, key=lambda h: roots.get(h.weighed.candidate, "")):
        if hypothesis.weighed.candidate in roots:
            consider_settling(draft, draft.state.incidents[roots[hypothesis.weighed.candidate]], hypothesis)


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


def _returned(draft: Draft, hypothesis: Hypothesis) -> bool:
    """The same root as an incident that clears, or was resolved less than the window ago: it is back, as itself."""
    evidence, weighed = mind(draft), hypothesis.weighed
    names = {evidence.planner.name_of(member) for member in weighed.members}
    ended = [draft.state.incidents[name] for name in (*evidence.resolved, *evidence.live)]
    known = [row for row in ended if row.status != "open" and row.root in names and not row.home]
    if not known or maintenance.covered_until_us(draft, weighed.candidate) > draft.now_us:
        return False
    incident = max(known, key=lambda row: (row.status == "clearing", row.resolved_us or 0, row.id))
    evidence.resolved.pop(incident.id, None)
    tokens = all_explained(evidence, weighed)
    hold(draft, evidence, incident, weighed.members, tokens)
    reopen(draft, incident)
    complaints.link_waiting(draft, incident, announce=True)
    return True


def _suspect(draft: Draft, evidence: Evidence, hypothesis: Hypothesis, name: str | None, before: set[Token]) -> None:
    """`before`: what the suspicion of this name rested on, where all of it is still explained.

    A root is as old as the evidence that it stands on, also where this parts into that of two faults.
    """
    weighed = hypothesis.weighed
    root = evidence.planner.name_of(weighed.candidate)
    tokens = all_explained(evidence, weighed)
    times = [token.first_us for token in tokens] or [complaints.first_us(evidence, weighed.candidate, draft.now_us)]
    if name is None:
        incident = IncidentRow(
            id=draft.new_id("IN"),
            status="suspected",
            root=root,
            root_since_us=draft.now_us,
            suspected_us=draft.now_us,
            first_event_us=draft.now_us,
        )
    else:
        incident = draft.state.incidents[name]
        same_root = incident.root in {evidence.planner.name_of(member) for member in weighed.members}
        unchanged = before >= set(tokens) and incident.rested_on == len(before)
        if not same_root and not unchanged:
            incident.root_since_us = draft.now_us
        incident.root = root
    dating.date(draft, incident, times)
    describe(evidence, incident, hypothesis)
    for token in tokens:
        evidence.suspect(token, incident.id)
    evidence.suspects.setdefault(incident.id, set())
    evidence.suspect_roots[weighed.candidate] = incident.id
    incident.peak = max(incident.peak, len(tokens))
    incident.rested_on = len(tokens)
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
    for kind in ("look", "planned", "keep"):
        draft.disarm(kind, incident.id)
    evidence.suspects.pop(incident.id, None)
    incident.closed_us = draft.now_us
    set_status(draft, incident, "closed")


def _mark_alarms(draft: Draft, evidence: Evidence, old: set[Token], hypotheses: list[Hypothesis]) -> None:
    """Write on the alarms' rows which incident explains them so far, where that changed."""
    new = {token for h in hypotheses for token in all_explained(evidence, h.weighed)}
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
    until_us = maintenance.covered_until_us(draft, hypothesis.weighed.candidate)
    over = 0 < incident.planned_until_us <= draft.now_us  # the window has ended, and it still stands
    incident.planned_until_us = until_us
    draft.put("incidents", incident.id, incident)
    if until_us > draft.now_us:
        draft.arm("planned", incident.id, until_us)
        draft.disarm("look", incident.id)
        return
    age_us = draft.now_us - incident.root_since_us
    if evidence.is_anothers(hypothesis.weighed.candidate):
        draft.tell(facts.RootElsewhere(incident, hypothesis, age_us))
        return
    if evidence.share is not None:
        draft.disarm("keep", incident.id)
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
    look_again_later(draft, incident, age_us)


def look_again_later(draft: Draft, incident: IncidentRow, age_us: int) -> None:
    """The older a suspicion, the more its silence says: when the next look is due."""
    policy = draft.world.policy.faults
    looks = [*policy.look_again_s, policy.settle_s]
    due = next((s for s in looks if s * SECOND_US > age_us), policy.settle_s)
    draft.arm("look", incident.id, incident.root_since_us + due * SECOND_US)


def open_incident(draft: Draft, evidence: Evidence, incident: IncidentRow, hypothesis: Hypothesis) -> None:
    """It is settled: ticket, notices, staff, RCA (SOP 4.3)."""
    for kind in ("look", "planned", "keep"):
        draft.disarm(kind, incident.id)
    weighed = hypothesis.weighed
    incident.opened_us = draft.now_us
    incident.planned_until_us = 0
    evidence.live[incident.id] = None
    if evidence.suspect_roots.get(weighed.candidate) == incident.id:  # a person may open beside a suspicion
        del evidence.suspect_roots[weighed.candidate]
    hold(draft, evidence, incident, weighed.members, all_explained(evidence, weighed))
    set_status(draft, incident, "open")
    down = impact.refresh(draft, incident, new_root=True)
    complaints.link_waiting(draft, incident, announce=False)
    draft.tell(facts.Opened(incident, down))
    draft.put("incidents", incident.id, incident)

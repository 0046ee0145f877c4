"""A settled root that sees new evidence: does a parent explain all of it clearly better? Then incidents merge.

The oldest identity survives and takes the parent as its root; the others are merged into it (inference, re-open test).
A root that a person pinned is left alone.
"""

from collections.abc import Iterable
from itertools import islice

from correlator import facts
from correlator.events import SECOND_US
from correlator.incidents import claims, complaints, dating, impact, lifecycle, settling
from correlator.incidents.side_by_side import look_beside
from correlator.inference.evidence import Evidence, mind
from correlator.inference.observations import Token
from correlator.inference.search import Hypothesis, all_explained
from correlator.inference.weighing import Weighed, weigh_set
from correlator.rows.incidents import LIVE, IncidentRow
from correlator.state import Draft


def retest(draft: Draft, changed: set[int], hypotheses: list[Hypothesis]) -> list[Hypothesis]:
    """The hypotheses that remain, after parents took over those they explain better."""
    evidence = mind(draft)
    _heed_names(draft, evidence, changed)
    parents = sorted(c for c in changed if c in evidence.owned_worth and c in evidence.free_worth)
    offers: list[tuple[int, str, Weighed, list[str]]] = []
    for candidate in _likeliest(evidence, parents):
        offer = _offer(draft, evidence, candidate, hypotheses)
        if offer is not None:
            offers.append((-offer[0], evidence.planner.name_of(candidate), offer[1], offer[2]))
    done: set[str] = set()
    left = list(hypotheses)
    for _, _, weighed, names in sorted(offers, key=lambda offer: offer[:2]):
        if done.isdisjoint(names):
            done.update(names)
            take_over(draft, weighed, names)
            left = _apart(draft, left, set(weighed.tokens))
    return left


def _heed_names(draft: Draft, evidence: Evidence, changed: set[int]) -> None:
    """A fibre monitor, or a dead card, names one of those that nothing else tells apart: that is the root now."""
    named = sorted({evidence.root_owner[one] for one in changed if one in evidence.root_owner})
    for incident in (draft.state.incidents[name] for name in named):
        root = evidence.planner.candidate(incident.root)
        if incident.status != "open" or incident.pinned_by is not None or incident.home or root is None:
            continue
        held, members = evidence.holdings[incident.id], evidence.elements.family(root)[1]
        if len({evidence.owned_worth.get(member) for member in members}) == 1:
            continue
        spoken = {m: sum(t.worth for t in held if m in t.credit) for m in members}
        best = max(spoken.values(), default=0)
        if not spoken or spoken[root] == best:
            continue
        name, prior = evidence.planner.name_of, evidence.elements.prior
        likeliest = min((m for m in spoken if spoken[m] == best), key=lambda m: (-prior(m), name(m)))
        tokens = [token for token in held if likeliest in token.credit]
        weighed = weigh_set(evidence, likeliest, tokens, draft.now_us, [incident.id])
        if weighed is not None:
            rest = _unexplained(evidence, likeliest, held)
            set_root(draft, incident, Hypothesis(weighed, [], incident.confidence_ppm))
            lifecycle.let_go(draft, incident, rest)


def _apart(draft: Draft, hypotheses: list[Hypothesis], taken: set[Token]) -> list[Hypothesis]:
    """Those that share no evidence with what was taken over; what else the others explained is solved anew."""
    evidence, left = mind(draft), []
    for hypothesis in hypotheses:
        if taken.isdisjoint(hypothesis.weighed.tokens):
            left.append(hypothesis)
            continue
        for token in (token for token in hypothesis.weighed.tokens if token.owner is None):
            for key in sorted(token.alarms):
                row = draft.state.alarms[key]
                row.moved = draft.step
                draft.put("alarms", key, row)
            evidence.dirty.update(token.credit)
    return left


def _likeliest(evidence: Evidence, candidates: list[int]) -> list[int]:
    """One of each class: for whom most speaks (a fibre monitor tells a duct from the site behind it), then by rate."""
    first: dict[tuple[int, ...], tuple[int, int, str, int]] = {}
    for one in candidates:
        spoken = evidence.free_worth.get(one, 0) + evidence.owned_worth.get(one, 0)
        offer = (-spoken, -evidence.elements.prior(one), evidence.planner.name_of(one), one)
        members = evidence.elements.family(one)[1]
        first[members] = min(first.get(members, offer), offer)
    return sorted(offer[-1] for offer in first.values())


def _offer(
    draft: Draft, evidence: Evidence, candidate: int, hypotheses: list[Hypothesis]
) -> tuple[int, Weighed, list[str]] | None:
    """How much better it is as the one root of what it touches; None where it is not."""
    free = evidence.free.get(candidate, set())
    owned = evidence.owned.get(candidate, set())
    bound = evidence.free_worth.get(candidate, 0) + evidence.owned_worth.get(candidate, 0)
    if not free or bound + evidence.elements.family(candidate)[2] + evidence.scores.planned <= 0:
        return None
    touched = [name for name in _touched(draft, evidence, candidate, owned) if _at_once(draft, evidence, name, free)]
    names = [name for name in touched if _is_nothing_besides(draft, evidence, candidate, name, free)]
    if not names or candidate in evidence.root_owner or evidence.is_anothers(candidate):
        return None
    tokens = [*free, *(token for token in owned if token.owner in names)]
    weighed = weigh_set(evidence, candidate, tokens, draft.now_us, names)
    if weighed is None:
        return None
    kept = sum(_gain_now(draft, evidence, draft.state.incidents[name]) for name in names)
    mine = set(tokens)
    kept += sum(_lost(h, mine) for h in hypotheses)
    better = weighed.gain - kept
    evidence.units += len(tokens)
    return (better, weighed, names) if better > round(draft.world.policy.faults.reroot_odds * 1_000_000) else None


def _lost(hypothesis: Hypothesis, mine: set[Token]) -> int:
    """What the hypothesis gains less without the tokens that it would lose."""
    gain = hypothesis.weighed.gain
    taken = sum(token.worth for token in hypothesis.weighed.tokens if token in mine)
    return max(0, gain) - max(0, gain - taken)


def swallowed(draft: Draft, evidence: Evidence, candidate: int, owned: set[Token]) -> list[str]:
    """Live incidents of which it explains all that stands, or is the root already; none pinned by a person."""
    touched = _touched(draft, evidence, candidate, owned)
    return [name for name in touched if not _rest(draft, evidence, candidate, name)]


def _touched(draft: Draft, evidence: Evidence, candidate: int, owned: set[Token]) -> list[str]:
    """Live incidents with evidence that speaks for it, or of which it is the root already; none pinned by a person.

    `owned`: what speaks for the candidate of all that settled incidents hold.
    """
    names = []
    for name in sorted({token.owner for token in owned if token.owner is not None}):
        incident = draft.state.incidents[name]
        same = incident.status == "open" or evidence.ending.get(candidate) == name  # what clears takes no other root
        ours = incident.pinned_by is None and not incident.home
        if incident.status in LIVE and same and ours:
            names.append(name)
    return names


def _rest(draft: Draft, evidence: Evidence, candidate: int, name: str) -> list[Token]:
    """What the incident rests on and does not speak for the candidate; of more than two, any two."""
    if evidence.planner.candidate(draft.state.incidents[name].root) == candidate:
        return []
    owned = evidence.owned.get(candidate, ())
    left = (token for token in evidence.holdings.get(name, ()) if token.credit and token not in owned)
    return list(islice(left, 2))


def _is_nothing_besides(draft: Draft, evidence: Evidence, candidate: int, name: str, free: set[Token]) -> bool:
    """It has just opened, began as the candidate did, and all that the candidate leaves of it is a stray word.

    Not so where that was told meanwhile by one whom the candidate would have cut off: it speaks against the candidate.
    """
    incident, rest = draft.state.incidents[name], _rest(draft, evidence, candidate, name)
    root = evidence.planner.candidate(incident.root)
    if not rest or root is None:
        return not rest
    held, fresh_us = evidence.holdings[name], evidence.policy.fresh_s * SECOND_US
    if len(rest) > 1 or not _opened_just_now(draft, incident) or len(held) < incident.peak:
        return False
    since_us = min(token.first_us for token in held if candidate in token.credit)
    if since_us < max(token.first_us for token in free) - fresh_us:
        return False
    if candidate in rest[0].explain and rest[0].first_us >= since_us - fresh_us:
        return False
    alone = weigh_set(evidence, root, rest, draft.now_us, [name])
    return alone is None or alone.gain <= 0


def _opened_just_now(draft: Draft, incident: IncidentRow) -> bool:
    opened_us = incident.opened_us or draft.now_us
    return draft.now_us - opened_us <= draft.world.policy.faults.reroot_within_s * SECOND_US


def _unexplained(evidence: Evidence, candidate: int, tokens: Iterable[Token]) -> list[Token]:
    """What neither speaks for the candidate nor tells of a link that is down with it."""
    predicted = evidence.predicted(candidate)
    down = set(predicted.down.links) if predicted is not None else set()
    return [token for token in tokens if token.credit and candidate not in token.credit and token.link not in down]


def _at_once(draft: Draft, evidence: Evidence, name: str, free: set[Token]) -> bool:
    """What is new began, or came, close to what the incident holds: what one failure does is told within minutes.

    By the sources' clocks or by ours: one of theirs may be wrong.
    """
    most_us = draft.world.policy.faults.reroot_within_s * SECOND_US
    newest_us = max(token.first_us for token in free)
    apart_us = min((abs(newest_us - token.first_us) for token in evidence.holdings.get(name, ())), default=0)
    return apart_us <= most_us or _opened_just_now(draft, draft.state.incidents[name])


def _gain_now(draft: Draft, evidence: Evidence, incident: IncidentRow) -> int:
    root = evidence.planner.candidate(incident.root)
    if root is None:
        return 0
    tokens = list(evidence.holdings.get(incident.id, ()))
    weighed = weigh_set(evidence, root, tokens, draft.now_us, [incident.id])
    return max(0, weighed.gain) if weighed else 0


def take_over(draft: Draft, weighed: Weighed, names: list[str]) -> None:
    """The parent becomes the root of the oldest of these incidents; the others merge into it."""
    evidence = mind(draft)
    oldest = draft.state.incidents[min(names, key=lambda n: (draft.state.incidents[n].opened_us or 0, n))]
    moving = [name for name in names if draft.state.incidents[name].root != evidence.planner.name_of(weighed.candidate)]
    rest = _unexplained(evidence, weighed.candidate, [one for name in moving for one in evidence.holdings[name]])
    for name in names:
        if name != oldest.id:
            merge(draft, draft.state.incidents[name], oldest)
    was = oldest.root
    set_root(draft, oldest, Hypothesis(weighed, [], evidence.scores.confidence_ppm(weighed.gain, [])))
    lifecycle.let_go(draft, oldest, rest)
    draft.note(oldest.id, "rerooted", f"{oldest.id}: {oldest.root} explains clearly more than {was}")


def set_root(draft: Draft, incident: IncidentRow, hypothesis: Hypothesis) -> None:
    """Move a live incident to another root, with all that this one explains."""
    evidence = mind(draft)
    weighed = hypothesis.weighed
    failed = impact.failed_elements(evidence, incident)
    incident.root = evidence.planner.name_of(weighed.candidate)
    incident.root_since_us = draft.now_us
    settling.describe(evidence, incident, hypothesis)
    if incident.status == "clearing":
        draft.disarm("hold", incident.id)
        incident.clearing_us = None
        incident.status = "open"
    dating.add(draft, incident, *(token.first_us for token in weighed.tokens))
    lifecycle.verdict(draft, incident)
    tokens = all_explained(evidence, weighed)
    claims.hold(draft, evidence, incident, weighed.members, tokens)
    claims.reclaim(draft, evidence)
    down = impact.refresh(draft, incident, new_root=True)
    draft.tell(facts.Changed(incident, down))
    complaints.link_waiting(draft, incident, announce=True)
    draft.put("incidents", incident.id, incident)
    look_beside(draft, incident, (*failed, *impact.failed_elements(evidence, incident)))


def merge(draft: Draft, gone: IncidentRow, survivor: IncidentRow) -> None:
    """One incident becomes part of another: its lists, impact and children move (contract, section 3)."""
    evidence = mind(draft)
    for kind in ("hold", "reopen", "nested", "look", "planned"):
        draft.disarm(kind, gone.id)
    for token in list(evidence.holdings.get(gone.id, ())) + list(evidence.suspects.get(gone.id, ())):
        claims.take(draft, evidence, token, survivor)
    for key, member in claims.members_of(draft.state, gone.id):
        draft.drop("members", key)
        member.incident = survivor.id
        draft.put("members", f"{survivor.id}{key[len(gone.id) :]}", member)
    for complaint in [row for row in draft.state.complaints.values() if row.incident == gone.id]:
        complaint.incident = survivor.id
        draft.put("complaints", complaint.id, complaint)
    evidence.holdings.pop(gone.id, None)
    evidence.suspects.pop(gone.id, None)
    evidence.live.pop(gone.id, None)
    evidence.resolved.pop(gone.id, None)
    impact.count_user_time(draft, gone)
    survivor.user_us += gone.user_us
    survivor.joined = tuple(dict.fromkeys((*survivor.joined, *gone.joined)))
    survivor.first_event_us = min(survivor.first_event_us, gone.first_event_us)
    survivor.down_since_us = min(survivor.down_since_us, gone.down_since_us)
    survivor.peak = max(survivor.peak, len(evidence.holdings.get(survivor.id, ())))
    gone.merged_into = survivor.id
    gone.closed_us = draft.now_us
    gone.services_down = gone.services_at_risk = gone.customers_down = gone.down_now = 0
    lifecycle.set_status(draft, gone, "merged")
    draft.drop("audiences", gone.id)
    draft.put("incidents", survivor.id, survivor)
    draft.tell(facts.Merged(survivor, gone))

"""A settled root that sees new evidence: does a parent explain all of it clearly better? Then incidents merge.

The oldest identity survives and takes the parent as its root; the others are merged into it (inference, re-open test).
A root that a person pinned is left alone.
"""

from correlator.events import SECOND_US
from correlator.incidents import certainty, complaints, lifecycle, observing, settling
from correlator.incidents.index import engine_of, index_of, standing
from correlator.incidents.together import back_again, beside_a_cut, called_first
from correlator.incidents.together.merging import merge
from correlator.inference.port import Diagnosis, Held, Hypothesis, Observation, TakeOver
from correlator.state import Draft

OUTDONE_PPM = 990_000  # so sure is a rival that moves what is open


def retest(draft: Draft, diagnosis: Diagnosis) -> list[Hypothesis]:
    """The hypotheses that remain, after parents took over those they explain better."""
    engine = engine_of(draft)
    _heed_names(draft, diagnosis)
    done: set[str] = set()
    left = list(diagnosis.hypotheses)
    for offer in engine.better(diagnosis, lambda name: standing(draft.state.incidents[name]), draft.now_us):
        if done.isdisjoint(offer.incidents):
            done.update(offer.incidents)
            take_over(draft, offer)
            left = _apart(draft, left, set(offer.hypothesis.speaks))
    return left


def beside_what_failed(draft: Draft) -> None:
    """What callers alone tell of, and a word tells of that takes them down beside what had failed before."""
    for incident, found in beside_a_cut.told(draft):
        was, found.confidence_ppm = incident.root, min(found.confidence_ppm, incident.confidence_ppm)
        settling.set_root(draft, incident, found)
        draft.note(incident.id, "rerooted", f"{incident.id}: beside what had failed, {found.root} rather than {was}")


def heard_again(draft: Draft, name: str) -> None:
    """More have called under an incident that rests on callers alone: its place is known better by now.

    While the first of them still count: late callers alone would move it to where they live. What it holds besides is
    of customers' own devices (`claims.count_most`).
    """
    incident, engine = draft.state.incidents[name], engine_of(draft)
    young = draft.now_us - incident.first_event_us <= draft.world.policy.faults.call_windows_s[-1] * SECOND_US
    if incident.status != "open" or not young or incident.peak:
        return
    calls = [complaints.as_told(draft, row) for row in complaints.of_incident(draft, incident)]
    found = engine.heard_again(standing(incident), calls, draft.now_us)
    if found is None:
        return
    if incident.root in found.members:
        settling.describe(draft, incident, found)
        draft.put("incidents", name, incident)
    else:
        was, rest = incident.root, engine.roots.beyond(found.root, engine.accounts.held_by(name))
        settling.set_root(draft, incident, found)
        lifecycle.let_go(draft, incident, rest)
        draft.note(name, "rerooted", f"{name}: by who has called since, {found.root} rather than {was}")


def looked_at(draft: Draft, name: str) -> None:
    """How sure it is was looked at: where one of its rivals is all but certain by now, and explains all, that is it."""
    certainty.look(draft, name)
    incident, engine = draft.state.incidents[name], engine_of(draft)
    rival, ppm = incident.alternatives[0] if incident.alternatives else ("", 0)
    if incident.status != "open" or incident.ended_us or not standing(incident).movable or ppm < OUTDONE_PPM:
        return  # of what ends only a part stands
    held = list(engine.accounts.held_by(name))
    taken = any(rival in (row.root, *row.joined) for row in map(draft.state.incidents.get, index_of(draft).live) if row)
    if taken or not engine.roots.is_ours(rival) or engine.roots.beyond(rival, held):
        return
    calls = [complaints.as_told(draft, row) for row in complaints.of_incident(draft, incident)]
    found = engine.judge(rival, held, draft.now_us, Held([name], calls))
    if found is not None and found.odds > 0:
        was = incident.root
        settling.set_root(draft, incident, found)
        draft.note(name, "rerooted", f"{name}: by all that is told now, {found.root} rather than {was}")


def _heed_names(draft: Draft, diagnosis: Diagnosis) -> None:
    """A fibre monitor, or a dead card, names one of those that nothing else tells apart: that is the root now."""
    engine = engine_of(draft)
    for incident in (draft.state.incidents[name] for name in diagnosis.renamed):
        found = engine.sharper(standing(incident), draft.now_us)
        if found is not None:
            rest = engine.roots.beyond(found.root, engine.accounts.held_by(incident.id))
            found.confidence_ppm = incident.confidence_ppm
            settling.set_root(draft, incident, found)
            lifecycle.let_go(draft, incident, rest)


def _apart(draft: Draft, hypotheses: list[Hypothesis], taken: set[Observation]) -> list[Hypothesis]:
    """Those that share no evidence with what was taken over; what else the others explained is searched anew."""
    left = []
    for hypothesis in hypotheses:
        if taken.isdisjoint(hypothesis.speaks):
            left.append(hypothesis)
            continue
        for one in (one for one in hypothesis.speaks if one.owner is None):
            observing.touch_again(draft, one)
    return left


def take_over(draft: Draft, offer: TakeOver) -> None:
    """The parent becomes the root of the oldest of these incidents; the others merge into it.

    Where that parent had failed before and clears, it is back: one of these too.
    """
    engine, found = engine_of(draft), offer.hypothesis
    back = back_again.of_this(draft, found)
    names = [*offer.incidents, *(row.id for row in called_first.of_this(draft, found))]
    if back is not None and back.id not in names:
        names.append(back.id)
    oldest = draft.state.incidents[min(names, key=lambda n: (draft.state.incidents[n].opened_us or 0, n))]
    moving = [name for name in names if draft.state.incidents[name].root != found.root]
    rest = engine.roots.beyond(found.root, [one for name in moving for one in engine.accounts.held_by(name)])
    for name in names:
        if name != oldest.id:
            merge(draft, draft.state.incidents[name], oldest)
    was = oldest.root
    if oldest is back:
        back_again.goes_on(draft, oldest, found)
    else:
        settling.set_root(draft, oldest, found)
        draft.note(oldest.id, "rerooted", f"{oldest.id}: {oldest.root} explains clearly more than {was}")
    lifecycle.let_go(draft, oldest, rest)

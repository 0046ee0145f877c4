"""One solve: gather what changed, choose, try islands and parents, publish. A deadline steps it; it counts its work."""

from correlator.alarms import maintenance
from correlator.incidents import lifecycle, rerooting, settling
from correlator.inference import islands
from correlator.inference.evidence import mind
from correlator.inference.search import choose, gather
from correlator.state import CounterRow, Draft


def run(draft: Draft) -> None:
    evidence = mind(draft)
    evidence.units = 0
    looks = [name for name in evidence.looks if name in evidence.suspects]
    evidence.looks.clear()
    for name in looks:
        root = evidence.planner.candidate(draft.state.incidents[name].root)
        if root is not None:
            evidence.dirty.add(root)
    near = islands.near(evidence)
    changed = evidence.dirty.copy()
    region = gather(evidence, evidence.suspects, evidence.suspect_roots, draft.now_us)
    region.suspects.update(looks)
    solved = draft.step
    evidence.solved = solved
    draft.step = draft.count("step")  # what publishing changes is for the next solve, and its rows say so
    hypotheses = choose(evidence, region, draft.now_us)
    hypotheses = islands.join(evidence, hypotheses, near, draft.now_us)
    if evidence.live:
        hypotheses = rerooting.retest(draft, changed, hypotheses)
    settling.publish(draft, hypotheses, {name for name in region.suspects if name in evidence.suspects})
    for name, value in (("solved", solved), ("solved_us", draft.now_us), ("units", evidence.units)):
        draft.put("counters", name, CounterRow(value))
    if evidence.dirty:
        lifecycle.arm_solve(draft)
    draft.count("solves")


def look_again(draft: Draft, name: str) -> None:
    """A suspected incident is older: silence matures. The next solve takes it along; none is made for it alone."""
    incident = draft.state.incidents[name]
    if incident.status == "suspected":
        incident.moved = draft.step
        draft.put("incidents", name, incident)
        mind(draft).looks[name] = None
        lifecycle.arm_solve(draft)


def window_ended(draft: Draft, name: str) -> None:
    """Planned work over a suspected incident ends: what still stands is a fault, now."""
    maintenance.refresh(draft)
    if draft.state.incidents[name].status == "suspected":
        mind(draft).looks[name] = None
        run(draft)

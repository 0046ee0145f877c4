"""Faults that are hidden behind another, and faults that no source tells."""

from __future__ import annotations

from bench.accuracy.calls import ordinary
from bench.accuracy.case import Case, Draft, stamp
from bench.accuracy.cells.made import drafted, stage
from bench.accuracy.cells.shares import CALLING, FEWEST, KINDS, STRANGERS
from bench.accuracy.faults import draw, fault, pools
from bench.accuracy.timeline import Losses, spoken


def nested(seed: int, graph: str) -> Case:
    """The second breaks below the first and speaks only when that is repaired."""
    where = stage(graph, "usual", seed)
    draft = drafted("nested", seed, where, 6000.0)
    rng = draft.rng
    first, second = _behind(draft)
    repaired = 600 + rng.uniform(1200, 2400)
    faults = [
        fault(rng, first, 600.0, repaired),
        fault(rng, second, 600 + rng.uniform(120, 900)),
    ]
    faults[1].card = ""  # it cannot say so: that would be no hidden fault
    draft.play(faults, Losses(0.05, 0.05))
    draft.noise(4)
    if rng.random() < 0.5:
        event = {"type": "restored", "id": "r0", "time": stamp(repaired + 60), "object": first[0]}
        draft.extra.append((repaired + 60, event))
    return draft.finish()


def _behind(draft: Draft) -> tuple[tuple[str, str], tuple[str, str]]:
    """Two faults of which the first leaves the second nothing to say."""
    speech, net = draft.scene.speech, draft.scene.net
    for _ in range(2000):
        first = draw(draft.rng, net, 1, ("span", "edge", "aggregation", "link", "olt"))[0]
        second = draw(draft.rng, net, 1, ("span", "olt", "bts", "port", "splitter", "link"))[0]
        if first[0] == second[0]:
            continue
        faults = [fault(draft.rng, one, 0.0) for one in (first, second)]
        for one in faults:
            one.card = ""
        hides = spoken(speech, faults, [0, 1]).keys() <= spoken(speech, faults, [0]).keys()
        if hides and spoken(speech, faults, [1]):
            return first, second
    raise ValueError(f"nothing is hidden on {draft.scene.plant.graph}")


def silent(seed: int, graph: str) -> Case:
    """An aggregation device, an OLT or a splitter is dead and nobody tells; 5 to 10 % of those below call."""
    where = stage(graph, "homes", seed)
    draft = drafted("silent", seed, where, 5400.0)
    rng = draft.rng
    kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
    below = {name: len(where.net.condition([name]).customers) for name in pools(where.net)[kind]}
    one = fault(rng, (rng.choice([name for name, count in below.items() if count > FEWEST]), kind), 900.0)
    one.silent, one.card = True, ""
    draft.play([one], Losses(), calling=rng.uniform(*CALLING))
    draft.noise(2)
    draft.calls += ordinary(rng, where.customers, rng.randint(*STRANGERS), (0.0, draft.until))
    return draft.finish()

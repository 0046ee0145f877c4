"""Faults one after the other, each repaired; and sources that die while something is broken."""

from __future__ import annotations

from bench.accuracy.case import Case, Draft, stamp
from bench.accuracy.cells.made import drafted, stage
from bench.accuracy.faults import Fault, draw, fault
from bench.accuracy.plant import POLLED
from bench.accuracy.timeline import Losses, Told


def repairs(seed: int, graph: str) -> Case:
    """Broken, repaired with clears of which some are lost, and something else breaks later."""
    where = stage(graph, "usual", seed)
    draft = drafted("repairs", seed, where, 10_800.0)
    rng = draft.rng
    faults, at = [], 600.0
    for one in draw(rng, where.net, rng.randint(2, 3)):
        end = at + rng.uniform(900, 2400)
        faults.append(fault(rng, one, at, end))
        if rng.random() < 0.4:
            event = {"type": "restored", "id": f"r{len(faults)}", "time": stamp(end + 45), "object": one[0]}
            draft.extra.append((end + 45, event))
        at = end + rng.uniform(-300, 1200)
    draft.play(faults, Losses(0.05, 0.15))
    draft.noise(6, stuck=0.1)
    return draft.finish()


def lost_source(seed: int, graph: str) -> Case:
    """A fault stands, a poller or an OLT's manager dies and says so, and a second fault comes while it is blind."""
    where = stage(graph, "usual", seed)
    draft = drafted("lostsource", seed, where, 5400.0)
    rng = draft.rng
    drawn = draw(rng, where.net, 2)
    faults: list[Fault] = [fault(rng, drawn[0], 600.0), fault(rng, drawn[1], 600 + rng.uniform(400, 1200))]
    draft.play(faults, Losses(0.05))
    dies, back = 600 + rng.uniform(20, 300), 600 + rng.uniform(2000, 3600)
    sources, names = _dying(draft)
    draft.told = [
        one if one.source not in sources or not dies <= one.at < back else _late(one, back + rng.uniform(1, 90))
        for one in draft.told
    ]
    for n, source in enumerate(sorted(sources)):
        event = {"type": "source_state", "source": source, "objects": names}
        noticed = dies + rng.uniform(5, 60)
        draft.extra.append((noticed, {**event, "id": f"s{n}", "time": stamp(noticed), "state": "lost"}))
        draft.extra.append((back, {**event, "id": f"t{n}", "time": stamp(back), "state": "restored"}))
    draft.noise(4)
    return draft.finish()


def _dying(draft: Draft) -> tuple[set[str], list[str]]:
    """The sources that go, and what they see."""
    net, speech = draft.scene.net, draft.scene.speech
    if draft.rng.random() < 0.7:
        region = draft.rng.choice(sorted(set(speech.region.values())))
        inside = [n for n, role in enumerate(net.role) if role in POLLED and speech.region[net.home[n]] == region]
        return {f"poll:{region}"}, [net.devices[n] for n in inside]
    olt = draft.rng.choice([net.devices[n] for n, role in enumerate(net.role) if role == "olt"])
    return {f"olt:{olt}", f"trap:{olt}"}, [olt]


def _late(one: Told, at: float) -> Told:
    """Told when the source is back."""
    return Told(at, at + 0.1, one.key, one.raised, one.source)

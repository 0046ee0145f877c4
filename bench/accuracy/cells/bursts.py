"""Crowds of calls that are no outage, over the country or one region, in half of the cases beside a true one."""

from __future__ import annotations

from bench.accuracy.calls import crowd, ordinary
from bench.accuracy.case import Case, Scene
from bench.accuracy.cells.made import drafted, stage
from bench.accuracy.faults import draw, fault
from bench.accuracy.timeline import Losses


def bursts(seed: int, graph: str) -> Case:
    where = stage(graph, "homes", seed)
    draft = drafted("bursts", seed, where, 9000.0)
    rng = draft.rng
    if rng.random() < 0.5:
        one = draw(rng, where.net, 1, ("olt", "aggregation", "span", "splitter"))[0]
        broken = fault(rng, one, rng.uniform(1800, 4800))
        broken.silent = rng.random() < 0.3
        if broken.silent:
            broken.card = ""
        draft.play([broken], Losses(0.1), calling=rng.uniform(0.04, 0.1))
    callers = where.customers
    if rng.random() < 0.4:  # one region's promotion, one region's price list
        region = rng.choice(sorted(set(where.speech.region.values())))
        callers = _of(where, region) or callers
    for _ in range(rng.choice((1, 1, 2))):
        draft.calls += crowd(rng, callers, rng.randint(20, 120), (600.0, rng.uniform(3600, 8400)))
    draft.calls += ordinary(rng, where.customers, rng.randint(2, 8), (0.0, draft.until))
    draft.noise(4)
    return draft.finish()


def _of(where: Scene, region: str) -> list[str]:
    """Customers with a service that ends in a region."""
    net = where.net
    inside = [device for device in net.served_at if where.speech.region[net.home[device]] == region]
    return sorted({net.service[name]["customer"] for device in inside for name in net.served_at[device]})

"""The inventory that the service is given lacks a share of its links, routes and attachments."""

from __future__ import annotations

from copy import deepcopy
from functools import lru_cache
from random import Random

from bench.accuracy.case import Case, scene
from bench.accuracy.cells.made import Cell, drafted
from bench.accuracy.faults import draw, fault
from bench.accuracy.inventory import Row, as_json
from bench.accuracy.physics import Net
from bench.accuracy.timeline import Losses


def missing(percent: int) -> Cell:
    def make(seed: int, graph: str) -> Case:
        number = seed // 8 % 3
        draft = drafted(f"missing-{percent}", seed, scene(graph, "usual", number), 3000.0)
        rng = Random(f"missing {seed} {graph}")  # the same faults at every share
        drawn = draw(rng, draft.scene.net, rng.randint(1, 2))
        draft.play([fault(rng, one, 600 + rng.uniform(0, 120)) for one in drawn], Losses(0.1))
        draft.noise(2)
        case = draft.finish()
        case.inventory, case.given = _given(graph, number, percent)
        known = set(case.given.elements())
        for truth in case.truths:
            truth.neutral |= not truth.right & known
        return case

    return Cell(make, full=300, what=f"{percent} % of links, routes and attachments are not in the inventory")


@lru_cache(maxsize=24)
def _given(graph: str, number: int, percent: int) -> tuple[bytes, Net]:
    rows = holed(scene(graph, "usual", number).plant.rows, Random(f"holes {graph} {number} {percent}"), percent / 100)
    return as_json(rows), Net(rows)


def holed(rows: dict[str, list[Row]], rng: Random, share: float) -> dict[str, list[Row]]:
    """A copy in which each link, each link's routes and each service's last attachment is left out by chance."""
    copy = deepcopy(rows)
    copy["links"] = [row for row in copy["links"] if rng.random() >= share]
    for row in copy["links"]:
        if row["routes"] and rng.random() < share:
            row["routes"] = []
    services = []
    for row in copy["services"]:
        if rng.random() >= share:
            services.append(row)
        elif len(row["attach"]) > 1:
            services.append({**row, "attach": row["attach"][:-1], "need": 1})
    copy["services"] = services
    return copy

"""What inventories and single elements do not show: half a tree, a fault that comes and goes, rows that are wrong."""

from random import Random

from bench.blind import shapes
from bench.blind.case import Case
from bench.blind.family import Family, closed, one_fault, opened, strike

HOUR = 3600.0


def half_tree(rng: Random, _: int) -> Case:
    """A truck pulls down some drops of one splitter. Splitter or homes are right; who is told matters."""
    net = shapes.gpon(rng, 1, two_level=False)
    case = opened(net, rng)
    splitter = rng.choice(net.ids("devices", role="splitter"))
    drops = [one for one in case.physics.links_of[splitter] if case.physics.links[one]["tier"] == "drop"]
    cut = rng.sample(drops, max(2, len(drops) // 2))
    alike = [one for drop in cut for one in case.physics.alike(drop)]
    right = [*case.physics.alike(splitter), *alike]
    case.fault(cut[0], 300, right=right, parts=[(one, 300, 10**9) for one in cut], callers=0.2, optional=True)
    return closed(case)


def intermittent(rng: Random, number: int) -> Case:
    """Down for minutes, well for minutes, again and again, and then for good."""
    net = shapes.metro(rng, 2) if number % 2 else shapes.gpon(rng, 1)
    case = opened(net, rng)
    root = rng.choice(net.ids("devices", role="aggregation") or net.ids("devices", role="splitter"))
    parts, when = [], 300.0
    for _ in range(rng.randint(2, 5)):
        parts.append((root, when, when + rng.uniform(240, 900)))
        when = parts[-1][2] + rng.uniform(120, 800)
    parts.append((root, when, 10**9))
    case.fault(root, 300, parts=parts, callers=0.1)
    return closed(case)


def gateway_dead(rng: Random, number: int) -> Case:
    """One of two gateways dies."""
    net = shapes.ladder(rng, 4) if number % 2 else shapes.metro(rng, 3)
    gates = [row["id"] for row in net.rows["devices"] if row["gateway"]]
    return one_fault(net, rng, rng.choice(gates))


def wrong_rows(rng: Random, _: int) -> Case:
    """One home in eight hangs on another splitter than the inventory says."""
    net = shapes.gpon(rng, 2)
    case = opened(net, rng)
    trees = [one for one in net.ids("devices", role="splitter") if any("ONT" in end for end in _ends(case, one))]
    strike(case, rng.choice(trees), callers=0.2)
    closed(case)
    case.truth_now()
    drops = [row for row in net.rows["links"] if row["tier"] == "drop"]
    moved = rng.sample(drops, len(drops) // 8 // 2 * 2)
    for one, other in zip(moved[::2], moved[1::2], strict=True):
        one["a"], other["a"] = other["a"], one["a"]
    return case


def _ends(case: Case, device: str) -> list[str]:
    return [end for link in case.physics.links_of[device] for end in case.physics.ends[link]]


def planned_tree(rng: Random, number: int) -> Case:
    """Planned work at a tower's router, with more towers behind it; in half of the cases another one dies."""
    net = shapes.microwave(rng, 16)
    case = opened(net, rng, 1.0)
    routers = net.ids("devices", role="aggregation")
    behind = {one: case.physics.devices.keys() - case.physics.state([one]).reachable for one in routers}
    root = max(routers[2:], key=lambda one: (len(behind[one]) < 12, len(behind[one])))
    window = {"start": case.at(600), "end": case.at(600 + 2 * HOUR), "reason": "ganti radio"}
    case.other(0, "maintenance", objects=[root], **window)
    fault = case.fault(root, 700, 700 + HOUR, optional=True, callers=0.0)
    fault.right = []
    if number % 2:
        free = [one for one in routers if not behind[one] & behind[root]]
        strike(case, rng.choice(free), 1500, callers=0.0)
    return closed(case)


FAMILIES = (
    Family("half_tree", half_tree, 24, "some drops of one splitter"),
    Family("intermittent", intermittent, 24, "a fault that comes and goes"),
    Family("gateway_dead", gateway_dead, 16, "one of two gateways"),
    Family("wrong_rows", wrong_rows, 24, "homes on another splitter than the inventory says"),
    Family("planned_tree", planned_tree, 16, "planned work with towers behind it"),
)

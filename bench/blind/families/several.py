"""Two to six faults at once: unrelated, nested, one after the other."""

from random import Random

from bench.blind import shapes
from bench.blind.case import FAR, Case
from bench.blind.family import Family, closed, opened, strike
from bench.blind.network import Net


def _targets(net: Net) -> list[str]:
    roles = ("aggregation", "olt", "splitter", "bts", "server", "edge", "core")
    gates = {row["id"] for row in net.rows["devices"] if row["gateway"]}
    devices = [one for role in roles for one in net.ids("devices", role=role) if one not in gates]
    return devices + [row["id"] for row in net.rows["spans"] if row["tier"] != "drop"]


def unrelated(rng: Random, number: int) -> Case:
    """Two to six faults within an hour, none within another's reach."""
    net = shapes.SHAPES[number % len(shapes.SHAPES)](rng)
    case = opened(net, rng)
    taken: set[str] = set()
    for root in rng.sample(_targets(net), len(_targets(net))):
        reach = {name for name, _ in case.physics.facts(case.physics.state([root]))} | {root}
        if len(reach) < 2 or reach & taken or len(case.faults) > number % 5 + 1:
            continue
        alone = [*(f.root for f in case.faults), root]
        together = case.physics.facts(case.physics.state(alone))
        apart = {fact for one in alone for fact in case.physics.facts(case.physics.state([one]))}
        if together != apart:  # one hides or deepens the other
            continue
        taken |= reach
        strike(case, root, rng.uniform(60, 3000), callers=0.2)
    return closed(case)


def nested(rng: Random, number: int) -> Case:
    """A tree's splitter is broken, then the OLT above dies; the OLT is repaired first, and the tree stays dark."""
    net = shapes.gpon(rng, rng.randint(1, 3))
    case = opened(net, rng)
    olt = rng.choice(net.ids("devices", role="olt"))
    splitter = rng.choice(
        [end for link in case.physics.links_of[olt] for end in case.physics.ends[link] if end[:2] == "SP"]
    )
    first = rng.uniform(60, 300)
    second = first + rng.uniform(900, 3600)
    back = second + rng.uniform(1800, 5400)
    case.fault(splitter, first, FAR if number % 2 else back + 5400, callers=0.3)
    case.fault(olt, second, back, callers=0.1)
    if number % 3:
        case.other(back + 120, "restored", object=olt)
    return closed(case)


def chain(rng: Random, _: int) -> Case:
    """A radio hop low in a tree, then one above it."""
    net = shapes.microwave(rng, rng.randint(10, 24))
    case = opened(net, rng)
    reach = {one: case.physics.state([one]).down for one in net.ids("links", tier="distribution")}
    pairs = [(a, b) for a in reach for b in reach if reach[a] and reach[a] < reach[b]]
    low, high = rng.choice(pairs)
    case.fault(low, 120, FAR, callers=0.3)
    case.fault(high, 120 + rng.uniform(600, 3600), FAR, callers=0.3)
    return closed(case)


def second_cut(rng: Random, _: int) -> Case:
    """A ring is cut (nobody is down); before it is spliced, it is cut again elsewhere."""
    net = shapes.metro(rng, rng.randint(1, 2))
    case = opened(net, rng)
    rings = [row["routes"][0][0] for row in net.rows["links"] if row["a"].startswith(("AGR-1", "MC"))]
    first, second = rng.sample(rings[1:], 2)
    begin = rng.uniform(60, 600)
    case.fault(first, begin, FAR)
    case.fault(second, begin + rng.uniform(1200, 9000), FAR, callers=0.3)
    return closed(case)


def duct(rng: Random, _: int) -> Case:
    """A duct with all feeders of an OLT and a fibre of another network beside it."""
    net = shapes.town(rng)
    conduits = net.ids("conduits")
    case = opened(net, rng)
    strike(case, rng.choice(conduits), callers=0.2)
    strike(case, rng.choice(net.ids("devices", role="bts")), rng.uniform(60, 1200), callers=0.2)
    return closed(case)


FAMILIES = (
    Family("unrelated", unrelated, 36, "two to six faults, none in another's reach"),
    Family("nested", nested, 20, "a splitter under an OLT that dies and comes back"),
    Family("radio_chain", chain, 20, "a low hop, then one above it"),
    Family("second_cut", second_cut, 20, "a ring cut twice"),
    Family("duct_and_more", duct, 20, "a duct, and a base station elsewhere"),
)

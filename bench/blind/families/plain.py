"""One fault at a time, on each kind of graph, well told."""

from random import Random

from bench.blind import shapes
from bench.blind.case import Case
from bench.blind.family import Family, closed, one_fault, opened, strike
from bench.blind.network import Net


def _spans(net: Net, tier: str) -> list[str]:
    return net.ids("spans", tier=tier)


def ladder_cut(rng: Random, number: int) -> Case:
    net = shapes.ladder(rng, rng.randint(3, 7))
    ducts = [one for one in net.ids("conduits") if number % 2]
    return one_fault(net, rng, rng.choice(ducts or _spans(net, "backbone")))


def submarine_cut(rng: Random, number: int) -> Case:
    net = shapes.submarine(rng, rng.randint(4, 9))
    return one_fault(net, rng, rng.choice(net.ids("conduits") if number % 2 else _spans(net, "backbone")))


def submarine_second_route(rng: Random, number: int) -> Case:
    """The first cut takes one route of a protected link, the second, hours later, the other."""
    net = shapes.submarine(rng, rng.randint(4, 9))
    protected = [row for row in net.rows["links"] if len(row["routes"]) > 1]
    if not protected:
        return submarine_cut(rng, number)
    first, second = rng.choice(protected)["routes"]
    case = opened(net, rng)
    begin = rng.uniform(60, 600)
    case.fault(rng.choice(first), begin)
    if number % 2:
        case.fault(rng.choice(second), begin + rng.uniform(1800, 9000), callers=0.3)
    return closed(case)


def metro_node(rng: Random, _: int) -> Case:
    net = shapes.metro(rng, rng.randint(1, 4))
    return one_fault(net, rng, rng.choice(net.ids("devices", role="aggregation")))


def metro_cut(rng: Random, number: int) -> Case:
    """One span of a ring (nobody is down), or two that cut a piece off."""
    net = shapes.metro(rng, rng.randint(1, 3))
    case = opened(net, rng)
    routes = [row["routes"][0][0] for row in net.rows["links"] if row["routes"]]
    first = rng.choice(routes[1:])
    strike(case, first)
    if number % 3 == 0:
        strike(case, rng.choice([one for one in routes[1:] if one != first]), rng.uniform(900, 3000))
    return closed(case)


def flat_ring(rng: Random, _: int) -> Case:
    net = shapes.metro(rng, rng.randint(1, 3), flat=True)
    return one_fault(net, rng, rng.choice(net.ids("conduits")), callers=0.3)


def gpon_tree(rng: Random, number: int) -> Case:
    """A feeder cut, a splitter broken, the duct of all feeders of an OLT."""
    net = shapes.gpon(rng, rng.randint(1, 3))
    roots = [_spans(net, "feeder"), net.ids("devices", role="splitter"), net.ids("conduits")][number % 3]
    return one_fault(net, rng, rng.choice(roots))


def gpon_drop(rng: Random, _: int) -> Case:
    """One home: the drop, the ONT, its power: nobody can tell which. A ticket will do; never the tree."""
    net = shapes.gpon(rng, 1)
    return one_fault(net, rng, rng.choice(net.ids("devices", role="ont")), callers=0.5, optional=True)


def olt_dead(rng: Random, _: int) -> Case:
    net = shapes.gpon(rng, rng.randint(2, 3))
    return one_fault(net, rng, rng.choice(net.ids("devices", role="olt")))


def card(rng: Random, _: int) -> Case:
    """A card of an OLT dies, with the ports on it; the rest of the device works."""
    net = shapes.gpon(rng, rng.randint(1, 3))
    case = opened(net, rng)
    olt = rng.choice(net.ids("devices", role="olt"))
    ports = [row["a"] for row in net.rows["links"] if row["a"].startswith(f"{olt}/gpon")]
    dead = rng.sample(ports, min(len(ports), rng.randint(2, 3)))
    begin = rng.uniform(60, 600)
    right = dead if len(dead) == 1 else []
    fault = case.fault(olt, begin, right=right, parts=[(port, begin, 10**9) for port in dead])
    case.trap(begin + rng.uniform(1, 20), olt, "card_failure")
    fault.told.append(begin)
    return closed(case)


def radio_hop(rng: Random, number: int) -> Case:
    net = shapes.microwave(rng, rng.randint(6, 30))
    case = opened(net, rng)
    hops = net.ids("links", tier="distribution")
    if number % 2:
        strike(case, rng.choice(net.ids("devices", role="aggregation")), callers=0.4)
    else:
        strike(case, rng.choice(hops), callers=0.4)
    return closed(case)


def fabric_part(rng: Random, number: int) -> Case:
    net = shapes.fabric(rng, rng.choice([4, 6, 10]))
    devices = [one for one in net.ids("devices") if not one.startswith("BDR")]
    groups = net.ids("risk_groups")
    return one_fault(net, rng, rng.choice(groups if number % 3 == 0 else devices), callers=0.3)


def leased_cut(rng: Random, number: int) -> Case:
    """A circuit of another operator, or all of one carrier; some customers have a second way."""
    net = shapes.leased(rng, rng.randint(4, 20))
    root = rng.choice(net.ids("conduits") if number % 4 == 0 else _spans(net, "distribution"))
    return one_fault(net, rng, root, callers=0.3)


FAMILIES = (
    Family("ladder_cut", ladder_cut, 30, "a span or duct of a backbone ladder is cut"),
    Family("submarine_cut", submarine_cut, 30, "a sea segment or system, a backhaul"),
    Family("submarine_second_route", submarine_second_route, 20, "one route of a protected link, then the other"),
    Family("metro_node", metro_node, 30, "a router of an access ring dies"),
    Family("metro_cut", metro_cut, 28, "one span of a ring, or two"),
    Family("flat_ring", flat_ring, 20, "both ways of a ring in one duct"),
    Family("gpon_tree", gpon_tree, 36, "feeder, splitter, duct of feeders"),
    Family("gpon_drop", gpon_drop, 20, "one home"),
    Family("olt_dead", olt_dead, 20, "an OLT dies"),
    Family("card", card, 20, "a card of an OLT dies"),
    Family("radio_hop", radio_hop, 28, "a hop or a tower's router of a radio tree"),
    Family("fabric_part", fabric_part, 28, "spine, leaf, server, power strip of a data centre"),
    Family("leased_cut", leased_cut, 28, "a leased circuit, or a carrier"),
)

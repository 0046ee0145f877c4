"""A whole country: 20,000 resources, 20,000 events and more, some twenty faults, homes that switch off, bad ports."""

from itertools import pairwise
from random import Random

from bench.blind import mischief, shapes
from bench.blind.case import Case
from bench.blind.family import Family, closed, opened, strike
from bench.blind.network import Net

DAY_S = 8 * 3600.0


def country(rng: Random) -> Net:
    """A ladder of towns, in each a ring of routers, and on these OLTs with their trees."""
    net = shapes.ladder(rng, 7)
    for town in net.ids("sites"):
        names = [f"AG-{town}-{place}" for place in range(4)]
        for name in names:
            net.device(name, net.site(f"S-{name}", "pop", town), "aggregation", "metro", rng.choice(["loud", "terse"]))
            shapes.offices(net, name, 6)
        chain = [f"CR-{town}", *names, f"PE-{town}"]
        for a, b in pairwise(chain):
            net.fibre(a, b, "metro")
        for place in (0, 2):
            olt = net.device(f"OLT-{town}{place}", net.sites[names[place]], "olt", "feeder", "pon")
            net.link(olt, names[place], "metro")
            duct = net.conduit(f"FEEDER-{olt}")
            for tree in range(7):
                shapes.pon_tree(net, olt, tree, duct, two=tree % 3 == 0)
    return net


def day(rng: Random, _: int) -> Case:
    net = country(rng)
    case = opened(net, rng, 8.5)
    roles = ("aggregation", "olt", "splitter")
    devices = [one for role in roles for one in net.ids("devices", role=role)]
    roots = [(devices, 12), (net.ids("spans", tier="feeder"), 4), (net.ids("conduits"), 4)]
    for root in [one for names, count in roots for one in rng.sample(names, count)]:
        strike(case, root, rng.uniform(600, DAY_S - 3600), callers=0.05)
    onts = net.ids("devices", role="ont")
    for ont in rng.sample(onts, round(len(onts) * 0.9)):
        switched(case, ont)
    ends = [row["a"] for row in net.rows["links"] if row["tier"] in ("backbone", "metro")]
    for port in rng.sample(ends, 12):
        mischief.bad_port(case, port, rng.uniform(0, 3600), DAY_S, rng.uniform(60, 300))
    mischief.stray(case, 1500, DAY_S)
    return closed(case)


def switched(case: Case, ont: str) -> None:
    """Its owner switches it off and on, some times a day; behind a fault nobody sees that."""
    for _ in range(case.rng.randint(1, 3)):
        gone = case.rng.uniform(0, DAY_S)
        back = gone + case.rng.uniform(60, 1500)
        near = [fault for fault in case.faults if fault.begin < back and gone < fault.end + 300]
        if all(ont in case.physics.state([fault.root]).reachable for fault in near):
            case.alarm(gone, f"olt:{_olt(case, ont)}", (ont, "device_unreachable"))
            case.alarm(back, f"olt:{_olt(case, ont)}", (ont, "device_unreachable"), "cleared")


def _olt(case: Case, ont: str) -> str:
    """By its splitters' names."""
    waiting, seen = [ont], {ont}
    while not waiting[0].startswith("OLT"):
        near = [end for link in case.physics.links_of[waiting.pop(0)] for end in case.physics.ends[link]]
        near = [one for one in near if one not in seen and not one.startswith("ONT")]
        waiting += near
        seen.update(near)
    return waiting[0]


FAMILIES = (Family("country", day, 4, "20,000 resources, a working day of 20,000 events and more"),)

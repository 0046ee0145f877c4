"""Faults of which the network says nothing: callers tell, or a probe."""

from random import Random

from bench.blind import shapes
from bench.blind.case import Case
from bench.blind.family import Family, closed, one_fault, opened, strike
from bench.blind.network import Net


def _quiet(net: Net, rng: Random, root: str, callers: float) -> Case:
    case = opened(net, rng)
    strike(case, root, silent=True, callers=callers)
    return closed(case)


def silent_splitter(rng: Random, _: int) -> Case:
    """ONT are told of by nobody: a cheap OLT. Its homes call."""
    net = shapes.gpon(rng, 2)
    return _quiet(net, rng, rng.choice(net.ids("devices", role="splitter")), rng.choice([0.3, 0.5, 0.8]))


def silent_olt(rng: Random, _: int) -> Case:
    """It answers every poll, and forwards nothing."""
    net = shapes.gpon(rng, rng.randint(2, 4))
    return _quiet(net, rng, rng.choice(net.ids("devices", role="olt")), rng.choice([0.15, 0.3, 0.6]))


def silent_router(rng: Random, number: int) -> Case:
    net = shapes.metro(rng, rng.randint(2, 4)) if number % 2 else shapes.ladder(rng, rng.randint(3, 5))
    for device in net.ids("devices", role="aggregation") + net.ids("devices", role="edge"):
        shapes.offices(net, device, 6)
    role = "aggregation" if number % 2 else "edge"
    return _quiet(net, rng, rng.choice(net.ids("devices", role=role)), rng.choice([0.4, 0.7, 0.9]))


def silent_home(rng: Random, _: int) -> Case:
    """One caller, whose line is dead, and nothing else: a ticket, no incident that anybody could place."""
    net = shapes.gpon(rng, 1)
    case = _quiet(net, rng, rng.choice(net.ids("devices", role="ont")), 1.0)
    case.faults[0].tellable, case.faults[0].optional = False, True
    return case


def probes_only(rng: Random, number: int) -> Case:
    """Probes say that services are gone; devices say nothing."""
    net = shapes.leased(rng, rng.randint(6, 14)) if number % 2 else shapes.metro(rng, 2)
    net.habits.probed = set(net.ids("services"))
    role = "edge" if number % 2 else "aggregation"
    case = opened(net, rng)
    root = rng.choice([one for one in net.ids("devices", role=role) if not one.startswith("HUB")])
    fault = strike(case, root, silent=True, callers=0.1)
    down = case.physics.state([root]).down
    for service in sorted(down):
        when = fault.begin + rng.uniform(30, 200)
        case.alarm(when, "probe:sla", (service, "service_down"))
        fault.told.append(when)
        if fault.end < 10**9:
            case.alarm(fault.end + rng.uniform(30, 200), "probe:sla", (service, "service_down"), "cleared")
    closed(case)
    fault.tellable = len(down) > 1
    if len(down) == 1:
        fault.right = sorted({*fault.right, *down})
    return case


def mute_device(rng: Random, _: int) -> Case:
    """A vendor whose routers tell nothing of their ports: the poller and the far ends must do."""
    net = shapes.metro(rng, rng.randint(1, 3))
    net.habits.mute_port = {one for one in net.ids("devices", role="aggregation") if rng.random() < 0.6}
    return one_fault(net, rng, rng.choice(net.ids("devices", role="aggregation")))


FAMILIES = (
    Family("silent_splitter", silent_splitter, 24, "a splitter, told by callers alone"),
    Family("silent_olt", silent_olt, 24, "an OLT, told by callers alone"),
    Family("silent_router", silent_router, 24, "a router, told by callers alone"),
    Family("silent_home", silent_home, 16, "one caller with a dead line"),
    Family("probes_only", probes_only, 20, "told by probes of services"),
    Family("mute_device", mute_device, 20, "routers that tell nothing of their ports"),
)

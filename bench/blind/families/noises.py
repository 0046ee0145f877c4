"""A real fault in a bad telling, and bad telling without a fault."""

from random import Random

from bench.blind import mischief, shapes
from bench.blind.case import FAR, Case
from bench.blind.family import Family, closed, opened, strike
from bench.blind.physics import device_of
from bench.blind.speech import tell

HOUR = 3600.0
ROUTERS = ("core", "edge", "aggregation")


def _some_fault(rng: Random, number: int) -> Case:
    """A network of any kind, with one fault of a device or a span that is well told."""
    shape = (shapes.ladder, shapes.metro, shapes.gpon, shapes.town)[number % 4]
    net = shape(rng)
    case = opened(net, rng)
    gates = {row["id"] for row in net.rows["devices"] if row["gateway"]}
    roles = ("aggregation", "olt", "edge")
    devices = [one for role in roles for one in net.ids("devices", role=role) if one not in gates]
    spans = [row["id"] for row in net.rows["spans"] if row["tier"] != "drop"]
    spans = [one for one in spans if case.physics.state([one]).down]
    strike(case, rng.choice(devices if rng.random() < 0.6 or not spans else spans), callers=0.2)
    return case


def flapping(rng: Random, number: int) -> Case:
    """A storm of ports that flap; in half of the cases a fault is in it."""
    case = _some_fault(rng, number)
    if number % 2:
        case.faults.clear()
        case.events.clear()
    ends = [row[side] for row in case.net.rows["links"] for side in "ab"]
    ends = [one for one in ends if case.physics.devices[device_of(one)]["role"] in ROUTERS]
    for port in rng.sample(ends, min(len(ends), rng.randint(2, 6))):
        mischief.bad_port(case, port, rng.uniform(0, 600), rng.uniform(2400, 7200), rng.uniform(15, 240))
    return closed(case)


def polls_time_out(rng: Random, number: int) -> Case:
    """A full line: dozens of devices miss a poll or two; elsewhere, in half of the cases, one is truly dead."""
    case = _some_fault(rng, number)
    if number % 2:
        case.faults.clear()
        case.events.clear()
    devices = [one for one, row in case.physics.devices.items() if row["role"] in (*ROUTERS, "bts")]
    for _ in range(rng.randint(1, 4)):
        mischief.timeouts(case, rng.sample(devices, min(len(devices), 6)), rng.uniform(0, 3000), rng.choice([1, 1, 2]))
    return closed(case)


def two_managers(rng: Random, number: int) -> Case:
    case = _some_fault(rng, number)
    tell(case)
    mischief.doubled(case)
    case.horizon = max(when for when, _ in case.events) + 900
    return case


def clocks(rng: Random, number: int) -> Case:
    case = _some_fault(rng, number)
    closed(case)
    mischief.skewed(case, rng.choice([60, 600, 7200]))
    return case


def out_of_order(rng: Random, number: int) -> Case:
    case = _some_fault(rng, number)
    closed(case)
    mischief.reordered(case)
    return case


def clears_lost(rng: Random, number: int) -> Case:
    """Repaired, and a third of the clears never come; the crew says so in half of the cases."""
    case = _some_fault(rng, number)
    fault = case.faults[0]
    fault.end = fault.begin + rng.uniform(2400, 7200)
    fault.parts = [(fault.root, fault.begin, fault.end)]
    case.events.clear()
    if number % 2:
        case.other(fault.end + 60, "restored", object=fault.root)
    case.net.habits.lost_clears = 0.35
    return closed(case)


def clears_early(rng: Random, number: int) -> Case:
    """A manager clears on acknowledgement: some clears come while the fault stands."""
    case = _some_fault(rng, number)
    fault = case.faults[0]
    fault.end, fault.parts = FAR, [(fault.root, fault.begin, FAR)]
    case.events.clear()
    tell(case)
    mischief.early_clears(case, rng.choice([0.2, 0.4]))
    case.horizon = 2 * HOUR
    return case


def restarts(rng: Random, _: int) -> Case:
    """A router restarts for some minutes; its neighbours say it all."""
    net = shapes.metro(rng, 2)
    case = opened(net, rng)
    mischief.reboot(case, rng.choice(net.ids("devices", role="aggregation")), 300, rng.uniform(60, 420))
    return closed(case)


def planned(rng: Random, number: int) -> Case:
    """Work within its window: nothing; in a third of the cases it overruns."""
    net = shapes.metro(rng, 2) if number % 2 else shapes.gpon(rng, 2)
    case = opened(net, rng, rng.choice([1.0, 13.0]))
    root = rng.choice(net.ids("devices", role="aggregation") + net.ids("devices", role="olt"))
    begin, length = 1800.0, rng.uniform(1, 2) * HOUR
    window = {"start": case.at(begin), "end": case.at(begin + length), "reason": "penggantian kartu, CRQ-1234"}
    case.other(0, "maintenance", objects=[root], **window)
    late = number % 3 == 0
    end = begin + (length + rng.uniform(1.2, 2) * HOUR if late else length * rng.uniform(0.5, 0.9))
    fault = case.fault(root, begin + 120, end, optional=not late, callers=0.05)
    closed(case)
    fault.told = [begin + length] if late else []
    case.expect = "the window is over and it is still down: an incident" if late else "planned work: no incident"
    fault.right = fault.right if late else []
    return case


def rain_fade(rng: Random, _: int) -> Case:
    """Heavy rain: hops of a region degrade and drop out for seconds to minutes. Weather, no fault to send a crew to."""
    net = shapes.microwave(rng, 20)
    case = opened(net, rng, 15.0)
    hops = rng.sample(net.ids("links", tier="distribution"), 6)
    for link in hops:
        port = case.physics.links[link]["a"]
        begin = rng.uniform(60, 1200)
        case.trap(begin, port, "signal_degraded", severity="minor")
        for _ in range(rng.randint(0, 2)):
            drop = begin + rng.uniform(100, 2000)
            case.trap(drop, port)
            case.trap(drop + rng.uniform(3, 70), port, state="cleared")
        case.trap(begin + rng.uniform(2400, 3600), port, "signal_degraded", "cleared")
    return closed(case)


def slow_polls(rng: Random, number: int) -> Case:
    """A poll each five minutes, and the third must fail: ports tell at once, the poller a quarter of an hour later."""
    net = shapes.microwave(rng, 14) if number % 2 else shapes.leased(rng, 10)
    case = opened(net, rng)
    case.net.habits.loss, case.net.habits.poll_s, case.net.habits.poll_misses = 0.0, 300, 3
    gates = {row["id"] for row in net.rows["devices"] if row["gateway"]}
    routers = [one for role in ("aggregation", "edge") for one in net.ids("devices", role=role) if one not in gates]
    case.fault(rng.choice(routers), rng.uniform(120, 900), callers=0.0)
    return closed(case, strays=0)


def late_end(rng: Random, number: int) -> Case:
    """Both ends of a cut tell, the second some minutes later: it is asked, not told. Nobody is down."""
    net = shapes.ladder(rng, 5) if number % 2 else shapes.metro(rng, 2)
    case = opened(net, rng)
    links = [row for row in net.rows["links"] if row["routes"] and not case.physics.state([row["id"]]).down]
    row = rng.choice(links)
    fault = case.fault(row["routes"][0][0], 300, tellable=True)
    fault.told.append(305)
    case.trap(305, row["a"])
    case.trap(305 + (120, 400, 900, 1800)[number // 2 % 4], row["b"], "loss_of_signal")
    case.horizon = 2 * HOUR
    return case


def lone_word(rng: Random, number: int) -> Case:
    """One end of a cut tells, the other never; it stays for hours. In half of the cases a fan speaks that day."""
    net = shapes.ladder(rng, 5) if number // 2 % 2 else shapes.metro(rng, 2)
    case = opened(net, rng)
    links = [row for row in net.rows["links"] if row["routes"] and not case.physics.state([row["id"]]).down]
    row = rng.choice(links)
    fault = case.fault(row["routes"][0][0], 3600, tellable=True)
    fault.told.append(3605)
    case.trap(3605, row["a"], "loss_of_signal")
    if number % 2:
        mischief.stray(case, 3, 3000)
    case.horizon = 4 * HOUR
    return case


FAMILIES = (
    Family("slow_polls", slow_polls, 20, "the poller is a quarter of an hour late"),
    Family("late_end", late_end, 20, "the second end of a cut tells minutes later"),
    Family("lone_word", lone_word, 20, "one end tells, and stays, on a day with other words or without"),
    Family("flapping", flapping, 28, "ports that flap, with a fault among them or without"),
    Family("polls_time_out", polls_time_out, 28, "missed polls on a full line, with a dead device or without"),
    Family("two_managers", two_managers, 20, "each alarm told twice"),
    Family("clocks", clocks, 20, "clocks that are wrong"),
    Family("out_of_order", out_of_order, 16, "a collector that queues"),
    Family("clears_lost", clears_lost, 20, "clears that never come"),
    Family("clears_early", clears_early, 20, "clears while the fault stands"),
    Family("restarts", restarts, 16, "a router restarts"),
    Family("planned", planned, 24, "planned work, some of it overruns"),
    Family("rain_fade", rain_fade, 16, "radio hops in heavy rain"),
)

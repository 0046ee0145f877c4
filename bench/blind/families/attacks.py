"""Sources that lie or flood. What is expected: no customer hears of an outage that is none."""

from random import Random

from bench.blind import shapes
from bench.blind.case import FAR, Case
from bench.blind.family import Family, closed, opened, strike


def liar(rng: Random, number: int) -> Case:
    """A source that nobody knows says that all is dead, no other does. In half of the cases one thing is true."""
    net = shapes.metro(rng, 3) if number % 3 else shapes.ladder(rng, 5)
    case = opened(net, rng)
    begin = rng.uniform(60, 300)
    ends = [row["a"] for row in net.rows["links"]]
    devices = [one for one in case.physics.devices if not case.physics.silent(one)]
    for name in rng.sample(devices, round(len(devices) * rng.uniform(0.3, 1))):
        case.alarm(begin + rng.uniform(0, 60), "snmp:203.0.113.66", (name, "device_unreachable"))
    for port in rng.sample(ends, len(ends) // 2):
        case.alarm(begin + rng.uniform(0, 60), "snmp:203.0.113.66", (port, "link_down"))
    if number % 2:
        role = "aggregation" if number % 3 else "edge"
        strike(case, rng.choice(net.ids("devices", role=role)), 1200, callers=0.3)
    return closed(case)


def lost_poller(rng: Random, number: int) -> Case:
    """A poller's own line is cut: it reaches nobody. Traps come from everywhere as before."""
    net = shapes.metro(rng, 3) if number % 2 else shapes.microwave(rng, 16)
    case = opened(net, rng)
    devices = [one for one in case.physics.devices if not case.physics.silent(one)]
    back = 300 + rng.uniform(600, 2400)
    for name in devices:
        case.poll(300 + rng.uniform(0, 90), name)
        case.poll(back + rng.uniform(0, 90), name, "cleared")
    for name in rng.sample(devices, min(12, len(devices))):  # who is said to be dead speaks
        case.trap(300 + rng.uniform(5, 500), name, "other", text="login by noc", severity="warning")
    return closed(case)


def all_dead(rng: Random, _: int) -> Case:
    """One router says that each of its ports is down, by a fault of its software. Who is behind it answers polls."""
    net = shapes.metro(rng, 3)
    case = opened(net, rng)
    router = rng.choice(net.ids("devices", role="aggregation"))
    ports = [row[side] for row in net.rows["links"] for side in "ab" if row[side].startswith(f"{router}/")]
    ports += [row["attach"][0] for row in net.rows["services"] if row["attach"][0].startswith(f"{router}/")]
    for port in ports:
        case.trap(300 + rng.uniform(0, 5), port)
    case.fault(router, 300, FAR, parts=[], optional=True, right=ports)
    return closed(case)


def cpe_flood(rng: Random, number: int) -> Case:
    """A customer's router sends hundreds of traps of its own ports, up and down."""
    net = shapes.metro(rng, 2)
    router = rng.choice(net.ids("devices", role="aggregation"))
    site = net.site("PLG-1", "customer", "kec-1")
    cpe = net.device("CPE-NAKAL", site, "cpe", "drop", "plain")
    link = net.link(router, cpe, "drop")
    net.service(net.customer("business"), "dia", cpe)
    case = opened(net, rng)
    if number % 2:
        strike(case, rng.choice([one for one in net.ids("devices", role="aggregation") if one != router]))
    when = 0.0
    for _ in range(rng.randint(100, 250)):
        when += rng.uniform(0.2, 12)
        port = f"{cpe}/eth{rng.randint(0, 4)}"
        kind = rng.choice(["link_down", "link_down", "other", "high_temperature"])
        case.trap(when, port, kind)
        case.trap(when + rng.uniform(0, 6), port, kind, "cleared")
    ports = [f"{cpe}/eth{number}" for number in range(5)]
    case.fault(cpe, 0, FAR, parts=[], optional=True, right=[link, case.physics.links[link]["a"], *ports])
    return closed(case)


def same_words(rng: Random, _: int) -> Case:
    """Somebody writes ten complaints about other people's lines, from one number."""
    net = shapes.gpon(rng, 2)
    case = opened(net, rng)
    olt = rng.choice(net.ids("devices", role="olt"))
    owner = {row["id"]: row["customer"] for row in net.rows["services"]}
    down = sorted(case.physics.state([olt]).down)
    for service in rng.sample(down, min(len(down), 10)):
        text = "internet mati semua di kelurahan kami"
        when = rng.uniform(0, 1500)
        case.complaint(when, owner[service], service, text, channel="portal", contact="+628119999999")
    case.fault(olt, 0, FAR, parts=[], optional=True, right=case.physics.alike(olt, by_service=True))
    return closed(case)


FAMILIES = (
    Family("liar", liar, 24, "an unknown source says that all is dead"),
    Family("lost_poller", lost_poller, 20, "a poller whose own line is cut"),
    Family("all_dead", all_dead, 20, "a router says that all its ports are down"),
    Family("cpe_flood", cpe_flood, 20, "a customer's router floods"),
    Family("same_words", same_words, 10, "one person complains for ten"),
)

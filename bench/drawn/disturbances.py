"""What goes wrong with the telling: words lost, false words, a card that warns all the time, a lost poller, repeats."""

from __future__ import annotations

from bench.drawn.case import Case, Event, Fact, Told
from bench.drawn.network import MUTE, ROUTERS, device_of
from bench.drawn.observers import polled, second_miss
from bench.drawn.timeline import Timeline

LEAST_TRUE = 4  # strays are a share of what is true, and of so many at least
STRAY_S = (20, 90, 240, 900, 1e9)  # so long a stray stands
AGAIN_S = (0.01, 5, 30, 60)  # so much later a message comes again
NEW_ID = 0.6  # share of repeats that have an id of their own
LATEST_S = 25  # so much later a message comes once, at most

Outage = tuple[str, float, float]  # the region of a poller, from, until


def lose(case: Case, told: list[Told], share: float) -> list[Event]:
    """What arrives; a word and its clear are lost each by itself."""
    kept: list[Event] = []
    for raised, cleared in told:
        lost, clear_lost = case.rng.random() < share, case.rng.random() < share
        kept += [] if lost else [raised]
        kept += [] if cleared is None or clear_lost else [cleared]
    return kept


def poller_cut_off(case: Case, timeline: Timeline, outage: Outage) -> list[Event]:
    """The poller of a region reaches nothing for a time, and calls all of it lost, each device in its round."""
    region, begin, end = outage
    found: list[Event] = []
    for device, poll in case.scene.habits.polls.items():
        if poll.region == region:
            at = second_miss(poll, begin) + case.rng.uniform(3, 10)
            if at < min(end, case.horizon_s) and device not in timeline.at(at).unreachable:
                found += [event for event in polled(case, device, at, end) if event is not None]
    return found


def stray(case: Case, timeline: Timeline, count: int) -> list[Event]:
    """Words of objects of which they are not true, each by a source that can be heard."""
    rng, network = case.rng, case.scene.network
    ports, polled_ones, onts = speaking_ports(case), list(case.scene.habits.polls), list(case.scene.listening.olt_of)
    found: list[Event] = []
    for _ in range(count):
        kind, at, stands = rng.random(), rng.uniform(0, case.horizon_s * 0.9), rng.choice(STRAY_S)
        if kind < 0.5:
            port = rng.choice(ports)
            fact = Fact(f"snmp:{device_of(port)}", port, rng.choice(["loss_of_signal", "link_down"]))
        elif kind < 0.75:
            device = rng.choice(polled_ones)
            fact = Fact(f"poller:{case.scene.habits.polls[device].region}", device, "device_unreachable")
        elif kind < 0.9 and onts:
            ont = rng.choice(onts)
            fact = Fact(f"ems:{case.scene.listening.olt_of[ont]}", ont, "device_unreachable")
        else:
            port = rng.choice(ports)
            word = "neighbor_down" if network.role(port) in ROUTERS else "loss_of_signal"
            fact = Fact(f"syslog:{device_of(port)}", port, word)
        if fact.source.partition(":")[2] in timeline.at(at).unreachable:
            continue
        found.append(case.alarm(at, at + case.delay(), fact))
        case.strays.append((fact.object, at))
        if at + stands < case.horizon_s:
            found.append(case.alarm(at + stands, at + stands + case.delay(), fact, None))
    return found


def speaking_ports(case: Case) -> list[str]:
    physics = case.scene.physics
    ports = [port for link in case.scene.network.links for port in physics.ports(link)]
    return [port for port in ports if case.scene.network.role(port) not in MUTE]


def chatter(case: Case) -> list[Event]:
    """A bad card of a router: warnings of some of its ports every minute or two, now and then heat and a restart."""
    rng, devices = case.rng, case.scene.network.devices
    case.chatters = device = rng.choice(sorted(name for name, row in devices.items() if row["role"] in ROUTERS))
    ports, source = [port for port in speaking_ports(case) if device_of(port) == device], f"snmp:{device}"
    found: list[Event] = []
    at = rng.uniform(0, case.horizon_s * 0.3)
    while at < case.horizon_s * 0.8:
        for port in rng.sample(ports, min(len(ports), rng.randint(1, 3))):
            fact = Fact(source, port, "signal_degraded")
            found.append(case.alarm(at, at + case.delay(), fact, "warning"))
            better = at + rng.uniform(2, 60)
            found.append(case.alarm(better, better + case.delay(), fact, None))
        if rng.random() < 0.3:
            found.append(case.alarm(at, at + case.delay(), Fact(source, device, "high_temperature"), "minor"))
        if rng.random() < 0.1:
            found.append(case.alarm(at, at + case.delay(), Fact(source, device, "device_restart"), "warning"))
        at += rng.uniform(20, 200)
    return found


def repeat(case: Case, events: list[Event], share: float) -> list[Event]:
    """Messages that come twice. Of those that came, some come late."""
    again: list[Event] = []
    for event in events:
        if case.rng.random() < share:
            other = {**event, "received": event["received"] + case.rng.choice(AGAIN_S)}
            if case.rng.random() < NEW_ID:
                case.alarms += 1
                other["id"] = f"a{case.alarms}"
            again.append(other)
        if share and case.rng.random() < share:
            event["received"] += case.rng.uniform(0, LATEST_S)
    return again

"""Who says what of the network's condition (contract, table of alarm types), and how long it takes to say it."""

from dataclasses import dataclass
from random import Random

from correlator.events import SECOND_US, AlarmType
from streams.simulation.faults import Breakage
from streams.simulation.physics import Condition, Physics
from topology.model import device_of

Fact = tuple[str, AlarmType]  # object, what is said of it

LATENCY_S: dict[AlarmType, tuple[float, float]] = {
    "loss_of_signal": (0.05, 2.0),
    "link_down": (0.05, 2.0),
    "protection_switch": (0.05, 1.0),
    "device_unreachable": (2.0, 20.0),
    "fiber_break": (1.0, 10.0),
    "power_failure": (0.5, 5.0),
    "dying_gasp": (0.05, 0.5),
    "service_down": (5.0, 30.0),
}


@dataclass(frozen=True, slots=True)
class Voices:
    """How this network's vendors speak: which word, by device; who tells a switch; which services have probes."""

    link_word: dict[str, AlarmType]
    both_words: frozenset[str]
    tells_switch: frozenset[str]
    probed: frozenset[str]
    gasps: frozenset[str]


def draw_voices(rng: Random, physics: Physics) -> Voices:
    """Drawn once a night."""
    devices, services = sorted(physics.devices), sorted(physics.services)
    words: tuple[AlarmType, ...] = ("loss_of_signal", "link_down")
    return Voices(
        {name: rng.choice(words) for name in devices},
        frozenset(name for name in devices if rng.random() < 0.2),
        frozenset(name for name in devices if rng.random() < 0.6),
        frozenset(name for name in services if rng.random() < 0.1),
        frozenset(name for name in devices if rng.random() < 0.7),
    )


def latency_us(rng: Random, alarm_type: AlarmType) -> int:
    low, high = LATENCY_S[alarm_type]
    return round(rng.uniform(low, high) * SECOND_US)


def truths(physics: Physics, voices: Voices, condition: Condition, standing: list[Breakage]) -> set[Fact]:
    """What could truly be said now, whether or not somebody can say it."""
    said: set[Fact] = set()
    for name in condition.dark:
        ports = [port for port in _ports(physics, name) if physics.devices[device_of(port)].role != "ont"]
        said |= {(port, word) for port in ports for word in _words(voices, port)}
    for name in condition.switched:
        ports = [port for port in _ports(physics, name) if device_of(port) in voices.tells_switch]
        said |= {(port, "protection_switch") for port in ports}
    for name in condition.lost:
        if physics.devices[name].role != "splitter":
            said.add((name, "device_unreachable"))
    said |= {(name, "service_down") for name in condition.services_down & voices.probed}
    for one in standing:
        said |= _monitored(physics, voices, one)
    return said


def _ports(physics: Physics, link: str) -> tuple[str, str]:
    row = physics.links[link]
    return row.a, row.b


def _words(voices: Voices, port: str) -> tuple[AlarmType, ...]:
    device = device_of(port)
    return ("loss_of_signal", "link_down") if device in voices.both_words else (voices.link_word[device],)


def _monitored(physics: Physics, voices: Voices, one: Breakage) -> set[Fact]:
    """What a fibre or power monitor says of the very element; what dying devices say at the last."""
    if one.kind in ("span", "conduit"):
        return {(one.element, "fiber_break")} if one.monitored else set()
    if one.kind != "power":
        return set()
    sites = physics.groups[one.element].members
    homes = [device for site in sites for device in physics.in_site.get(site, ())]
    onts = {name for name in homes if physics.devices[name].role == "ont"}
    if onts:
        return {(name, "dying_gasp") for name in onts & voices.gasps}
    return {(site, "power_failure") for site in sites} if one.monitored else set()


def teller(physics: Physics, fact: Fact, condition: Condition) -> str | None:
    """The source that can deliver this now; None where it is cut off, dead, or passive."""
    name, alarm_type = fact
    if alarm_type in ("fiber_break", "power_failure"):
        return "monitor:1"
    if alarm_type == "service_down":
        return "probe:1"
    device = device_of(name)
    if physics.devices[device].role == "ont":
        above = physics.speaker_of(device)
        return f"snmp:{above}" if above is not None and physics.can_speak(above, condition) else None
    if alarm_type == "device_unreachable":
        return "icmp:poller"
    return f"snmp:{device}" if physics.can_speak(device, condition) else None

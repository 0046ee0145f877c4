"""The families of cases: a seed draws one case of each, or none where its network has no place for one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from bench.drawn.case import Case, Noise, in_order
from bench.drawn.faults import FOREVER, KINDS, Fault, Spell, draw
from bench.drawn.habits import Scene, scene
from bench.drawn.telling import Manner, tell

FIRST_S = 900  # faults begin a quarter of an hour after the case
QUIET = Noise()
MIXED, NOISES, COUNTS = "mixed", (0, 10, 20, 30), (1, 2, 3, 4)  # noise in percent; faults of a case
MIXED_FULL = 60  # seeds on the page, each with all noises and counts


@dataclass(frozen=True, slots=True)
class Family:
    what: str
    draw: Callable[[int], Case | None]
    full: int = 20  # seeds of it on the page


def noisy(share: float, strays: float | None = None, *, chatter: bool = False) -> Noise:
    """Clocks are wrong and messages come twice wherever there is any noise."""
    strays = share if strays is None else strays
    return Noise(share, strays, chatter, 3.0, 0.05) if share else QUIET


def begun(family: str, seed: int, own_seed: int) -> Case:
    return Case(f"{family}-s{seed}", family, seed, scene(seed), Random(own_seed))


def add(case: Case, kind: str, spell: Spell) -> Fault | None:
    """Draw a fault beside those of a case; it strikes where one is found."""
    fault = draw(case.scene, case.rng, kind, spell, case.faults)
    if fault is not None:
        case.faults.append(fault)
    return fault


def mixed(count: int, noise: int, seed: int) -> Case:
    """One to four faults of any kind, together or within a quarter of an hour; noise in percent."""
    case = begun(f"{MIXED}-n{noise}", seed, seed * 1000 + count * 10 + noise // 10)
    case.name = f"mixed-k{count}-n{noise}-s{seed}"
    rng = case.rng
    together = rng.random() < 0.4
    for _ in range(count):
        begin = FIRST_S + (rng.uniform(0, 40) if together else rng.uniform(0, 900))
        end = FOREVER if rng.random() < 0.5 else begin + rng.uniform(1500, 2700)
        add(case, rng.choice(KINDS), (begin, end))
    for fault in case.faults:
        if fault.root in case.scene.network.devices and case.scene.network.role(fault.root) in ("ont", "cpe"):
            fault.gasps = rng.random() < 0.5
    share = noise / 100
    return tell(case, 4800, noisy(share, chatter=noise > 0 and rng.random() < 0.5))


def _flap(family: str, seed: int, percent: int) -> Case:
    """A port, a cable or a duct that comes and goes: 15 to 90 s dark, 20 to 120 s well."""
    case = begun(family, seed, seed * 31 + percent // 10)
    rng = case.rng
    fault = add(case, rng.choice(["port", "span", "link", "ring", "conduit"]), (FIRST_S, FOREVER))
    while fault is None:
        fault = add(case, "span", (FIRST_S, FOREVER))
    fault.kind, fault.spells, at = "flap", [], float(FIRST_S)
    while at < FIRST_S + rng.choice([900, 2400]):
        dark = rng.uniform(15, 90)
        fault.spells.append((at, at + dark))
        at += dark + rng.uniform(20, 120)
    share = percent / 100
    return tell(case, 5400, noisy(share, share / 4))


def _lost_poller(family: str, seed: int, *, said: bool = False, percent: int = 0, fault: bool = False) -> Case | None:
    """The poller of a region reaches nothing for 45 minutes and calls all of it lost. `said`: it says itself that it
    sees these devices no more. `fault`: something of the region breaks meanwhile, and customers are down."""
    case = begun(family, seed, seed * 37 + 5)
    polls = case.scene.habits.polls
    regions = [poll.region for poll in polls.values()]
    regions = sorted(region for region in set(regions) if regions.count(region) >= 5)
    if not regions:
        return None
    region = regions[seed % len(regions)]
    if fault:
        _struck_region(case, region)
    share = percent / 100
    noise = Noise(lost=share, strays=share)
    tell(case, 5400, noise, Manner(outage=(region, FIRST_S, 3600)))
    if said:
        devices = [device for device, poll in polls.items() if poll.region == region]
        for name, at, state in (("ss1", 990.0, "lost"), ("ss2", 3650.0, "restored")):
            told = {"type": "source_state", "id": name, "time": at, "source": f"poller:{region}"}
            case.events.append({**told, "objects": devices, "state": state})
        case.events = in_order(case.events)
    return case


def _struck_region(case: Case, region: str) -> None:
    for _ in range(40):
        fault = add(case, case.rng.choice(["device", "span", "conduit", "splitter"]), (1800, FOREVER))
        if fault is None:
            continue
        state = case.scene.physics.state(fault.elements)
        if state.services and case.scene.network.region(min(state.unreachable)) == region:
            return
        case.faults.remove(fault)


def _second(family: str, seed: int) -> Case | None:
    """Behind a fault another strikes, of which nothing can be heard until the first is mended."""
    case = begun(family, seed, seed * 41 + 3)
    for _ in range(300):
        case.faults = []
        first = add(case, case.rng.choice(["span", "device", "conduit"]), (FIRST_S, 3600))
        behind = _behind(case.scene, case.rng, first) if first else None
        if behind is not None:
            case.faults.append(Fault("second", behind, [behind], [(1500, FOREVER)]))
            tell(case, 7200, QUIET)
            case.faults[1].evidence = max(1, case.faults[1].evidence)
            return case
    return None


def _behind(scene: Scene, rng: Random, first: Fault) -> str | None:
    """A device cut off by a fault, or a span at it, whose own failure cannot be heard meanwhile."""
    physics, signature, failed = scene.physics, scene.listening.signature, frozenset(first.elements)
    state = physics.state(failed)
    inside = ("olt", "aggregation", "bts", "splitter")
    cut_off = sorted(name for name in state.unreachable - state.dead if scene.network.role(name) in inside)
    if not cut_off:
        return None
    element = device = rng.choice(cut_off)
    if rng.random() < 0.5:
        routes = [route for link, _ in physics.beside[device] for route in physics.routes(link)]
        spans = sorted(span for route in routes for span in route if span not in failed)
        element = rng.choice(spans) if spans else device
    hidden = signature(failed | {element}) == signature(failed)
    felt = physics.state([element]).services and signature([element]) != signature(failed)
    return element if hidden and felt else None


def _day(family: str, seed: int) -> Case:
    """Twelve hours with five to fifteen faults, and six households that switch their ONT off."""
    case = begun(family, seed, seed * 43 + 1)
    rng, last = case.rng, 12 * 3600 - 3600
    for _ in range(rng.randint(5, 15)):
        begin, kind = rng.uniform(600, last), rng.choice(KINDS)
        add(case, kind, (begin, begin + rng.uniform(1200, 9000)))
    faults, onts = list(case.faults), sorted(case.scene.listening.olt_of)
    for ont in rng.sample(onts, min(6, len(onts))):
        begin = rng.uniform(600, last)
        spell = (begin, begin + rng.uniform(600, 20000))
        case.faults.append(Fault("household", ont, [ont], [spell], gasps=True))
        case.neutral |= _line_of(case.scene, ont)
    tell(case, 12 * 3600, noisy(0.1, chatter=True))
    case.faults = faults
    case.owed = case.timeline().spells(lambda state: state.customers)
    return case


def _line_of(scene: Scene, ont: str) -> set[str]:
    """An ONT with its home and all of its line."""
    found = {ont, scene.network.devices[ont]["site"]}
    for link, _ in scene.physics.beside[ont]:
        found |= {link, *scene.physics.ports(link)}
        found |= {span for route in scene.physics.routes(link) for span in route}
    return found


def _complaints_alone(family: str, seed: int) -> Case | None:
    """A duct, a cable, a splitter or an OLT by which 4 to 30 customers are down, told by nobody but them."""
    case = begun(family, seed, seed * 47 + 1)
    network, physics = case.scene.network, case.scene.physics
    devices = [name for name, row in network.devices.items() if row["role"] in ("splitter", "olt")]
    spans = [name for name, row in network.spans.items() if row["tier"] in ("feeder", "distribution")]
    names = [*network.conduits, *devices, *spans]
    names = [name for name in names if 4 <= len(physics.state([name]).customers) <= 30]
    if not names:
        return None
    root = case.rng.choice(sorted(names))
    case.faults.append(Fault("complaint", root, [root], [(FIRST_S, FOREVER)]))
    return tell(case, 6000, QUIET, Manner(calls=3.0, alarms=False))


def _storm(family: str, seed: int) -> Case:
    """Ten to eighteen faults within twenty minutes, much of it power."""
    case = begun(family, seed, seed * 53 + 1)
    rng = case.rng
    for _ in range(rng.randint(10, 18)):
        begin, kind = FIRST_S + rng.uniform(0, 1200), rng.choice([*KINDS, *["power"] * 6])
        add(case, kind, (begin, begin + rng.uniform(1800, 5400) if rng.random() < 0.5 else FOREVER))
    return tell(case, 7200, noisy(0.1, chatter=True))


FAMILIES: dict[str, Family] = {
    "flap0": Family("one element comes and goes, nothing lost", lambda seed: _flap("flap0", seed, 0)),
    "flap1": Family("the same with 10 % noise", lambda seed: _flap("flap1", seed, 10)),
    "m_plain": Family(
        "a poller without its line calls a region lost; nothing is broken", lambda seed: _lost_poller("m_plain", seed)
    ),
    "m_said": Family(
        "the same, and the poller says that it sees no more", lambda seed: _lost_poller("m_said", seed, said=True)
    ),
    "m_noise": Family("m_plain with 10 % noise", lambda seed: _lost_poller("m_noise", seed, percent=10)),
    "m_fault": Family(
        "m_plain, and something breaks in that region", lambda seed: _lost_poller("m_fault", seed, fault=True)
    ),
    "m_saidfault": Family(
        "m_said, and something breaks in that region",
        lambda seed: _lost_poller("m_saidfault", seed, said=True, fault=True),
    ),
    "second0": Family(
        "behind a fault a second, heard of only after the first is mended", lambda seed: _second("second0", seed)
    ),
    "day": Family(
        "twelve hours, 5 to 15 faults, households that switch off, 10 % noise", lambda seed: _day("day", seed)
    ),
    "compl": Family("told by callers alone", lambda seed: _complaints_alone("compl", seed)),
    "storm": Family("10 to 18 faults within 20 minutes, 10 % noise", lambda seed: _storm("storm", seed)),
}

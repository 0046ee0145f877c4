"""Who tells what of a case's faults, when, and what gets lost: traps, syslog, polls, managers, probes, callers."""

from dataclasses import dataclass
from random import Random

from bench.blind.case import FAR, Case, Fault
from bench.blind.network import SPEAKS_NEIGHBOURS
from bench.blind.physics import Fact, State, device_of

NO_NET = (
    "Internet mati total sejak tadi",
    "wifi tidak bisa, lampu LOS merah",
    "Layanan kami down, mohon segera dicek",
    "Koneksi putus, tidak bisa kerja",
    "link ke kantor cabang mati",
    "Our connection is down",
    "internet lampu merah kedip kedip",
    "tidak ada koneksi sama sekali dari tadi pagi",
)
Key = tuple[Fact, str]  # what is told, and by whom
CALLERS_ENOUGH = 4  # so many different customers by themselves make a fault tellable


@dataclass(frozen=True, slots=True)
class Teller:
    """A source, and from where it must be able to speak (None: it has a way of its own)."""

    source: str
    through: str | None
    delay: tuple[float, float]
    clear_delay: tuple[float, float]


DELAYS = {  # vendor: (raise, clear), seconds
    "loud": ((0.2, 4), (0.2, 4)),
    "terse": ((20, 75), (60, 180)),
    "plain": ((2, 15), (5, 40)),
    "pon": ((1, 10), (3, 25)),
}


def tell(case: Case) -> None:
    """All faults of a case, by physics and the habits of its network."""
    told: dict[Key, float] = {}  # what stands as told, and since when
    before = case.physics.state([])
    spoken = [fault for fault in case.faults if not fault.silent]
    for when in case.moments():
        failed = case.failed_at(when, spoken)
        state = case.physics.state(failed)
        standing = said(case, state, failed)
        _returned(case, when, before, state)
        raised = {key: teller for key, teller in standing.items() if key not in told and _can(teller, state)}
        _raise(case, when, raised, told)
        for key in sorted(told):
            teller = _teller_of(case, key)
            if key not in standing and (teller.through is None or teller.through in state.reachable):
                _clear(case, when, key, teller, told.pop(key))
        before = state
    call(case)


def said(case: Case, state: State, failed: frozenset[str]) -> dict[Key, Teller]:
    """What stands to be told in a state."""
    physics, habits = case.physics, case.net.habits
    keys: list[Key] = []
    for link in sorted(state.dark):
        row = physics.links[link]
        if link in habits.managed:
            keys.append(((link, "loss_of_signal"), "ems:optic"))
        for end, port in zip(physics.ends[link], (row["a"], row["b"]), strict=True):
            if _speaks(case, end):
                keys += _port_words(case, end, port)
    for link in sorted(state.thin):
        keys += [
            ((physics.links[link][side], "protection_switch"), _own(case, end))
            for side, end in zip("ab", physics.ends[link], strict=True)
            if _speaks(case, end)
        ]
    for name in sorted(physics.devices.keys() - state.reachable):
        if physics.devices[name]["role"] == "ont":
            above = _above(case, name)
            keys += [((name, "device_unreachable"), f"olt:{above}")] if above else []
        elif not physics.silent(name):
            keys.append(((name, "device_unreachable"), "zabbix:noc"))
    keys += [((one, "service_down"), "probe:sla") for one in sorted(state.down & habits.probed)]
    keys += [((one, "fiber_break"), "otdr:ftms") for one in sorted(habits.monitored & case.physics.broken(failed))]
    return {key: _teller_of(case, key) for key in keys}


def _port_words(case: Case, end: str, port: str) -> list[Key]:
    vendor = case.net.vendor[end]
    kinds = {"loud": ["link_down"], "terse": ["loss_of_signal"], "plain": ["link_down"], "pon": ["loss_of_signal"]}
    own = _own(case, end)
    keys = [((port, kind), own) for kind in kinds[vendor]]
    if case.net.habits.doubled and vendor == "loud":
        keys.append(((port, "loss_of_signal"), own.replace("snmp", "syslog")))
    if vendor == "loud" and case.physics.devices[end]["role"] in SPEAKS_NEIGHBOURS:
        keys.append(((port, "neighbor_down"), own.replace("snmp", "syslog")))
    return keys


def _own(case: Case, device: str) -> str:
    return f"snmp:{case.net.address[device]}"


def _speaks(case: Case, device: str) -> bool:
    role = case.physics.devices[device]["role"]
    return role not in ("splitter", "ont", "cpe") and device not in case.net.habits.mute_port


def _above(case: Case, ont: str) -> str | None:
    """The OLT of an ONT, through its splitters."""
    seen, waiting = {ont}, [ont]
    while waiting:
        name = waiting.pop()
        if case.physics.devices[name]["role"] == "olt":
            return name
        if name == ont or case.physics.devices[name]["role"] == "splitter":
            near = {end for link in case.physics.links_of[name] for end in case.physics.ends[link]} - seen
            near = {one for one in near if case.physics.devices[one]["role"] in ("olt", "splitter")}
            seen |= near
            waiting += sorted(near)
    return None


def _teller_of(case: Case, key: Key) -> Teller:
    (name, kind), source = key
    habits = case.net.habits
    if kind == "device_unreachable" and source.startswith("zabbix"):
        least = habits.poll_s * (habits.poll_misses - 1)
        return Teller(source, None, (least, least + habits.poll_s), (0, habits.poll_s))
    if source.startswith(("snmp", "syslog")):
        through = device_of(name)
        slow, back = DELAYS[case.net.vendor[through]]
        if kind == "neighbor_down":
            slow, back = (9, 40), (10, 60)
        return Teller(source, through, slow, back)
    if source.startswith("olt"):
        return Teller(source, source.removeprefix("olt:"), (1, 20), (20, 150))
    if source.startswith("probe"):
        return Teller(source, None, (30, 120), (30, 120))
    return Teller(source, None, (2, 30), (5, 60))


def _can(teller: Teller, state: State) -> bool:
    return teller.through is None or teller.through in state.reachable


def _raise(case: Case, when: float, raised: dict[Key, Teller], told: dict[Key, float]) -> None:
    for key, teller in sorted(raised.items(), key=lambda one: one[0]):
        told[key] = FAR
        if case.rng.random() >= case.net.habits.loss:
            told[key] = when + case.rng.uniform(*teller.delay)
            case.alarm(told[key], teller.source, key[0])
            for fault in case.faults:
                if _of(case, key[0], fault, when):
                    fault.told.append(told[key])


def _clear(case: Case, when: float, key: Key, teller: Teller, raised: float) -> None:
    if raised != FAR and case.rng.random() >= case.net.habits.lost_clears:
        case.alarm(max(raised + 1, when + case.rng.uniform(*teller.clear_delay)), teller.source, key[0], "cleared")


def _of(case: Case, fact: Fact, fault: Fault, when: float) -> bool:
    """Whether a fault by itself makes this fact, with what has failed of it then."""
    if fault.silent:
        return False
    failed = case.failed_at(when, [fault])
    state = case.physics.state(failed)
    name = fact[0]
    links = case.physics.links_of.get(name, []) if "/" in name else [name]
    broken = case.physics.broken(failed)
    return (
        name in broken
        or name in state.down
        or (name in case.physics.devices and name not in state.reachable)
        or any(link in state.dark or link in state.thin for link in links)
    )


def _returned(case: Case, when: float, before: State, state: State) -> None:
    """A device that was dead says that it was started."""
    for name in sorted(before.dead - state.dead):
        if _speaks(case, name) and name in state.reachable and case.rng.random() < 0.7:
            case.trap(when + case.rng.uniform(5, 60), name, "device_restart", severity="indeterminate")


def call(case: Case) -> None:
    """Customers who are down call, each by the greatest share of the faults that stand then."""
    services = {row["id"]: row for row in case.net.rows["services"]}
    for service, periods in sorted(case.down().items()):
        customer = services[service]["customer"]
        for begin, end in periods:
            faults = [f for f in case.faults if service in case.physics.state(case.failed_at(begin, [f])).down]
            share = max((fault.callers for fault in faults), default=0.0)
            when = begin + patience(case.rng)
            if case.rng.random() < share and when < min(end + 600, begin + 7200):
                case.complaint(when, customer, service, case.rng.choice(NO_NET))
                for fault in faults:
                    fault.told.append(when)
    for fault in case.faults:
        if fault.silent and fault.tellable is None:
            fault.tellable = len(fault.told) >= CALLERS_ENOUGH
            fault.told = sorted(fault.told)[CALLERS_ENOUGH - 1 :] or fault.told


def patience(rng: Random) -> float:
    """Seconds until somebody who is down calls: most within half an hour."""
    return 60 + rng.expovariate(1 / 900)

"""What observers tell of the faults of a case: ports, protected links, pollers, OLTs, monitors, probes."""

from __future__ import annotations

import math
from collections.abc import Iterator

from bench.drawn.case import Case, Fact, Told
from bench.drawn.faults import Fault, Spell
from bench.drawn.habits import Poll
from bench.drawn.network import LIGHT, MUTE, ROUTERS, device_of
from bench.drawn.physics import State
from bench.drawn.timeline import Timeline

WRONG_CLOCKS = 0.4  # share of devices
NOTICE_S, SETTLE_S = (20, 90), (1, 8)  # of an OLT: until it clears an ONT, until it misses one
PROBE_S = 60


def observe(case: Case, timeline: Timeline, clocks_s: float) -> list[Told]:
    """All that is told where nothing is lost, each word with its clear."""
    return Observers(case, timeline, clocks_s).tell()


class Observers:
    """Each has a way of its own to notice, and its own pace."""

    def __init__(self, case: Case, timeline: Timeline, clocks_s: float) -> None:
        self.case, self.timeline, self.rng = case, timeline, case.rng
        self.network, self.physics = case.scene.network, case.scene.physics
        self.habits, self.olt_of = case.scene.habits, case.scene.listening.olt_of
        self.told: list[Told] = []
        self.clock = {  # seconds by which it is wrong, by device
            device: self.rng.uniform(-clocks_s, clocks_s) if self.rng.random() < WRONG_CLOCKS else 0.0
            for device in self.network.devices
        }

    def tell(self) -> list[Told]:
        self._ports()
        self._protections()
        self._lost_devices()
        for fault in self.case.faults:
            for spell in fault.spells:
                self._cause(fault, spell)
        self._probes()
        return self.told

    def _ports(self) -> None:
        rng = self.rng
        for port, spells in self.timeline.spells(self._dark_ports).items():
            device, link = device_of(port), self.physics.links_at[port][0]
            [other] = [device_of(end) for end in self.physics.ports(link) if end != port]
            words = self.network.dark_words[device]
            if self.network.role(device) == "olt" and self.network.role(other) == "cpe" and LIGHT not in words:
                continue  # a DSLAM that tells nothing of its subscribers' ports
            near = self.network.links[link]["tier"] == "backbone"
            neighbours = {self.network.role(device), self.network.role(other)} <= set(ROUTERS)
            for spell in spells:
                for word in words:
                    if word == LIGHT:
                        pace = rng.lognormvariate(0.1, 0.6), rng.lognormvariate(1.2, 0.7)
                    else:
                        pace = rng.uniform(1, 4), rng.uniform(1, 15)
                    severity = "critical" if word == LIGHT else "major"
                    self._says(device, Fact(f"snmp:{device}", port, word), spell, pace, severity)
                if neighbours:
                    pace = 0.9 if near else rng.uniform(30, 40), rng.uniform(10, 45)
                    self._says(device, Fact(f"syslog:{device}", port, "neighbor_down"), spell, pace)

    def _dark_ports(self, state: State) -> Iterator[str]:
        """Of devices that have power and speak of their ports."""
        for link in state.dark:
            for port in self.physics.ports(link):
                if device_of(port) not in state.dead and self.network.role(port) not in MUTE:
                    yield port

    def _protections(self) -> None:
        """One end tells that it switched."""
        rng = self.rng
        for link, spells in self.timeline.spells(lambda state: state.bare).items():
            port = self.network.links[link][rng.choice("ab")]
            device = device_of(port)
            for spell in spells:
                pace = 0.05 + rng.random(), rng.choice([5, 300])
                self._says(device, Fact(f"snmp:{device}", port, "protection_switch"), spell, pace, "minor")

    def _lost_devices(self) -> None:
        for device, spells in self.timeline.spells(lambda state: state.unreachable).items():
            for spell in spells:
                if device in self.habits.polls:
                    self._polled(device, spell)
                elif device in self.olt_of:
                    self._missed_by_its_olt(device, spell)

    def _polled(self, device: str, spell: Spell) -> None:
        case, poll = self.case, self.habits.polls[device]
        at = second_miss(poll, spell[0]) + self.rng.uniform(3, 10)
        if at < spell[1] and at <= case.horizon_s:
            self.told.append(polled(case, device, at, spell[1]))

    def _missed_by_its_olt(self, ont: str, spell: Spell) -> None:
        """An OLT that was away itself misses it as it comes back."""
        olt = self.olt_of[ont]
        fact, begin, pace = Fact(f"ems:{olt}", ont, "device_unreachable"), spell[0], SETTLE_S
        if olt in self.timeline.at(begin).unreachable:
            back = self.timeline.reachable_after(begin, olt, spell[1])
            if back is None:
                return
            begin, pace = back, (10, 60)
        self._says(olt, fact, (begin, spell[1]), (self.rng.uniform(*pace), self.rng.uniform(*NOTICE_S)))

    def _cause(self, fault: Fault, spell: Spell) -> None:
        """What is said of the broken element itself."""
        rng, root = self.rng, fault.root
        if fault.kind == "power" and fault.self_told:
            self._mains(fault, spell)
        if fault.kind == "card" and fault.self_told:
            pace = rng.uniform(0.2, 3), rng.uniform(1, 10)
            self._says(root, Fact(f"snmp:{root}", root, "card_failure"), spell, pace, "critical")
        if fault.kind == "span" and root in self.habits.fibre:
            self._fibre(root, spell)
        if fault.gasps and root in self.network.devices:
            above = [self.olt_of[root]] if root in self.olt_of else [other for _, other in self.physics.beside[root]]
            if above:
                pace = rng.uniform(0.1, 1), rng.uniform(*NOTICE_S)
                self._says(above[0], Fact(f"ems:{above[0]}", root, "dying_gasp"), spell, pace)

    def _mains(self, fault: Fault, spell: Spell) -> None:
        """From when the power failed until shortly before the devices are back."""
        case, fact = self.case, Fact("power:gsm", fault.root, "power_failure")
        lost, back = fault.mains_lost_s + 1, spell[1] - 20
        raised = case.alarm(lost, lost + 1 + case.delay(), fact)
        held = spell[1] < case.horizon_s - 30
        self.told.append((raised, case.alarm(back, back + 2 + case.delay(), fact, None) if held else None))

    def _fibre(self, span: str, spell: Spell) -> None:
        """A fibre monitor measures some time after the cut, and again a minute after the repair."""
        case, fact = self.case, Fact("otdr:1", span, "fiber_break")
        at, again = spell[0] + self.rng.uniform(20, 120), spell[1] + 60
        if at < min(spell[1], case.horizon_s):
            raised = case.alarm(at, at + case.delay(), fact, "critical")
            self.told.append((raised, case.alarm(again, again + 1, fact, None) if again < case.horizon_s else None))

    def _probes(self) -> None:
        case = self.case
        for service, spells in self.timeline.spells(lambda state: state.services).items():
            if service not in self.habits.probed:
                continue
            fact, phase = Fact("probe:twamp", service, "service_down"), self.rng.uniform(0, PROBE_S)
            for begin, end in spells:
                at, back = _next(phase, PROBE_S, begin) + PROBE_S, _next(phase, PROBE_S, end)
                if at < min(end, case.horizon_s):
                    raised = case.alarm(at, at + case.delay(), fact)
                    cleared = case.alarm(back, back + case.delay(), fact, None) if back < case.horizon_s else None
                    self.told.append((raised, cleared))

    def _says(self, speaker: str, fact: Fact, spell: Spell, pace: tuple[float, float], severity: str = "major") -> None:
        """A device tells of its own, `pace` after it began and after it ended: at once where it can be heard, or when
        it is heard again, if it is still so."""
        case, (begin, end) = self.case, spell
        noticed = begin + pace[0]
        if end < noticed:
            return
        at = self._heard(speaker, noticed)
        if at is None or at > case.horizon_s or (at > noticed and not self._still(speaker, at, end)):
            return
        wrong = self.clock[speaker]
        raised = case.alarm(at + wrong, at + case.delay(), fact, severity)
        cleared = None
        if end + pace[1] <= case.horizon_s:
            back = self._heard(speaker, end + pace[1])
            if back is not None and back <= case.horizon_s:
                cleared = case.alarm(back + wrong, back + case.delay(), fact, None)
        self.told.append((raised, cleared))

    def _heard(self, device: str, when: float) -> float | None:
        """When its word of a moment can be heard: some seconds after a way leads to it."""
        if device not in self.timeline.at(when).unreachable:
            return when
        back = self.timeline.reachable_after(when, device)
        return None if back is None else back + self.rng.uniform(5, 40)

    def _still(self, device: str, when: float, end: float) -> bool:
        return when < end and device not in self.timeline.at(when).unreachable


def second_miss(poll: Poll, begin: float) -> float:
    """The second poll after a moment: one miss says nothing."""
    return _next(poll.phase_s, poll.period_s, begin) + poll.period_s


def polled(case: Case, device: str, at: float, end: float) -> Told:
    """A poller calls a device lost, and reachable at the first poll after the end."""
    poll = case.scene.habits.polls[device]
    fact = Fact(f"poller:{poll.region}", device, "device_unreachable")
    raised = case.alarm(at, at + case.delay(), fact, "critical")
    if end >= case.horizon_s:
        return raised, None
    back = _next(poll.phase_s, poll.period_s, end) + case.rng.uniform(0, 2)
    return raised, case.alarm(back, back + case.delay(), fact, None) if back < case.horizon_s else None


def _next(phase: float, period: float, when: float) -> float:
    """The first time of a round at or after a moment."""
    return phase + math.ceil((when - phase) / period) * period

"""Plays faults on a network: at each failure and each repair, what changes and who says so."""

from bisect import bisect_right
from dataclasses import dataclass
from random import Random

import msgspec
import numpy as np

from bench.storm.plant import Condition, Flags, Plant
from bench.storm.reel import Reel
from bench.storm.voices import ALWAYS, LATENCY_S, Choir
from correlator.events import SECOND_US

LOST, LOST_CLEARS = 0.05, 0.02


class Injected(msgspec.Struct):
    """One fault as it was injected.

    `alarms` and `complaints` are the ids of what it caused; no alarms: another fault hid it, or nobody can tell.
    """

    root: str
    kind: str
    at_us: int
    until_us: int
    alarms: list[str] = msgspec.field(default_factory=list)
    complaints: list[str] = msgspec.field(default_factory=list)
    services_down: int = 0


@dataclass(slots=True)
class StandingAlarm:
    """A standing alarm that was told (or lost on the way)."""

    since_us: int
    lost: bool


class Scene:
    """The network as time goes on; `play` once, then `repeat`."""

    def __init__(self, plant: Plant, choir: Choir, reel: Reel, chance: Random) -> None:
        self._plant, self._choir, self._reel, self._chance = plant, choir, reel, chance
        self._told = np.zeros(len(choir.voices), dtype=bool)
        self._since: dict[int, StandingAlarm] = {}
        self._periods: list[tuple[int, int, int]] = []  # (voice, from, to)
        self._works: Flags = self._condition([]).service_works
        self.outages: list[tuple[int, Injected]] = []  # (service, the fault that took it down)
        self.told_keys: set[tuple[str, str]] = set()
        self._services = {row.id: n for n, row in enumerate(plant.inventory.services)}
        self._probed = {voice.row for voice in choir.voices if voice.watches == "service_works"}
        self._turns: list[int] = []  # when something failed or was repaired
        self._since_turn: list[Condition] = []  # what works from then on

    def play(self, faults: list[Injected]) -> None:
        """Failures and repairs in order of time; repairs beyond the window do not come."""
        turns = [(fault.at_us, n, True) for n, fault in enumerate(faults)]
        turns += [(fault.until_us, n, False) for n, fault in enumerate(faults) if fault.until_us < self._reel.end_us]
        active: dict[int, Injected] = {}
        for at_us, n, fails in sorted(turns):
            if fails:
                active[n] = faults[n]
            else:
                del active[n]
            now = self._condition([fault.root for fault in active.values()])
            if fails:
                self._lose_services(now, faults[n])
            self._works = now.service_works
            self._turns.append(at_us)
            self._since_turn.append(now)
            self._speak(now, at_us, [faults[n]] if fails else list(active.values()))
        self._periods += [(voice, told.since_us, self._reel.end_us) for voice, told in self._since.items()]

    def _condition(self, roots: list[str]) -> Condition:
        return self._plant.condition(self._plant.failed(roots))

    def _lose_services(self, now: Condition, fault: Injected) -> None:
        lost = np.flatnonzero(self._works & ~now.service_works).tolist()
        fault.services_down = len(lost)
        self.outages += [(service, fault) for service in lost]

    def _speak(self, now: Condition, at_us: int, causes: list[Injected]) -> None:
        stands, heard = self._choir.standing(now), self._choir.heard(now)
        for voice in np.flatnonzero(stands & heard & ~self._told).tolist():
            self._raise(voice, at_us, self._cause(voice, causes))
        for voice in np.flatnonzero(~stands & heard & self._told).tolist():
            self._clear(voice, at_us)

    def _cause(self, voice: int, causes: list[Injected]) -> Injected | None:
        """Which fault an alarm tells of, where a repair let it speak: one that had no voice so far."""
        if len(causes) == 1:
            return causes[0]
        for fault in causes:
            if not fault.alarms and self._choir.standing(self._condition([fault.root]))[voice]:
                return fault
        return None

    def _raise(self, voice: int, at_us: int, cause: Injected | None) -> None:
        what = self._choir.voices[voice]
        at_us += int(self._chance.uniform(*LATENCY_S[what.alarm_type]) * SECOND_US)
        lost = self._chance.random() < LOST
        if not lost:
            name = self._reel.alarm(at_us, what.key, what.source, "raised")
            if cause:
                cause.alarms.append(name)
        self._told[voice] = True
        self._since[voice] = StandingAlarm(at_us, lost)
        self.told_keys.add(what.key)

    def _clear(self, voice: int, at_us: int) -> None:
        what, told = self._choir.voices[voice], self._since.pop(voice)
        at_us += int(self._chance.uniform(*LATENCY_S[what.alarm_type]) * SECOND_US)
        at_us = max(at_us, told.since_us + SECOND_US)
        if self._chance.random() >= LOST_CLEARS:
            self._reel.alarm(at_us, what.key, what.source, "cleared")
        self._told[voice] = False
        self._periods.append((voice, told.since_us, at_us))

    def repeat(self, lines: int) -> None:
        """Sources say again what stands: `lines` more alarms, at random times while it does."""
        if not self._periods:
            return
        end = self._reel.alarms + lines
        while self._reel.alarms < end:
            voice, since_us, until_us = self._chance.choice(self._periods)
            what = self._choir.voices[voice]
            at_us = int(self._chance.uniform(since_us, until_us))
            if what.speaker == ALWAYS or self._reaches(what.speaker, at_us):
                self._reel.alarm(at_us, what.key, what.source, "raised")

    def mute(self, name: str, at_us: int) -> bool:
        """Whether nobody can say then that something ails it, or that it is well: a device that is dead or cut off
        says nothing, and a service has no probe, or one that finds it down, for it is."""
        if (service := self._services.get(name)) is not None:
            now = self._at(at_us)
            return service not in self._probed or (now is not None and not now.service_works[service])
        device = self._plant.device.get(name)
        return device is not None and not self._reaches(device, at_us)

    def _reaches(self, device: int, at_us: int) -> bool:
        now = self._at(at_us)
        return now is None or bool(now.reached[device])

    def _at(self, at_us: int) -> Condition | None:
        """What works then; None: all, for nothing has failed so far."""
        turn = bisect_right(self._turns, at_us)
        return self._since_turn[turn - 1] if turn else None

"""When which datagram of which fault goes out: a fault is told of over some seconds, stands a while, and is repaired.

The evidence of a fault is complete at a known moment and not before: the last fifth of its alarms comes at once, as
the service may open from nine tenths on. Faults follow each other at random within equal slots, whatever the service
does meanwhile; one waits where another that still stands might hide it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from bench.senders.drills import Drill, near
from bench.senders.northbound import datagram
from bench.storm.plant import Plant
from bench.storm.voices import Voice

LAST = 0.2  # share of the alarms that complete the evidence
CLEARS_S = 1.0  # over which a repair is told


@dataclass(frozen=True, slots=True)
class Pace:
    slot_s: float = 1.0  # a fault each
    tells_s: float = 2.0  # from the first alarm to the last; 0: all at once
    stands_s: float = 12.0  # from then on to the repair


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """One datagram; `completes`: the number of the fault whose evidence is complete with it, else -1."""

    at_s: float
    number: int
    sent: bytes
    completes: int


def timetable(plant: Plant, faults: list[Drill], pace: Pace, at_once: set[int], chance: Random) -> list[Turn]:
    """All turns in order of time. `at_once`: the numbers of faults of which all is told in one instant."""
    turns: list[Turn] = []
    for slot, fault in slots(plant, faults, round((pace.tells_s + pace.stands_s + CLEARS_S) / pace.slot_s) + 1):
        at_s = (slot + chance.random()) * pace.slot_s
        tells_s = 0.0 if fault in at_once else pace.tells_s
        voices = list(faults[fault].voices)
        held = last(voices)
        for n, voice in enumerate(voices):
            told_s = at_s + (tells_s if n >= len(voices) - held else chance.uniform(0, 0.95 * tells_s))
            completes = fault if n == len(voices) - 1 else -1
            turns.append(turn(told_s, voice, "raised", len(turns), completes))
        for voice in voices:
            cleared_s = at_s + tells_s + pace.stands_s + chance.uniform(0, CLEARS_S)
            turns.append(turn(cleared_s, voice, "cleared", len(turns), -1))
    return sorted(turns)


def turn(at_s: float, voice: Voice, state: str, number: int, completes: int) -> Turn:
    return Turn(at_s, number, datagram(voice.key, voice.source, state, number), completes)


def last(voices: list[Voice]) -> int:
    """How many come at the end: a fifth, and what fibre monitors say, which measure for seconds."""
    monitors = sum(voice.alarm_type == "fiber_break" for voice in voices)
    return max(1, monitors, round(LAST * len(voices)))


def slots(plant: Plant, faults: list[Drill], apart: int) -> Iterator[tuple[int, int]]:
    """(slot, number of the fault): none within `apart` slots of one that is near; a slot may stay empty."""
    left, taken, slot = list(range(len(faults))), dict[int, int](), 0
    while left:
        recent = [faults[n] for at, n in taken.items() if slot - at < apart]
        fault = next((n for n in left if not any(near(plant, faults[n], other) for other in recent)), None)
        if fault is not None:
            left.remove(fault)
            taken[slot] = fault
            yield slot, fault
        slot += 1

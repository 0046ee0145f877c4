"""A device spoke later than all that is told of its loss: whatever would have cut it off did not.

Where nobody but customers tells: later than half of them. The device itself may forward nothing, and say all the same.
"""

from typing import TYPE_CHECKING

from correlator.events import AlarmType
from correlator.inference.evidence.kind import Case, Kind, Meaning, Said, Silence
from correlator.policy.faults import TypeModel
from topology.down import without
from topology.graph import Topology

if TYPE_CHECKING:
    from correlator.inference.situation.situation import Situation

NAME = "life"
LOSS = ("device", "link_end", "neighbour", "service")  # of what is cut off; mains may be lost long before
SLACK_US = 5_000_000  # clocks of two sources differ by so much
ENOUGH = 3  # more devices that live say no more
MODEL = TypeModel(0.95, 1e-3, 0.001)  # one of twenty that are cut off seems to speak: by chance, or another way


def meaning(_: Topology, __: dict[AlarmType, int], ___: Said) -> Meaning | None:
    """No alarm tells of life; that one was told does."""
    return None


def alive(situation: "Situation", case: Case, _: int) -> int:
    life, since_us = situation.told.life, 0
    if not case.told:
        return _alive_since_they_called(situation, case)
    latest_us = life.latest(case.intervals) - SLACK_US
    for one in reversed(case.told):  # in order of time, as a rule: the last tells soonest that nobody spoke since
        if one.kind in LOSS:
            for told_us in one.last_us.values():
                at_us = told_us + one.behind_us
                if at_us >= latest_us:
                    return 0
                since_us = max(since_us, at_us)
    if not since_us:
        return 0
    return min(ENOUGH, life.since(case.intervals, since_us + SLACK_US, situation.silence.unclaimed))


def _alive_since_they_called(situation: "Situation", case: Case) -> int:
    life, called_us = situation.told.life, situation.told.callers.half_called_us(case.candidate)
    others = without(tuple(case.intervals), situation.candidates.places(case.candidate))
    if not called_us or life.latest(others) <= called_us + SLACK_US:
        return 0
    return min(ENOUGH, life.since(others, called_us + SLACK_US, situation.silence.unclaimed))


SILENT = Silence(
    NAME,
    {"en": "device that spoke since", "id": "perangkat yang sesudah itu masih melapor"},
    lambda _: MODEL,
    alive,
    known_good=True,
)
KIND = Kind(NAME, {"en": "sign of life", "id": "tanda hidup"}, meaning, silences=(SILENT,))

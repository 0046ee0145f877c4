"""An engine on the small town of the scenarios, told in few words: "BTS-2 device_unreachable"."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, cast

from correlator.events import SECOND_US, AlarmType
from correlator.inference.port import AlarmEnded, AlarmStands, Diagnosis, Engine, Hypothesis, Observation, Standing
from correlator.policy.faults import FaultPolicy
from correlator.related import Related
from correlator.world import MakeEngine
from tests.scenarios.stage import network

START_US = 1_772_420_400_000_000
LATER_US = START_US + 60 * SECOND_US  # when searches are made: all who would have spoken have, and nothing strayed yet


class Told:
    """An alarm is called what it says: its object and type."""

    def __init__(self, make: MakeEngine) -> None:
        self.topology = network("kota")
        self.engine: Engine = make(self.topology, FaultPolicy(), Related(self.topology), None)

    def element(self, name: str) -> int:
        return self.topology.index[name]

    def services(self, *names: str) -> tuple[int, ...]:
        return tuple(self.element(name) - self.topology.first_service for name in names)

    def hear(self, alarm: str, at_s: int = 0) -> Observation | None:
        """It stands, and is looked at in the next search."""
        change = stands(alarm, at_s)
        self.engine.touch(change)
        return self.engine.observe(change)

    def tell(self, *alarms: str, at_s: int = 0) -> list[Observation]:
        """The same of alarms that are evidence: what they tell, each once."""
        told = [self.hear(alarm, at_s) for alarm in alarms]
        assert None not in told, alarms
        return list(dict.fromkeys(cast("list[Observation]", told)))

    def end(self, alarm: str) -> Observation | None:
        self.engine.touch(stands(alarm))
        return self.engine.observe(AlarmEnded(alarm))

    def search(self, suspected: Mapping[str, str] | None = None, looks: Collection[str] = ()) -> Diagnosis:
        return self.engine.diagnose(LATER_US, suspected or {}, looks)

    def found(self) -> list[Hypothesis]:
        return self.search().hypotheses


def stands(alarm: str, at_s: int = 0) -> AlarmStands:
    name, _, kind = alarm.rpartition(" ")
    return AlarmStands(alarm, name, cast("AlarmType", kind), START_US + at_s * SECOND_US)


def standing(incident: str, root: str, **other: Any) -> Standing:
    """An open incident of the machine's, but for what is said."""
    usual: dict[str, Any] = {
        "roots": (root,),
        "live": True,
        "clearing": False,
        "released": False,
        "movable": True,
        "claimed": 1,
        "opened_us": START_US,
        "peak": 1,
    }
    return Standing(incident, root, **{**usual, **other})


def said(hypotheses: Iterable[Hypothesis]) -> list[tuple[Any, ...]]:
    """All that is said in them, comparable between two engines."""
    return [
        (
            *(one.root, one.members, one.gain, one.prior, one.odds, one.share, one.confidence_ppm),
            *(one.alternatives, one.besides, sorted(told.key for told in one.speaks)),
        )
        for one in hypotheses
    ]

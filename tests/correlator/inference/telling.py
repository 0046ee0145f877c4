"""An engine by itself: what is told to it, and what it makes of that. Times are seconds after START_US."""

import math
from collections.abc import Iterable
from typing import Any

from correlator.events import SECOND_US, AlarmType
from correlator.inference.engine import NoisyOr
from correlator.inference.evidence.kind import Evidence
from correlator.inference.likelihood import Scores
from correlator.inference.port import (
    AlarmEnded,
    AlarmStands,
    Complaint,
    Diagnosis,
    Hypothesis,
    Observation,
    Standing,
)
from correlator.policy.faults import FaultPolicy
from correlator.related import Related
from tests.scenarios.stage import network
from topology.graph import Topology

START_US = 1_000_000 * SECOND_US
LATE = 3600.0  # when everybody has had time to speak
AT_ONCE = 3_401_197  # ln(600 s / 20 s): that a word is told with the first


def at_us(seconds: float) -> int:
    return START_US + round(seconds * SECOND_US)


def together(words: int) -> int:
    """What it adds that so many words are told at once: each beyond the first, two of them at most."""
    return min(max(words - 1, 0), 2) * AT_ONCE


def soon(seconds: float) -> int:
    """What it adds that a word is told so long after another: ln(600 s / 20 s and that), and no less than for 90 s."""
    return round(1e6 * math.log(600 / min(90, seconds + 20)))


def any_of(*priors: int) -> int:
    """The prior of those that nothing tells apart: ln of the sum of their rates."""
    return round(1e6 * math.log(sum(math.exp(one / 1e6) for one in priors)))


class Telling:
    def __init__(self, topology: Topology | None = None, **faults: Any) -> None:
        self.topology = network("kota") if topology is None else topology
        self.policy = FaultPolicy(**faults)
        self.engine = NoisyOr(self.topology, self.policy, Related(self.topology), None)

    @property
    def scores(self) -> Scores:
        """The tables of numbers, which the port does not show."""
        return self.engine._situation.scores

    # What is told

    def told(self, name: str, alarm_type: AlarmType = "loss_of_signal", since: float = 0) -> Evidence | None:
        """An alarm of that name and type stands since then, and is new to the next search."""
        seen = self.engine.observe(AlarmStands(f"{name} {alarm_type}", name, alarm_type, at_us(since)))
        if seen is None:
            return None
        assert isinstance(seen, Evidence)
        self.engine.touch(seen)
        return seen

    def all_told(self, *alarms: tuple[str, AlarmType], since: float = 0) -> list[Observation]:
        found = [self.told(name, alarm_type, since) for name, alarm_type in alarms]
        return [one for one in found if one is not None]

    def ended(self, name: str, alarm_type: AlarmType = "loss_of_signal") -> Observation | None:
        return self.engine.observe(AlarmEnded(f"{name} {alarm_type}"))

    def called(self, *customers: str, since: float = 0, weight: int = 1000) -> None:
        """Each of these complains about all that they have."""
        for customer in customers:
            services = tuple(int(n) for n in self.topology.services_of(self.topology.customer_index[customer]))
            complaint = Complaint(f"call of {customer}", services, at_us(since), weight)
            self.engine.observe(complaint)
            self.engine.touch(complaint)

    # What comes of it

    def search(self, now: float = LATE, suspected: dict[str, str] | None = None) -> Diagnosis:
        return self.engine.diagnose(at_us(now), suspected or {}, [])

    def found(self, now: float = LATE) -> list[Hypothesis]:
        return self.search(now).hypotheses

    def roots(self, now: float = LATE) -> list[str]:
        return [hypothesis.root for hypothesis in self.found(now)]

    def weigh(self, root: str, *told: Observation | None, now: float = LATE) -> Hypothesis:
        found = self.engine.weigh(root, [one for one in told if one is not None], at_us(now))
        assert found is not None
        return found

    def spoken_for(self, told: Observation) -> list[str]:
        """All for whom it speaks, sorted."""
        return sorted(name for name in self.topology.ids if self.engine.roots.speaks_for(name, told))

    # Incidents

    def settle(self, incident: str, root: str, told: Iterable[Observation] = (), **more: Any) -> Standing:
        """An incident holds these, and all that its root explains."""
        one = standing(incident, root, **more)
        for observation in list(told):
            self.engine.accounts.own(observation, incident)
        self.engine.accounts.claim(one, [])
        self.engine.accounts.expose([one])
        return one


def standing(incident: str, root: str, **more: Any) -> Standing:
    values: dict[str, Any] = {
        "roots": (root,),
        "live": True,
        "clearing": False,
        "released": False,
        "movable": True,
        "claimed": 1,
        "opened_us": START_US,
        "peak": 0,
    }
    return Standing(incident=incident, root=root, **(values | more))

"""The shift of `service_desk.house` on its small network, by seconds, under another policy of faults."""

from datetime import timedelta
from typing import Any

import msgspec

from correlator import kernel
from correlator.events import Alarm, Complaint, Heartbeat, Maintenance, Restored, microseconds
from correlator.policy import Policy
from correlator.policy.faults import FaultPolicy
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import ComplaintRow
from correlator.world import World
from tests.correlator.service_desk.house import CUTS, TOPOLOGY, Shift
from topology.graph import Topology

BELOW_B = (("AGG/b", "loss_of_signal"), ("BALI", "device_unreachable"))


class Night(Shift):
    """Times are seconds since its start."""

    def __init__(self, topology: Topology = TOPOLOGY, **faults: Any) -> None:
        super().__init__(topology=topology)
        self.world = World(topology, Policy(faults=FaultPolicy(**faults)))
        kernel.wake(self.state, self.world)

    def at(self, seconds: float) -> None:
        """Till then."""
        self.now = self.start + timedelta(seconds=seconds)
        self.fold(Heartbeat(time=self.now))

    def seconds(self, us: int | None) -> float | None:
        return None if us is None else (us - microseconds(self.start)) / 1e6

    # What happens

    def says(self, element: str, kind: str, state: str = "raised", *, timed: float | None = None, **more: Any) -> None:
        """`timed`: what the source's clock says."""
        self.lines += 1
        content = {
            "id": f"al-{self.lines}",
            "time": self.now if timed is None else self.start + timedelta(seconds=timed),
            "source": "nms",
            "object": element,
            "alarm_type": kind,
            "state": state,
        }
        self.fold(msgspec.convert(content | more, Alarm))

    def raised(self, *alarms: tuple[str, str], timed: float | None = None) -> None:
        for element, kind in alarms:
            self.says(element, kind, timed=timed)

    def cleared(self, *alarms: tuple[str, str], timed: float | None = None) -> None:
        for element, kind in alarms:
            self.says(element, kind, "cleared", timed=timed)

    def broken(self, span: str = "SP-A", at: float = 0) -> IncidentRow:
        """The span is cut, and opens within a second."""
        self.at(at)
        self.raised(*CUTS[span])
        self.at(at + 1)
        return self.incident(span)

    def repaired(self, name: str, timed: float | None = None) -> None:
        self.lines += 1
        time = self.now if timed is None else self.start + timedelta(seconds=timed)
        self.fold(Restored(id=f"rs-{self.lines}", time=time, object=name))

    def work(self, name: str, start: float, end: float, **more: Any) -> None:
        self.lines += 1
        content = {
            "id": "MW-1",
            "time": self.now,
            "objects": (name,),
            "start": self.start + timedelta(seconds=start),
            "end": self.start + timedelta(seconds=end),
            "reason": "splice",
        }
        self.fold(msgspec.convert(content | more, Maintenance))

    def calls(self, customer: str, *, timed: float | None = None, **more: Any) -> ComplaintRow:
        """About all that they have, unless a service is named."""
        self.lines += 1
        name = f"co-{self.lines}"
        content = {
            "id": name,
            "time": self.now if timed is None else self.start + timedelta(seconds=timed),
            "channel": "phone",
            "customer": customer,
            "number": f"NT-20260303-{self.lines:06}",
            "category": "network",
            "symptom": "no_service",
            "classifier": "test",
        }
        self.fold(msgspec.convert(content | more, Complaint))
        return self.state.complaints[name]

    def refused(self, action: Any, target: str, role: Any = "administrator", **arguments: Any) -> list[tuple[Any, str]]:
        """(field, code) of what was refused of this order."""
        before = len(self.rejected())
        self.order(action, target, role, **arguments)
        return [(one.field, one.reason.code) for one in self.rejected()[before:]]

    # What is seen

    def suspected(self) -> list[IncidentRow]:
        return [row for row in self.state.incidents.values() if row.status == "suspected"]

    def due(self, kind: str) -> list[float | None]:
        return [self.seconds(row.due_us) for row in self.state.deadlines.rows.values() if row.kind == kind]

    def history(self, incident: IncidentRow) -> list[tuple[str, str, float | None]]:
        return [(one.status, one.root, self.seconds(one.at_us)) for one in incident.verdicts]

    def rebuilt(self) -> None:
        """Caches are made anew, as after a crash."""
        kernel.wake(self.state, self.world)

"""A ring of three core routers, and what the service says when one of its spans is cut.

As a program it prints, as JSON, what it says of each way to hear of that.
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from correlator import kernel
from correlator.events import Alarm, AlarmType, Heartbeat, Record, microseconds
from correlator.policy import Policy
from correlator.state import State
from correlator.wording import sentences
from correlator.world import World
from topology.compile import compile_inventory
from topology.model import Device, Inventory, Link, Site, Span

START = datetime(2026, 3, 3, 3, 0, tzinfo=UTC)
SIDES = (("1", "2"), ("2", "3"), ("1", "3"))
RING = Inventory(
    sites=tuple(Site(id=f"POP-{n}", kind="pop") for n in "123"),
    spans=tuple(Span(id=f"S{a}{b}", a=f"POP-{a}", b=f"POP-{b}", tier="backbone", length_km=50) for a, b in SIDES),
    devices=tuple(Device(id=f"R{n}", site=f"POP-{n}", role="core", tier="backbone", gateway=n == "1") for n in "123"),
    links=tuple(
        Link(id=f"L{a}{b}", a=f"R{a}/{b}", b=f"R{b}/{a}", tier="backbone", routes=((f"S{a}{b}",),)) for a, b in SIDES
    ),
)
Heard = tuple[tuple[int, str, AlarmType], ...]  # seconds after the cut, object, type
BY_TWO_ENDS: Heard = ((0, "R2/3", "loss_of_signal"), (0, "R3/2", "loss_of_signal"), (0, "R2", "neighbor_down"))
HEARD: dict[str, Heard] = {  # S23 is cut
    "both": ((0, "R2/3", "loss_of_signal"), (0, "R2", "neighbor_down"), (0, "R3", "neighbor_down")),
    "one": BY_TWO_ENDS,
    "late": (*BY_TWO_ENDS, (50, "R3", "neighbor_down")),
}


def conclude(heard: Heard) -> list[dict[str, Any]]:
    """The incidents a minute later: what is like the root, what they explain, and why, in both languages."""
    state, world = State(), World(compile_inventory(RING), Policy())
    kernel.wake(state, world)
    for offset, (second, name, kind) in enumerate(heard, 1):
        time = START + timedelta(seconds=second)
        alarm = Alarm(id=f"a{offset}", time=time, source="nms", object=name, alarm_type=kind, state="raised")
        kernel.advance(state, Record(offset, 0, microseconds(time), alarm), world)
    later = START + timedelta(minutes=1)
    kernel.advance(state, Record(len(heard) + 1, 0, microseconds(later), Heartbeat(time=later)), world)
    return [
        {
            "status": row.status,
            "alike": row.equivalent,
            "explains": sorted(alarm.object for alarm in state.alarms.values() if alarm.incident == row.id),
            "en": sentences(row.explanation, "en"),
            "id": sentences(row.explanation, "id"),
        }
        for row in state.incidents.values()
    ]


if __name__ == "__main__":
    sys.stdout.write(json.dumps({name: conclude(heard) for name, heard in HEARD.items()}))

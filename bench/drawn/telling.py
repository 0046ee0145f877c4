"""Tells a case: what observers and people say of its faults, disturbed; and what is then owed to each fault."""

from __future__ import annotations

from dataclasses import dataclass

from bench.drawn import disturbances, people
from bench.drawn.case import Case, Event, Noise, in_order
from bench.drawn.disturbances import Outage
from bench.drawn.faults import Fault
from bench.drawn.observers import observe
from bench.drawn.physics import State
from bench.drawn.timeline import Timeline

HEARTBEAT_S = 60
WARNINGS = ("signal_degraded", "high_temperature", "device_restart")  # they show no failure
EARLY_S, LATE_S = 1, 120  # a word counts for a fault from so long before it until so long after it


@dataclass(frozen=True, slots=True)
class Manner:
    """How a case is told beside its noise."""

    calls: float = 1.0  # as many times as usual call
    alarms: bool = True  # else nothing but calls
    outage: Outage | None = None  # of a poller


USUAL = Manner()


def tell(case: Case, horizon_s: float, noise: Noise, manner: Manner = USUAL) -> Case:
    case.horizon_s = horizon_s
    timeline = case.timeline()
    told = observe(case, timeline, noise.clocks_s)
    told = told if manner.alarms else []
    events = disturbances.lose(case, told, noise.lost)
    if manner.outage:
        events += disturbances.poller_cut_off(case, timeline, manner.outage)
    count = round(noise.strays * max(len(told), disturbances.LEAST_TRUE))
    events += disturbances.stray(case, timeline, count)
    if noise.chatter:
        events += disturbances.chatter(case)
    events += disturbances.repeat(case, events, noise.repeated)
    case.down = case.owed = timeline.spells(lambda state: state.customers)
    events += people.call(case, events, manner.calls)
    events += people.repairs(case)
    events += _heartbeats(horizon_s)
    case.events = in_order(events)
    for fault in case.faults:
        fault.evidence = evidence(case, timeline, fault)
    return case


def _heartbeats(horizon_s: float) -> list[Event]:
    times = [*range(0, round(horizon_s), HEARTBEAT_S), horizon_s]
    return [{"type": "heartbeat", "time": at} for at in times]


def evidence(case: Case, timeline: Timeline, fault: Fault) -> int:
    """Words that arrived and would not have been without the fault, or that name its root."""
    without = case.timeline(but=fault)
    strays: dict[str, list[int]] = {}
    for name, at in case.strays:
        strays.setdefault(name, []).append(round(at))
    count = 0
    for event in case.events:
        failure = event["type"] == "alarm" and event["state"] == "raised" and event["alarm_type"] not in WARNINGS
        if not failure and event["type"] != "complaint":
            continue
        at = event["received"]
        if not any(begin - EARLY_S <= at <= end + LATE_S for begin, end in fault.spells):
            continue
        name = event.get("object") or event["customer"]
        if round(at) in strays.get(name, ()):
            continue
        now, otherwise = timeline.at(at - 0.5), without.at(at - 0.5)
        if name == fault.root or (suffers(case, name, now) and not suffers(case, name, otherwise)):
            count += 1
    return count


def suffers(case: Case, name: str, state: State) -> bool:
    """Whether something is wrong with an object."""
    network = case.scene.network
    if "/" in name:
        return any(link in state.dark or link in state.bare for link in case.scene.physics.links_at[name])
    if name in network.devices:
        return name in state.unreachable
    return name in state.services or name in state.customers

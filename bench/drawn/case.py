"""A case: a scene, the faults that strike it, what is told of them, and what is true."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from bench.drawn.faults import Fault, Spell
from bench.drawn.habits import Scene
from bench.drawn.timeline import Timeline

BEGIN = datetime(2026, 3, 3, 8, 0, tzinfo=timezone(timedelta(hours=7)))

Event = dict[str, Any]  # of the events file, with its times in seconds of the case
Told = tuple[Event, Event | None]  # raised, cleared


def stamp(seconds: float) -> str:
    return (BEGIN + timedelta(milliseconds=round(seconds * 1000))).isoformat(timespec="milliseconds")


def seconds(text: str) -> float:
    """Of a time that the service wrote."""
    return (datetime.fromisoformat(text) - BEGIN).total_seconds()


@dataclass(frozen=True, slots=True)
class Noise:
    """How badly a case is told. Shares are of what is true."""

    lost: float = 0.0
    strays: float = 0.0  # words of what is not so
    chatter: bool = False  # of a card that warns all the time
    clocks_s: float = 0.0  # so far some clocks are wrong
    repeated: float = 0.0  # the same message again, or late


class Fact(NamedTuple):
    """Who says what of which object."""

    source: str
    object: str
    kind: str


@dataclass(slots=True)
class Case:
    """Times in seconds of the case. `rng` draws all that is not of the scene."""

    name: str
    family: str
    seed: int
    scene: Scene
    rng: Random
    faults: list[Fault] = field(default_factory=list)
    horizon_s: float = 0.0
    events: list[Event] = field(default_factory=list)  # in order of arrival
    strays: list[tuple[str, float]] = field(default_factory=list)  # objects of false words, and when
    chatters: str = ""  # the device whose card warns all the time
    down: dict[str, list[Spell]] = field(default_factory=dict)  # customers without service
    owed: dict[str, list[Spell]] = field(default_factory=dict)  # of these, the ones who are to be told
    neutral: set[str] = field(default_factory=set)  # roots that are neither right nor false
    alarms: int = 0  # as many were written, delivered or not

    def alarm(self, at: float, received: float, fact: Fact, severity: str | None = "major") -> Event:
        """Write an alarm; cleared where it has no severity."""
        self.alarms += 1
        event = {
            "type": "alarm",
            "id": f"a{self.alarms}",
            "time": at,
            "received": max(received, 0),
            "source": fact.source,
            "object": fact.object,
            "alarm_type": fact.kind,
            "state": "raised" if severity else "cleared",
        }
        if severity:
            event["severity"] = severity
        return event

    def delay(self) -> float:
        """Seconds on the way: mostly less than one."""
        return self.rng.lognormvariate(-1.2, 0.8)

    def timeline(self, but: Fault | None = None) -> Timeline:
        return Timeline(self.scene.physics, self.faults, but)

    def inventory(self) -> bytes:
        return json.dumps(self.scene.network.inventory()).encode()

    def lines(self) -> bytes:
        """The events file."""
        written = []
        for event in self.events:
            times = {key: stamp(event[key]) for key in ("time", "received") if key in event}
            written.append(json.dumps({**event, **times}) + "\n")
        return "".join(written).encode()

    def write(self, folder: Path) -> None:
        """As files for `simpul replay`."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "inventory.json").write_bytes(self.inventory())
        (folder / "events.jsonl").write_bytes(self.lines())


def in_order(events: list[Event]) -> list[Event]:
    """Of arrival."""
    return sorted(events, key=lambda event: float(event["received" if "received" in event else "time"]))

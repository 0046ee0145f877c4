"""One case: what the service is given, and what is true."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from bench.accuracy.calls import Call, by_habit, of_down
from bench.accuracy.faults import Fault
from bench.accuracy.inventory import Plant, as_json
from bench.accuracy.noise import Strays
from bench.accuracy.physics import Net
from bench.accuracy.plant import plant
from bench.accuracy.telling import Speech
from bench.accuracy.timeline import Losses, Story, Told, play
from bench.accuracy.truth import Truth, truths

WIB = timezone(timedelta(hours=7))
BEGIN = datetime(2026, 3, 2, 8, 0, tzinfo=WIB)
Event = dict[str, Any]
SEVERITY = {
    "loss_of_signal": "critical",
    "link_down": "critical",
    "signal_degraded": "warning",
    "on_battery": "warning",
}


@dataclass(slots=True)
class Scene:
    """A plant with its physics and its speech; shared by all cases on it."""

    plant: Plant
    net: Net
    speech: Speech
    strays: Strays
    customers: list[str]
    inventory: bytes


@dataclass(slots=True)
class Case:
    cell: str
    seed: int
    graph: str
    scene: Scene
    truths: list[Truth]
    events: bytes
    down: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    inventory: bytes = b""  # what the service is given, where that is not the whole
    given: Net | None = None  # the same, for baselines
    hours: float = 1.0
    told: list[Told] = field(default_factory=list)  # alarms in order of arrival, for baselines
    calls: list[Call] = field(default_factory=list)
    neutral: frozenset[str] = frozenset()  # roots that are held against nobody
    timeout_s: float | None = None  # of a case that is played in a process of its own
    baselines: bool = True  # whether others answer, too
    rates: tuple[float, int] | None = None  # share of words lost, and strays, where the ceiling is sought

    @property
    def name(self) -> str:
        return f"{self.cell}/{self.seed}/{self.graph}"

    @property
    def known(self) -> bytes:
        """The inventory that the service is given."""
        return self.inventory or self.scene.inventory

    def write(self, folder: Path) -> None:
        """As files for `simpul replay`."""
        (folder / "inventory.json").write_bytes(self.known)
        (folder / "events.jsonl").write_bytes(self.events)


@lru_cache(maxsize=24)
def scene(graph: str, size: str, seed: int = 0) -> Scene:
    made = plant(graph, size, seed)
    return staged(made)


def staged(made: Plant) -> Scene:
    net = Net(made.rows)
    speech = Speech(made, net)
    strays = Strays(made, net, speech)
    customers = [row["id"] for row in made.rows["customers"]]
    return Scene(made, net, speech, strays, customers, as_json(made.rows))


def stamp(seconds: float) -> str:
    return (BEGIN + timedelta(seconds=round(seconds, 3))).isoformat(timespec="milliseconds")


def seconds(text: str) -> float:
    """Of a time that the service wrote."""
    return (datetime.fromisoformat(text) - BEGIN).total_seconds()


@dataclass(slots=True)
class Draft:
    """A case while it is put together."""

    cell: str
    seed: int
    scene: Scene
    rng: Random
    until: float
    told: list[Told] = field(default_factory=list)  # strays and whatever a cell adds
    calls: list[Call] = field(default_factory=list)
    extra: list[tuple[float, Event]] = field(default_factory=list)  # other events, by time of arrival
    story: Story | None = None

    def play(self, faults: list[Fault], losses: Losses, calling: float = 0.02) -> Story:
        """Tells the faults, and lets those who are down call."""
        self.story = play(self.scene.speech, faults, self.until, losses, self.rng)
        self.told += self.story.told
        self.calls += of_down(self.rng, self.story.down, calling, self.until)
        self.calls += by_habit(self.rng, self.scene.customers, self.until)
        return self.story

    def noise(self, count: int, stuck: float = 0.4) -> None:
        self.told += self.scene.strays.draw(self.rng, count, (0.0, self.until), stuck)

    def finish(self) -> Case:
        order = sorted(self.told, key=lambda one: (one.received, one.key, one.raised))
        callers = [(call.at, call.customer) for call in self.calls]
        found = truths(self.scene.speech, self.story, callers) if self.story else []
        return Case(
            self.cell,
            self.seed,
            self.scene.plant.graph,
            self.scene,
            found,
            written(order, self.calls, self.extra, self.until),
            self.story.down if self.story else {},
            hours=self.until / 3600,
            told=order,
            calls=sorted(self.calls, key=lambda call: (call.at, call.customer)),
        )


def written(told: list[Told], calls: list[Call], extra: list[tuple[float, Event]], until: float) -> bytes:
    """The events file, in order of arrival."""
    lines: list[tuple[float, Event]] = []
    for n, one in enumerate(told):
        lines.append((one.received, _alarm(n, one)))
    for n, call in enumerate(sorted(calls, key=lambda call: (call.at, call.customer))):
        event = {"type": "complaint", "id": f"k{n}", "time": stamp(call.at), "channel": call.channel}
        lines.append((call.at, {**event, "customer": call.customer, "text": call.text}))
    lines += extra
    lines.append((until, {"type": "heartbeat", "time": stamp(until)}))
    lines.sort(key=lambda line: line[0])
    return b"".join(json.dumps(event, ensure_ascii=False).encode() + b"\n" for _, event in lines)


def _alarm(n: int, one: Told) -> Event:
    event = {"type": "alarm", "id": f"a{n}", "time": stamp(one.at), "received": stamp(one.received)}
    name, kind = one.key
    event |= {"source": one.source, "object": name, "alarm_type": kind}
    return (
        {**event, "severity": SEVERITY.get(kind, "major"), "state": "raised"}
        if one.raised
        else {**event, "state": "cleared"}
    )

"""What must hold of a fleet's journal, store and sent messages after any mischief: each law says what broke it."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import msgspec

from connectors.journal.memory import MemoryJournal
from connectors.rendering import Rendering
from connectors.store.memory import MemoryStore
from correlator.effects import Alert, Campaign, Effect, Notice
from correlator.events import Alarm, Complaint, Frame, Receipt
from correlator.world import World
from streams.host import Host, Ports
from streams.worlds import Worlds
from tests.chaos.fleet import DOMAIN, Fleet
from tests.chaos.load import Acknowledged
from tests.integration.audit import EVERY, KINDS, STATES, differing

T = TypeVar("T")
_encode = msgspec.msgpack.Encoder().encode


@dataclass(slots=True)
class Audit:
    """What a fleet left behind, read once; `figures` grows while laws are judged."""

    fleet: Fleet
    world: World
    frames: list[Frame]
    effects: list[Effect]
    figures: dict[str, int] = field(default_factory=dict)

    def broken(self, answered: dict[str, set[str]], alarms: Acknowledged, folder: Path) -> list[str]:
        """All laws; empty where all hold."""
        return [
            *self.complaints(answered),
            *self.acknowledged(alarms),
            *self.order(),
            *self.messages(),
            *self.as_folded_afresh(folder),
        ]

    def complaints(self, answered: dict[str, set[str]]) -> Iterator[str]:
        """Who was answered is in the journal under the number that was said; one complaint, one ticket, one number."""
        numbers: dict[str, set[str]] = defaultdict(set)
        repeats = Counter[str]()
        for event in self._events(Complaint):
            numbers[event.id].add(event.number)
            repeats[event.id] += 1
        self.figures |= {"complaints answered": len(answered), "complaints in the journal": len(numbers)}
        self.figures["complaints that are there again"] = sum(repeats.values()) - len(repeats)
        for name, said in answered.items():
            if numbers.get(name) != said:
                yield f"complaint {name} was answered {sorted(said)}, the journal has {sorted(numbers.get(name, ()))}"
        given = Counter(number for found in numbers.values() for number in found)
        yield from (f"number {number} was given to several" for number, n in given.items() if n != 1)
        rows = [row for _, row in self.fleet.store.rows(DOMAIN, "tickets") if row.kind == "complaint"]
        tickets = Counter(row.complaint for row in rows)
        yield from (f"complaint {name} has {n} tickets" for name, n in tickets.items() if n != 1)
        yield from (f"complaint {name} has no ticket" for name in sorted(numbers.keys() - tickets.keys()))

    def acknowledged(self, alarms: Acknowledged) -> Iterator[str]:
        """Alarms that a door took are in the journal, and first there in the order in which they were given."""
        first: dict[str, int] = {}
        for place, event in enumerate(self._events(Alarm)):
            first.setdefault(event.id, place)
        self.figures["alarms acknowledged"] = sum(len(ids) for ids in alarms.by_object.values())
        for name, ids in alarms.by_object.items():
            yield from (f"alarm {one} of {name} is not in the journal" for one in ids if one not in first)
            there = [first[one] for one in ids if one in first]
            yield from (f"alarms of {name} are out of order" for a, b in pairwise(there) if a > b)

    def order(self) -> Iterator[str]:
        """What an edge heard of one object is in the journal in the order in which it came."""
        told: dict[str, list[tuple[str, object]]] = defaultdict(list)
        seen: set[str] = set()
        for event in self._events(Alarm):
            if event.source.startswith("snmp") or event.id.startswith("snmp"):
                if event.id not in seen:
                    told[event.object].append((event.id, event.time))
                seen.add(event.id)
        self.figures["alarms heard by the edge"] = len(seen)
        for name, events in told.items():
            times = [time for _, time in events]
            if times != sorted(times):  # type: ignore[type-var]
                yield f"what the edge heard of {name} is out of order"

    def messages(self) -> Iterator[str]:
        """Each effect's messages are queued once; each is sent once, or listed as failed or uncertain."""
        rendering = Rendering(lambda: self.world, lambda _: None)
        speaking = [effect for effect in self.effects if isinstance(effect, Alert | Campaign | Notice)]
        wanted = {message.id for effect in speaking for message in rendering.fan_out(effect, 0)}
        outbox = self.fleet.store.outbox
        states = {one.id: one.state for one in outbox.messages(DOMAIN, STATES, EVERY)}
        yield from (f"message {name} was never queued" for name in sorted(wanted - states.keys()))
        yield from (f"message {name} is of no effect" for name in sorted(states.keys() - wanted))
        sent = Counter(json.loads(line)["id"] for line in self.fleet.sent_lines() if line.endswith("}"))
        yield from (f"message {name} was sent {n} times" for name, n in sent.items() if n != 1)
        yield from (
            f"message {name} is sent, and was not" for name, s in states.items() if s == "sent" and name not in sent
        )
        told = {event.notice for event in self._events(Receipt)}
        yield from (f"message {name} is {states[name]}, untold" for name in sorted(states.keys() - told))
        self.figures |= {f"messages {state}": n for state, n in sorted(Counter(states.values()).items())}

    def as_folded_afresh(self, folder: Path) -> Iterator[str]:
        """Rows and effects are those of one fold of the same journal by a host that nothing ever happened to."""
        read, fresh = MemoryJournal(), MemoryStore()
        for frame in self.frames:
            read.append(DOMAIN, frame)
        host = Host(DOMAIN, Ports(read, fresh, Worlds(folder, self.world), lambda: 0), recorded=True)
        host.start(self.world)
        while host.turn() == "worked":
            pass
        yield from differing(self.fleet.store.load(DOMAIN), fresh.load(DOMAIN))
        ours, theirs = (
            [(one.id, _encode(one)) for one in some] for some in (self.effects, fresh.effects(DOMAIN, KINDS, EVERY))
        )
        if ours != theirs:
            differ = (a[0] for a, b in zip(ours, theirs, strict=False) if a != b)
            yield f"effects differ from {next(differ, 'the end')} on"

    def _events(self, kind: type[T]) -> Iterator[T]:
        return (event for frame in self.frames for event in frame.events if isinstance(event, kind))


def audit(fleet: Fleet, world: World) -> Audit:
    """Of a fleet at rest: the frames that are folded."""
    applied = fleet.store.applied(DOMAIN)
    frames: list[Frame] = []
    while len(frames) < applied and (some := fleet.journal.read(DOMAIN, len(frames))):
        frames += [frame for offset, frame in some if offset <= applied]
    made = Audit(fleet, world, frames, fleet.store.effects(DOMAIN, KINDS, EVERY))
    made.figures |= {"frames": len(frames), "events": sum(len(frame.events) for frame in frames)}
    return made

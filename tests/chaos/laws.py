"""What must hold of a fleet's journal, store and sent messages after any mischief: each law says what broke it."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from connectors.store.sql import SqlStore
from correlator.effects import Effect
from correlator.events import Alarm, Complaint, Frame
from correlator.world import World
from tests.chaos.fleet import DOMAIN, Fleet
from tests.chaos.load import Acknowledged
from tests.integration.audit import EVERY, KINDS, STATES, messages_once, rows_as_folded_afresh

T = TypeVar("T")


@dataclass(slots=True)
class Audit:
    """What a fleet left behind, read once; `figures` grows while laws are judged (`tests.integration.audit.Judged`)."""

    fleet: Fleet
    world: World
    journal: list[tuple[int, Frame]]  # as far as it is folded
    figures: dict[str, int] = field(default_factory=dict)
    domain: str = DOMAIN

    @property
    def store(self) -> SqlStore:
        return self.fleet.store

    def effects(self) -> list[Effect]:
        return self.store.effects(DOMAIN, KINDS, EVERY)

    def broken(self, answered: dict[str, set[str]], alarms: Acknowledged, folder: Path) -> list[str]:
        """All laws; empty where all hold."""
        return [
            *self.complaints(answered),
            *self.acknowledged(alarms),
            *self.order(),
            *messages_once(self, told_apart=False),  # of two dispatchers neither knows the other's file
            *rows_as_folded_afresh(self, folder),
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

    def sent_lines(self) -> Iterator[str]:
        return self.fleet.sent_lines()

    def _events(self, kind: type[T]) -> Iterator[T]:
        return (event for _, frame in self.journal for event in frame.events if isinstance(event, kind))


def audit(fleet: Fleet, world: World) -> Audit:
    """Of a fleet at rest."""
    applied, frames = fleet.store.applied(DOMAIN), list[tuple[int, Frame]]()
    while len(frames) < applied and (some := fleet.journal.read(DOMAIN, len(frames), applied - len(frames))):
        frames += some
    states = Counter(one.state for one in fleet.store.outbox.messages(DOMAIN, STATES, EVERY))
    figures = {"frames": len(frames), "events": sum(len(frame.events) for _, frame in frames)}
    return Audit(fleet, world, frames, figures | {f"messages {state}": n for state, n in sorted(states.items())})

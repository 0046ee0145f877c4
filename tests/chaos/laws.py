"""What must hold of a fleet's journal, store and sent messages after any mischief: each law says what broke it."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from connectors.journal.sqlite import SqliteJournal
from connectors.store.sql import SqlStore
from correlator.effects import Effect, Handed
from correlator.events import Alarm, Complaint, Frame, Handover, Moved
from correlator.world import World
from tests.chaos.fleet import Fleet
from tests.chaos.load import Acknowledged
from tests.integration.killed.audit import EVERY, KINDS, STATES, messages_once, rows_as_folded_afresh

T = TypeVar("T")


@dataclass(slots=True)
class Seat:
    """What one domain left behind, read once (`tests.integration.killed.audit.Judged`)."""

    fleet: Fleet
    world: World
    domain: str
    journal: list[tuple[int, Frame]]  # as far as it is folded
    later: list[tuple[int, Frame]]  # what came as the service ended

    @property
    def store(self) -> SqlStore:
        return self.fleet.store

    def effects(self) -> list[Effect]:
        return self.store.effects(self.domain, KINDS, EVERY)

    def sent_lines(self) -> Iterator[str]:
        return self.fleet.sent_lines()

    def events(self, kind: type[T]) -> Iterator[T]:
        return (event for _, frame in self.journal for event in frame.events if isinstance(event, kind))


@dataclass(slots=True)
class Audit:
    """A fleet's domains; `figures` grows while laws are judged."""

    seats: dict[str, Seat]
    figures: dict[str, int] = field(default_factory=dict)

    def broken(self, answered: dict[str, set[str]], alarms: Acknowledged, folder: Path) -> list[str]:
        """All laws; empty where all hold."""
        return [
            *self.complaints(answered),
            *self.acknowledged(alarms),
            *self.order(),
            *self.handed_over(),
            *(broken for seat in self.seats.values() for broken in one_domains(seat, folder)),
        ]

    def keep(self, folder: Path) -> None:
        """Each domain's journal, as far as it is folded, in a file that `simpul replay --journal` folds again."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, seat in self.seats.items():
            with closing(SqliteJournal(folder / f"{name}.db")) as kept:
                kept.append_all(name, [frame for _, frame in seat.journal])

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
        rows = [
            row
            for name, seat in self.seats.items()
            for _, row in seat.store.rows(name, "tickets")
            if row.kind == "complaint"
        ]
        tickets = Counter([*(row.complaint for row in rows), *self._on_their_way()])
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

    def handed_over(self) -> Iterator[str]:
        """What one domain handed to another is in its journal, in order, up to what waits to be told."""
        for name, seat in self.seats.items():
            handed = [effect for effect in seat.effects() if isinstance(effect, Handed)]
            waiting = {one.effect.id for one in seat.store.unpublished(name, EVERY)}
            self.figures["handed over"] = self.figures.get("handed over", 0) + len(handed)
            for to, other in self.seats.items():
                told = [(one.number, one.what) for one in handed if one.to == to and one.id not in waiting]
                heard = dict[int, object]()
                for _, frame in (*other.journal, *other.later):
                    for event in frame.events:
                        if isinstance(event, Handover) and event.domain == name:
                            heard.setdefault(event.number, event.what)
                if list(heard.items())[: len(told)] != told:
                    yield f"{name} handed {len(told)} to {to}, which heard {len(heard)}, or others, or in another order"

    def _on_their_way(self) -> Iterator[str]:
        """Complaints that have left one domain, and that the other has not folded."""
        for name, seat in self.seats.items():
            for effect in seat.effects():
                if isinstance(effect, Handed) and isinstance(effect.what, Moved):
                    heard = seat.store.row(effect.to, "counters", f"heard.{name}")
                    if heard is None or heard.value < effect.number:
                        yield effect.what.id

    def _events(self, kind: type[T]) -> Iterator[T]:
        return (event for seat in self.seats.values() for event in seat.events(kind))


def one_domains(seat: Seat, folder: Path) -> Iterator[str]:
    """Laws of each domain by itself."""
    yield from messages_once(seat, told_apart=False)  # of two dispatchers neither knows the other's file
    yield from rows_as_folded_afresh(seat, folder)


def audit(fleet: Fleet, world: World) -> Audit:
    """Of a fleet at rest."""
    seats, figures = dict[str, Seat](), Counter[str]()
    for domain in fleet.settings.domains:
        applied, frames = fleet.store.applied(domain), list[tuple[int, Frame]]()
        while len(frames) < applied and (some := fleet.journal.read(domain, len(frames), applied - len(frames))):
            frames += some
        seats[domain] = Seat(fleet, world, domain, frames, fleet.journal.read(domain, applied))
        states = Counter(one.state for one in fleet.store.outbox.messages(domain, STATES, EVERY))
        figures.update({"frames": len(frames), "events": sum(len(frame.events) for _, frame in frames)})
        figures.update({f"messages {state}": n for state, n in sorted(states.items())})
    return Audit(seats, dict(figures))

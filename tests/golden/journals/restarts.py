"""A night with restarts: at some places the process is killed, and a new one begins with what the store holds."""

from collections.abc import Callable
from random import Random
from typing import Any

import msgspec

from correlator import kernel
from correlator.events import Event
from correlator.state import TABLES, State
from streams.replay.replay import Replay
from streams.simulation.owners import in_any_order
from tests.golden.journals.nights import Night

RESTARTS = 5

_encode = msgspec.msgpack.Encoder().encode  # as the stores have it
_decode = {name: msgspec.msgpack.Decoder(row).decode for name, row in TABLES.items()}


class Restarted(Replay):
    """Keeps what every step changed as bytes, as a store does; after some events it has nothing else."""

    places: frozenset[int]
    kept: dict[str, dict[str, bytes]]
    folded: int

    def fold(self, number: int, line: bytes, at_us: int, event: Event, index: int = 0) -> None:
        super().fold(number, line, at_us, event, index)
        self.folded += 1
        if self.folded in self.places:
            self.restart()

    def _keep(self, step: kernel.Step, number: int, line: bytes) -> None:
        for (table, key), row in step.changes.items():
            if row is None:
                self.kept[table].pop(key, None)
            else:
                self.kept[table][key] = _encode(row)
        super()._keep(step, number, line)

    def restart(self) -> None:
        """A new process: rows from the store, in whatever order they come, caches made of them."""
        quarantined = self.state.quarantined
        chance = Random(self.folded)
        rows = {
            name: {key: _decode[name](body) for key, body in in_any_order(table, chance).items()}
            for name, table in self.kept.items()
        }
        self.state = State(rows)
        self.state.quarantined = quarantined
        kernel.wake(self.state, self.world)

    def unkept(self) -> list[str]:
        """Rows of the memory that the store does not hold as they are: a step that changed them did not say so."""
        found = []
        for name, table in self.state.tables.items():
            held, kept = {key: _encode(row) for key, row in table.items()}, self.kept[name]
            found += [f"{name} {key!r}" for key in sorted(held.keys() | kept.keys()) if held.get(key) != kept.get(key)]
        return found


def restarted(night: Night) -> Callable[..., Replay]:
    """What makes the run of a night, in the place of `Replay`; the places of its restarts come of its name."""
    events = night.events()
    places = frozenset(Random(night.name).sample(range(1, events + 1), min(RESTARTS, events)))

    def made(*given: Any) -> Restarted:
        run = Restarted(*given)
        run.places, run.kept, run.folded = places, {name: {} for name in TABLES}, 0
        return run

    return made

"""The states of a network one after the other, as its faults begin and end."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable

from bench.drawn.faults import FOREVER, Fault, Spell, failed_at
from bench.drawn.physics import Physics, State


class Timeline:
    """Each state holds from its moment on; the first moment is 0."""

    def __init__(self, physics: Physics, faults: list[Fault], but: Fault | None = None) -> None:
        changes = {moment for fault in faults if fault is not but for spell in fault.spells for moment in spell}
        self.moments = sorted({0.0, *(moment for moment in changes if moment < FOREVER)})
        self.states = [physics.state(failed_at(faults, moment, but)) for moment in self.moments]

    def at(self, when: float) -> State:
        return self.states[max(0, bisect_right(self.moments, when) - 1)]

    def reachable_after(self, when: float, device: str, until: float = FOREVER) -> float | None:
        """The first change after a moment by which a device is reachable."""
        changes = zip(self.moments, self.states, strict=True)
        return next((at for at, state in changes if when < at < until and device not in state.unreachable), None)

    def spells(self, of: Callable[[State], Iterable[str]]) -> dict[str, list[Spell]]:
        """When each of what `of` names was so, by name; in the order in which spells end."""
        found: dict[str, list[Spell]] = {}
        since: dict[str, float] = {}
        for moment, state in zip(self.moments, self.states, strict=True):
            now = frozenset(of(state))
            for name in sorted(now - since.keys()):
                since[name] = moment
            for name in [name for name in since if name not in now]:
                found.setdefault(name, []).append((since.pop(name), moment))
        for name, begin in since.items():
            found.setdefault(name, []).append((begin, FOREVER))
        return found

"""Looks each second whether the servers behind a process answer, so that a health door can say it without asking."""

import asyncio
from collections.abc import Callable, Mapping

from connectors.ports import PortError
from streams import clock

LOOK_S = 1.0
LATE_S = 3.0  # one that has not answered for so long does not answer

Look = Callable[[], object]  # raises PortError where something is wrong


class HealthProbes:
    """`run` until cancelled. `looks`: by the name of what is asked; each may wait, and holds up none of the others."""

    def __init__(self, looks: Mapping[str, Look]) -> None:
        self._looks = looks
        self._troubles: dict[str, str] = {}
        self._asked_s: dict[str, float] = {}  # who has not answered yet, since when

    def trouble(self, name: str) -> str | None:
        """What is wrong with it, as far as is known; None where nothing is."""
        asked_s = self._asked_s.get(name)
        late_s = 0.0 if asked_s is None else clock.monotonic_s() - asked_s
        if late_s > LATE_S:
            return self._troubles.get(name) or f"the {name} has not answered for {late_s:.0f} s"
        return self._troubles.get(name)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as all_of_them:
            for name, look in self._looks.items():
                all_of_them.create_task(self._watch(name, look))

    async def _watch(self, name: str, look: Look) -> None:
        while True:
            self._asked_s[name] = clock.monotonic_s()
            try:
                await asyncio.to_thread(look)
                self._troubles.pop(name, None)
            except PortError as error:
                self._troubles[name] = str(error)
            del self._asked_s[name]
            await asyncio.sleep(LOOK_S)

"""The World in force, for a process that folds nothing: as the rows of a domain name it."""

import asyncio
import threading
from collections.abc import Callable

import structlog

from connectors.ports import Store, StoreDown, Unusable
from correlator.world import World
from streams.host.worlds import Worlds

LOOK_S = 1.0

log = structlog.get_logger("world")


class InForce:
    """Looks at most each second, one thread at a time: it may wait for the database, or load an inventory; meanwhile,
    and where a change cannot be seen or found, the World before it serves on. Never asked on an event loop.
    """

    def __init__(self, domain: str, store: Store, worlds: Worlds, monotonic_s: Callable[[], float]) -> None:
        self._domain = domain
        self._store = store
        self._worlds = worlds
        self._monotonic_s = monotonic_s
        self._names: tuple[str, str] | None = None  # as the rows had them when we looked last
        self._world = worlds.current()
        self._again_s = 0.0
        self._looking = threading.Lock()

    def __call__(self) -> World:
        if self._monotonic_s() >= self._again_s and self._looking.acquire(blocking=False):
            try:
                self._look()
            except (StoreDown, Unusable) as error:
                log.warning("world_not_seen", domain=self._domain, what=str(error))
            finally:
                self._again_s = self._monotonic_s() + LOOK_S
                self._looking.release()
        return self._world

    def _look(self) -> None:
        assert not on_a_loop(), "it may wait, and then all that the loop serves waits too"
        inventory, policy = (self._store.row(self._domain, "texts", name) for name in ("inventory", "policy"))
        names = (inventory.value, policy.value) if inventory and policy else None
        if names is not None and names != self._names:
            self._world = self._worlds.world(*names)
            self._names = names


def on_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True

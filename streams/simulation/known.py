"""Worlds for a host that lives in memory: the one it is handed, and no folder."""

from connectors.ports import Unusable
from correlator.world import World
from streams.host.worlds import Worlds


class Known(Worlds):
    """Knows one World."""

    def __init__(self, world: World) -> None:
        self._only = world

    def current(self) -> World:
        return self._only

    def world(self, inventory: str, policy: str) -> World:
        if (inventory, policy) != (self._only.topology.hash, self._only.policy.hash):
            raise Unusable(f"No World {inventory}+{policy} is known here")
        return self._only

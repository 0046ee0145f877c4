"""The memory twins of the ports, for simulated nights: this file and `streams.bootstrap` name concrete connectors."""

from connectors.channels.memory import MemoryChannel
from connectors.journal.memory import MemoryJournal
from connectors.outbox.dispatcher import Dispatcher
from connectors.outbox.parts import WORDS, DispatchPorts, Reads, Rules, Way
from connectors.ports import Unusable
from connectors.store.memory import MemoryStore
from correlator.world import World
from streams.host.worlds import Worlds

__all__ = [
    "WORDS",
    "DispatchPorts",
    "Dispatcher",
    "Known",
    "MemoryChannel",
    "MemoryJournal",
    "MemoryStore",
    "Reads",
    "Rules",
    "Way",
]


class Known(Worlds):
    """Worlds for a host that lives in memory: the one that it is handed, and no folder."""

    def __init__(self, world: World) -> None:
        self._only = world

    def current(self) -> World:
        return self._only

    def world(self, inventory: str, policy: str) -> World:
        if (inventory, policy) != (self._only.topology.hash, self._only.policy.hash):
            raise Unusable(f"No World {inventory}+{policy} is known here")
        return self._only

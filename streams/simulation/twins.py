"""The memory twins of the ports, for simulated nights: this file and `streams.bootstrap` name concrete connectors."""

from connectors.channels.memory import MemoryChannel
from connectors.journal.memory import MemoryJournal
from connectors.outbox.dispatcher import Dispatcher
from connectors.outbox.parts import WORDS, DispatchPorts, Reads, Rules, Way
from connectors.store.memory import MemoryStore

__all__ = [
    "WORDS",
    "DispatchPorts",
    "Dispatcher",
    "MemoryChannel",
    "MemoryJournal",
    "MemoryStore",
    "Reads",
    "Rules",
    "Way",
]

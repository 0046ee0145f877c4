"""Which processes there are, and how each is started: the command line and `simpul run` look here.

Each has a module with `start`; it is imported where it is started, so that none loads what only another one needs.
"""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import msgspec

from connectors.listeners.listener import Listens

Address = tuple[str, int]


class Ready(msgspec.Struct, frozen=True):
    """What a process says once it works."""

    name: str
    http: Address | None = None  # its door, or the small one that tells whether it is well
    listeners: dict[str, Listens] = {}


# (settings, stop, say): work until `stop`; `say` is told when it works. Raises PortError where it cannot go on
Start = Callable[..., Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Process:
    """`embedded`: its module in `simpul run`; `distributed`: on several machines; none: it is no process there."""

    who: str  # for words
    embedded: str | None = None
    distributed: str | None = None
    listens: bool = False  # it is handed the sockets that the parent holds


PROCESSES: Mapping[str, Process] = {
    "worker": Process("a worker", "streams.processes.worker.embedded", "streams.processes.worker.process"),
    "intake": Process("the intake", embedded="streams.processes.intake.process", listens=True),
    "edge": Process("an edge", distributed="streams.processes.edge.process"),
    "api": Process("an HTTP door", distributed="streams.processes.api.process"),
    "dispatch": Process("a dispatcher", distributed="streams.processes.dispatch.process"),
}

# Of `simpul run`, in the order in which they are started; they are ended in the opposite one: first what comes in
EMBEDDED = tuple(name for name, process in PROCESSES.items() if process.embedded)
DISTRIBUTED = tuple(name for name, process in PROCESSES.items() if process.distributed)


def start_of(module: str | None) -> Start:
    """How a process is started."""
    assert module is not None, "EMBEDDED and DISTRIBUTED say which there are"
    start: Start = import_module(module).start
    return start

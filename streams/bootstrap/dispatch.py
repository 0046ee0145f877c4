"""The parts of `simpul dispatch`: a dispatcher a domain, over one store and one set of channels."""

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from connectors.metrics import PrometheusCounter
from connectors.ports import Store
from streams import clock
from streams.bootstrap.places import journal_of, store_of
from streams.bootstrap.redis import bell_of, link_of, rates_of, shown
from streams.bootstrap.sending import Sending, dispatcher, ways
from streams.bootstrap.shared import shared
from streams.bootstrap.watching import watching
from streams.files import Files, world_of
from streams.inforce import InForce
from streams.settings import Settings
from streams.worlds import Worlds

if TYPE_CHECKING:
    from connectors.bell import Bell
    from connectors.outbox import Dispatcher


@dataclass(frozen=True, slots=True)
class Post:
    """The parts of one process."""

    dispatchers: "Mapping[str, Dispatcher]"  # by domain
    store: Store
    counter: PrometheusCounter
    clock: clock.Clock
    bell: "Bell | None" = None
    closing: list[Callable[[], None]] = field(default_factory=list)

    def close(self) -> None:
        for close in self.closing:
            close()


def post(settings: Settings) -> Post:
    """Raises PortError."""
    files, parts = Files(settings.data), shared(settings)
    journal, store = journal_of(settings), store_of(settings)
    worlds, now = Worlds(files.worlds, world_of(settings, files), parts.archive), clock.steady()
    counter, made = PrometheusCounter("dispatch"), ways(settings, files, now)
    watch, link = watching(settings, counter), link_of(settings, counter)
    bell, name, rates = bell_of(link), own_name(now()), rates_of(link, now)
    sending = Sending(settings, journal, store, parts, worlds, made, counter, now, name, rates, watch.witness)
    shown(link, counter)

    def one(domain: str) -> "Dispatcher":
        return dispatcher(domain, sending, InForce(domain, store, worlds, clock.monotonic_s))

    dispatchers = {domain: one(domain) for domain in settings.domains}
    closing = [watch.close, journal.close, store.close, parts.close]
    closing += [one.close for one in (bell, link) if one is not None]
    return Post(dispatchers, store, counter, now, bell, closing)


def own_name(now_us: int) -> str:
    """No other process ever has it, on no machine."""
    return f"{socket.gethostname()}-{os.getpid()}-{now_us:x}"

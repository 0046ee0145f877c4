"""The parts of `simpul dispatch`: a dispatcher a domain, over one store and one set of channels."""

import os
import socket
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.ports import Store
from connectors.telemetry.metrics import PrometheusCounter
from streams import clock
from streams.bootstrap.channels import ways
from streams.bootstrap.places import journal_of, store_of
from streams.bootstrap.redis import link_of, notifier_of, rates_of, shown
from streams.bootstrap.sending import Sending, dispatcher
from streams.bootstrap.shared import shared
from streams.bootstrap.watching import watching
from streams.files import Files, world_of
from streams.host.worlds import Worlds
from streams.processes.world_in_force import InForce
from streams.settings import Settings

if TYPE_CHECKING:
    from connectors.notifier import Notifier
    from connectors.outbox import Dispatcher


@dataclass(frozen=True, slots=True)
class Post:
    """The parts of one process."""

    dispatchers: "Mapping[str, Dispatcher]"  # by domain
    store: Store
    counter: PrometheusCounter
    clock: clock.Clock
    notifier: "Notifier | None"
    opened: ExitStack

    def close(self) -> None:
        self.opened.close()


def post(settings: Settings) -> Post:
    """Raises PortError."""
    with ExitStack() as opened:
        return post_of(settings, opened)


def post_of(settings: Settings, opened: ExitStack) -> Post:
    """What it opens is in `opened` until all is; then it is the post's. Raises PortError."""
    keep, files = opened.enter_context, Files(settings.data)
    parts = keep(closing(shared(settings)))
    journal, store = keep(closing(journal_of(settings))), keep(closing(store_of(settings)))
    worlds, now = Worlds(files.worlds, world_of(settings, files), parts.archive), clock.steady()
    counter, made = PrometheusCounter("dispatch"), ways(settings, files, now)
    watch, link = keep(closing(watching(settings, counter))), link_of(settings, counter)
    notifier, name, rates = notifier_of(link), own_name(now()), rates_of(link, now)
    sending = Sending(settings, journal, store, parts, worlds, made, counter, now, name, rates, watch.witness)
    shown(link, counter)
    for each in (link, notifier):
        if each is not None:
            keep(closing(each))

    def one(domain: str) -> "Dispatcher":
        return dispatcher(domain, sending, InForce(domain, store, worlds, clock.monotonic_s))

    dispatchers = {domain: one(domain) for domain in settings.domains}
    return Post(dispatchers, store, counter, now, notifier, opened.pop_all())


def own_name(now_us: int) -> str:
    """No other process ever has it, on no machine."""
    return f"{socket.gethostname()}-{os.getpid()}-{now_us:x}"

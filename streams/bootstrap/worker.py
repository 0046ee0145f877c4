"""The worker process's parts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from connectors.ports import Journal, Store
from connectors.telemetry.metrics import PrometheusCounter
from correlator.world import World
from streams import clock
from streams.backup.log import restored_us
from streams.bootstrap.channels import ways
from streams.bootstrap.places import clock_of, journal_of, store_of
from streams.bootstrap.sending import Sending, dispatcher, past_the_outbox
from streams.bootstrap.shared import shared
from streams.bootstrap.watching import watching
from streams.files import Files, world_of
from streams.host.host import Host
from streams.host.host import Ports as HostPorts
from streams.host.worlds import Worlds
from streams.processes.status import LastWord
from streams.processes.worker.stall_alert import Stall
from streams.settings import Settings


class Sender(Protocol):
    """Sends what the outbox holds."""

    @property
    def trouble(self) -> str | None: ...

    @property
    def note(self) -> str | None: ...

    def wake(self) -> None: ...

    async def run(self) -> None: ...

    async def close(self) -> None: ...


@dataclass(slots=True)
class Worker:
    """The worker process's parts."""

    host: Host
    world: World
    journal: Journal
    store: Store
    dispatcher: Sender
    status: LastWord
    stall: Stall
    counter: PrometheusCounter
    clock: clock.Clock
    closing: list[Callable[[], None]] = field(default_factory=list)

    async def close(self) -> None:
        await self.dispatcher.close()
        for close in self.closing:
            close()


def worker(settings: Settings) -> Worker:
    """Raises PortError."""
    files = Files(settings.data)
    journal, store, parts = journal_of(settings), store_of(settings), shared(settings)
    world = world_of(settings, files)
    now = clock_of(settings, journal)
    worlds = Worlds(files.worlds, world, parts.archive)
    counter = PrometheusCounter("worker")
    watch = watching(settings, counter)
    host = Host(settings.domain, HostPorts(journal, store, worlds, now, counter, watch.witness))
    made = ways(settings, files, now)
    restored = restored_us(files)
    sending = Sending(
        settings, journal, store, parts, worlds, made, counter, now, "worker", None, watch.witness, restored
    )
    sender = dispatcher(settings.domain, sending, lambda: host.in_force(world))
    stall = Stall(settings.domain, past_the_outbox(settings, made), clock.steady())
    closing, status = [watch.close, parts.close, store.close, journal.close], parts.status(settings.domain)
    return Worker(host, world, journal, store, sender, status, stall, counter, now, closing)

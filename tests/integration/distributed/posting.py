"""`simpul dispatch` processes over real brokers, a real database and a gateway that counts, as a test holds them."""

import asyncio
import json
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
import numpy as np

from connectors.ports import Commit
from correlator.effects import Campaign, NoticeFacts, Reason
from correlator.events import Receipt
from correlator.rows.incidents import IncidentRow
from streams import bootstrap
from streams.files import Files, world_of
from streams.settings import load
from tests.connectors.channels.peers import Gateway
from tests.integration.command import greeted
from tests.integration.distributed.crew import Crew, crew
from tests.integration.house import AWAKE
from tests.streams.small import INVENTORY
from topology.model import Customer, Service

DOMAIN = "id"
WHY = Reason("test", "for the test")


class Counting:
    """A gateway on a thread of its own."""

    def __init__(self) -> None:
        self._gateway = Gateway()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="gateway")

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._gateway.__aenter__(), self._loop).result()
        return self

    def __exit__(self, *given: type[BaseException] | BaseException | TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._gateway.__aexit__(*given), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def url(self) -> str:
        return self._gateway.url

    def ids(self) -> list[str]:
        """Of the messages that came, in order."""
        return [json.loads(request.body)["id"] for request in list(self._gateway.requests)]


@dataclass(slots=True)
class Post:
    """A database with a campaign to `customers`, and those who send it."""

    made: Crew
    folder: Path
    gateway: Counting
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def campaign(self, number: int, customers: int) -> list[str]:
        """The verdict: ids of the messages to come."""
        topology = world_of(load(self.made.config), Files(self.folder / "data")).topology
        numbers = sorted(topology.customer_index[f"CU-{n:04}"] for n in range(customers))
        name = f"CP-{number:06}"
        effect = Campaign(
            id=name,
            at_us=1,
            incident="IN-1",
            ticket="TK-1",
            kind="outage",
            update=0,
            inventory=topology.hash,
            audience=np.array(numbers, "<i4").tobytes(),
            facts=NoticeFacts(number="NT-20260301-900001", since_us=1),
            reason=WHY,
        )
        self.commit(effect)
        return [f"{name}:CU-{n:04}" for n in range(customers)]

    def hold(self, *, held: bool) -> None:
        """The NOC's word, as the kernel writes it down."""
        row = IncidentRow("IN-1", "open", "LK-2", 1, 1, 1, notices_held=held)
        self.commit(changes=[("incidents", "IN-1", row)])

    def commit(self, *effects: Campaign, changes: list[tuple[str, str, object]] | None = None) -> None:
        applied = self.made.store.applied(DOMAIN)
        self.made.store.commit(Commit(DOMAIN, applied, applied + 1, changes or [], effects))

    def start(self, per_s: float = 200, **more: str) -> subprocess.Popen[str]:
        """One more dispatcher, at work."""
        number = len(self.running)
        env = {
            "SIMPUL_DATA": str(self.folder / f"dispatch-{number}"),
            "SIMPUL_DATABASE__MASTER_KEY": str(self.folder / "data" / "master.key"),
            "SIMPUL_CHANNELS__LEASE_S": "1",
            "SIMPUL_CHANNELS__ROUTES": '{"phone": ["webhook"]}',
            "SIMPUL_CHANNELS__WEBHOOK__URL": self.gateway.url,
            "SIMPUL_CHANNELS__WEBHOOK__PLAIN": "true",
            "SIMPUL_CHANNELS__WEBHOOK__UNSIGNED": "true",
            "SIMPUL_CHANNELS__WEBHOOK__PER_S": str(per_s),
            **more,
        }
        words = ["dispatch", "--config", str(self.made.config)]
        process, _ = greeted(words, self.folder / f"dispatch-{number}.log", "is it well", env)
        self.running.append(process)
        return process

    def counts(self) -> dict[str, int]:
        """How many messages by state."""
        found: dict[str, int] = {}
        for (_, state), count in self.made.store.outbox.counts(DOMAIN).items():
            found[state] = found.get(state, 0) + count
        return found

    def over(self, number: int) -> bool:
        """So many messages are settled, and no more wait."""
        counts = self.counts()
        return not counts.keys() & {"queued", "trying"} and sum(counts.values()) == number

    def receipts(self) -> list[Receipt]:
        """As the journal has them."""
        frames = self.made.journal.read(DOMAIN, 0, 100_000)
        return [event for _, frame in frames for event in frame.events if isinstance(event, Receipt)]


@contextmanager
def post(folder: Path, customers: int, at: tuple[str, str] | None = None) -> Iterator[Post]:
    """Everything but the dispatchers; those that still run are killed at the end. `at`: brokers and database."""
    names = [f"{n:04}" for n in range(customers)]
    people = tuple(Customer(id=f"CU-{name}", segment="residential", phone=f"+6281100{name}") for name in names)
    services = tuple(
        Service(id=f"SV-{name}", customer=f"CU-{name}", product="broadband", attach=("DPS-1",)) for name in names
    )
    inventory = msgspec.structs.replace(
        INVENTORY, customers=(*INVENTORY.customers, *people), services=(*INVENTORY.services, *services)
    )
    with crew(folder, (inventory, AWAKE), at=at) as made, Counting() as gateway:
        given = load(made.config).model_copy(update={"data": folder / "data"})
        bootstrap.prepare(given)
        one = Post(made, folder, gateway)
        try:
            yield one
        finally:
            for process in one.running:
                process.send_signal(signal.SIGKILL)
                process.wait()
                assert process.stdout is not None
                process.stdout.close()

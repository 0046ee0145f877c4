"""An outbox with a clock that can be moved, channels that answer as told, and a renderer that is asked little."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from connectors.channels.memory import MemoryChannel
from connectors.metrics import Counted
from connectors.outbox import Addresses, Dispatcher, DispatchPorts, Rules, Way
from connectors.outbox.parts import Reads
from connectors.ports import (
    Addressed,
    Channel,
    Commit,
    Contact,
    JournalFull,
    Queued,
    Sendable,
    Store,
    StoreDown,
)
from connectors.sending_ports import Attachment
from connectors.store.memory import MemoryStore
from connectors.telemetry.metrics import MemoryCounter
from correlator.effects import Alert, Campaign, Effect, Notice, NoticeFacts, Reason
from correlator.events import Quarantine, Receipt

T0 = 1_772_323_200_000_000
WHY = Reason("test", "for the test", "SOP 4.2")
FACTS = NoticeFacts(number="NT-20260301-900001")
T = TypeVar("T")


def alert(n: int, role: str = "noc_operator") -> Alert:
    return Alert(id=f"AL-{n}", at_us=n, role=role, kind="critical", about="IN-1", text="putus", reason=WHY)  # type: ignore[arg-type]  # a role


def notice(n: int, via: str = "phone", customer: str | None = "C-1") -> Notice:
    return Notice(
        id=f"MS-{n}",
        at_us=n,
        incident=None,
        ticket="TK-1",
        customer=customer,
        kind="ack",
        update=0,
        language="id",
        via=via,  # type: ignore[arg-type]  # a channel
        facts=FACTS,
        reason=WHY,
    )


def campaign(n: int, size: int) -> Campaign:
    return Campaign(
        id=f"CA-{n}",
        at_us=n,
        incident="IN-1",
        ticket="TK-1",
        kind="outage",
        update=0,
        inventory="ab",
        audience=bytes(size),
        facts=FACTS,
        reason=WHY,
    )


class Script:
    """A renderer: a campaign goes to customers C-0, C-1 ... by `word`."""

    def __init__(self) -> None:
        self.word = "phone"
        self.breaks: set[str] = set()  # ids of effects that cannot be rendered
        self.fails: set[str] = set()  # ids of reports that cannot be made now

    def fan_out(self, effect: Sendable, start: int) -> Iterator[Addressed]:
        if effect.id in self.breaks:
            raise KeyError(effect.id)
        match effect:
            case Alert():
                word = "staff" if effect.report is None else "report"
                own = [Addressed(effect.id, f"staff:{effect.role}", word, "id")]
            case Notice():
                person = f"customer:{effect.customer}" if effect.customer else "complaint:c-1"
                own = [Addressed(effect.id, person, effect.via, "id")]
            case Campaign():
                own = [
                    Addressed(f"{effect.again or effect.id}:C-{n}", f"customer:C-{n}", self.word, "id")
                    for n in range(len(effect.audience))
                ]
        yield from own[start:]

    def files(self, effect: Sendable) -> Sequence[Attachment]:
        report = effect.report if isinstance(effect, Alert) else None
        if report is not None and effect.id in self.fails:
            raise StoreDown("the database is away", "Wait.")
        return () if report is None else [Attachment(f"{report.name}.pdf", "pdf", b"%PDF")]

    def text(self, effect: Sendable, message: Addressed) -> tuple[str | None, str]:
        if message.id in self.breaks:
            raise KeyError(message.id)
        return f"{effect.kind}", f"to {message.recipient}"


class People:
    """A directory in which everybody has both addresses, but for those who are named."""

    def __init__(self) -> None:
        self.named: dict[str, Contact | None] = {}

    def replace(self, contacts: object) -> None: ...

    def contact(self, customer: str) -> Contact | None:
        if customer in self.named:
            return self.named[customer]
        return Contact("N", f"+62{customer}", f"{customer}@example.com")

    def contacts(self, customers: Sequence[str]) -> dict[str, Contact]:
        return {one: contact for one in customers if (contact := self.contact(one)) is not None}

    def by_phone(self, _: str, /) -> list[str]:
        return []

    def by_email(self, _: str, /) -> list[str]:
        return []


@dataclass
class Scene:
    """Everything about a dispatcher that a test moves."""

    store: Store = field(default_factory=MemoryStore)
    channels: Sequence[Channel] = field(default_factory=lambda: [MemoryChannel("file")])
    reads: dict[str, Reads] = field(default_factory=dict)
    routes: dict[str, list[str]] = field(default_factory=dict)
    rules: Rules = field(default_factory=lambda: Rules(attempts=3, first_wait_s=10, most_wait_s=15))
    per_s: float = 1000.0
    now_us: int = T0
    script: Script = field(default_factory=Script)
    people: People = field(default_factory=People)
    receipts: list[Receipt] = field(default_factory=list)
    quarantines: list[Quarantine] = field(default_factory=list)
    journal_full: bool = False
    counter: MemoryCounter = field(default_factory=MemoryCounter)
    held: set[str] = field(default_factory=set)  # incidents whose notices the NOC holds
    restored_us: int = 0  # when a back-up was put back

    def dispatcher(
        self, name: str = "worker", receipts: Callable[[Sequence[Receipt | Quarantine]], None] | None = None
    ) -> Dispatcher:
        """A new one, as after a start."""
        staff = {"noc_operator": "noc@example.com", "service_manager": "manager@example.com"}
        addresses = Addresses(self.people, {"c-1": Contact(None, None, "budi@example.com")}.get, staff)
        ports = DispatchPorts(
            outbox=self.store.outbox,
            renderer=self.script,
            addresses=addresses,
            receipts=receipts or self._tell,
            counter=self.counter,
            clock=lambda: self.now_us,
            name=name,
            held=self.held.__contains__,
            restored_us=self.restored_us,
        )
        ways = [Way(channel, self.reads.get(channel.name, "any"), self.per_s) for channel in self.channels]
        return Dispatcher("java", ports, ways, self.routes, self.rules)

    def _tell(self, records: Sequence[Receipt | Quarantine]) -> None:
        if self.journal_full:
            raise JournalFull("no space")
        self.receipts += [record for record in records if isinstance(record, Receipt)]
        self.quarantines += [record for record in records if isinstance(record, Quarantine)]

    def emit(self, *effects: Effect) -> None:
        applied = self.store.applied("java")
        self.store.commit(Commit("java", applied, applied + 1, [], effects))

    def with_one(self, steps: Callable[[Dispatcher], Awaitable[T]]) -> T:
        """Some steps with a new dispatcher, which is closed then."""

        async def run() -> T:
            dispatcher = self.dispatcher()
            try:
                return await steps(dispatcher)
            finally:
                await dispatcher.close()

        return asyncio.run(run())

    def turn(self, *words: str) -> int:
        """Fan out, then one batch of each word; how many were tried."""

        async def steps(dispatcher: Dispatcher) -> int:
            while await dispatcher.fan_out():
                pass
            return sum([await dispatcher.send(word) for word in words or ("staff", "phone", "email", "portal")])

        return self.with_one(steps)

    def message(self, message_id: str) -> Queued:
        """As it stands."""
        states = ("queued", "trying", "sent", "delivered", "failed", "dead", "uncertain")
        found = self.store.outbox.messages("java", states, 100_000)
        return next(one for one in found if one.id == message_id)

    def told(self) -> list[tuple[str, str]]:
        """(notice, state) of the receipts."""
        return [(receipt.notice, receipt.state) for receipt in self.receipts]

    def counted(self, metric: Counted, *labels: str) -> int:
        return self.counter.counted(metric, *labels)

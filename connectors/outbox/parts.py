"""What the dispatcher is handed, and what it hands about inside."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, get_args

from connectors.channel_rates import Rates
from connectors.ports import Channel, Counter, Message, OutboxStore, Queued, Renderer, Sendable
from connectors.sending_ports import Attachment
from connectors.telemetry.witness import NOBODY, Witness
from correlator.events import SECOND_US, Quarantine, Receipt
from correlator.events import Channel as ComplaintChannel

HUB = "hub"  # the word of what goes to systems that subscribed, and the name of the way that takes it there
WORDS: tuple[str, ...] = ("staff", "report", HUB, *get_args(ComplaintChannel))
Reads = Literal["phone", "email", "any"]  # what kind of address a channel needs; any: whatever there is


class Reach(Protocol):
    """Recipients (`customer:ID`, `complaint:ID`, `staff:ROLE`) to addresses."""

    def address(self, recipient: str, reads: Reads, word: str) -> str | None:
        """None where there is none, or the person was erased. Personal data: never logged. Raises Unusable."""


class Addressing(Protocol):
    """Where recipients are reached. Asked anew for each batch, so that an erasure counts for the next one."""

    def of(self, recipients: Sequence[str]) -> Reach:
        """For these, looked up together."""


@dataclass(frozen=True, slots=True)
class DispatchPorts:
    """The outside, as the dispatcher sees it. `receipts` puts at most 500 records into the journal; raises JournalFull.

    `name`: no other that lives has it. One that comes back under its old name knows that the one before is dead.
    """

    outbox: OutboxStore
    renderer: Renderer
    addresses: Addressing
    receipts: Callable[[Sequence[Receipt | Quarantine]], None]
    counter: Counter
    clock: Callable[[], int]  # microseconds since 1970
    name: str = "worker"
    rates: Rates | None = None  # None: of this process alone
    held: Callable[[str], bool] = lambda _: False  # whether the NOC holds the notices of this incident now
    restored_us: int = 0  # when a back-up was put back: what was decided before may have been sent since it was taken
    witness: Witness = NOBODY


@dataclass(frozen=True, slots=True)
class Rules:
    """How often and how fast. Waits double from the first to the most; then the message goes to the dead letters."""

    attempts: int = 8
    first_wait_s: float = 30.0
    most_wait_s: float = 3600.0
    batch: int = 100  # messages of a word, before we look whether something else is to be done
    chunk: int = 2000  # messages of a campaign that are queued at once
    chunks: int = 5  # of one campaign, before we look what else waits
    lease_s: float = 30.0  # a dispatcher that says nothing for so long is taken for dead
    send_s: float = 60.0  # then nobody knows what became of an attempt

    @property
    def beat_s(self) -> float:
        """How often a dispatcher says that it lives."""
        return self.lease_s / 6

    def wait_us(self, attempts: int) -> int:
        """After so many attempts: always the same, so that a replay of a drill shows the same times."""
        doubled_s = self.first_wait_s * float(1 << min(attempts - 1, 40))
        return round(min(doubled_s, self.most_wait_s) * SECOND_US)


@dataclass(frozen=True, slots=True)
class Way:
    """A channel, with what it needs and what it bears."""

    channel: Channel
    reads: Reads = "any"
    per_s: float = 20.0
    parallel: int = 4


@dataclass(slots=True)
class Job:
    """A message that is due: its effect, and the ways on which it has an address, the best first."""

    queued: Queued
    effect: Sendable
    ways: list[tuple[Way, str]] = field(repr=False)  # with the address
    attempt: int = 0  # its number, once it is begun
    text: tuple[str | None, str] | None = field(default=None, repr=False)
    unworded: str | None = None  # why it has no text
    files: tuple[Attachment, ...] = field(default=(), repr=False)

    @property
    def tries(self) -> int:
        """Attempts, this one too, since a person last sent it again."""
        return self.attempt - self.queued.tried_before

    def message(self, way: Way, to: str) -> Message:
        assert self.text is not None
        subject, body = self.text
        effect = self.effect
        about = getattr(effect, "about", None) or getattr(effect, "ticket", None)
        return Message(
            id=self.queued.id,
            channel=way.channel.name,
            to=to,
            subject=subject,
            body=body,
            language=self.queued.language,
            about=about,
            kind=effect.kind,
            files=self.files,
        )

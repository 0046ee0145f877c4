"""What becomes of a night's messages when channels refuse, hang and lie, and the dispatcher is killed while it sends.

The service's own dispatcher empties the outbox; the channel knows what it truly took, whatever it answered.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from connectors.formats.messages import Rendering
from connectors.ports import Answer, Failed, Message, Sent, Unsure
from connectors.telemetry.metrics import MemoryCounter
from correlator.events import HOUR_US, Quarantine, Receipt
from streams.simulation.owners import DOMAIN, Owner
from streams.simulation.twins import WORDS, Dispatcher, DispatchPorts, Reads, Rules, Way

Mood = Literal["takes", "refuses", "fails", "hangs", "dies-before", "dies-after"]
MOODS: tuple[Mood, ...] = ("takes", "takes", "takes", "takes", "refuses", "fails", "hangs", "dies-before", "dies-after")
KILLS = 6  # of the dispatcher, at most
HANGS_S = 0.002
RULES = Rules(attempts=4, first_wait_s=30.0, most_wait_s=3600.0, batch=5, chunk=3, send_s=HANGS_S)


class Killed(Exception):
    """The process dies in the middle of an attempt."""


@dataclass(slots=True)
class FickleChannel:
    """Answers by its mood, drawn for each attempt; `taken` is the truth."""

    rng: Random
    name: str
    repeats_safely: bool
    taken: Counter[str] = field(default_factory=Counter)
    kills: int = KILLS
    died: bool = False  # the process that sends, by this channel's mood

    async def send(self, message: Message) -> Answer:
        mood = self.rng.choice(MOODS)
        if mood.startswith("dies") and self.kills == 0:
            mood = "takes"
        match mood:
            case "refuses":
                return Failed("no such number", recoverable=False)
            case "fails":
                return Failed("busy", recoverable=True)
            case "hangs":
                if self.rng.random() < 0.5:
                    self.taken[message.id] += 1
                return Unsure("no answer in time")
            case "dies-before":
                raise self._killed()
            case "dies-after":
                self.taken[message.id] += 1
                raise self._killed()
            case _:
                self.taken[message.id] += 1
                return Sent()

    def _killed(self) -> Killed:
        self.kills -= 1
        self.died = True
        return Killed()

    async def close(self) -> None:
        """Nothing to close."""


class Everybody:
    """Addresses for all."""

    def of(self, recipients: Sequence[str]) -> "Everybody":
        del recipients
        return self

    def address(self, recipient: str, reads: Reads, word: str) -> str | None:
        return f"{reads}:{word}:{recipient}"


@dataclass(slots=True)
class Post:
    """One night's outbox with its fickle channels."""

    owner: Owner
    channels: tuple[FickleChannel, FickleChannel]  # named sms and smtp
    now_us: int
    receipts: list[Receipt] = field(default_factory=list)

    def dispatcher(self) -> Dispatcher:
        """A new process."""
        for channel in self.channels:
            channel.died = False
        world = self.owner.world
        ports = DispatchPorts(
            self.owner.store.outbox,
            Rendering(lambda: world, lambda _: None),
            Everybody(),
            self._heard,
            MemoryCounter(),
            lambda: self.now_us,
        )
        ways = [Way(channel, per_s=1e6) for channel in self.channels]
        sms = ["phone", "portal", "walk_in"]
        routes = {word: ["sms"] if word in sms else ["smtp"] for word in WORDS}
        return Dispatcher(DOMAIN, ports, ways, routes, RULES)

    def _heard(self, records: Sequence[Receipt | Quarantine]) -> None:
        if any(channel.died for channel in self.channels):
            raise Killed  # who is dead writes nothing down
        self.receipts += [record for record in records if isinstance(record, Receipt)]

    async def deliver(self) -> None:
        """Until nothing is due any more, through every kill; hours pass between the rounds."""
        dispatcher = self.dispatcher()
        for _ in range(400):
            try:
                await dispatcher.recover()
                tried = await dispatcher.fan_out()
                for word in WORDS:
                    tried += await dispatcher.send(word)
            except Killed:
                await dispatcher.close()
                dispatcher = self.dispatcher()
                continue
            if not tried:
                if self.owner.store.outbox.next_due_us(DOMAIN) is None:
                    break
                self.now_us += HOUR_US
        await dispatcher.close()


def posted(owner: Owner, seed: int, now_us: int) -> Post:
    """A night's outbox, emptied through channels whose moods the seed draws."""
    rng = Random(f"post {seed}")
    sms, smtp = FickleChannel(rng, "sms", repeats_safely=False), FickleChannel(rng, "smtp", repeats_safely=True)
    post = Post(owner, (sms, smtp), now_us)
    asyncio.run(post.deliver())
    return post


def messages_arrive_once(post: Post) -> Iterator[str]:
    """Where a channel may not be asked to repeat, it took each message at most once; and all came to an end."""
    for channel in post.channels:
        if not channel.repeats_safely:
            for name, count in sorted(channel.taken.items()):
                if count > 1:
                    yield f"post: {channel.name} took {name} {count} times"
    outbox = post.owner.store.outbox
    for (word, state), count in sorted(outbox.counts(DOMAIN).items()):
        if state in ("queued", "trying"):
            yield f"post: {count} messages by {word} are still {state}"
    if waiting := outbox.pending(DOMAIN):
        yield f"post: {waiting[0].effect.id} was never fanned out"
    told = Counter(receipt.id for receipt in post.receipts)
    for name, count in told.items():
        if count > 1:
            yield f"post: receipt {name} came {count} times"

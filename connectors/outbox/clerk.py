"""What is due, what is begun, what became of it. Runs in one thread, which may wait for disks."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Literal

from connectors.outbox.parts import DispatchPorts, Job, Rules, Way
from connectors.ports import Addressed, Fenced, MessageState, Pending, Queued, Sendable, Settled, Unusable
from correlator.effects import Campaign
from correlator.events import SECOND_US, Receipt, moment

EFFECTS_KEPT = 32  # in memory; a campaign's messages come one after the other
PENDING = 100  # effects that are looked at together
HELD_BACK_US = 60 * SECOND_US  # an effect that cannot be fanned out is tried again after so long
OVER: dict[MessageState, Literal["sent", "delivered", "failed", "uncertain"]] = {
    "sent": "sent",
    "delivered": "delivered",
    "failed": "failed",
    "dead": "failed",
    "uncertain": "uncertain",
}
RECEIPTS = 500  # in one frame


class Clerk:
    """One domain's outbox. `routes`: for each word its ways in order."""

    def __init__(self, domain: str, ports: DispatchPorts, routes: Mapping[str, Sequence[Way]], rules: Rules) -> None:
        self._domain = domain
        self._ports = ports
        self._routes = routes
        self._rules = rules
        self._effects: OrderedDict[str, Sendable] = OrderedDict()
        self._held_back: dict[str, int] = {}  # effect -> until when
        self._told: set[str] = set()  # ids of receipts whose messages the store did not settle so far

    # Fan-out

    def fan_out(self) -> int:
        """The next messages of each effect that waits, single ones first; how many were queued. Raises StoreDown."""
        found = self._ports.outbox.pending(self._domain, PENDING)
        now_us = self._ports.clock()
        ready = [one for one in found if self._held_back.get(one.effect.id, 0) <= now_us]
        ready.sort(key=lambda one: isinstance(one.effect, Campaign))
        return sum(self._fan_out(one, now_us) for one in ready)

    def _fan_out(self, pending: Pending, now_us: int) -> int:
        chunk, counter = self._rules.chunk, self._ports.counter
        effect = pending.effect
        try:
            messages = list(islice(self._ports.renderer.fan_out(effect, pending.done), chunk))
        except (Unusable, LookupError, ValueError) as error:  # one effect must not stop the others
            self._held_back[effect.id] = now_us + HELD_BACK_US
            counter.count("outbox.not_fanned_out", type(error).__name__)
            return 0
        self._held_back.pop(effect.id, None)
        try:
            self._ports.outbox.queue(self._domain, pending, messages, now_us, last=len(messages) < chunk)
        except Fenced:  # another dispatcher queued them
            return 0
        counter.count("outbox.queued", effect.kind, len(messages))
        return max(1, len(messages))

    # Attempts

    def due(self, word: str, limit: int) -> list[Job]:
        """Messages to try now. Those that cannot be tried by anybody are settled. Raises JournalFull, StoreDown."""
        jobs: list[Job] = []
        lost: list[tuple[Queued, str]] = []
        for queued in self._ports.outbox.due(self._domain, [word], self._ports.clock(), limit):
            effect = self._effect(queued.effect)
            if effect is None:
                lost.append((queued, "what it was about is no longer kept"))
                continue
            ways, why = self._ways(queued)
            if ways:
                jobs.append(Job(queued, effect, ways))
            else:
                lost.append((queued, why))
        if lost:
            self.settle([self.failed(queued, why) for queued, why in lost])
            self._ports.counter.count("outbox.no_address", word, len(lost))
        return jobs

    def begin(self, jobs: Sequence[Job]) -> list[Job]:
        """Those that are ours to send, worded; durable, so that a crash from here on is known. Raises StoreDown."""
        begun = self._ports.outbox.begin(self._domain, [job.queued.id for job in jobs], self._ports.clock())
        mine = [job for job in jobs if job.queued.id in begun]
        for job in mine:
            self._word(job)
        return mine

    def _word(self, job: Job) -> None:
        queued = job.queued
        try:
            job.text = self._ports.renderer.text(job.effect, addressed(queued))
        except (Unusable, LookupError, ValueError) as error:  # one message must not stop the others
            job.unworded = f"it has no text: {type(error).__name__}"

    def _ways(self, queued: Queued) -> tuple[list[tuple[Way, str]], str]:
        found: list[tuple[Way, str]] = []
        try:
            for way in self._routes[queued.word]:
                to = self._ports.addresses.address(queued.recipient, way.reads, queued.word)
                if to:
                    found.append((way, to))
        except Unusable:
            return [], "the contact cannot be read"
        return found, "there is no address"

    def _effect(self, name: str) -> Sendable | None:
        found = self._effects.get(name) or self._ports.outbox.effect(self._domain, name)
        if found is not None:
            self._effects[name] = found
            self._effects.move_to_end(name)
            if len(self._effects) > EFFECTS_KEPT:
                self._effects.popitem(last=False)
        return found

    # What became of them

    def failed(self, queued: Queued, why: str) -> Settled:
        return Settled(queued.id, "failed", self._ports.clock(), why=why)

    def settle(self, results: Sequence[Settled]) -> None:
        """The journal is told of those that are over, then the store: a crash in between leaves an open attempt.

        The other way round nobody would ever tell. Raises JournalFull, StoreDown; asked again, it tells nothing twice.
        """
        made = [receipt for result in results if (receipt := receipt_of(result)) is not None]
        news = [receipt for receipt in made if receipt.id not in self._told]
        for start in range(0, len(news), RECEIPTS):
            some = news[start : start + RECEIPTS]
            self._ports.receipts(some)
            self._told.update(receipt.id for receipt in some)
        self._ports.outbox.settle(self._domain, results)
        self._told.difference_update(receipt.id for receipt in made)

    def open_attempts(self) -> list[Queued]:
        """Those of which nobody knows what became: a crash. Raises StoreDown."""
        return self._ports.outbox.trying(self._domain)


def addressed(queued: Queued) -> Addressed:
    """As the renderer made it."""
    return Addressed(queued.id, queued.recipient, queued.word, queued.language)


def receipt_of(result: Settled) -> Receipt | None:
    """What the journal hears of a message that is over; the same id each time it is said."""
    state = OVER.get(result.state)
    if state is None:
        return None
    name = f"{result.id}/{state}"
    return Receipt(id=name, time=moment(result.at_us), notice=result.id, state=state, detail=result.why)

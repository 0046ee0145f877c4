"""What is due, what is begun, what became of it. Runs in one thread, which may wait for disks."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Literal

from connectors.metrics import EFFECTS_NOT_FANNED_OUT, MESSAGES_QUEUED, MESSAGES_UNADDRESSED, MESSAGES_UNCERTAIN
from connectors.outbox.parts import DispatchPorts, Job, Reach, Rules, Way
from connectors.outbox.refusals import NOT_SENT, NOT_WRITTEN, Refusals
from connectors.ports import (
    Addressed,
    Fenced,
    MessageState,
    Pending,
    PortError,
    Queued,
    Refused,
    Sendable,
    Settled,
    Unusable,
)
from connectors.telemetry.witness import Fanned
from correlator.effects import Campaign
from correlator.events import SECOND_US, Receipt, moment
from correlator.federation.announcing import PREFIX

EFFECTS_KEPT = 32  # in memory; a campaign's messages come one after the other
PENDING = 100  # effects that are looked at together
HELD_BACK_US = 60 * SECOND_US  # an effect that cannot be fanned out is tried again after so long
LEFT_US = 2 * SECOND_US  # one that another dispatcher fans out is looked at again after so long
LOOK_US = SECOND_US  # how soon a word of the NOC's is heeded
OVER: dict[MessageState, Literal["sent", "delivered", "failed", "uncertain"]] = {
    "sent": "sent",
    "delivered": "delivered",
    "failed": "failed",
    "dead": "failed",
    "uncertain": "uncertain",
}
RECEIPTS = 500  # in one frame
NOT_TAKEN = "the store does not take it"
RESTORED = "it may have been sent between the back-up and its being put back"


class Attempts:
    """One domain's outbox. `routes`: for each word its ways in order."""

    def __init__(self, domain: str, ports: DispatchPorts, routes: Mapping[str, Sequence[Way]], rules: Rules) -> None:
        self._domain = domain
        self._ports = ports
        self._routes = routes
        self._rules = rules
        self._effects: OrderedDict[str, Sendable] = OrderedDict()
        self._held_back: dict[str, int] = {}  # effect -> until when
        self._stops: dict[str, tuple[frozenset[str], int]] = {}  # word -> what is stopped, and until when that is known
        self._told: set[str] = set()  # ids of receipts whose messages the store did not settle so far
        self.refusals = Refusals(domain, ports)

    # Fan-out

    def fan_out(self) -> int:
        """The next messages of each effect that waits, single ones first; how many were queued.

        Raises StoreDown; Refused, after all others: one is to be tried again.
        """
        found = self._ports.outbox.pending(self._domain, PENDING)
        now_us = self._ports.clock()
        self._held_back = {effect: until_us for effect, until_us in self._held_back.items() if until_us > now_us}
        passed_over = self._held_back.keys() | self.refusals.aside
        ready = [one for one in found if one.effect.id not in passed_over]
        ready.sort(key=lambda one: isinstance(one.effect, Campaign))
        queued, again = 0, list[Refused]()
        for one in ready:
            try:
                queued += self._fan_out(one)
            except Refused as refused:
                again.append(refused)
        if again:
            raise again[0]
        return queued

    def _fan_out(self, pending: Pending) -> int:
        """Some chunks of it, each of them durable by itself. Raises Refused: it is tried again."""
        made = self._ports.renderer.fan_out(pending.effect, pending.done)
        queued, more = 0, True
        for _ in range(self._rules.chunks):
            messages = self._chunk(pending.effect, made)
            if messages is None:
                break
            more = len(messages) == self._rules.chunk
            try:
                self._queue(pending, messages, last=not more)
            except Fenced:  # another dispatcher is at it: leave it alone, while it lives
                self._held_back[pending.effect.id] = self._ports.clock() + LEFT_US
                break
            self._ports.counter.count(MESSAGES_QUEUED, pending.effect.kind, n=len(messages))
            step = Fanned(self._domain, pending.effect, pending.done, len(messages), self._ports.clock())
            self._ports.witness.fanned(step)
            queued += max(1, len(messages))
            pending = Pending(pending.effect, pending.done + len(messages))
            if not more:
                break
        return queued

    def _queue(self, pending: Pending, messages: Sequence[Addressed], *, last: bool) -> None:
        """Raises Fenced, StoreDown; Refused: from one on they are tried again. One that was tried often is left out."""
        try:
            self._ports.outbox.queue(self._domain, pending, messages, self._ports.clock(), last)
        except Refused as refused:
            if len(messages) > 1:
                half = len(messages) // 2
                self._queue(pending, messages[:half], last=False)
                self._queue(Pending(pending.effect, pending.done + half), messages[half:], last=last)
                return
            self.refusals.ask_store(refused)
            if not self.refusals.is_over(messages[0].id if messages else pending.effect.id):
                raise
            if messages:
                self._never_sent(messages[0].id, 0, refused)
            self._pass_over(pending, last=last)

    def _pass_over(self, pending: Pending, *, last: bool) -> None:
        try:
            self._ports.outbox.pass_over(self._domain, pending, last)
        except Refused as refused:  # then the whole effect
            self.refusals.set_aside(pending.effect.id, refused, NOT_SENT)

    def _never_sent(self, name: str, attempts: int, refused: Refused) -> None:
        """It is set aside, and the journal hears that it failed."""
        over = Settled(name, "dead", self._ports.clock(), attempts, why=NOT_TAKEN)
        self._tell([over])
        self.refusals.set_aside(name, refused, NOT_SENT)
        with suppress(Refused):  # where the store takes that, it lists it
            self._ports.outbox.settle(self._domain, [over])

    def _chunk(self, effect: Sendable, made: Iterator[Addressed]) -> list[Addressed] | None:
        """None where its messages cannot be told: one effect must not stop the others."""
        try:
            return list(islice(made, self._rules.chunk))
        except (Unusable, LookupError, ValueError) as error:
            self._held_back[effect.id] = self._ports.clock() + HELD_BACK_US
            self._ports.counter.count(EFFECTS_NOT_FANNED_OUT, type(error).__name__)
            return None

    # Attempts

    def due(self, word: str, limit: int) -> list[Job]:
        """Messages to try now. Those that cannot be tried by anybody are settled. Raises JournalFull, StoreDown."""
        jobs: list[Job] = []
        lost: list[tuple[Queued, str]] = []
        doubtful: list[Queued] = []
        now_us = self._ports.clock()
        found = self._ports.outbox.due(self._domain, word, now_us, limit, self._stopped(word, now_us))
        found = [queued for queued in found if queued.id not in self.refusals.aside]
        reach = self._ports.addresses.of([queued.recipient for queued in found])
        for queued in found:
            effect = self._effect(queued.effect)
            if effect is None:
                lost.append((queued, "what it was about is no longer kept"))
                continue
            if effect.at_us < self._ports.restored_us:
                doubtful.append(queued)
                continue
            ways, why = self._ways(queued, reach)
            if ways:
                jobs.append(Job(queued, effect, ways))
            else:
                lost.append((queued, why))
        if lost:
            self.settle([self.failed(queued, why) for queued, why in lost])
            self._ports.counter.count(MESSAGES_UNADDRESSED, word, n=len(lost))
        if doubtful:
            self.settle([self.failed(queued, RESTORED, "uncertain") for queued in doubtful])
            self._ports.counter.count(MESSAGES_UNCERTAIN, self._routes[word][0].channel.name, n=len(doubtful))
        return jobs

    def begin(self, jobs: Sequence[Job]) -> tuple[list[Job], PortError | None]:
        """Those that are ours to send, worded; durable, so that a crash from here on is known. Raises StoreDown.

        Then why others are to be tried again.
        """
        begun: dict[str, int] = {}
        untaken: list[tuple[Job, Refused]] = []
        again: PortError | None = None
        try:
            untaken = self.refusals.untaken(lambda some: begun.update(self._begun(some)), jobs)
        except PortError as error:  # what is begun by now is sent all the same
            if not begun:
                raise
            again = error
        for job, refused in untaken:
            if self.refusals.is_over(job.queued.id):
                self._never_sent(job.queued.id, job.queued.attempts, refused)
            else:
                again = refused
        mine = [job for job in jobs if job.queued.id in begun]
        for job in mine:
            job.attempt = begun[job.queued.id]
            self._word(job)
        return mine, again

    def _begun(self, jobs: Sequence[Job]) -> Mapping[str, int]:
        outbox, name, ids = self._ports.outbox, self._ports.name, [job.queued.id for job in jobs]
        try:
            return outbox.begin(self._domain, ids, self._ports.clock(), name)
        except Fenced:  # we were taken for dead: what we had begun is settled by others, what comes is ours
            outbox.enlist(self._domain, name)
            return outbox.begin(self._domain, ids, self._ports.clock(), name)

    def _stopped(self, word: str, now_us: int) -> frozenset[str]:
        """Campaigns of which nothing goes now: the NOC holds the notices of their incidents."""
        known, until_us = self._stops.get(word, (frozenset[str](), 0))
        if now_us >= until_us:
            waiting = self._ports.outbox.campaigns(self._domain, word)
            known = frozenset(name for name in waiting if self._is_held(name))
            self._stops[word] = known, now_us + LOOK_US
        return known

    def _is_held(self, name: str) -> bool:
        effect = self._effect(name)
        return isinstance(effect, Campaign) and self._ports.held(effect.incident)

    def _word(self, job: Job) -> None:
        queued = job.queued
        try:
            job.text = self._ports.renderer.text(job.effect, addressed(queued))
        except (Unusable, LookupError, ValueError) as error:  # one message must not stop the others
            job.unworded = f"it has no text: {type(error).__name__}"

    def _ways(self, queued: Queued, reach: Reach) -> tuple[list[tuple[Way, str]], str]:
        found: list[tuple[Way, str]] = []
        try:
            for way in self._routes[queued.word]:
                to = reach.address(queued.recipient, way.reads, queued.word)
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

    def failed(self, queued: Queued, why: str, state: MessageState = "failed") -> Settled:
        return Settled(queued.id, state, self._ports.clock(), queued.attempts, why=why)

    def settle(self, results: list[Settled]) -> None:
        """Write down what became of attempts, and take it off the list.

        Raises JournalFull, StoreDown; Refused: what is left on the list is to be tried again.
        """
        untaken = self.refusals.untaken(self._settle, results)
        results[:] = [result for result, _ in untaken]
        for result, refused in untaken:
            if not self.refusals.is_over(result.id):
                continue
            if self.refusals.untaken(self._settle, [replace(result, why=NOT_TAKEN, reference=None)]):
                self.refusals.set_aside(result.id, refused, NOT_WRITTEN)
            results.remove(result)
        if results:
            raise untaken[0][1]

    def _settle(self, results: Sequence[Settled]) -> None:
        """The journal is told of those that are over, then the store: a crash in between leaves an open attempt.

        The other way round nobody would ever tell. Raises JournalFull, StoreDown; asked again, it tells nothing twice.
        """
        self._tell(results)
        self._ports.outbox.settle(self._domain, results)
        self._told.difference_update(receipt.id for result in results if (receipt := receipt_of(result)) is not None)

    def _tell(self, results: Sequence[Settled]) -> None:
        made = [receipt for result in results if (receipt := receipt_of(result)) is not None]
        news = [receipt for receipt in made if receipt.id not in self._told]
        for start in range(0, len(news), RECEIPTS):
            some = news[start : start + RECEIPTS]
            self._ports.receipts(some)
            self._told.update(receipt.id for receipt in some)

    def orphans(self) -> list[Queued]:
        """Attempts of which nobody knows what became: who made them has died. Raises StoreDown."""
        found = self._ports.outbox.orphans(self._domain)
        return [queued for queued in found if queued.id not in self.refusals.aside]


def addressed(queued: Queued) -> Addressed:
    """As the renderer made it."""
    return Addressed(queued.id, queued.recipient, queued.word, queued.language)


def receipt_of(result: Settled) -> Receipt | None:
    """What the journal hears of a message that is over; the same id each time it is said. Of what another system was
    told, nothing: nobody acts on it."""
    state = OVER.get(result.state)
    if state is None or result.id.startswith(f"{PREFIX}-"):
        return None
    name = f"{result.id}/{state}"
    return Receipt(id=name, time=moment(result.at_us), notice=result.id, state=state, detail=result.why)

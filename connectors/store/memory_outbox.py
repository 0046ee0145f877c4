"""The outbox of the store's memory twin (port `OutboxStore`)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from connectors.ports import Addressed, Fenced, MessageState, Pending, Queued, Sendable, Settled
from connectors.sending_ports import WRONG, Again, is_again
from correlator.effects import Campaign

UNFINISHED = ("queued", "trying")
OPEN = (*UNFINISHED, "uncertain")  # may be settled still


@dataclass(slots=True)
class _Kept:
    message: Queued
    changed_us: int
    holder: str | None = None  # the dispatcher of the last attempt


@dataclass(slots=True)
class _Domain:
    effects: dict[str, Sendable] = field(default_factory=dict)
    pending: dict[str, int] = field(default_factory=dict)  # effect id -> so many of its messages are queued
    messages: dict[str, _Kept] = field(default_factory=dict)
    dispatchers: dict[str, int] = field(default_factory=dict)  # name -> beats


class MemoryOutbox:
    """Made by MemoryStore."""

    def __init__(self) -> None:
        self._domains: dict[str, _Domain] = defaultdict(_Domain)

    def add(self, domain: str, effect: Sendable) -> None:
        """An effect that was just committed."""
        self._domains[domain].effects[effect.id] = effect
        self._domains[domain].pending[effect.id] = 0

    def pending(self, domain: str, limit: int = 10) -> list[Pending]:
        kept = self._domains[domain]
        return [Pending(kept.effects[effect], done) for effect, done in list(kept.pending.items())[:limit]]

    def queue(self, domain: str, pending: Pending, messages: Sequence[Addressed], at_us: int, last: bool) -> None:
        kept, effect = self._domains[domain], pending.effect.id
        self._advance(domain, pending, len(messages), last)
        for new in messages:
            message = Queued(new.id, effect, new.recipient, new.word, new.language, "queued", 0, at_us)
            known = kept.messages.setdefault(new.id, _Kept(message, at_us))
            if is_again(pending.effect) and known.message.state in WRONG:
                before = known.message.again
                doubted = known.message.state == "uncertain" or (before is not None and before.doubted)
                again = Again(pending.effect.at_us, known.message.attempts, doubted)
                known.message = replace(known.message, effect=effect, state="queued", due_us=at_us, again=again)
                known.changed_us = at_us

    def pass_over(self, domain: str, pending: Pending, last: bool) -> None:
        self._advance(domain, pending, 1, last)

    def _advance(self, domain: str, pending: Pending, by: int, last: bool) -> None:
        kept, effect = self._domains[domain].pending, pending.effect.id
        if kept.get(effect) != pending.done:
            raise Fenced(f"Effect {effect} of {domain} is being fanned out by another owner")
        if last:
            del kept[effect]
        else:
            kept[effect] += by

    def campaigns(self, domain: str, word: str) -> list[str]:
        queued = self._queued(domain, word)
        return sorted({message.effect for message in queued if self._is_bulk(domain, message)})

    def due(self, domain: str, word: str, now_us: int, limit: int, stopped: Collection[str] = ()) -> list[Queued]:
        queued = self._queued(domain, word)
        found = [message for message in queued if message.due_us <= now_us and message.effect not in stopped]
        return sorted(found, key=lambda message: self._turn(domain, message))[:limit]

    def _queued(self, domain: str, word: str) -> list[Queued]:
        messages = (kept.message for kept in self._domains[domain].messages.values())
        return [message for message in messages if message.state == "queued" and message.word == word]

    def _is_bulk(self, domain: str, message: Queued) -> bool:
        return isinstance(self._domains[domain].effects[message.effect], Campaign)

    def _turn(self, domain: str, message: Queued) -> tuple[bool, str, int, str]:
        bulk = self._is_bulk(domain, message)
        return bulk, message.effect if bulk else "", message.due_us, message.id

    def next_due_us(self, domain: str) -> int | None:
        queued = (kept.message for kept in self._domains[domain].messages.values() if kept.message.state == "queued")
        return min((message.due_us for message in queued), default=None)

    def begin(self, domain: str, ids: Sequence[str], at_us: int, name: str) -> dict[str, int]:
        self._enlisted(domain, name)
        begun = {}
        for message_id in ids:
            kept = self._domains[domain].messages.get(message_id)
            if kept and kept.message.state == "queued":
                kept.message = replace(kept.message, state="trying", attempts=kept.message.attempts + 1)
                kept.changed_us, kept.holder = at_us, name
                begun[message_id] = kept.message.attempts
        return begun

    def settle(self, domain: str, results: Sequence[Settled]) -> None:
        for result in results:
            kept = self._domains[domain].messages.get(result.id)
            if kept is None or kept.message.state not in OPEN or kept.message.attempts != result.attempt:
                continue
            kept.message = replace(
                kept.message,
                state=result.state,
                due_us=result.due_us,
                word=result.word or kept.message.word,
                why=result.why,
                reference=result.reference,
            )
            kept.changed_us = result.at_us

    def rehearse(self, domain: str) -> None:
        """It takes anything."""

    def orphans(self, domain: str) -> list[Queued]:
        messages, enlisted = self._domains[domain].messages.values(), self._domains[domain].dispatchers
        found = (kept.message for kept in messages if kept.message.state == "trying" and kept.holder not in enlisted)
        return sorted(found, key=lambda message: message.id)

    def enlist(self, domain: str, name: str) -> None:
        self._domains[domain].dispatchers.setdefault(name, 0)

    def beat(self, domain: str, name: str) -> Mapping[str, int]:
        self._enlisted(domain, name)
        self._domains[domain].dispatchers[name] += 1
        return dict(self._domains[domain].dispatchers)

    def strike(self, domain: str, name: str, beats: int | None = None) -> bool:
        enlisted = self._domains[domain].dispatchers
        if name not in enlisted or beats not in (None, enlisted[name]):
            return False
        del enlisted[name]
        return True

    def _enlisted(self, domain: str, name: str) -> None:
        if name not in self._domains[domain].dispatchers:
            raise Fenced(f"Dispatcher {name} of {domain} is not enlisted, or was taken for dead")

    def effect(self, domain: str, effect_id: str) -> Sendable | None:
        return self._domains[domain].effects.get(effect_id)

    def messages(
        self, domain: str, states: Sequence[MessageState], last: int = 100, of: Sequence[str] | None = None
    ) -> list[Queued]:
        return self._last([kept for kept in self._kept(domain) if kept.message.state in states], last, of)

    def repeated(self, domain: str, last: int = 100, of: Sequence[str] | None = None) -> list[Queued]:
        return self._last([kept for kept in self._kept(domain) if kept.message.again is not None], last, of)

    def _kept(self, domain: str) -> Collection[_Kept]:
        return self._domains[domain].messages.values()

    @staticmethod
    def _last(found: list[_Kept], last: int, of: Sequence[str] | None) -> list[Queued]:
        if of is not None:
            found = [kept for kept in found if kept.message.id.partition(":")[0] in of]
        found.sort(key=lambda kept: (-kept.changed_us, kept.message.id))
        return [replace(kept.message, changed_us=kept.changed_us) for kept in found[:last]]

    def counts(self, domain: str) -> dict[tuple[str, MessageState], int]:
        found = (kept.message for kept in self._domains[domain].messages.values())
        return dict(Counter((message.word, message.state) for message in found))

    def prune(self, domain: str, before_us: int) -> int:
        """Forget messages in a final state from before a time; how many."""
        messages = self._domains[domain].messages
        old = [
            message_id
            for message_id, kept in messages.items()
            if kept.changed_us < before_us and kept.message.state not in UNFINISHED
        ]
        for message_id in old:
            del messages[message_id]
        return len(old)

    def needed(self, domain: str) -> set[str]:
        """Ids of the effects that a message or the fan-out still asks for."""
        kept = self._domains[domain]
        return {*kept.pending, *(one.message.effect for one in kept.messages.values())}

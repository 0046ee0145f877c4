"""The outbox of the store's memory twin (port `OutboxStore`)."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from connectors.ports import Addressed, Fenced, MessageState, Pending, Queued, Sendable, Settled
from correlator.effects import Campaign

UNFINISHED = ("queued", "trying")


@dataclass(slots=True)
class _Kept:
    message: Queued
    changed_us: int


@dataclass(slots=True)
class _Domain:
    effects: dict[str, Sendable] = field(default_factory=dict)
    pending: dict[str, int] = field(default_factory=dict)  # effect id -> so many of its messages are queued
    messages: dict[str, _Kept] = field(default_factory=dict)


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
        if kept.pending.get(effect) != pending.done:
            raise Fenced(f"Effect {effect} of {domain} is being fanned out by another owner")
        if last:
            del kept.pending[effect]
        else:
            kept.pending[effect] += len(messages)
        for new in messages:
            message = Queued(new.id, effect, new.recipient, new.word, new.language, "queued", 0, at_us)
            kept.messages.setdefault(new.id, _Kept(message, at_us))

    def due(self, domain: str, words: Sequence[str], now_us: int, limit: int) -> list[Queued]:
        queued = (kept.message for kept in self._domains[domain].messages.values() if kept.message.state == "queued")
        found = [message for message in queued if message.word in words and message.due_us <= now_us]
        effects = self._domains[domain].effects
        bulk = {message.effect: isinstance(effects[message.effect], Campaign) for message in found}
        return sorted(found, key=lambda message: (bulk[message.effect], message.due_us, message.id))[:limit]

    def next_due_us(self, domain: str) -> int | None:
        queued = (kept.message for kept in self._domains[domain].messages.values() if kept.message.state == "queued")
        return min((message.due_us for message in queued), default=None)

    def begin(self, domain: str, ids: Sequence[str], at_us: int) -> set[str]:
        begun = set()
        for message_id in ids:
            kept = self._domains[domain].messages.get(message_id)
            if kept and kept.message.state == "queued":
                kept.message = replace(kept.message, state="trying", attempts=kept.message.attempts + 1)
                kept.changed_us = at_us
                begun.add(message_id)
        return begun

    def settle(self, domain: str, results: Sequence[Settled]) -> None:
        for result in results:
            kept = self._domains[domain].messages.get(result.id)
            if kept is None:
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

    def trying(self, domain: str) -> list[Queued]:
        found = (kept.message for kept in self._domains[domain].messages.values() if kept.message.state == "trying")
        return sorted(found, key=lambda message: message.id)

    def effect(self, domain: str, effect_id: str) -> Sendable | None:
        return self._domains[domain].effects.get(effect_id)

    def messages(self, domain: str, states: Sequence[MessageState], last: int = 100) -> list[Queued]:
        found = [kept for kept in self._domains[domain].messages.values() if kept.message.state in states]
        found.sort(key=lambda kept: (-kept.changed_us, kept.message.id))
        return [kept.message for kept in found[:last]]

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

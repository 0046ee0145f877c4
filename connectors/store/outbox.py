"""The outbox's side of the store (port `OutboxStore`): effects become messages, messages are tried and settled.

What is only queued need not be synced: the effect that it comes from is rolled back with it. An attempt is.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Connection, RowMapping, Select, Text, Update, delete, func, select, update
from sqlalchemy.types import TypeEngine

from connectors.ports import Addressed, Fenced, MessageState, Pending, Queued, Sendable, Settled
from connectors.store import schema
from connectors.store.database import Database, Given
from correlator.effects import Campaign

IDS_AT_ONCE = 500  # in one `in (...)`

SENDABLE = ("alert", "campaign", "notice")

_sendable: msgspec.msgpack.Decoder[Sendable] = msgspec.msgpack.Decoder(Sendable)
_MESSAGES, _PENDING, _EFFECTS, _ATTEMPTS = schema.messages.c, schema.pending.c, schema.effects.c, schema.attempts.c


class SqlOutbox:
    """Made by SqlStore, over the same database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        texts: dict[str, TypeEngine[Any]] = dict.fromkeys(("d", "m", "to_state", "to_word", "because", "ref"), Text())
        types = {**texts, "at": BigInteger(), "due": BigInteger()}
        self._settle = database.each(_settle, **types)
        self._end_attempt = database.each(_end_attempt, **types)

    def pending(self, domain: str, limit: int = 10) -> list[Pending]:
        query = (
            select(_EFFECTS.body, _PENDING.done)
            .join(schema.pending, (_PENDING.domain == _EFFECTS.domain) & (_PENDING.effect == _EFFECTS.id))
            .where(_PENDING.domain == domain)
            .order_by(_PENDING.offset, _PENDING.place)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [Pending(_sendable.decode(body), done) for body, done in connection.execute(query)]

    def queue(self, domain: str, pending: Pending, messages: Sequence[Addressed], at_us: int, last: bool) -> None:
        mine = (_PENDING.domain == domain, _PENDING.effect == pending.effect.id, _PENDING.done == pending.done)
        rows = [
            {
                "domain": domain,
                "id": message.id,
                "effect": pending.effect.id,
                "recipient": message.recipient,
                "word": message.word,
                "language": message.language,
                "state": "queued",
                "attempts": 0,
                "due_us": at_us,
                "changed_us": at_us,
                "bulk": int(isinstance(pending.effect, Campaign)),
            }
            for message in messages
        ]
        with self._database.writing() as connection:
            step = delete(schema.pending) if last else update(schema.pending).values(done=pending.done + len(messages))
            if connection.execute(step.where(*mine)).rowcount != 1:
                raise Fenced(f"Effect {pending.effect.id} of {domain} is being fanned out by another owner")
            self._database.put(connection, schema.messages, rows)

    def due(self, domain: str, words: Sequence[str], now_us: int, limit: int) -> list[Queued]:
        mine = (_MESSAGES.domain == domain, _MESSAGES.word.in_(words), _MESSAGES.due_us <= now_us, schema.QUEUED)
        query = select(schema.messages).where(*mine).order_by(_MESSAGES.due_us, _MESSAGES.id)
        found: list[Queued] = []
        for bulk in (0, 1):  # one look-up each, so that the index serves the order
            if len(found) < limit:
                found += self._found(query.where(_MESSAGES.bulk == bulk).limit(limit - len(found)))
        return found

    def next_due_us(self, domain: str) -> int | None:
        query = select(func.min(_MESSAGES.due_us)).where(_MESSAGES.domain == domain, schema.QUEUED)
        with self._database.reading() as connection:
            return connection.execute(query).scalar()

    def begin(self, domain: str, ids: Sequence[str], at_us: int) -> set[str]:
        begun: list[dict[str, Any]] = []
        with self._database.writing(durable=True) as connection:
            for start in range(0, len(ids), IDS_AT_ONCE):
                mine = self._lock(connection, domain, ids[start : start + IDS_AT_ONCE])
                step = (
                    update(schema.messages)
                    .where(_MESSAGES.domain == domain, self._database.among(_MESSAGES.id, mine))
                    .values(state="trying", attempts=_MESSAGES.attempts + 1, changed_us=at_us)
                    .returning(_MESSAGES.id, _MESSAGES.attempts)
                )
                begun += [
                    {"domain": domain, "message": message, "number": number, "at_us": at_us}
                    for message, number in connection.execute(step)
                ]
            self._database.put(connection, schema.attempts, begun)
        return {row["message"] for row in begun}

    def _lock(self, connection: Connection, domain: str, ids: Sequence[str]) -> list[str]:
        """Those that are queued. On PostgreSQL without those that another dispatcher is about to begin."""
        mine = (_MESSAGES.domain == domain, self._database.among(_MESSAGES.id, ids), schema.QUEUED)
        query = select(_MESSAGES.id).where(*mine).order_by(_MESSAGES.id).with_for_update(skip_locked=True)
        return list(connection.scalars(query))

    def settle(self, domain: str, results: Sequence[Settled]) -> None:
        rows = [
            {
                "d": domain,
                "m": result.id,
                "to_state": result.state,
                "at": result.at_us,
                "due": result.due_us,
                "to_word": result.word,
                "because": storable(result.why),
                "ref": storable(result.reference),
            }
            for result in results
        ]
        if not rows:
            return
        with self._database.writing(durable=True) as connection:
            self._settle(connection, rows)
            self._end_attempt(connection, rows)

    def trying(self, domain: str) -> list[Queued]:
        query = select(schema.messages).where(_MESSAGES.domain == domain, schema.OPEN)
        return self._found(query.order_by(_MESSAGES.id))

    def effect(self, domain: str, effect_id: str) -> Sendable | None:
        query = select(_EFFECTS.body).where(_EFFECTS.domain == domain, _EFFECTS.id == effect_id)
        query = query.where(_EFFECTS.kind.in_(SENDABLE))
        with self._database.reading() as connection:
            body = connection.execute(query).scalar()
        return None if body is None else _sendable.decode(body)

    def messages(self, domain: str, states: Sequence[MessageState], last: int = 100) -> list[Queued]:
        query = select(schema.messages).where(_MESSAGES.domain == domain, _MESSAGES.state.in_(states))
        if set(states) <= {"failed", "dead", "uncertain"}:
            query = query.where(schema.WRONG)  # lets the partial index serve it
        return self._found(query.order_by(_MESSAGES.changed_us.desc(), _MESSAGES.id).limit(last))

    def counts(self, domain: str) -> dict[tuple[str, MessageState], int]:
        query = select(_MESSAGES.word, _MESSAGES.state, func.count()).where(_MESSAGES.domain == domain)
        with self._database.reading() as connection:
            found = connection.execute(query.group_by(_MESSAGES.word, _MESSAGES.state))
            return {(word, state): count for word, state, count in found}

    def _found(self, query: Select[Any]) -> list[Queued]:
        with self._database.reading() as connection:
            return [_queued(row) for row in connection.execute(query).mappings()]


def storable(text: str | None) -> str | None:
    """A channel's words. PostgreSQL takes no NUL in a text, and no database half a surrogate pair."""
    return text and text.replace("\0", "\ufffd").encode(errors="replace").decode()


def _settle(given: Given) -> Update:
    return (
        update(schema.messages)
        .where(_MESSAGES.domain == given("d"), _MESSAGES.id == given("m"))
        .values(
            state=given("to_state"),
            changed_us=given("at"),
            due_us=given("due"),
            word=func.coalesce(given("to_word"), _MESSAGES.word),
            why=given("because"),
            reference=given("ref"),
        )
    )


def _end_attempt(given: Given) -> Update:
    return (
        update(schema.attempts)
        .where(_ATTEMPTS.domain == given("d"), _ATTEMPTS.message == given("m"), _ATTEMPTS.ended_us.is_(None))
        .values(ended_us=given("at"), state=given("to_state"), why=given("because"))
    )


def _queued(row: RowMapping) -> Queued:
    return Queued(
        id=row["id"],
        effect=row["effect"],
        recipient=row["recipient"],
        word=row["word"],
        language=row["language"],
        state=row["state"],
        attempts=row["attempts"],
        due_us=row["due_us"],
        why=row["why"],
        reference=row["reference"],
    )

"""The outbox's side of the store (port `OutboxStore`): effects become messages, messages are tried and settled.

What is only queued need not be synced: the effect that it comes from is rolled back with it. An attempt is.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, get_args

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Integer,
    RowMapping,
    Select,
    Text,
    Update,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.types import TypeEngine

from connectors.ports import Addressed, Fenced, MessageState, Pending, Queued, Sendable, Settled
from connectors.sending_ports import WRONG, Again, is_again
from connectors.store import schema
from connectors.store.database import Database, Given, TakenBack
from correlator.effects import Campaign

IDS_AT_ONCE = 500  # in one `in (...)`
SINCE = ("at_us", "tried", "doubted")  # what changes where a message is sent again once more
REHEARSAL = "rehearsal"  # all words of a message that is taken back

SENDABLE = tuple(str(kind.__struct_config__.tag) for kind in get_args(Sendable))

_sendable: msgspec.msgpack.Decoder[Sendable] = msgspec.msgpack.Decoder(Sendable)
_MESSAGES, _PENDING, _EFFECTS, _ATTEMPTS = schema.messages.c, schema.pending.c, schema.effects.c, schema.attempts.c
_DISPATCHERS, _AGAIN = schema.dispatchers.c, schema.sent_again.c
_QUERY = select(schema.messages, *(_AGAIN[name].label(f"again_{name}") for name in SINCE))
_QUERY = _QUERY.outerjoin(schema.sent_again, (_AGAIN.domain == _MESSAGES.domain) & (_AGAIN.message == _MESSAGES.id))


class SqlOutbox:
    """Made by SqlStore, over the same database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        texts: dict[str, TypeEngine[Any]] = dict.fromkeys(("d", "m", "to_state", "to_word", "because", "ref"), Text())
        types = {**texts, "at": BigInteger(), "due": BigInteger(), "attempt": Integer()}
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
        alike = {
            "domain": domain,
            "effect": pending.effect.id,
            "state": "queued",
            "attempts": 0,
            "due_us": at_us,
            "changed_us": at_us,
            "bulk": int(isinstance(pending.effect, Campaign)),
        }
        each: dict[str, list[str]] = {
            "id": [message.id for message in messages],
            "recipient": [message.recipient for message in messages],
            "word": [message.word for message in messages],
            "language": [message.language for message in messages],
        }
        with self._database.writing() as connection:
            _advance(connection, domain, pending, None if last else pending.done + len(messages))
            if is_again(pending.effect):
                self._requeue(connection, alike, pending.effect.at_us, each["id"])
            self._database.put_alike(connection, schema.messages, alike, each)

    def _requeue(self, connection: Connection, alike: Mapping[str, Any], again_us: int, ids: Sequence[str]) -> None:
        """Those that went wrong, under the effect that words them now."""
        new = {name: alike[name] for name in ("effect", "state", "due_us", "changed_us", "bulk")}
        for start in range(0, len(ids), IDS_AT_ONCE):
            some = self._database.among(_MESSAGES.id, ids[start : start + IDS_AT_ONCE])
            wrong = (_MESSAGES.domain == alike["domain"], some, schema.WRONG)
            found = connection.execute(_QUERY.where(*wrong).with_for_update(of=schema.messages)).mappings()
            self._database.put(connection, schema.sent_again, [_again(row, again_us) for row in found], *SINCE)
            connection.execute(update(schema.messages).where(*wrong).values(**new))

    def pass_over(self, domain: str, pending: Pending, last: bool) -> None:
        with self._database.writing() as connection:
            _advance(connection, domain, pending, None if last else pending.done + 1)

    def campaigns(self, domain: str, word: str) -> list[str]:
        with self._database.reading() as connection:
            return list(_steps(connection, _MESSAGES.effect, _MESSAGES.domain == domain, _MESSAGES.word == word))

    def due(self, domain: str, word: str, now_us: int, limit: int, stopped: Collection[str] = ()) -> list[Queued]:
        mine = (_MESSAGES.domain == domain, _MESSAGES.word == word)
        query = _QUERY.where(*mine, _MESSAGES.due_us <= now_us)
        query = query.order_by(_MESSAGES.due_us, _MESSAGES.id)
        with self._database.reading() as connection:
            found = [_queued(row) for row in connection.execute(query.where(schema.SINGLE).limit(limit)).mappings()]
            if len(found) == limit:
                return found
            for campaign in _steps(connection, _MESSAGES.effect, *mine):
                if campaign not in stopped:
                    many = query.where(schema.BULK, _MESSAGES.effect == campaign).limit(limit - len(found))
                    found += [_queued(row) for row in connection.execute(many).mappings()]
                if len(found) == limit:
                    break
        return found

    def next_due_us(self, domain: str) -> int | None:
        mine = _MESSAGES.domain == domain
        first = select(_MESSAGES.due_us).where(mine).order_by(_MESSAGES.due_us).limit(1)
        with self._database.reading() as connection:
            found = [connection.execute(select(func.min(_MESSAGES.due_us)).where(mine, schema.SINGLE)).scalar()]
            for word in _steps(connection, _MESSAGES.word, mine):
                for campaign in _steps(connection, _MESSAGES.effect, mine, _MESSAGES.word == word):
                    many = first.where(schema.BULK, _MESSAGES.word == word, _MESSAGES.effect == campaign)
                    found.append(connection.execute(many).scalar())
        return min((due_us for due_us in found if due_us is not None), default=None)

    def begin(self, domain: str, ids: Sequence[str], at_us: int, name: str) -> dict[str, int]:
        begun: list[dict[str, Any]] = []
        with self._database.writing(durable=True) as connection:
            self._enlisted(connection, domain, name)
            for start in range(0, len(ids), IDS_AT_ONCE):
                mine = self._lock(connection, domain, ids[start : start + IDS_AT_ONCE])
                step = (
                    update(schema.messages)
                    .where(_MESSAGES.domain == domain, self._database.among(_MESSAGES.id, mine))
                    .values(state="trying", attempts=_MESSAGES.attempts + 1, changed_us=at_us, holder=name)
                    .returning(_MESSAGES.id, _MESSAGES.attempts)
                )
                begun += [
                    {"domain": domain, "message": message, "number": number, "at_us": at_us}
                    for message, number in connection.execute(step)
                ]
            self._database.put(connection, schema.attempts, begun)
        return {row["message"]: row["number"] for row in begun}

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
                "attempt": result.attempt,
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

    def rehearse(self, domain: str) -> None:
        words = dict.fromkeys(("id", "effect", "recipient", "word", "language", "state"), REHEARSAL)
        numbers = dict.fromkeys(("attempts", "due_us", "changed_us", "bulk"), 0)
        attempt = {"domain": domain, "message": REHEARSAL, "number": 0, "at_us": 0}
        settled: dict[str, Any] = dict.fromkeys(("d", "m", "to_state", "to_word", "because", "ref"), REHEARSAL)
        settled |= dict.fromkeys(("attempt", "at", "due"), 0)
        with self._database.writing() as connection:
            self._database.put(connection, schema.messages, [{"domain": domain, **words, **numbers}])
            self._database.put(connection, schema.attempts, [attempt])
            self._settle(connection, [settled])
            self._end_attempt(connection, [settled])
            raise TakenBack

    def orphans(self, domain: str) -> list[Queued]:
        enlisted = (_DISPATCHERS.domain == domain) & (_DISPATCHERS.name == _MESSAGES.holder)
        query = _QUERY.outerjoin(schema.dispatchers, enlisted)
        query = query.where(_MESSAGES.domain == domain, schema.OPEN, _DISPATCHERS.name.is_(None))
        return self._found(query.order_by(_MESSAGES.id))

    def enlist(self, domain: str, name: str) -> None:
        with self._database.writing(durable=True) as connection:
            self._database.put(connection, schema.dispatchers, [{"domain": domain, "name": name, "beats": 0}])

    def beat(self, domain: str, name: str) -> Mapping[str, int]:
        ours = _DISPATCHERS.domain == domain
        step = update(schema.dispatchers).where(ours, _DISPATCHERS.name == name).values(beats=_DISPATCHERS.beats + 1)
        with self._database.writing() as connection:
            if connection.execute(step).rowcount != 1:
                raise struck(domain, name)
            found = connection.execute(select(_DISPATCHERS.name, _DISPATCHERS.beats).where(ours))
            return {row.name: row.beats for row in found}

    def strike(self, domain: str, name: str, beats: int | None = None) -> bool:
        step = delete(schema.dispatchers).where(_DISPATCHERS.domain == domain, _DISPATCHERS.name == name)
        if beats is not None:
            step = step.where(_DISPATCHERS.beats == beats)
        with self._database.writing(durable=True) as connection:
            return connection.execute(step).rowcount == 1

    def _enlisted(self, connection: Connection, domain: str, name: str) -> None:
        """On PostgreSQL nobody strikes us off before we have committed."""
        mine = select(_DISPATCHERS.name).where(_DISPATCHERS.domain == domain, _DISPATCHERS.name == name)
        if connection.execute(mine.with_for_update(read=True, key_share=True)).first() is None:
            raise struck(domain, name)

    def effect(self, domain: str, effect_id: str) -> Sendable | None:
        query = select(_EFFECTS.body).where(_EFFECTS.domain == domain, _EFFECTS.id == effect_id)
        query = query.where(_EFFECTS.kind.in_(SENDABLE))
        with self._database.reading() as connection:
            body = connection.execute(query).scalar()
        return None if body is None else _sendable.decode(body)

    def messages(
        self, domain: str, states: Sequence[MessageState], last: int = 100, of: Sequence[str] | None = None
    ) -> list[Queued]:
        query = _QUERY.where(_MESSAGES.domain == domain, _MESSAGES.state.in_(states))
        if set(states) <= {*WRONG}:
            query = query.where(schema.WRONG)  # lets the partial index serve it
        return self._last(query, last, of)

    def repeated(self, domain: str, last: int = 100, of: Sequence[str] | None = None) -> list[Queued]:
        return self._last(_QUERY.where(_AGAIN.domain == domain), last, of)

    def _last(self, query: Select[Any], last: int, of: Sequence[str] | None) -> list[Queued]:
        query = query.order_by(_MESSAGES.changed_us.desc(), _MESSAGES.id).limit(last)
        if of is None:
            return self._found(query)
        parts = (of[start : start + IDS_AT_ONCE] for start in range(0, len(of), IDS_AT_ONCE))
        found = [one for some in parts for one in self._found(query.where(_of_these(some)))]
        return sorted(found, key=lambda one: (-one.changed_us, one.id))[:last]

    def counts(self, domain: str) -> dict[tuple[str, MessageState], int]:
        query = select(_MESSAGES.word, _MESSAGES.state, func.count()).where(_MESSAGES.domain == domain)
        with self._database.reading() as connection:
            found = connection.execute(query.group_by(_MESSAGES.word, _MESSAGES.state))
            return {(word, state): count for word, state, count in found}

    def _found(self, query: Select[Any]) -> list[Queued]:
        with self._database.reading() as connection:
            return [_queued(row) for row in connection.execute(query).mappings()]


def _advance(connection: Connection, domain: str, pending: Pending, done: int | None) -> None:
    """None: it is wholly fanned out. Raises Fenced."""
    step = delete(schema.pending) if done is None else update(schema.pending).values(done=done)
    step = step.where(_PENDING.domain == domain, _PENDING.effect == pending.effect.id, _PENDING.done == pending.done)
    if connection.execute(step).rowcount != 1:
        raise Fenced(f"Effect {pending.effect.id} of {domain} is being fanned out by another owner")


def _of_these(names: Sequence[str]) -> ColumnElement[bool]:
    """Messages of these campaigns, and these single ones. SQLite takes no thousand of `or`."""
    campaigns = (_MESSAGES.id.startswith(f"{name}:", autoescape=True) for name in names)
    return or_(_MESSAGES.id.in_(names), *campaigns)


def _steps(connection: Connection, column: Column[str], *within: ColumnElement[bool]) -> Iterator[str]:
    """The values of a column of `messages_bulk`, each once: a probe of the index each, however many hold it.

    `min()` would be the same, but PostgreSQL looks at all for it while it does not know how many there are.
    """
    query = select(column).where(*within, schema.BULK).order_by(column).limit(1)
    value: str | None = connection.execute(query).scalar()
    while value is not None:
        yield value
        value = connection.execute(query.where(column > value)).scalar()


def struck(domain: str, name: str) -> Fenced:
    return Fenced(f"Dispatcher {name} of {domain} is not enlisted, or was taken for dead")


def storable(text: str | None) -> str | None:
    """A channel's words. No database takes half a surrogate pair."""
    return text and text.encode(errors="replace").decode()


def _settle(given: Given) -> Update:
    return (
        update(schema.messages)
        .where(_MESSAGES.domain == given("d"), _MESSAGES.id == given("m"))
        .where(_MESSAGES.attempts == given("attempt"), schema.UNSETTLED)
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
        .where(_ATTEMPTS.domain == given("d"), _ATTEMPTS.message == given("m"))
        .where(_ATTEMPTS.number == given("attempt"), _ATTEMPTS.ended_us.is_(None))
        .values(ended_us=given("at"), state=given("to_state"), why=given("because"))
    )


def _again(row: RowMapping, at_us: int) -> dict[str, Any]:
    """Of a message that went wrong: a row of `sent_again`."""
    doubted = row["state"] == "uncertain" or bool(row["again_doubted"])
    told = {"domain": row["domain"], "message": row["id"]}
    return {**told, "at_us": at_us, "tried": row["attempts"], "doubted": int(doubted)}


def _queued(row: RowMapping) -> Queued:
    at_us = row["again_at_us"]
    again = None if at_us is None else Again(at_us, row["again_tried"], bool(row["again_doubted"]))
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
        changed_us=row["changed_us"],
        again=again,
    )

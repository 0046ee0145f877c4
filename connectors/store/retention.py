"""Forgets what is old and done with, some rows at a time, so that a commit never waits long."""

from collections.abc import Sequence

from sqlalchemy import Table, delete, select, tuple_, union

from connectors.store import schema
from connectors.store.database import Database

AT_ONCE = 500
_MESSAGES, _EFFECTS, _MARK = schema.messages.c, schema.effects.c, schema.published.c
UNFINISHED = ("queued", "trying")


def prune(database: Database, domain: str, before_us: int) -> int:
    """Drop messages in a final state and effects that nothing waits for, from before a time; how many went.

    An effect beyond the mark waits to be told to other systems. Where there is no mark nobody is told of any.
    """
    done = (
        select(_MESSAGES.id)
        .where(_MESSAGES.domain == domain, _MESSAGES.changed_us < before_us, _MESSAGES.state.not_in(UNFINISHED))
        .order_by(_MESSAGES.id)
    )
    waiting = select(schema.pending.c.effect).where(schema.pending.c.domain == domain)
    queued = select(_MESSAGES.effect).where(_MESSAGES.domain == domain)
    needed = union(waiting, queued).subquery()  # joined, not `not in`: PostgreSQL would look through all for each
    old = (
        select(_EFFECTS.id)
        .outerjoin(needed, needed.c.effect == _EFFECTS.id)
        .outerjoin(schema.published, _MARK.domain == _EFFECTS.domain)
        .where(_EFFECTS.domain == domain, _EFFECTS.at_us < before_us, needed.c.effect.is_(None))
        .where(_MARK.domain.is_(None) | (tuple_(_EFFECTS.offset, _EFFECTS.place) <= tuple_(_MARK.offset, _MARK.place)))
        .order_by(_EFFECTS.id)
    )
    with database.reading() as connection:
        messages = list(connection.scalars(done))
    _drop(database, schema.attempts, domain, messages, "message")
    _drop(database, schema.sent_again, domain, messages, "message")
    _drop(database, schema.messages, domain, messages, "id")
    with database.reading() as connection:
        effects = list(connection.scalars(old))
    _drop(database, schema.effects, domain, effects, "id")
    return len(messages) + len(effects)


def _drop(database: Database, table: Table, domain: str, ids: Sequence[str], column: str) -> None:
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        with database.writing() as connection:
            connection.execute(delete(table).where(table.c.domain == domain, database.among(table.c[column], some)))

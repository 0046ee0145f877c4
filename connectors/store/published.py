"""Which effects other systems were told of: a transactional outbox, whose only state is a mark a domain.

Effects are read in the order in which they were emitted, so one mark says it all. It never goes back: of two owners
that publish at once, the slower one repeats and undoes nothing.
"""

from operator import attrgetter
from typing import Any, get_args

import msgspec
from sqlalchemy import select, tuple_

from connectors.ports import Emitted
from connectors.store import schema
from connectors.store.database import Database
from correlator.effects import Effect

KINDS = tuple(str(kind.__struct_config__.tag) for kind in get_args(Effect))

_decode = msgspec.msgpack.Decoder(Effect).decode
_EFFECTS, _MARK = schema.effects.c, schema.published.c


def unpublished(database: Database, domain: str, limit: int) -> list[Emitted]:
    """The first ones after the mark, in order."""
    found: list[Any] = []
    with database.reading() as connection:
        mark = connection.execute(select(_MARK.offset, _MARK.place).where(_MARK.domain == domain)).first()
        for kind in KINDS:  # one look-up each: the index serves it
            query = select(_EFFECTS.offset, _EFFECTS.place, _EFFECTS.body)
            query = query.where(_EFFECTS.domain == domain, _EFFECTS.kind == kind)
            if mark is not None:
                query = query.where(tuple_(_EFFECTS.offset, _EFFECTS.place) > tuple(mark))
            found += connection.execute(query.order_by(_EFFECTS.offset, _EFFECTS.place).limit(limit))
    found.sort(key=attrgetter("offset", "place"))
    return [Emitted(offset, place, _decode(body)) for offset, place, body in found[:limit]]


def published(database: Database, domain: str, last: Emitted) -> None:
    """Set the mark, where it is not beyond."""
    step = database.insert(schema.published).values(domain=domain, offset=last.offset, place=last.place)
    new = step.excluded
    step = step.on_conflict_do_update(
        index_elements=["domain"],
        set_={"offset": new.offset, "place": new.place},
        where=tuple_(_MARK.offset, _MARK.place) < tuple_(new.offset, new.place),
    )
    with database.writing() as connection:
        connection.execute(step)

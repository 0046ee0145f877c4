"""The desk's doors for the pages of staff: the same answers, rules and audit as over HTTP, asked within the process."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from fastapi import Request
from pydantic import ValidationError

from connectors.api.desk.customers import callers
from connectors.api.desk.routes import Wanted, listed, recorded
from connectors.api.desk.words import may_read, words_of
from connectors.api.doors import Doors, HttpError
from connectors.api.intake import commanded, complained
from connectors.api.look_ups import LookUps


class Served:
    """Who asks was let in before. Each raises HttpError where the door would say no, PortError where it could not."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._look_ups = LookUps(doors)

    async def tickets(self, request: Request, query: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """`GET /tickets`; `query`: its parameters."""
        try:
            wanted = Wanted.model_validate({name: _one_or_many(name, values) for name, values in query.items()})
        except ValidationError as no:
            first = no.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            raise HttpError(422, f"{field}: {first['msg']}", "Correct the filter and ask again.", field=field) from no
        return await asyncio.to_thread(listed, request, self._doors, wanted)

    async def queues(self) -> dict[str, Any]:
        """`GET /queues`."""
        return await asyncio.to_thread(self._doors.reader.lists.queues)

    async def ticket(self, request: Request, name: str) -> dict[str, Any]:
        """`GET /tickets/{ticket}`, and whether its words are for who asks."""
        found = await asyncio.to_thread(recorded, request, self._doors, name)
        readable = found["complaint"] is not None and may_read(request.state.token.role, found["owner"])
        return {**found, "words_for_you": readable}

    async def words(self, request: Request, name: str) -> dict[str, Any]:
        """`GET /tickets/{ticket}/words`."""
        return await words_of(request, self._doors, self._look_ups, name)

    async def callers(self, request: Request, given: Mapping[str, str]) -> dict[str, Any]:
        """`POST /customers`."""
        return await callers(request, self._doors, self._look_ups, dict(given))

    async def complain(self, request: Request, given: Mapping[str, str]) -> dict[str, Any]:
        """`POST /complaints`."""
        return await complained(request, self._doors, msgspec.json.encode(given))

    async def command(self, request: Request, given: Mapping[str, Any]) -> dict[str, Any]:
        """`POST /commands`."""
        return await commanded(request, self._doors, msgspec.json.encode(given))

    async def decided(self, command: str) -> dict[str, Any]:
        """`GET /commands/{command}`."""
        return await asyncio.to_thread(self._doors.reader.command, command)


def _one_or_many(name: str, values: Sequence[str]) -> Sequence[str] | str:
    """A query repeats a filter, and says anything else once."""
    field = next((one for key, one in Wanted.model_fields.items() if name in (key, one.alias)), None)
    return values if field is None or isinstance(field.get_default(call_default_factory=True), list) else values[-1]

"""The desk's doors for the pages of staff: the same answers, rules and audit as over HTTP, asked within the process."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from fastapi import Request
from pydantic import BaseModel, ValidationError

from connectors.api.desk.bulk import ordered_many
from connectors.api.desk.customers import callers
from connectors.api.desk.incident import explained, incident_told
from connectors.api.desk.rca import paper_of, record_told, wanted_of
from connectors.api.desk.routes import Wanted, listed, recorded
from connectors.api.desk.words import may_read, words_of
from connectors.api.doors import Doors, HttpError, begins
from connectors.api.intake import commanded, complained
from connectors.api.lists.pages import INCIDENTS, USUAL
from connectors.api.lists.rcas import NAME
from connectors.api.look_ups import LookUps
from connectors.api.quality.routes import survey_words
from connectors.listed import RecordKind
from connectors.ports import Place
from correlator.rows.incidents import IncidentStatus
from correlator.rows.quality import ImprovementState
from correlator.rows.service_desk import RcaState
from topology.model import Language

Shape = TypeVar("Shape", bound=BaseModel)


class Served:
    """Who asks was let in before. Each raises HttpError where the door would say no, PortError where it could not."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._look_ups = LookUps(doors)

    async def tickets(self, request: Request, query: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """`GET /tickets`; `query`: its parameters."""
        wanted = _checked(Wanted, {name: _one_or_many(name, values) for name, values in query.items()})
        return await asyncio.to_thread(listed, request, self._doors, wanted)

    async def queues(self) -> dict[str, Any]:
        """`GET /queues`."""
        return await asyncio.to_thread(self._doors.reader.lists.queues)

    async def ticket(self, request: Request, name: str) -> dict[str, Any]:
        """`GET /tickets/{ticket}`, whether its words are for who asks, and what its RCA/CAPA record is called."""
        found = await asyncio.to_thread(recorded, request, self._doors, name)
        readable = found["complaint"] is not None and may_read(request.state.token.role, found["owner"])
        case = await asyncio.to_thread(self._doors.reader.rca_case, found["number"])
        return {**found, "words_for_you": readable, "rca": case.record.id if case else None}

    async def chosen(self, names: Sequence[str]) -> list[dict[str, Any]]:
        """As `GET /tickets` tells them."""
        return await asyncio.to_thread(self._doors.reader.records.lines, names)

    async def incidents(self, status: Sequence[IncidentStatus], cursor: str | None = None) -> dict[str, Any]:
        """`GET /incidents`."""
        below = begins(INCIDENTS, cursor, tuple[int, str])
        page = await asyncio.to_thread(self._doors.reader.incidents, status, USUAL, below)
        return {"incidents": page.rows, "next": page.next}

    async def incident(self, name: str) -> dict[str, Any]:
        """`GET /incidents/{incident}`, and alarms of it one by one."""
        return await asyncio.to_thread(incident_told, self._doors, name)

    async def alarms(self, of: str) -> list[dict[str, Any]]:
        """`GET /alarms/explanation`."""
        return await asyncio.to_thread(explained, self._doors, of)

    async def words(self, request: Request, name: str) -> dict[str, Any]:
        """`GET /tickets/{ticket}/words`."""
        return await words_of(request, self._doors, self._look_ups, name)

    async def callers(self, request: Request, given: Mapping[str, str]) -> dict[str, Any]:
        """`POST /customers`."""
        return await callers(request, self._doors, self._look_ups, dict(given))

    async def complain(self, request: Request, given: Mapping[str, Any]) -> dict[str, Any]:
        """`POST /complaints`."""
        return await complained(request, self._doors, msgspec.json.encode(given))

    async def command(self, request: Request, given: Mapping[str, Any]) -> dict[str, Any]:
        """`POST /commands`."""
        return await commanded(request, self._doors, msgspec.json.encode(given))

    async def commands(self, request: Request, given: Mapping[str, Any]) -> dict[str, Any]:
        """`POST /bulk/commands`."""
        return await ordered_many(request, self._doors, msgspec.json.encode(given))

    async def records(self, query: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """`GET /rca`; `query`: its parameters."""
        asked = _checked(AskedRecords, {name: list(values) for name, values in query.items()})
        wanted = wanted_of(asked.state, asked.kind, overdue=bool(asked.overdue))
        below = begins(NAME, asked.cursor[-1] if asked.cursor else None, Place)
        return await asyncio.to_thread(self._doors.reader.rcas.page, wanted, below, USUAL)

    async def record(self, name: str) -> dict[str, Any]:
        """`GET /incidents/{incident}/rca`, with what a page needs besides."""
        return await asyncio.to_thread(record_told, self._doors, self._doors.reader.care, name)

    async def paper(self, name: str, language: Language) -> tuple[str, bytes]:
        """`GET /incidents/{incident}/rca?format=pdf`."""
        return await asyncio.to_thread(paper_of, self._doors, name, language)

    async def improvements(self, states: Sequence[ImprovementState], *, overdue: bool) -> list[dict[str, Any]]:
        """`GET /improvements`."""
        return await asyncio.to_thread(self._doors.reader.quality.improvements, states, overdue=overdue)

    async def improvement(self, name: str) -> dict[str, Any]:
        """One of `GET /improvements`."""
        found = await asyncio.to_thread(self._doors.reader.quality.improvement, name)
        if found is None:
            raise HttpError(404, f"there is no entry {name[:100]}", "GET /improvements lists them.", field="entry")
        return found

    async def surveys(self) -> list[dict[str, Any]]:
        """`GET /surveys`."""
        return await asyncio.to_thread(self._doors.reader.quality.surveys)

    async def survey_words(self, request: Request, name: str) -> dict[str, Any]:
        """`GET /surveys/{survey}/words`."""
        return await survey_words(request, self._doors, name)

    async def decided(self, command: str) -> dict[str, Any]:
        """`GET /commands/{command}`."""
        return await asyncio.to_thread(self._doors.reader.command, command)


class AskedRecords(BaseModel):
    """The query of the list of records, as a form sends it."""

    state: list[RcaState] = []
    kind: list[RecordKind] = []
    overdue: list[str] = []
    cursor: list[str] = []


def _checked(shape: type[Shape], query: Mapping[str, object]) -> Shape:
    """Raises HttpError."""
    try:
        return shape.model_validate(query)
    except ValidationError as no:
        first = no.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise HttpError(422, f"{field}: {first['msg']}", "Correct the filter and ask again.", field=field) from no


def _one_or_many(name: str, values: Sequence[str]) -> Sequence[str] | str:
    """A query repeats a filter, and says anything else once."""
    field = next((one for key, one in Wanted.model_fields.items() if name in (key, one.alias)), None)
    return values if field is None or isinstance(field.get_default(call_default_factory=True), list) else values[-1]

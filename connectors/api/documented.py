"""The OpenAPI description: the contract's rows as msgspec knows them, so that no twin of them has to be kept."""

from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from connectors.access.routes import OPEN, ROUTES
from connectors.api.bodies import Bulk
from connectors.api.look_ups import Lookup
from connectors.api.questions.body import Answer
from connectors.formats.tmf_shapes import SHAPES
from correlator.events import Alarm, Command, ComplaintIn, Maintenance, Restored

ROWS: tuple[type[msgspec.Struct], ...] = (Alarm, ComplaintIn, Command, Bulk, Maintenance, Restored, Lookup, Answer)
WHERE = "#/components/schemas/{name}"
ERROR: dict[str, Any] = {  # the one shape of every refusal (`doors.said`)
    "type": "object",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {
        "error": {
            "type": "object",
            "required": ["field", "reason", "remedy"],
            "additionalProperties": False,
            "properties": {
                "field": {"type": ["string", "null"]},
                "reason": {"type": "string"},
                "remedy": {"type": "string"},
            },
        }
    },
}
REFUSED_TMF = {
    "description": "Refused: why, and what to do",
    "content": {"application/json": {"schema": {"$ref": WHERE.format(name="TmfError")}}},
}
REFUSED = {
    "description": "Refused: which field, why, and what to do",
    "content": {"application/json": {"schema": {"$ref": WHERE.format(name="Error")}}},
}


def accepts(row: type[msgspec.Struct] | None, *, many: bool = False) -> dict[str, Any]:
    """The request body of a route: a row of the contract, a list of them, or any JSON."""
    schema: dict[str, Any] = {"$ref": WHERE.format(name=row.__name__)} if row else {}
    if many:
        schema = {"oneOf": [schema, {"type": "array", "items": schema}]}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def accepts_tmf(resource: str, *, many: bool = False, media: str = "application/json") -> dict[str, Any]:
    """The request body of a door of the TM Forum's: a resource of theirs, as they publish it, or a list."""
    schema: dict[str, Any] = {"$ref": WHERE.format(name=resource)}
    if many:
        schema = {"oneOf": [schema, {"type": "array", "items": schema}]}
    made: dict[str, Any] = {"requestBody": {"required": True, "content": {media: {"schema": schema}}}}
    if many:
        made["responses"] = {"202": {"description": "Row by row: which were taken, which were not"}}
    return made


def answers_tmf(resource: str, *, many: bool = False) -> dict[int | str, dict[str, Any]]:
    """The answer of such a door; of a collection a part is 206 (TMF630)."""
    one: dict[str, Any] = {"$ref": WHERE.format(name=resource)}
    schema = {"type": "array", "items": one} if many else one
    told = {"description": "Successful Response", "content": {"application/json": {"schema": schema}}}
    return {200: told, 206: {**told, "description": "A part of them"}} if many else {200: told}


def described(app: FastAPI, version: str) -> dict[str, Any]:
    """The whole description (OpenAPI 3.1), with who may call what."""
    made = get_openapi(title="Simpul", version=version, routes=app.routes)
    _, rows = msgspec.json.schema_components(ROWS, ref_template=WHERE)
    components = made.setdefault("components", {})
    components.setdefault("schemas", {}).update(rows)
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    components["schemas"]["Error"] = ERROR
    components["schemas"].update(SHAPES)
    for theirs in ("HTTPValidationError", "ValidationError"):  # FastAPI's own words, which are never answered
        components["schemas"].pop(theirs, None)
    for (method, path), roles in ROUTES.items():
        operation = made["paths"].get(path, {}).get(method.lower())
        if operation is None:
            continue
        operation["responses"].pop("422", None)
        operation["responses"]["default"] = REFUSED_TMF if path.startswith("/tmf-api/") else REFUSED
        if roles != OPEN:
            operation["security"] = [{"token": []}]
            operation["x-roles"] = sorted(roles)
    return made

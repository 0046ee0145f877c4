"""Who calls: a customer found by number, phone, mail or service, how their lines stand, what is open for them."""

import asyncio
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request

from connectors.api.affected import Affected, Asked
from connectors.api.bodies import body_of, object_from
from connectors.api.desk import lists
from connectors.api.documented import accepts
from connectors.api.doors import Doors, Json, refused
from connectors.api.look_ups import Lookup, LookUps, found_by
from connectors.formats.json_rows import Item, converted
from correlator.wire import BadInput

if TYPE_CHECKING:
    from connectors.api.read import Reader

MOST_CUSTOMERS = 20  # of one phone or mail
MOST_SERVICES = 50  # of one customer, each with the state of its line
MOST_TICKETS = 50


def customer_routes(app: FastAPI, doors: Doors) -> None:
    look_ups = LookUps(doors)

    @app.post("/customers", tags=["desk"], openapi_extra=accepts(Lookup))
    async def customers(request: Request) -> Json:
        """Whom this customer number, phone, mail or service belongs to (one of them), with the reason why.

        Their services with the state of each line, their open tickets, and the sentence to read out in id and en. Names
        are sealed, so nobody is found by one.
        """
        body = object_from(await body_of(request, doors.settings))
        return Json(await callers(request, doors, look_ups, body))


async def callers(request: Request, doors: Doors, look_ups: LookUps, body: dict[str, Any] | BadInput) -> dict[str, Any]:
    """Told to the audit, and counted. Raises HttpError."""
    lookup = body if isinstance(body, BadInput) else converted(Item("", body), Lookup)
    if isinstance(lookup, BadInput):
        raise refused(lookup)
    await look_ups.take(request.state.token, lookup)
    return await asyncio.to_thread(_answered, request, doors.reader, lookup)


def _answered(request: Request, reader: "Reader", lookup: Lookup) -> dict[str, Any]:
    asked = found_by(reader.affected, request, lookup)
    shown = asked.customers[:MOST_CUSTOMERS]
    told = [_customer(reader.affected, reader.lists, name, asked.service) for name in shown]
    return {"customers": told, "left_out": len(asked.customers) - len(shown)}


def _customer(affected: Affected, tickets: lists.Lists, name: str, service: str | None) -> dict[str, Any]:
    whole = affected.answer(Asked((name,), service))
    services = affected.services_of(name)
    if service is not None:
        services = [one for one in services if one[0] == service]
    open_ones = tickets.page(lists.Asked(equal={"customer": (name,)}, limit=MOST_TICKETS))
    assert not isinstance(open_ones, BadInput), "it begins at the beginning"
    return {
        "customer": name,
        **affected.described(name),
        "services": [
            {"service": one, "product": product, "line": _line(affected, name, one)}
            for one, product in services[:MOST_SERVICES]
        ],
        "services_left_out": max(0, len(services) - MOST_SERVICES),
        "tickets": open_ones["items"],
        "more_tickets": open_ones["next"] is not None,
        "sentence": whole["sentence"],
    }


def _line(affected: Affected, customer: str, service: str) -> dict[str, Any]:
    """`state`: `down` under these incidents, `planned` work takes it down, or `nothing_known` against it."""
    told = affected.answer(Asked((customer,), service))
    state = "down" if told["affected"] else "planned" if told["planned"] else "nothing_known"
    return {"state": state, "outages": told["outages"], "planned": told["planned"]}

"""The desk's doors: lists of tickets, queues, one ticket with its record."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query, Request
from pydantic import AwareDatetime, BaseModel, Field

from connectors.api.desk.bulk import bulk_routes
from connectors.api.desk.customers import customer_routes
from connectors.api.desk.lists import Asked
from connectors.api.desk.messages import message_routes
from connectors.api.desk.rca import rca_routes
from connectors.api.desk.words import words_routes
from connectors.api.doors import Doors, HttpError, Json, refused
from connectors.api.lists.pages import LONGEST, MOST, USUAL
from connectors.desk_ports import FILTERS, Sort, State
from correlator.events import Category, Channel, StaffRole, TicketSeverity, microseconds
from correlator.rows.service_desk import Stage
from correlator.wire import BadInput

Word = Annotated[str, Field(max_length=300)]
Named = Annotated[list[Word], Field(max_length=20)]


class Wanted(BaseModel):
    """The query of a list. A filter may repeat: any of its values will do."""

    owner: list[StaffRole] = []
    assigned_to: Named = []
    mine: bool = False
    stage: list[Stage] = []
    severity: list[TicketSeverity] = Field(default=[], alias="class")
    category: list[Category] = []
    region: Named = []
    channel: list[Channel] = []
    product: Named = []
    kind: list[Literal["outage", "complaint"]] = []
    customer: Named = []
    incident: Named = []
    state: State = "open"
    due_before: AwareDatetime | None = None
    q: str = Field(default="", max_length=100)
    sort: Sort = "due"
    limit: int = Field(default=USUAL, ge=1, le=MOST)
    cursor: str | None = Field(default=None, max_length=LONGEST)

    def asked(self, me: str) -> Asked:
        """`me`: what the token's holder is called."""
        given: dict[str, Sequence[str]] = {name: getattr(self, name) for name in FILTERS}
        if self.mine:
            given["assigned_to"] = [me]
        return Asked(
            equal={name: tuple(values) for name, values in given.items() if values},
            state=self.state,
            due_before_us=None if self.due_before is None else microseconds(self.due_before),
            words=self.q,
            sort=self.sort,
            after=self.cursor,
            limit=self.limit,
        )


def desk_routes(app: FastAPI, doors: Doors) -> None:
    list_routes(app, doors)
    words_routes(app, doors)
    message_routes(app, doors)
    customer_routes(app, doors)
    bulk_routes(app, doors)
    rca_routes(app, doors)


def list_routes(app: FastAPI, doors: Doors) -> None:
    @app.get("/tickets", tags=["desk"])
    def tickets(request: Request, wanted: Annotated[Wanted, Query()]) -> Json:
        """Tickets, what is due next at first; a filter may repeat: any of its values will do.

        `owner`: the role that has them; `mine`: those assigned to the token's name. `q`: words within number,
        customer, service or product; what customers said is sealed and not looked through. `next`: the `cursor` of the
        page that follows. `state=archived`: what is over for so long that it was laid aside.
        """
        return Json(listed(request, doors, wanted))

    @app.get("/queues", tags=["desk"])
    def queues() -> Json:
        """How many tickets are open, overdue and assigned to nobody: in all, by stage, class and owner."""
        return Json(doors.reader.lists.queues())

    @app.get("/tickets/{ticket}", tags=["desk"])
    def ticket(request: Request, ticket: str) -> Json:
        """One ticket, by id or by number (NT-20260301-000123), with all that is recorded of it.

        Clocks, trail, children, messages, repairs, result, confirmation, climbs.
        """
        return Json(recorded(request, doors, ticket))


def listed(request: Request, doors: Doors, wanted: Wanted) -> dict[str, Any]:
    """Raises HttpError."""
    if wanted.customer:
        request.state.about = {"by": "customer", "customer": " ".join(wanted.customer)}
    page = doors.reader.lists.page(wanted.asked(request.state.token.name))
    if isinstance(page, BadInput):
        raise refused(page, "Take it as `next` gave it, with the same `sort`; or begin without one.")
    return page


def recorded(request: Request, doors: Doors, ticket: str) -> dict[str, Any]:
    """Whose it is, is told to the audit. Raises HttpError."""
    found = doors.reader.records.ticket(ticket)
    if found is None:
        raise HttpError(404, f"there is no ticket {ticket[:100]}", "Check it; GET /tickets lists them.", field="ticket")
    if found["customer"]:
        request.state.about = {"ticket": found["id"], "customer": found["customer"]}
    return found

"""Messages that went wrong, or were sent again: whom they were for, and why. Ids only: no address, no name, no text."""

from typing import Annotated

from fastapi import FastAPI, Query

from connectors.api.doors import Doors, HttpError, Json
from connectors.api.lists.pages import MOST
from connectors.sending_ports import WRONG, WrongState


def message_routes(app: FastAPI, doors: Doors) -> None:
    @app.get("/messages", tags=["desk"])
    def messages(
        ticket: Annotated[str | None, Query(max_length=300, description="of this one, by id or number")] = None,
        state: Annotated[list[WrongState] | None, Query(max_length=3, description="may repeat; none: all")] = None,
        again: Annotated[bool, Query(description="those that were sent again, in whatever state")] = False,
        limit: Annotated[int, Query(ge=1, le=MOST, description="the newest so many")] = MOST,
    ) -> Json:
        """Messages that may not have been sent (`uncertain`), were refused (`failed`), or were tried in vain (`dead`).

        The newest first, by id: the command `send_again` takes it. `more`: there are others. `heard`: what a receipt
        has said since, as a gateway's own. `again`: when it was last sent again and by whom; `perhaps_received`: it was
        uncertain before.
        """
        found = doors.reader.records.messages(ticket, None if again else state or WRONG, limit + 1)
        if found is None:
            remedy = "Check it; GET /tickets lists them."
            raise HttpError(404, f"there is no ticket {(ticket or '')[:100]}", remedy, field="ticket")
        return Json({"messages": found[:limit], "more": len(found) > limit})

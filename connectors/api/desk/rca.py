"""RCA/CAPA records for who fills and verifies them: the list, and one with all that is on it (SOP 7)."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import FastAPI, Query

from connectors.api.doors import Cursor, Doors, HttpError, Json, Limit, begins
from connectors.api.lists.pages import USUAL, Lane
from connectors.api.lists.rcas import KINDS, NAME, OPEN, Wanted, line
from connectors.api.views import at
from connectors.formats.documents.page import Imprint
from connectors.formats.documents.pdf import as_pdf
from connectors.formats.documents.rca import Case, rca_page, state_of
from connectors.listed import RecordKind
from connectors.ports import Place
from correlator.policy.care import CarePolicy
from correlator.rows.service_desk import CapaAction, RcaState
from correlator.service_desk.outputs import entry_json, rca_json
from correlator.service_desk.rca import for_now, judged_from
from correlator.service_desk.rca_commands import step_json
from correlator.wording import sentences
from topology.model import Language

Some = Annotated[list[RcaState] | None, Query(description="any of these; none: all but what is closed")]


def rca_routes(app: FastAPI, doors: Doors) -> None:
    lane = Lane()

    @app.get("/rca", tags=["desk"])
    async def rcas(
        state: Some = None,
        kind: Annotated[list[RecordKind] | None, Query(description="of an outage, or of a lone complaint")] = None,
        overdue: Annotated[
            bool,
            Query(
                description="only those that wait for something that was due: an action, the filling, the verification"
            ),
        ] = False,
        limit: Limit = USUAL,
        cursor: Cursor = None,
    ) -> Json:
        """RCA/CAPA records, the newest first: what each is about, how far it is, what it waits for, how much is late.

        `next` is the `cursor` of the page that follows. One record, whole: `GET /incidents/{incident}/rca`, which takes
        the record's id too. What is closed and was laid aside is found by its name only.
        """
        wanted, below = wanted_of(state, kind, overdue=overdue), begins(NAME, cursor, Place)
        return await lane.read(lambda: Json(doors.reader.rcas.page(wanted, below, limit)))


def wanted_of(states: Sequence[RcaState] | None, kinds: Sequence[RecordKind] | None, *, overdue: bool) -> Wanted:
    return Wanted(tuple(states or OPEN), tuple(kinds or KINDS), overdue)


def paper_of(doors: Doors, name: str, language: Language) -> tuple[str, bytes]:
    """The record's id, and its PDF. Raises HttpError."""
    case = _found(doors, name)
    return case.record.id, as_pdf(rca_page(case, Imprint(doors.company, language, doors.clock())))


def record_told(doors: Doors, policy: CarePolicy, name: str) -> dict[str, Any]:
    """As the API has it, with what the page needs besides: who filled it, and when an effect can be judged. `name`: the
    record's, an incident's, a ticket's. Raises HttpError."""
    return _whole(_found(doors, name), policy, doors.clock())


def _found(doors: Doors, name: str) -> Case:
    case = doors.reader.rca_case(name)
    if case is None:
        reason = f"there is no RCA/CAPA record of {name[:100]}"
        raise HttpError(404, reason, "One opens with an outage, and when a lone complaint is closed.", field="record")
    return case


def _whole(case: Case, policy: CarePolicy, now_us: int) -> dict[str, Any]:
    record, incident, ticket = case
    why = incident.why if incident is not None else ()
    return {
        **line(record, ticket, now_us),
        **rca_json(state_of(case, now_us), record),
        "ticket": ticket.number if ticket else None,
        "stage": ticket.stage if ticket else None,
        "repaired_for_now": for_now(ticket),
        "why": {language: sentences(why, language) for language in ("id", "en")},
        "filled_by": list(record.filled_by),
        "trail": [entry_json(entry) for entry in record.trail],
        **{kind: [_step(one, policy) for one in getattr(record, kind)] for kind in ("corrective", "preventive")},
    }


def _step(one: CapaAction, policy: CarePolicy) -> dict[str, Any]:
    return {**step_json(one), "judged_from": at(judged_from(policy, one))}

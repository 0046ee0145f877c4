"""The steps that a person may take with a ticket as it stands: each is a form, and a command of the API.

Whether it is carried out is decided when the command is folded, by the same table of roles: what is offered here is
what would be taken by it just now.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args

from connectors.console.desk.forms import Field, Step
from correlator import roles
from correlator.arguments import NAME_AT_MOST, TEXT_AT_MOST
from correlator.events import Action, AnsweredBy, Category, StaffRole, TicketSeverity
from correlator.policy.care import CarePolicy
from correlator.service_desk import stages
from correlator.service_desk.closing import LIGHT
from correlator.service_desk.commands import ON_CLOSED, OUTCOMES, SHORT_TEXT

TEXT: Final = Field("text", long=True, at_most=TEXT_AT_MOST)
TO: Final = Field("to", at_most=NAME_AT_MOST)
SEVERITY: Final = Step("severity", "set_class", (Field("class", get_args(TicketSeverity)),))
CATEGORY: Final = Step("category", "set_category", (Field("category", get_args(Category)),))
ASSIGN: Final = Step("assign", "assign", (TO,))
NOTE: Final = Step("note", "note", (TEXT,))
REPAIRS: Final = (
    Step("repair_temporary", "repair", (TEXT,), {"kind": "temporary"}),
    Step("repair_permanent", "repair", (TEXT,), {"kind": "permanent"}),
)
RESULT: Final = Step(
    "result",
    "move_stage",
    (Field("result", long=True, needed=False, at_most=SHORT_TEXT), Field("outcome", OUTCOMES)),
    {"stage": "confirmation"},
)
CONFIRM: Final = Step(
    "confirm",
    "close",
    (Field("how", get_args(AnsweredBy)), Field("score", ("1", "2", "3", "4", "5"), needed=False)),
    {"as": "confirmed"},
)
SEND_AGAIN: Final = Step("send_again", "send_again")
REVIEW: Final = Step("review", "reopen")
DUPLICATE: Final = Step("duplicate", "close", (Field("of"),), {"as": "duplicate"})


STAGE: Final = Step("stage", "move_stage", (Field("stage", stages.WORKED),))


def for_many(me: str, role: StaffRole, policy: CarePolicy) -> list[Step]:
    """Those that may be taken with many tickets at once; each ticket answers for itself."""
    pause = Step("pause", "pause", (Field("why", tuple(policy.pauses)),))
    take = Step("take_many", "assign", (), {"to": me})
    steps = (take, ASSIGN, SEVERITY, CATEGORY, STAGE, RESULT, pause, Step("resume", "resume"), NOTE)
    return [step for step in steps if roles.allowed(policy, step.action, role)]


def offered(
    ticket: Mapping[str, Any], outages: Mapping[str, str], me: str, role: StaffRole, policy: CarePolicy
) -> list[Step]:
    """In the order of the work. `ticket`: as GET /tickets/{ticket} tells it; `outages`: incidents under which a
    complaint may be put, as they are called; `me`: what the one who asks is called."""
    outage = ticket["kind"] == "outage"

    def allowed(action: Action) -> bool:
        owner = ticket["owner"] if action in stages.BY_OWNER else None
        open_enough = ticket["stage"] != "closed" or action in ON_CLOSED
        return open_enough and roles.allowed(policy, action, role, owner, outage=outage)

    lead = roles.rank(role) >= roles.rank("care_supervisor")
    steps = (*_steps(ticket, me, lead=lead, policy=policy), *_belonging(ticket, outages), NOTE)
    return [step for step in steps if allowed(step.action)]


def _steps(ticket: Mapping[str, Any], me: str, *, lead: bool, policy: CarePolicy) -> Iterator[Step]:
    if ticket["assigned_to"] != me:
        yield Step("take", "assign", (), {"to": me})
    if ticket["responded_at"] is None:
        yield Step("answer", "acknowledge")
    light, own = ticket["alarm_object"] is not None, ticket["kind"] == "complaint"
    if own:
        yield from _onward(ticket["stage"])
    if not light:
        yield from REPAIRS
    if own:
        yield from _settled(ticket, lead=lead)
    elif light:
        yield Step("close", "close", (Field("as", LIGHT),))
    elif not ticket["children"]:
        yield Step("close", "close")
    yield from (ASSIGN, CATEGORY, SEVERITY)
    if any(one["uncertain"] for one in ticket["notices"]):
        yield SEND_AGAIN
    if ticket["paused_for"] is not None:
        yield Step("resume", "resume")
    elif not light and ticket["stage"] in stages.WORKED:
        yield Step("pause", "pause", (Field("why", tuple(policy.pauses)),))


def _belonging(ticket: Mapping[str, Any], outages: Mapping[str, str]) -> Iterator[Step]:
    """Whether a complaint is an outage's: a command on the incident."""
    complaints = {"complaints": [ticket["complaint"]]}
    if ticket["kind"] != "complaint" or ticket["stage"] == "closed":
        return
    if ticket["incident"] is not None:
        yield Step("leave_outage", "detach", (), complaints, on=ticket["incident"])
    elif outages:
        chosen = Field("incident", tuple(outages), shape="target", said=outages)
        yield Step("join_outage", "attach", (chosen,), complaints)


def _onward(stage: str) -> Iterator[Step]:
    """Of a complaint that is worked on (SOP 4.2 stages 1 to 4)."""
    match stage:
        case "receipt":
            yield Step("verify", "move_stage", (Field("stage", ("verification", "assignment", "investigation")),))
        case "verification":
            yield Step("verify", "move_stage", (Field("stage", ("assignment", "investigation")),))
        case "assignment":
            yield Step("work", "move_stage", (), {"stage": "investigation"})
        case "investigation":
            yield Step("escalate", "move_stage", (), {"stage": "assignment"})


def _settled(ticket: Mapping[str, Any], *, lead: bool) -> Iterator[Step]:
    """A complaint's result, and the customer's word on it (SOP 4.2 stages 5 and 6)."""
    stage = ticket["stage"]
    if stage in stages.WORKED:
        yield RESULT
    if stage == "confirmation":
        yield CONFIRM
        if lead:
            without = ("unconfirmed", "no_fault") if (ticket["result"] or {}).get("no_fault") else ("unconfirmed",)
            yield Step("unconfirmed", "close", (Field("as", without),))
    if stage in ("confirmation", "closed"):
        yield REVIEW
    if lead and stage != "closed":
        yield DUPLICATE

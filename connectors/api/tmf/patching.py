"""A trouble ticket changed as TMF621 has it, by a merge patch (RFC 7396): one change a patch, one command of ours each.

| changed | command |
| --- | --- |
| `status` inProgress | `resume` where it is paused; `reopen` where it was resolved or closed; else on to verification |
| `status` acknowledged | `resume` where it is paused in receipt |
| `status` pending | `pause` for the customer |
| `status` held | `pause`; `statusChangeReason` is one of the policy's words for it |
| `status` resolved | `move_stage` to confirmation: the customer is told and asked |
| `status` closed | `close`: a complaint that is resolved, on its customer's word |
| `severity` | `set_class` |
| `note`, one without an `id` | `note` |

Who may, and whether the ticket is as it must be, the kernel decides as for any command of that person.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec

from connectors.api.bodies import Sender
from connectors.api.intake import command_from
from connectors.api.tmf.tickets import STATUS, status_of
from connectors.formats.json_rows import decoded
from correlator.events import Command
from correlator.wire import BadInput

MERGE_PATCH: Final = "application/merge-patch+json"
CHANGED: Final = ("status", "severity", "note")
REASON: Final = "statusChangeReason"
WAITS: Final = "waiting_customer"


class Order(NamedTuple):
    """A command, but for who gives it; `field`: of the patch."""

    field: str
    action: str
    arguments: dict[str, str]
    reason: str


def command(
    body: bytes, ticket: Mapping[str, Any], told: Mapping[str, Any], sender: Sender
) -> Command | BadInput | None:
    """`ticket`: as its record tells it; `told`: the same as TMF621 writes it. None: nothing would change."""
    patch = decoded(body)
    if isinstance(patch, BadInput):
        return patch
    if not isinstance(patch.value, dict):
        return BadInput(None, "a merge patch is one object")
    order = _order(patch.value, ticket, told)
    if order is None or isinstance(order, BadInput):
        return order
    given = {"action": order.action, "target": ticket["number"], "arguments": order.arguments, "reason": order.reason}
    return command_from(msgspec.json.encode(given), sender)


def _order(patch: Mapping[str, Any], ticket: Mapping[str, Any], told: Mapping[str, Any]) -> Order | BadInput | None:
    new = {name: value for name, value in patch.items() if value != told.get(name) and name != REASON}
    for name in new:
        if name not in CHANGED:
            return BadInput(name, f"{name[:100]!r} is not changed here; a patch changes one of {', '.join(CHANGED)}")
    if not new:
        return None
    if len(new) > 1:
        both = " and ".join(sorted(new))
        return BadInput(None, f"{both} are decided one by one: send a patch for each, so that neither is half done")
    [(name, value)] = new.items()
    if name == "note":
        return _note(value, told)
    reason = patch.get(REASON)
    if not isinstance(reason, str) or not reason.strip():
        return BadInput(REASON, f"say why the {name} changes: it stands in the ticket's trail")
    if not isinstance(value, str):
        return BadInput(name, f"{name} is a word; it cannot be taken away")
    if name == "severity":
        return Order("severity", "set_class", {"class": value}, reason)
    return _status(value, ticket, reason)


def _note(value: Any, told: Mapping[str, Any]) -> Order | BadInput | None:
    """Those with an id are known already. Notes are only added: what stands in a trail stays."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        return BadInput("note", "note is a list of objects; the one to add has a text and no id")
    known = {one["id"] for one in told.get("note", ())}
    for one in value:
        if "id" in one and one["id"] not in known:
            return BadInput("note", f"there is no note {str(one['id'])[:100]!r} on this ticket; one to add has no id")
    added = [one for one in value if "id" not in one]
    if len(added) > 1:
        return BadInput("note", "a patch adds one note")
    if not added:
        return None
    text = added[0].get("text")
    if not isinstance(text, str) or not text.strip():
        return BadInput("note", "a note has a text")
    return Order("note", "note", {"text": text}, "note")


def _status(wanted: str, ticket: Mapping[str, Any], reason: str) -> Order | BadInput:
    stage, paused = ticket["stage"], ticket["paused_for"]
    now = status_of(stage, paused)
    made: tuple[str, dict[str, str]] | None = None
    match wanted:
        case "acknowledged" | "inProgress" if now in ("pending", "held"):
            made = ("resume", {}) if STATUS[stage] == wanted else None
        case "inProgress":
            made = ("reopen", {}) if now in ("resolved", "closed") else ("move_stage", {"stage": "verification"})
        case "pending":
            made = "pause", {"why": WAITS}
        case "held" if reason == WAITS:
            return BadInput("status", f"what {WAITS} pauses has the status pending")
        case "held":
            made = "pause", {"why": reason}
        case "resolved":
            made = "move_stage", {"stage": "confirmation"}
        case "closed":
            made = "close", {}
        case "cancelled" | "rejected":
            return BadInput(
                "status", f"a ticket is never {wanted} here: it is closed as duplicate or no fault, by POST /commands"
            )
    if made is None:
        return BadInput("status", f"a ticket that is {now} (stage {stage}) does not become {wanted[:100]!r}")
    return Order("status", *made, reason)

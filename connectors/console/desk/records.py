"""RCA/CAPA records as pages (SOP 7): the list; one record, filled in parts; verified by somebody who filled nothing.

Each form stands for one command, `fill` or `verify`. Actions are filled as a list, so a form of them carries a mark of
the list that it was made of: where somebody else changed it meanwhile, nothing of theirs is lost.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

import msgspec
from fastapi import FastAPI, Request
from starlette.responses import Response

from connectors.console.desk.frame import Frame, holder, role_of
from connectors.console.desk.trail_words import Telling
from connectors.console.desk.words import DESK_WORDS
from connectors.console.drawn import local
from connectors.console.web import HEADERS, form_of, keyed, language
from correlator.arguments import TEXT_AT_MOST
from correlator.reports.figures import RCA_STATES
from correlator.service_desk.rca_commands import CAUSES, KINDS, WHYS_AT_MOST, allowed
from correlator.times import parse_rfc3339

LONGEST: Final = 400_000  # bytes of a form: many actions, each with two texts
MOST: Final = 300  # fields of it
FIVE: Final = 5
TIMES: Final = ("due", "done_at")
TEXTS: Final = ("what", "owner", "effect")
FILTERS: Final = ("state", "kind", "overdue", "cursor")
PARTS: Final = {  # field that was filled -> word of the page
    "cause_category": "rca.cause",
    "five_whys": "rca.whys",
    "corrective": "rca.corrective",
    "preventive": "rca.preventive",
}
Record = Mapping[str, Any]  # as the desk tells one
Step = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RecordPages:
    """The routes; who may call what is in the table of routes."""

    frame: Frame

    def add_routes(self, app: FastAPI) -> None:
        routes: tuple[tuple[str, str, Callable[..., Awaitable[Response]]], ...] = (
            ("GET", "/desk/rca", self._list),
            ("GET", "/desk/rca/{record}", self._record),
            ("GET", "/desk/rca/{record}/pdf", self._paper),
            ("POST", "/desk/rca/{record}/steps", self._step),
        )
        for method, path, answer in routes:
            app.add_api_route(path, answer, methods=[method], include_in_schema=False, response_class=Response)

    async def _list(self, request: Request) -> Response:
        """The same filters as GET /rca."""
        asked = {name: [one for one in request.query_params.getlist(name) if one] for name in FILTERS}
        chosen = {name: values for name, values in asked.items() if values}
        found = await self.frame.desk.records(chosen)
        following = urlencode({**chosen, "cursor": found["next"]}, doseq=True) if found["next"] else None
        given = {"found": found, "chosen": chosen, "following": following}
        return await self.frame.drawn(request, "records", **given, states=RCA_STATES, kinds=("outage", "complaint"))

    async def _record(self, request: Request, record: str) -> Response:
        found, tongue = await self.frame.desk.record(record), language(request)
        telling = Telling(tongue, DESK_WORDS[tongue], ends=("rca_state", "role"))
        return await self.frame.with_forms(
            request,
            "record",
            record=found,
            fills=self._may(request, "fill", found),
            verify=self._verify(request, found),
            marks={kind: mark(found[kind]) for kind in KINDS},
            whys=[*found["five_whys"], *[""] * (max(FIVE, len(found["five_whys"]) + 1) - len(found["five_whys"]))],
            trail=[entered(entry) for entry in telling.trail(found["trail"])],
            causes=CAUSES,
            longest=TEXT_AT_MOST,
        )

    async def _paper(self, request: Request, record: str) -> Response:
        """The same as PDF, in the page's language."""
        name, data = await self.frame.desk.paper(record, language(request))
        shown = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}.pdf"'}
        return Response(data, headers=shown, media_type="application/pdf")

    async def _step(self, request: Request, record: str) -> Response:
        """A form becomes the command that it stands for; what became of it is on the page that follows."""
        form = await form_of(request, LONGEST, MOST)
        if not keyed(request, form):
            return self.frame.strange(request, form)
        found, part = await self.frame.desk.record(record), form.get("step", "")
        if part in KINDS and form.get("mark") != mark(found[part]):
            return self.frame.no(request, 409, "rca.changed")
        action = "verify" if part == "verify" else "fill"
        if not self._may(request, action, found):
            return self.frame.no(request, 409, "step_gone")
        given = {"action": action, "target": found["id"], "arguments": filled(part, form, found)}
        return await self.frame.command(request, form, given, f"/desk/rca/{quote(found['id'])}")

    def _may(self, request: Request, action: str, record: Record) -> bool:
        """As the kernel will judge it."""
        of = record["category"] if record["kind"] == "complaint" else None
        may = allowed(self.frame.policy(), "verify" if action == "verify" else "fill", role_of(request), of)
        return may and record["state"] != "closed"

    def _verify(self, request: Request, record: Record) -> str | None:
        """None: it is not theirs to verify; `ready`; or why nobody, or not they, can yet."""
        if not self._may(request, "verify", record) or record["state"] == "verified":
            return None
        return unready(record, holder(request).name, self.frame.clock()) or "ready"


def unready(record: Record, me: str, now_us: int) -> str | None:
    """Why a record cannot be verified, or not by them, in the order of the work; None where it can."""
    steps: list[Step] = [step for kind in KINDS for step in record[kind]]
    if record["state"] != "actions":
        return "incomplete"
    if me in record["filled_by"]:
        return "own"
    if record["repaired_for_now"]:
        return "for_now"
    if any(step["done_at"] is None for step in steps):
        return "undone"
    if any((parse_rfc3339(step["judged_from"]) or 0) > now_us for step in steps):
        return "early"
    return "unjudged" if any(not step["effect"] for step in steps) else None


def filled(part: str, form: Mapping[str, str], record: Record) -> dict[str, Any]:
    """What a form says, as the command names it."""
    match part:
        case "cause":
            return {"cause_category": form.get("cause_category", "")}
        case "whys":
            said = (form.get(f"why-{number}", "").strip() for number in range(WHYS_AT_MOST))
            return {"five_whys": [one for one in said if one]}
        case "corrective" | "preventive":
            known = record[part]
            steps = (_action(form, number, known) for number in range(len(known) + 1))
            return {part: [step for step in steps if step["what"]]}
        case _:
            return {}


def _action(form: Mapping[str, str], number: int, known: Sequence[Step]) -> Step:
    """One action; a time that was left as it was shown keeps its seconds."""
    before = known[number] if number < len(known) else {}
    step: Step = {name: form.get(f"{name}-{number}", "").strip() or None for name in TEXTS}
    for name in TIMES:
        given, was = form.get(f"{name}-{number}", "").strip(), before.get(name)
        kept = was is not None and given == local(parse_rfc3339(was) or 0)
        step[name] = was if kept else f"{given}:00+07:00" if given else None
    return step


def entered(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A line of the trail. `parts`: words of what was filled, which the kernel puts before the reason as codes."""
    what, found, reason = str(entry["reason"] or "").partition(": ")
    names = what.split(", ")
    if found and (what == entry["action"] or all(name in PARTS for name in names)):
        return {**entry, "parts": [PARTS[name] for name in names if name in PARTS], "reason": reason}
    return {**entry, "parts": []}


def mark(steps: Sequence[Step]) -> str:
    """Of a list of actions; another list has another."""
    return hashlib.sha256(msgspec.json.encode(steps, order="sorted")).hexdigest()[:16]

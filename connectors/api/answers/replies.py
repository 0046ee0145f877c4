"""`POST /replies` for desk, portal and mail gateways; `POST /replies/sms` for whatever an SMS gateway posts.

A customer's answer closes or re-opens a ticket (SOP 4.2 stage 6), so what is not plain is read by a person.
"""

import asyncio
import re
from typing import Any

import msgspec
from fastapi import FastAPI, Request

from connectors.access.holders import Holder
from connectors.api.bodies import FORM, JSON, Sender, body_of, identified, kind_of, object_from, sender_of
from connectors.api.documented import accepts
from connectors.api.doors import Doors, HttpError, Json, refused
from connectors.api.questions.body import LONGEST, Answer
from connectors.api.questions.waiting import Questions
from connectors.formats.forms import form_pairs
from connectors.formats.json_rows import Item, converted, unfit
from connectors.metrics import API_REFUSED, API_TAKEN
from connectors.ports import Accepted
from correlator.events import ComplaintIn, ReplyIn, moment
from correlator.rows.service_desk import TicketRow
from correlator.service_desk.surveys.commands import is_survey
from correlator.service_desk.texts import answers
from correlator.wire import BadInput

SAYS: dict[str, answers.Says] = {
    "yes": "satisfied",
    "no": "not_satisfied",
    "satisfied": "satisfied",
    "not_satisfied": "not_satisfied",
}
NUMBER = ("from", "sender", "msisdn", "number", "phone")  # as gateways call the number that sent it
TEXT = ("text", "message", "body", "content")
MOST_OF_SMS = 50  # fields that a gateway sends
NAME = ("id", "message_id", "messageId", "smsid")
BARE_SCORE = re.compile(r"\s*+(?:nilai|skor|score)?\s*+:?\s*+([1-5])\s*+[.!]?\s*+", re.IGNORECASE)
NEW = "POST /complaints takes it as a complaint."


def reply_routes(app: FastAPI, doors: Doors) -> None:
    """The doors for programs and staff."""

    @app.post("/replies", status_code=202, tags=["in"], openapi_extra=accepts(Answer))
    async def replies(request: Request) -> Json:
        """A customer's answer, by `ticket`, `notice` or `contact`; `says` yes or no, else `text` is read. A portal says
        which `customer` it is."""
        return await take_reply(request, doors)

    @app.post("/replies/sms", status_code=202, tags=["in"], openapi_extra=accepts(None))
    async def sms(request: Request) -> Json:
        """A message that somebody sent to our number, as JSON or a form: `from` and `text`. It answers the question
        that waits for that number; where none does, it is a complaint, unless it says that all is well."""
        return await take_sms(request, doors)


async def take_reply(request: Request, doors: Doors) -> Json:
    answer = answer_from(object_from(await body_of(request, doors.settings)), sender_of(request, doors))
    if isinstance(answer, BadInput):
        raise refused(answer)
    reply = await asyncio.to_thread(replied, doors.reader.questions, answer, request.state.token)
    return await _take(request, doors, reply)


def answer_from(given: dict[str, Any] | BadInput, sender: Sender) -> Answer | BadInput:
    """As a body says it; two that say the same are two, unless they have one id."""
    if isinstance(given, BadInput):
        return given
    answer = converted(Item("", identified(given, sender, daily=False)), Answer)
    if isinstance(answer, BadInput):
        return answer
    if sum(one is not None for one in (answer.ticket, answer.notice, answer.contact)) != 1:
        return BadInput("ticket", "exactly one of ticket, notice and contact says what it answers", answer.id)
    to_survey = answer.ticket is not None and is_survey(answer.ticket) and answer.score is not None
    if answer.says is None and not (answer.text or "").strip() and not to_survey:
        return BadInput("says", "nothing tells whether it works: says is yes or no, or text has words", answer.id)
    return unfit(answer, ("id", "ticket", "notice", "customer")) or answer


def replied(questions: Questions, answer: Answer, holder: Holder) -> ReplyIn:
    """As the journal takes it. Raises HttpError where nothing waits for it, or it is another's."""
    if answer.ticket is not None and is_survey(answer.ticket):
        return surveyed(questions, answer, answer.ticket)
    says = answers.says(answer.text or "") if answer.says is None else SAYS[answer.says]
    if (scored := _score_alone(questions, answer)) is not None:
        return scored
    if answer.contact is not None:
        meant = questions.of_contact(answer.contact)
        if meant is None:
            raise HttpError(404, "nothing waits for an answer from this contact", NEW, field="contact")
        ticket, says = meant.ticket, says if meant.sure else "other"
    else:
        field, name = ("ticket", answer.ticket) if answer.ticket is not None else ("notice", answer.notice)
        found = questions.ticket(name or "") if field == "ticket" else questions.of_notice(name or "")
        if found is None:
            raise HttpError(404, f"there is no {field} {(name or '')[:100]}", "Check its number.", field=field)
        ticket = found
        if holder.role == "portal" and answer.customer is None:
            raise refused(BadInput("customer", "a portal says which customer answers"))
    theirs = ticket.customer if ticket.kind == "complaint" else answer.customer
    if answer.customer is not None and answer.customer != theirs:
        raise HttpError(404, "the ticket is not this customer's", "Check customer and ticket.", field="customer")
    return ReplyIn(
        id=answer.id,
        time=answer.time,
        customer=theirs,
        ticket=ticket.id,
        says=says,
        text=answer.text,
        via=answer.via,
        score=answer.score,
        complaint=_key(ticket, theirs),
    )


def _score_alone(questions: Questions, answer: Answer) -> ReplyIn | None:
    """From a contact, nothing but a score, for which a survey waits; None: it is no such answer."""
    bare = BARE_SCORE.fullmatch(answer.text or "") if answer.says is None else None
    asked = questions.survey_of(answer.contact) if answer.contact is not None and bare is not None else None
    if bare is None or asked is None:
        return None
    told = msgspec.structs.replace(answer, customer=asked.customer, score=int(bare[1]), text=None)
    return surveyed(questions, told, asked.survey)


def surveyed(questions: Questions, answer: Answer, survey: str) -> ReplyIn:
    """To a survey, whose number is the ticket: the score of a customer whom it asked. Raises HttpError."""
    if answer.customer is None or answer.score is None:
        field = "customer" if answer.customer is None else "score"
        raise refused(BadInput(field, "an answer to a survey says which customer gives which score, 1 to 5"))
    if not questions.survey_waits(survey, answer.customer):
        reason = f"survey {survey[:50]} waits for no answer of this customer"
        raise HttpError(404, reason, "GET /surveys lists surveys; each customer answers once.", field="ticket")
    return ReplyIn(
        id=answer.id,
        time=answer.time,
        customer=answer.customer,
        ticket=survey,
        says="other",
        text=answer.text,
        via=answer.via,
        score=answer.score,
    )


def _key(ticket: TicketRow, customer: str | None) -> str | None:
    """Whose words they are, where the customer is not known: who erases the complaint erases them too."""
    return None if customer is not None else ticket.complaint


async def _take(request: Request, doors: Doors, event: ReplyIn | ComplaintIn) -> Json:
    """Durable on return; the audit has who handed it in."""
    is_reply = isinstance(event, ReplyIn)
    kind = "reply" if is_reply else "complaint"
    taken = await doors.inlet.put(event, request.state.token.name)
    doors.counter.count(API_TAKEN if isinstance(taken, Accepted) else API_REFUSED, kind)
    if isinstance(taken, BadInput):
        raise refused(taken)
    said: dict[str, Any] = {"id": taken.id, "repeated": taken.repeated, "taken_as": kind}
    if isinstance(event, ReplyIn):
        request.state.about = {"reply": taken.id, "ticket": event.ticket, "says": event.says}
        said |= {"ticket": event.ticket, "says": event.says}
    else:
        request.state.about = {"complaint": taken.id}
        said |= {"number": taken.number}
    return Json(said, 202)


# An SMS gateway


async def take_sms(request: Request, doors: Doors) -> Json:
    body = await body_of(request, doors.settings, (*JSON, FORM))
    answer = sms_from(_form(body) if kind_of(request) == FORM else object_from(body), sender_of(request, doors))
    if isinstance(answer, BadInput):
        raise refused(answer)
    number, text = answer.contact or "", answer.text or ""
    try:
        event: ReplyIn | ComplaintIn = await asyncio.to_thread(
            replied, doors.reader.questions, answer, request.state.token
        )
    except HttpError as no:
        if no.status != 404:
            raise
        if answers.says(text) == "satisfied":  # thanks for what nobody asked
            request.state.about = {"answers": "nothing"}
            return Json({"id": answer.id, "repeated": False, "taken_as": "nothing"}, 202)
        now = moment(doors.clock())
        event = ComplaintIn(id=answer.id, time=answer.time, received=now, channel="phone", contact=number, text=text)
    return await _take(request, doors, event)


def sms_from(given: dict[str, Any] | BadInput, sender: Sender) -> Answer | BadInput:
    """As a gateway says it: the number that sent it, and what it wrote."""
    if isinstance(given, BadInput):
        return given
    number, text, name = (_first(given, names) for names in (NUMBER, TEXT, NAME))
    for field, value, names in (("from", number, NUMBER), ("text", text, TEXT)):
        if not value:
            return BadInput(field, f"it is missing: one of {', '.join(names)}")
    content = {"contact": number, "text": text[:LONGEST], "via": "sms"}
    return answer_from(content | ({"id": f"sms-{name}"} if name else {}), sender)


def _form(body: bytes) -> dict[str, Any] | BadInput:
    try:
        return dict(form_pairs(body.decode(), MOST_OF_SMS))
    except ValueError:
        return BadInput(None, f"this is no form in UTF-8 of at most {MOST_OF_SMS} fields")


def _first(given: dict[str, Any], names: tuple[str, ...]) -> str:
    """The first of these fields that is there; numbers are taken as text."""
    found = next((given[name] for name in names if given.get(name) not in (None, "")), "")
    return str(found).strip() if isinstance(found, str | int) else ""

"""The page behind a link in a message: a customer says whether it works, somebody on duty that they are on it.

No sign-in: the link is the secret, of one message, good once and not for long (`connectors.access.links`). Opening it
says nothing, since mail scanners and previews open links; the button's POST does. No name, address or word of a
customer's is on it.
"""

import asyncio
import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from fastapi import FastAPI, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from starlette.responses import HTMLResponse, Response

from connectors.access.links import AlertLink, Link, QuestionLink, SurveyLink
from connectors.api.answers.words import Tongue, words
from connectors.api.bodies import FORM, body_of
from connectors.api.doors import Doors, HttpError
from connectors.buckets import Rate
from connectors.formats.forms import form_fields
from connectors.metrics import API_REFUSED, API_TAKEN
from connectors.ports import Accepted, PortError
from correlator.events import SECOND_US, Command, ReplyIn, moment
from correlator.rows.service_desk import TicketRow

LONGEST: Final = 1000  # signs of a customer's words
OFTEN: Final = Rate(per_s=0.1, burst=10)  # of one link
SENDER: Final = "link"
STYLE: Final = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;margin:0;color:#1b1b1b;background:#f6f6f4}"
    "main{max-width:32rem;margin:0 auto;padding:1.5rem}h1{font-size:1.3rem}"
    "fieldset{border:0;padding:0;margin:1rem 0}label{display:inline-block;margin:.3rem .6rem .3rem 0}"
    "textarea{width:100%;box-sizing:border-box;font:inherit}"
    "button{display:block;width:100%;margin:.8rem 0;padding:.9rem;font:inherit;font-weight:600;"
    "border:2px solid #14532d;border-radius:.4rem;background:#fff;color:#14532d}"
)
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # the link is a secret
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}

SCORES: Final = ("1", "2", "3", "4", "5")
FORMS: Final[dict[type[Link], str]] = {QuestionLink: "question", AlertLink: "call", SurveyLink: "survey"}
Said = Literal["over", "expired", "wrong", "often", "away", "unclear", "unscored", "thanks", "noted", "taken", "closed"]
STATUS: Final[dict[Said, int]] = {
    **dict.fromkeys(("thanks", "noted", "taken"), 200),
    "unclear": 422,
    "unscored": 422,
    "over": 409,
    "closed": 409,
    "expired": 410,
    "wrong": 404,
    "often": 429,
    "away": 503,
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that is good, with what it is about as it stands: a ticket, or whether a survey waits for an answer."""

    link: Link
    ticket: TicketRow | None
    waits: bool = True

    @property
    def called(self) -> bool:
        return isinstance(self.link, AlertLink) and self.link.call

    @property
    def mine(self) -> Said:
        """What whoever takes it is told."""
        return "noted" if self.called else "taken"

    @property
    def over(self) -> Said | None:
        """Why nothing can be said by it any more."""
        if self.ticket is None:
            return None if self.waits else "over"
        if isinstance(self.link, QuestionLink):
            return None if self.ticket.stage == "confirmation" else "over"
        return "closed" if self.ticket.stage == "closed" else None


def answer_routes(app: FastAPI, doors: Doors) -> None:
    """The page: shown by GET, answered by POST."""
    page = Page(doors)
    app.add_api_route("/a/{token}", page.show, methods=["GET"], include_in_schema=False, response_class=Response)
    app.add_api_route("/a/{token}", page.take, methods=["POST"], include_in_schema=False, response_class=Response)


@cache
def _template() -> Template:
    jinja = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return jinja.get_template("answer.html")


class Page:
    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._template = _template()

    async def show(self, token: str) -> Response:
        """Nothing is said by looking."""
        opened = await self._opened(token)
        if not isinstance(opened, Opened):
            return self._drawn(None, opened)
        return self._drawn(opened, opened.over)

    async def take(self, request: Request, token: str) -> Response:
        """What the button says; whatever comes of it is a page."""
        opened = await self._opened(token)
        if not isinstance(opened, Opened):
            return self._drawn(None, opened)
        if opened.over is not None:
            return self._drawn(opened, opened.over)
        try:
            form = form_fields(await body_of(request, self._doors.settings, (FORM,)))
            event = self._event(opened, form)
            if event is None:
                return self._drawn(opened, "unclear" if opened.ticket is not None else "unscored")
            taken = await self._doors.inlet.put(event, SENDER)
        except HttpError:  # a body that is no form of ours
            return self._drawn(opened, "unclear")
        except PortError:
            return self._drawn(opened, "away")
        kind = "command" if isinstance(event, Command) else "reply"
        good = isinstance(taken, Accepted) and not taken.repeated
        self._doors.counter.count(API_TAKEN if good else API_REFUSED, kind)
        request.state.about = told_of(opened.link)
        if not good:  # it was said before: a link is good once
            return self._drawn(opened, "over" if kind == "reply" else opened.mine)
        return self._drawn(opened, "thanks" if kind == "reply" else opened.mine)

    async def _opened(self, token: str) -> Opened | Said:
        """The link and its ticket, or why it is no good."""
        links, doors = self._doors.links, self._doors
        link = links.read(token) if links is not None else None
        if link is None:
            return "wrong"
        if link.until_s * SECOND_US < doors.clock():
            return "expired"
        if await doors.limiter.take(f"link {link.id}", OFTEN):
            return "often"
        try:
            if isinstance(link, SurveyLink):
                waits = await asyncio.to_thread(doors.reader.questions.survey_waits, link.survey, link.customer)
                return Opened(link, None, waits)
            ticket = await asyncio.to_thread(doors.reader.questions.ticket, link.ticket)
        except PortError:
            return "away"
        return "over" if ticket is None else Opened(link, ticket)

    def _event(self, opened: Opened, form: dict[str, str]) -> Command | ReplyIn | None:
        """What it says; None where no button was pressed."""
        link, ticket, now = opened.link, opened.ticket, moment(self._doors.clock())
        said = form.get("says")
        if isinstance(link, SurveyLink):
            return self._surveyed(link, form)
        assert ticket is not None, "all other links are about a ticket"
        if isinstance(link, AlertLink):
            if said != "mine":
                return None
            return Command(
                id=link.id,
                time=now,
                actor=link.person or link.role,
                role=link.role,
                action="acknowledge",
                target=link.ticket,
                arguments={"alert": link.alert},
                reason=f"answered by the link of alert {link.alert}",
            )
        score, text = form.get("score", ""), form.get("words", "").strip()
        if said not in ("yes", "no") or (score and score not in SCORES) or len(text) > LONGEST:
            return None
        return ReplyIn(
            id=link.id,
            time=now,
            customer=ticket.customer,
            ticket=ticket.id,
            says="satisfied" if said == "yes" else "not_satisfied",
            text=text or None,
            via="link",
            score=int(score) if score else None,
            complaint=None if ticket.customer else ticket.complaint,
        )

    def _surveyed(self, link: SurveyLink, form: dict[str, str]) -> ReplyIn | None:
        """A score with words, or that they want to be asked no more."""
        score, text, stop = form.get("score", ""), form.get("words", "").strip(), form.get("says") == "stop"
        if not stop and (form.get("says") != "score" or score not in SCORES or len(text) > LONGEST):
            return None
        return ReplyIn(
            id=link.id,
            time=moment(self._doors.clock()),
            customer=link.customer,
            ticket=link.survey,
            says="other",
            text=None if stop else text or None,
            via="link",
            score=None if stop else int(score),
            stop=stop,
        )

    def _drawn(self, opened: Opened | None, said: Said | None) -> Response:
        """`said` without a form, but where a button is to be pressed after all."""
        tongue: Tongue = "both"
        if opened is not None and isinstance(opened.link, QuestionLink | SurveyLink):
            tongue = opened.link.language
        form = None
        if opened is not None and said in (None, "unclear", "unscored"):
            form = FORMS[type(opened.link)]
        ticket = opened.ticket if opened is not None else None
        content = self._template.render(
            w=words(tongue, self._doors.reader.desk_phone),
            tongue=tongue,
            style=STYLE,
            said=said,
            form=form,
            called=opened is not None and opened.called,
            number=ticket.number if ticket is not None else None,
            severity=ticket.severity if ticket is not None and tongue == "both" else None,
            longest=LONGEST,
        )
        return HTMLResponse(content, 200 if said is None else STATUS[said], HEADERS)


def told_of(link: Link) -> dict[str, str]:
    """For the audit."""
    if isinstance(link, SurveyLink):
        return {"reply": link.id, "survey": link.survey}
    if isinstance(link, AlertLink):
        return {"command": link.id, "action": "acknowledge", "target": link.ticket, "person": link.person or link.role}
    return {"reply": link.id, "ticket": link.ticket}

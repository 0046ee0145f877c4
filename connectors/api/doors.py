"""What the HTTP door is handed, and how it says no."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from typing import TYPE_CHECKING, Annotated, Literal, Protocol, TypeVar

import msgspec
from fastapi import FastAPI, Query, Request
from starlette.responses import Response

from connectors.access.holders import Audited, Bearers, Holder
from connectors.access.limits import Limiter
from connectors.access.links import Links
from connectors.access.signatures import Signer
from connectors.api.lists.pages import LONGEST, MOST, place_of
from connectors.formats.documents.page import Company
from connectors.formats.json_rows import Envelope
from connectors.heard import Heard
from connectors.listeners.unread import Unread
from connectors.metrics import Counted
from connectors.ports import Counter, Inlet, Resolver
from connectors.privacy.words import Words
from correlator.events import Alarm
from correlator.wire import BadInput

if TYPE_CHECKING:
    from connectors.api.desk.served import Served
    from connectors.api.read import Reader  # which has the desk's reading side, as the desk's doors have this

SYSTEMS = ("source", "portal", "administrator")  # roles that programs hold
SEND_AGAIN = "Correct it and send it again; GET /openapi.json says what each door takes."


class Parser(Protocol):
    """A source's way of saying alarms over HTTP (`connectors.webhooks`): each row, or why it is none; BadInput: of the
    whole body."""

    def __call__(self, body: bytes, envelope: Envelope, /) -> list[Alarm | BadInput] | BadInput: ...


class ReadCounter(Counter, Protocol):
    """One that also tells what it has counted."""

    def so_far(self, metric: Counted) -> Mapping[tuple[str, ...], int]:
        """By the values of the metric's labels."""


class Page(Protocol):
    """The pages (`connectors.console`): their routes, who looks by their cookie, and an error as a page."""

    def add_routes(self, app: FastAPI, desk: "Served", /) -> None: ...

    def problem(self, request: Request, status: int, reason: str, remedy: str, /) -> Response: ...

    async def holder(self, request: Request, /) -> Holder | None: ...


@dataclass(frozen=True, slots=True)
class DoorSettings:
    """The door's limits."""

    body_bytes: int = 1_000_000
    batch: int = 1000  # rows in one body
    reading_s: float = 20.0  # for a body to arrive
    retry_after_s: int = 5
    open_metrics: bool = False  # /metrics without a token, for a scraper on this machine
    proxies: Sequence[IPv4Network | IPv6Network] = ()  # who is believed when he says who asks, and by what
    forwarded: Literal["x-forwarded", "forwarded"] = "x-forwarded"  # in which headers
    plain: bool = False  # answer also who comes neither by TLS nor by a proxy
    systems_per_s: float = 10_000  # requests with one token that a program holds
    people_per_s: float = 50  # ... that a person holds
    guesses_per_min: float = 12  # unknown tokens from one address
    hub_hosts: Collection[str] = ()  # where subscribers may be told
    lookups_per_day: float = 2000  # of persons, with one token that a person holds
    lookups_each_per_day: float = 50  # ... of the same person


@dataclass(frozen=True, slots=True)
class Doors:
    """Everything that `create_app` needs; the composition root fills it."""

    inlet: Inlet
    reader: "Reader"
    words: Words
    tokens: Bearers
    resolver: Resolver
    counter: ReadCounter
    clock: Callable[[], int]  # microseconds since 1970
    parsers: Mapping[str, Parser]  # by the name in /webhooks/{name}; `generic` also serves /alarms
    checks: Mapping[str, Callable[[], str | None]]  # for /healthz: what is wrong, None where nothing is
    exposition: Callable[[], bytes]  # the text of /metrics
    limiter: Limiter
    audit: Callable[[Audited], None]
    heard: Heard
    settings: DoorSettings = field(default_factory=DoorSettings)
    notes: Mapping[str, Callable[[], str | None]] = field(default_factory=dict)  # for /healthz: well, but to be known
    unread: Unread = field(default_factory=Unread)  # messages that no listener of this process could read
    company: Company = field(default_factory=Company)  # the head of documents
    forms: Collection[str] = ()  # doors that also take a form: the webhook's name, or the path
    signers: Mapping[str, Signer] = field(default_factory=dict)  # of bodies that are signed, by the same
    links: Links | None = None  # that messages carry; None: this door is not reached from outside
    page: Page | None = None  # at /; its paths are in the table of routes too


Shape = TypeVar("Shape")


class HttpError(Exception):
    """An answer other than the one asked for: a status and {error: {field, reason, remedy}}."""

    def __init__(
        self, status: int, reason: str, remedy: str, *, field: str | None = None, retry_after_s: int | None = None
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.remedy = remedy
        self.field = field
        self.retry_after_s = retry_after_s


def refused(refusal: BadInput, remedy: str = SEND_AGAIN) -> HttpError:
    """Bad input, in the words of whoever refused it (RFC 9110 15.5.21)."""
    return HttpError(422, refusal.reason, remedy, field=refusal.field)


def known(found: Shape | None, incident: str) -> Shape:
    """What was found of an incident. Raises HttpError where there is none of this id."""
    if found is None:
        remedy = "Check it; GET /incidents lists incidents with their tickets."
        raise HttpError(404, f"there is no incident {incident[:100]}", remedy, field="incident")
    return found


Limit = Annotated[int, Query(ge=1, le=MOST, description="rows of a page")]
Cursor = Annotated[str | None, Query(max_length=LONGEST, description="`next` of the page before; none: the first one")]


def begins(name: str, cursor: str | None, shape: type[Shape]) -> Shape | None:
    """The place in a list after which the page begins; None: at the beginning. Raises HttpError (422)."""
    found = place_of(name, cursor, shape)
    if isinstance(found, BadInput):
        raise refused(found, "Take it from `next` of the page before, asked with the same filters; or leave it out.")
    return found


class Json(Response):
    """JSON by msgspec: structs, times and all. Answers hold what is true now: nobody may keep them."""

    media_type = "application/json"

    def __init__(self, content: object, status_code: int = 200, headers: Mapping[str, str] | None = None) -> None:
        kept = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", **(headers or {})}
        super().__init__(content, status_code, kept)

    def render(self, content: object) -> bytes:
        return msgspec.json.encode(content)


def said(no: HttpError, headers: Mapping[str, str] | None = None) -> Json:
    """Every error has one shape: {error: {field, reason, remedy}}."""
    return Json({"error": {"field": no.field, "reason": no.reason, "remedy": no.remedy}}, no.status, headers)


def said_tmf(no: HttpError, headers: Mapping[str, str] | None = None) -> Json:
    """The same as the TM Forum's doors say it (TMF630, Error)."""
    reason = f"{no.field}: {no.reason}" if no.field and no.field not in no.reason else no.reason
    status = str(no.status)
    told = {"@type": "Error", "code": status, "reason": reason, "message": no.remedy, "status": status}
    return Json(told, no.status, headers)

"""The page's routes: the board, its stream, signing in and out. Who may call what is in the door's table of routes.

A browser cannot hold a bearer token safely, so it trades one for a session: a cookie that scripts cannot read
(HttpOnly) and that other sites cannot send (SameSite=Strict), good for these routes only.
"""

import math
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, get_args

import structlog
from fastapi import FastAPI, Request
from starlette.responses import (
    FileResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)

from connectors.access.holders import Bearers, Holder, Role, opens
from connectors.access.origin import origin
from connectors.access.passes import Pass, Passes, PassList
from connectors.access.single_sign_on import Known, SignOnFailed, SingleSignOn
from connectors.access.tries import Tries
from connectors.access.users import NotSignedIn, Users
from connectors.aside import Aside
from connectors.console.board import Boards
from connectors.console.chart import Chart
from connectors.console.desk.alarms import AlarmPages
from connectors.console.desk.frame import Desk, Frame, Problem, problem_page
from connectors.console.desk.incidents import IncidentPages
from connectors.console.desk.many import ManyPages
from connectors.console.desk.pages import DeskPages
from connectors.console.desk.quality import QualityPages
from connectors.console.desk.records import RecordPages
from connectors.console.desk.reports import ReportPages
from connectors.console.drawn import Drawing, Ways
from connectors.console.live import Around, Live, Pace
from connectors.console.web import COOKIE, HEADERS, form_of, html, keep, language, own, spoken
from connectors.headline import HeadlineFile
from connectors.metrics import SIGN_INS
from connectors.ports import Counter, Store, StoreDown
from correlator.events import StaffRole
from correlator.policy import Policy
from correlator.world import World

SIGN_ON_COOKIE: Final = "simpul_signon"  # between the two steps of single sign-on
SIGN_ON_S: Final = 600  # for both of them
BACK: Final = "/signin/oidc/back"
LOGOUT: Final = "/signin/oidc/logout"
LONGEST_LOGOUT: Final = 16_384  # of a form with a logout token
STAFF: Final[frozenset[Role]] = frozenset(get_args(StaffRole))
STATIC: Final = Path(__file__).parent / "static"
FILES: Final = {
    **dict.fromkeys(("board.css", "desk.css"), "text/css"),
    **dict.fromkeys(("board.js", "desk.js", "times.js"), "text/javascript"),
    "icon.svg": "image/svg+xml",
}
MOST_SCREENS = 200

log = structlog.get_logger("page")


@dataclass(frozen=True, slots=True)
class Parts:
    """What the page is made of; the composition root fills it."""

    store: Store
    worlds: Mapping[str, Callable[[], World]]  # by domain the one in force there, the national one's first
    clock: Callable[[], int]  # microseconds since 1970
    bearers: Bearers
    counter: Counter
    passes: PassList
    folder: Path  # for the headline
    checks: Mapping[str, Callable[[], str | None]] = field(default_factory=dict)  # as /healthz has them
    wall: Callable[[], int] | None = None  # real time, for passes, where `clock` is a story's
    pace: Pace = field(default_factory=Pace)
    users: Users | None = None  # who sign in by name and password; none: nobody does
    tries: Tries | None = None  # how often they may try; goes with `users`
    single_sign_on: SingleSignOn | None = None


class Console:
    """The live page. `passes.link()` makes a one-time link; `close` before the server stops."""

    def __init__(self, parts: Parts) -> None:
        self._bearers = parts.bearers
        self._counter = parts.counter
        self._drawing = Drawing()
        self._users, self._tries, self._single_sign_on = parts.users, parts.tries, parts.single_sign_on
        self.passes = Passes(parts.passes, parts.wall or parts.clock)
        self._aside = Aside()
        self._clock = parts.clock
        world = next(iter(parts.worlds.values()))
        self._policy: Callable[[], Policy] = lambda: world().policy
        told = HeadlineFile(parts.folder / "headline.json")
        around = Around(parts.clock, told, parts.checks, Chart(world))
        self.live = Live(Boards(parts.store, parts.worlds), self._drawing, around, parts.pace)

    def close(self) -> None:
        """End the streams to all screens."""
        self.live.close()
        self._aside.close()

    async def holder(self, request: Request) -> Pass | None:
        """Who looks, by the page's cookie; None where there is none that is still good. Raises StoreDown."""
        secret = request.cookies.get(COOKIE, "")
        if not secret:
            return None
        found = self.passes.recalled(secret) or await self._aside.ask(lambda: self.passes.session(secret))
        if found is None or (found.id and not self._bearers.stands(found.id)):
            return None
        if self.passes.tires(found):
            with suppress(StoreDown):  # it is as good as it was
                await self._aside.ask(lambda: self.passes.renew(secret, found))
        return found

    def add_routes(self, app: FastAPI, desk: Desk) -> None:
        """Put the pages' routes on the door's app, which admits or refuses who calls them. `desk`: its doors."""
        routes: tuple[tuple[str, str, Callable[..., Awaitable[Response]]], ...] = (
            ("GET", "/", self._board),
            ("GET", "/live", self._stream),
            ("GET", "/signin", self._ask),
            ("POST", "/signin", self._sign_in),
            ("GET", "/signin/oidc", self._sign_on),
            ("GET", BACK, self._back),
            ("POST", LOGOUT, self._logged_out),
            ("POST", "/signout", self._sign_out),
            ("GET", "/page/{file}", self._file),
        )
        for method, path, answer in routes:
            app.add_api_route(path, answer, methods=[method], include_in_schema=False, response_class=Response)
        frame = Frame(desk, self._drawing, lambda: self._policy().care, lambda: self._policy().quality, self._clock)
        for pages in (ManyPages, RecordPages, AlarmPages, IncidentPages, ReportPages, QualityPages, DeskPages):
            pages(frame).add_routes(app)

    def problem(self, request: Request, status: int, reason: str, remedy: str) -> Response:
        """An error, for who looks with a browser."""
        return problem_page(self._drawing, request, Problem(status, reason, remedy))

    async def _board(self, request: Request) -> Response:
        tongue = language(request)
        return spoken(request, await self.live.page(tongue, request.state.token.name), tongue)

    async def _stream(self, request: Request) -> Response:
        if self.live.watchers >= MOST_SCREENS:
            return PlainTextResponse("too many screens are on; close one", 503, {"Retry-After": "30"})
        stream = self.live.stream(language(request), lambda: self._stands(request))
        return StreamingResponse(stream, headers={**HEADERS, "X-Accel-Buffering": "no"}, media_type="text/event-stream")

    async def _stands(self, request: Request) -> bool:
        """Whether a screen may go on: what cannot be asked while the database is away is not known to be good."""
        try:
            return COOKIE not in request.cookies or await self.holder(request) is not None
        except StoreDown:
            return False

    async def _ask(self, request: Request, key: str = "") -> Response:
        if key:
            session = await self._aside.ask(lambda: self.passes.redeem(key, self._bearers.stands))
            self._counter.count(SIGN_INS, "link" if session else "refused")
            if session is None:
                return self._form(request, "link_wrong", 401)
            who = await self._aside.ask(lambda: self.passes.session(session))
            request.state.token, request.state.about = who, {"signed_in": "by link"}
            # a page, no redirect: a Strict cookie is not sent on a redirect that another site began
            return keep(request, html(self._drawing.entered(language(request))), COOKIE, session)
        if await self.holder(request) is not None:
            return RedirectResponse("/", 303, HEADERS)
        return self._form(request, None, 200)

    def _form(self, request: Request, problem: str | None, status: int) -> Response:
        """The page that asks who it is."""
        title = self._single_sign_on.title if self._single_sign_on is not None else ""
        ways = Ways(by_password=self._users is not None, single_sign_on=title)
        return html(self._drawing.sign_in(language(request), problem, ways), status)

    def _refused(self, request: Request, problem: str, status: int) -> Response:
        self._counter.count(SIGN_INS, "refused")
        request.state.why = problem
        return self._form(request, problem, status)

    async def _sign_in(self, request: Request) -> Response:
        form = await form_of(request)
        if not own(request):
            return self._refused(request, "token_wrong", 401)
        if name := form.get("name", "").strip():
            return await self._by_password(request, name, form)
        bearer = form.get("token", "").strip()
        holder = await self._bearers.verified(bearer) if bearer else None
        if holder is None:
            return self._refused(request, "token_wrong", 401)
        if holder.role not in STAFF or not opens(holder.scope, "/"):
            return self._refused(request, "role_wrong", 403)
        return keep(request, RedirectResponse("/", 303, HEADERS), COOKIE, await self._opened(request, holder, "token"))

    async def _by_password(self, request: Request, name: str, form: Mapping[str, str]) -> Response:
        users, tries = self._users, self._tries
        if users is None or tries is None:
            return self._refused(request, "password_wrong", 401)
        if wait_s := await tries.wait_s(origin(request), name):
            answer = self._refused(request, "too_often", 429)
            answer.headers["Retry-After"] = str(math.ceil(wait_s))
            return answer
        try:
            user = await users.signed_in(name, form.get("password", ""), form.get("code", ""))
        except NotSignedIn as no:
            if no.name:  # what is typed into the wrong field may be a password
                request.state.about = {"user": no.name}
            return self._refused(request, no.reason, 401 if no.reason == "password_wrong" else 403)
        tries.good(origin(request), name)
        session = await self._opened(request, user, "password")
        return keep(request, RedirectResponse("/", 303, HEADERS), COOKIE, session)

    async def _sign_on(self, request: Request) -> Response:
        """To the provider."""
        if self._single_sign_on is None:
            return self._refused(request, "oidc_unset", 404)
        try:
            url, kept = await self._single_sign_on.begin(_back(request))
        except SignOnFailed as no:
            return self._failed(request, no)
        answer = RedirectResponse(url, 303, HEADERS)
        # Lax: the browser is to send it when the provider sends it back
        secure = request.url.scheme == "https"
        answer.set_cookie(
            SIGN_ON_COOKIE, kept, SIGN_ON_S, path="/signin/oidc", httponly=True, samesite="lax", secure=secure
        )
        return answer

    async def _back(self, request: Request) -> Response:
        """From the provider."""
        if self._single_sign_on is None:
            return self._refused(request, "oidc_unset", 404)
        kept = request.cookies.get(SIGN_ON_COOKIE, "")
        try:
            person = await self._single_sign_on.finish(_back(request), request.query_params, kept)
        except SignOnFailed as no:
            return self._failed(request, no)
        session = await self._opened(request, person, "oidc", person.known)
        answer = keep(request, html(self._drawing.entered(language(request))), COOKIE, session)
        answer.delete_cookie(SIGN_ON_COOKIE, path="/signin/oidc", httponly=True, samesite="lax")
        return answer

    def _failed(self, request: Request, no: SignOnFailed) -> Response:
        log.warning("sign_on_failed", reason=no.reason, what=no.what, remedy=no.remedy)
        return self._refused(request, no.reason, {"oidc_away": 503, "oidc_no_role": 403}.get(no.reason, 401))

    async def _logged_out(self, request: Request) -> Response:
        """From the provider itself: somebody signed out there (OpenID Connect Back-Channel Logout 1.0)."""
        if self._single_sign_on is None:
            return PlainTextResponse("there is no single sign-on here", 404, HEADERS)
        token = (await form_of(request, LONGEST_LOGOUT)).get("logout_token", "")
        try:
            said = await self._single_sign_on.logged_out(token)
        except SignOnFailed as no:
            log.warning("log_out_failed", reason=no.reason, what=no.what, remedy=no.remedy)
            request.state.why = no.reason
            return _no_logout(str(no), 503 if no.reason == "oidc_away" else 400)
        ended = await self._aside.ask(lambda: self.passes.log_out(said))
        if ended is None:
            request.state.why = "repeated"
            return _no_logout("this logout token came before", 400)
        request.state.about = {"signed_out": " ".join(sorted(set(ended))), "sessions": str(len(ended))}
        return Response(headers=HEADERS)

    async def _opened(self, request: Request, holder: Holder, how: str, known: Known | None = None) -> str:
        """A session of theirs."""
        self._counter.count(SIGN_INS, how)
        request.state.token, request.state.about = holder, {"signed_in": f"by {how}"}
        return await self._aside.ask(lambda: self.passes.open(holder, known))

    async def _sign_out(self, request: Request) -> Response:
        if own(request):
            request.state.token = await self.holder(request)
            await self._aside.ask(lambda: self.passes.close(request.cookies.get(COOKIE, "")))
        answer = RedirectResponse("/signin", 303, HEADERS)
        answer.delete_cookie(COOKIE, samesite="strict", httponly=True)
        return answer

    async def _file(self, file: str) -> Response:
        if file not in FILES:
            return PlainTextResponse("no such file", 404)
        return FileResponse(STATIC / file, media_type=FILES[file], headers={**HEADERS, "Cache-Control": "no-cache"})


def _no_logout(why: str, status: int) -> Response:
    return JSONResponse({"error": "invalid_request", "error_description": why}, status, HEADERS)


def _back(request: Request) -> str:
    """Where the provider sends the browser back to, as the browser calls us."""
    return f"{request.url.scheme}://{request.headers.get('host', '')}{BACK}"

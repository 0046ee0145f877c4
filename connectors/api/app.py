"""The HTTP door as one FastAPI application, over what is handed in (`Doors`)."""

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from connectors.access.origin import origin
from connectors.access.routes import PAGES, ROUTES
from connectors.api.answers.page import answer_routes
from connectors.api.answers.replies import reply_routes
from connectors.api.audit import Audit
from connectors.api.desk.routes import desk_routes
from connectors.api.desk.served import Served
from connectors.api.documented import described
from connectors.api.doors import Doors, DoorSettings, HttpError, Json, said, said_tmf
from connectors.api.front import Front
from connectors.api.gate import Gate
from connectors.api.intake import intake_routes
from connectors.api.quality.routes import quality_routes
from connectors.api.queries import asked_routes, query_routes, service_routes, tended_routes
from connectors.api.reporting import report_routes
from connectors.api.sources import source_routes
from connectors.api.tmf.lists import ROOT
from connectors.api.tmf.routes import tmf_routes
from connectors.formats.json_rows import coded
from connectors.metrics import API_ERRORS, API_REASONS
from connectors.ports import PortError
from connectors.telemetry.reasons import Reasons

VERSION = "1"

__all__ = ["DoorSettings", "Doors", "create_app"]


def create_app(doors: Doors) -> FastAPI:
    """The app; each of its routes must be in `access.routes.ROUTES`, and asks for a token unless it is open there."""
    # the built-in documentation pages load scripts from elsewhere: no request leaves an operator's network
    admitted = Depends(Gate(doors).admit)
    app = FastAPI(
        title="Simpul",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,  # such a redirect would name whatever host the request claims
        dependencies=[admitted],
    )
    intake_routes(app, doors)
    reply_routes(app, doors)
    answer_routes(app, doors)
    query_routes(app, doors)
    asked_routes(app, doors)
    desk_routes(app, doors)
    tended_routes(app, doors)
    source_routes(app, doors)
    report_routes(app, doors)
    quality_routes(app, doors)
    service_routes(app, doors)
    tmf_routes(app, doors)

    @app.get("/openapi.json", include_in_schema=False)
    def openapi() -> Json:
        return Json(described(app, VERSION))

    if doors.page is not None:
        doors.page.add_routes(app, Served(doors))
    for route in app.routes:
        assert keys(route) <= ROUTES.keys(), f"{route} is not in the table of routes and roles"
    _say_no(app, doors)
    app.add_middleware(Audit, doors)
    app.add_middleware(Front, doors.settings, doors.counter)
    return app


def keys(route: BaseRoute) -> set[tuple[str, str]]:
    """(method, path) of a route, as the table has it."""
    assert isinstance(route, Route), route
    return {(method, route.path) for method in route.methods or ()}


def _is_page(request: Request) -> bool:
    return (request.method, getattr(request.scope.get("route"), "path", "")) in PAGES


def _say_no(app: FastAPI, doors: Doors) -> None:
    """Every error is counted and told; on the loop, also while all threads wait for a database."""

    reasons = Reasons()

    def error(request: Request, no: HttpError, headers: dict[str, str] | None = None) -> Response:
        route = request.scope.get("route")
        doors.counter.count(API_ERRORS, str(no.status), getattr(route, "path", "no route"))
        request.state.why = coded(no.reason)
        doors.counter.count(API_REASONS, reasons.label(origin(request), no.reason))
        if doors.page is not None and _is_page(request):
            said_of = f"{no.field}: {no.reason}" if no.field and no.field not in no.reason else no.reason
            answer = doors.page.problem(request, no.status, said_of, no.remedy)
            answer.headers.update(headers or {})
            return answer
        return said_tmf(no, headers) if request.url.path.startswith(f"{ROOT}/") else said(no, headers)

    @app.exception_handler(HttpError)
    async def by_the_door(request: Request, no: HttpError) -> Response:
        if no.status == 401 and _is_page(request):
            return RedirectResponse("/signin", 303, {"Cache-Control": "no-store"})
        headers = {"WWW-Authenticate": "Bearer"} if no.status == 401 else {}
        if no.retry_after_s is not None:
            headers["Retry-After"] = str(no.retry_after_s)
        return error(request, no, headers)

    @app.exception_handler(ClientDisconnect)
    async def by_the_sender(request: Request, _: ClientDisconnect) -> Response:
        return error(request, HttpError(400, "the sender hung up within the body", "Send it again."))

    @app.exception_handler(PortError)
    async def by_a_port(request: Request, no: PortError) -> Response:
        again = {"Retry-After": str(doors.settings.retry_after_s)}
        return error(request, HttpError(503, no.what, no.remedy or "Send it again later."), again)

    @app.exception_handler(RequestValidationError)
    async def by_fastapi(request: Request, no: RequestValidationError) -> Response:
        first = no.errors()[0]
        field = ".".join(str(part) for part in first["loc"][1:]) or None
        return error(request, HttpError(422, str(first["msg"]), "Correct the field and ask again.", field=field))

    @app.exception_handler(HTTPException)
    async def by_starlette(request: Request, no: HTTPException) -> Response:
        remedy = "GET /openapi.json lists what there is." if no.status_code in (404, 405) else ""
        return error(request, HttpError(no.status_code, str(no.detail), remedy), dict(no.headers or {}))

    @app.exception_handler(Exception)
    async def by_accident(request: Request, _: Exception) -> Response:
        return error(request, HttpError(500, "an error of the service", "It was logged; tell its operator."))

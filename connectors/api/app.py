"""The HTTP door as one FastAPI application, over what is handed in (`Doors`)."""

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from connectors.api.access import BY_COOKIE, OPEN, ROUTES
from connectors.api.documented import described
from connectors.api.doors import DoorError, Doors, DoorSettings, Json, said
from connectors.api.front import Front
from connectors.api.intake import intake_routes
from connectors.api.queries import query_routes, service_routes
from connectors.holders import Holder, opens
from connectors.ports import PortError
from connectors.reading import coded

VERSION = "1"

__all__ = ["DoorSettings", "Doors", "create_app"]


def create_app(doors: Doors) -> FastAPI:
    """The app; each of its routes must be in `access.ROUTES`, and asks for a token unless it is open there."""

    async def admitted(request: Request) -> None:
        await admit(request, doors)

    # the built-in documentation pages load scripts from elsewhere: no request leaves an operator's network
    app = FastAPI(title="Simpul", docs_url=None, redoc_url=None, openapi_url=None, dependencies=[Depends(admitted)])
    intake_routes(app, doors)
    query_routes(app, doors)
    service_routes(app, doors)

    @app.get("/openapi.json", include_in_schema=False)
    def openapi() -> Json:
        return Json(described(app, VERSION))

    if doors.page is not None:
        doors.page.add_routes(app)
    for route in app.routes:
        assert keys(route) <= ROUTES.keys(), f"{route} is not in the table of routes and roles"
    _say_no(app, doors)
    app.add_middleware(Front, doors.settings, doors.counter)
    return app


def keys(route: BaseRoute) -> set[tuple[str, str]]:
    """(method, path) of a route, as the table has it."""
    assert isinstance(route, Route), route
    return {(method, route.path) for method in route.methods or ()}


async def admit(request: Request, doors: Doors) -> None:
    """Refuse who has no token (401) or the wrong role (403); `request.state.token` is who was let in."""
    route = request.method, request.scope["route"].path
    roles = ROUTES[route]
    if roles == OPEN or (doors.settings.open_metrics and route == ("GET", "/metrics")):
        return
    holder = await _holder(request, doors, by_cookie=route in BY_COOKIE)
    if holder.role not in roles:
        needed = ", ".join(sorted(roles))
        raise DoorError(403, f"the role {holder.role} may not do this", f"It takes one of: {needed}.", field="role")
    if not opens(holder.scope, route[1]):
        raise DoorError(
            403, "the token's scope leaves this door out", "Take a token whose scope has it.", field="scope"
        )
    request.state.token = holder


async def _holder(request: Request, doors: Doors, *, by_cookie: bool) -> Holder:
    """Who it is by the bearer token, or by the page's cookie where that counts; 401 that says which it is not."""
    given = request.headers.get("authorization", "")
    kind, _, bearer = given.partition(" ")
    if not given and by_cookie and doors.page is not None and (looks := doors.page.holder(request)) is not None:
        return looks
    holder = await doors.tokens.verified(bearer.strip()) if kind.lower() == "bearer" else None
    if holder is not None:
        return holder
    reason = "the token is unknown, wrong, revoked or expired" if given else "a token is needed"
    remedy = "Send Authorization: Bearer simpul_...; an administrator makes tokens."
    raise DoorError(401, reason, remedy, field="Authorization")


def _say_no(app: FastAPI, doors: Doors) -> None:
    """Every error is counted and told."""

    def error(request: Request, no: DoorError, headers: dict[str, str] | None = None) -> Json:
        route = request.scope.get("route")
        doors.counter.count("api.error", f"{no.status} {getattr(route, 'path', 'no route')}")
        doors.counter.count("api.because", coded(no.reason))
        return said(no, headers)

    @app.exception_handler(DoorError)
    def by_the_door(request: Request, no: DoorError) -> Response:
        if no.status == 401 and request.url.path == "/":
            return RedirectResponse("/signin", 303, {"Cache-Control": "no-store"})
        return error(request, no, {"WWW-Authenticate": "Bearer"} if no.status == 401 else None)

    @app.exception_handler(PortError)
    def by_a_port(request: Request, no: PortError) -> Json:
        again = {"Retry-After": str(doors.settings.retry_after_s)}
        return error(request, DoorError(503, no.what, no.remedy or "Send it again later."), again)

    @app.exception_handler(RequestValidationError)
    def by_fastapi(request: Request, no: RequestValidationError) -> Json:
        first = no.errors()[0]
        field = ".".join(str(part) for part in first["loc"][1:]) or None
        return error(request, DoorError(422, str(first["msg"]), "Correct the field and ask again.", field=field))

    @app.exception_handler(HTTPException)
    def by_starlette(request: Request, no: HTTPException) -> Json:
        remedy = "GET /openapi.json lists what there is." if no.status_code in (404, 405) else ""
        return error(request, DoorError(no.status_code, str(no.detail), remedy), dict(no.headers or {}))

    @app.exception_handler(Exception)
    def by_accident(request: Request, _: Exception) -> Json:
        return error(request, DoorError(500, "an error of the service", "It was logged; tell its operator."))

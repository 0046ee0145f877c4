"""The small HTTP door of a process that has no other: is it well (`/healthz`), and its figures (`/metrics`)."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from streams.processes.http_server import Server, server
from streams.processes.http_socket import bind
from streams.settings import Http, Settings

Checks = Mapping[str, str | None]  # what is wrong, by part; None where nothing is


def probe(checks: Callable[[], Checks], exposition: Callable[[], bytes], notes: Callable[[], Checks] = dict) -> ASGIApp:
    """All are asked at each request, and must be quick. `notes`: what is past, and should be known.

    Without FastAPI, which would make each start longer.
    """

    async def healthz(_: Request) -> JSONResponse:
        found = dict(checks())
        well = not any(found.values())
        said = {name: note for name, note in notes().items() if note is not None}
        answer = {"status": "ok" if well else "degraded", "checks": found} | ({"notes": said} if said else {})
        return JSONResponse(answer, 200 if well else 503)

    async def metrics(_: Request) -> Response:
        return Response(exposition(), media_type="text/plain; version=0.0.4")

    return Starlette(routes=[Route("/healthz", healthz), Route("/metrics", metrics)])


@dataclass(frozen=True, slots=True)
class Probe:
    """That door, open. `serving` ends when it is closed, or with what it died of."""

    address: tuple[str, int]
    serving: asyncio.Task[None]
    _door: Server

    async def close(self) -> None:
        self._door.should_exit = True
        await self.serving


def opened(
    settings: Settings,
    checks: Callable[[], Checks],
    exposition: Callable[[], bytes],
    notes: Callable[[], Checks] = dict,
) -> Probe:
    """On the running loop. Raises PortTaken, BadCertificate."""
    return probed(settings, probe(checks, exposition, notes))


def probed(settings: Settings, app: ASGIApp) -> Probe:
    """An app at that door. Raises PortTaken, BadCertificate."""
    return served(app, settings.probing, "probe.port")


def served(app: ASGIApp, place: Http, setting: str = "http.port") -> Probe:
    """On the running loop; `setting` names the port. Raises PortTaken, BadCertificate."""
    door = server(app, place)
    listening = bind(place, setting)
    host, port = listening.getsockname()[:2]
    return Probe((host, port), asyncio.create_task(door.serve(sockets=[listening])), door)

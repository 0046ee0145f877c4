"""The small HTTP door of a process that has no other: is it well (`/healthz`), and its figures (`/metrics`)."""

from collections.abc import Callable, Mapping

from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse

Checks = Mapping[str, str | None]  # what is wrong, by part; None where nothing is


def probe(checks: Callable[[], Checks], exposition: Callable[[], bytes]) -> FastAPI:
    """Both are asked at each request, and must be quick."""
    app = FastAPI(openapi_url=None)

    @app.get("/healthz")
    async def healthz() -> JSONResponse:
        found = dict(checks())
        well = not any(found.values())
        return JSONResponse({"status": "ok" if well else "degraded", "checks": found}, 200 if well else 503)

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(exposition(), media_type="text/plain; version=0.0.4")

    return app

"""What the door keeps of who commanded what, from where, and with which outcome; and of whom it refused.

The journal has each command that was taken, with actor, role and reason, and its trail says what became of it. It has
neither the address that the command came from, nor those that never came so far: these are told here.
"""

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connectors.access.holders import Audited, Holder
from connectors.access.origin import origin
from connectors.access.routes import AUDITED
from connectors.api.doors import Doors
from connectors.buckets import Rate
from connectors.metrics import AUDIT_LEFT_OUT

STRANGERS = Rate(per_s=0.2, burst=20)  # refusals of one address that are told; all are counted
NOISY = (401, 429)


class Audit:
    """An ASGI application around the door's."""

    def __init__(self, app: ASGIApp, doors: Doors) -> None:
        self._app = app
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def seen(message: Message) -> None:
            if message["type"] == "http.response.start":
                await self._tell(scope, message["status"])
            await send(message)

        try:
            await self._app(scope, receive, seen)
        except Exception:
            await self._tell(scope, 500)
            raise

    async def _tell(self, scope: Scope, status: int) -> None:
        route = scope["method"], getattr(scope.get("route"), "path", "")
        state = scope.get("state", {})
        if route not in AUDITED and status not in (403, *NOISY) and "about" not in state:
            return
        request = Request(scope)
        holder: Holder | None = state.get("token")
        if status in NOISY:
            name = f"told {holder.id if holder else ''} {origin(request)}"
            if await self._doors.limiter.take(name, STRANGERS):
                self._doors.counter.count(AUDIT_LEFT_OUT)
                return
        self._doors.audit(
            Audited(
                door=" ".join(route),
                status=status,
                address=request.client.host if request.client else "",
                token=holder.id if holder else "",
                name=holder.name if holder else "",
                role=holder.role if holder else "",
                why=state.get("why", ""),
                about=state.get("about", {}),
            )
        )

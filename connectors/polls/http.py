"""Asks a system over HTTP for JSON. What it answers is bounded, and what is wrong is told with the remedy."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
import msgspec

from connectors.polls.port import Unanswered
from topology.english import misfit

T = TypeVar("T")
MOST_BYTES = 64 * 1024 * 1024  # of one answer


@dataclass(frozen=True, slots=True)
class Site:
    """Where it is, and who asks. `part`: of the settings, for words; `headers`: beside the token."""

    part: str
    url: str
    token: str | None = field(default=None, repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    authorities: str | None = None  # a file of certificates that are believed in place of the system's
    timeout_s: float = 20.0
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class Http:
    """One client, opened when it is first used."""

    def __init__(self, site: Site, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._site = site
        self._transport = transport
        self._client: httpx.AsyncClient | None = None

    @property
    def part(self) -> str:
        return self._site.part

    async def get(self, path: str, shape: type[T], **query: str) -> T:
        """Raises Unanswered."""
        return await self._asked("GET", path, shape, params=query)

    async def post(self, path: str, shape: type[T], body: Any, headers: Mapping[str, str]) -> T:
        """Raises Unanswered."""
        return await self._asked("POST", path, shape, content=msgspec.json.encode(body), headers=headers)

    async def _asked(self, method: str, path: str, shape: type[T], **more: Any) -> T:
        part, url = self._site.part, f"{self._site.url.rstrip('/')}{path}"
        try:
            async with self._opened().stream(method, url, **more) as answer:
                parts, size = [], 0
                async for some in answer.aiter_bytes():
                    parts.append(some)
                    size += len(some)
                    if size > MOST_BYTES:
                        raise Unanswered(f"{path} answers more than {MOST_BYTES:,} bytes", f"Ask for less: {part}")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            what = f"{path} does not answer: {type(error).__name__}"
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                what = f"{path}: its certificate is none that is believed here, or of another name"
                raise Unanswered(what, f"Name its authority in {part}.authorities, and look at {part}.url") from None
            raise Unanswered(what, f"Look at {part}.url and the way there") from None
        if answer.status_code in (401, 403):
            raise Unanswered(f"{path} answers {answer.status_code}", f"Give {part} a token or password that may read")
        if not answer.is_success:
            raise Unanswered(f"{path} answers {answer.status_code}", f"Look at {part}.url and the log of that system")
        return await asyncio.to_thread(decoded, b"".join(parts), shape, path, part)

    def _opened(self) -> httpx.AsyncClient:
        if self._client is None:
            site = self._site
            headers = {"Accept": "application/json", "Content-Type": "application/json", **site.headers}
            if site.token is not None:
                headers.setdefault("Authorization", f"Bearer {site.token}")
            self._client = httpx.AsyncClient(
                headers=headers,
                auth=(site.username, site.password or "") if site.username is not None else None,
                timeout=site.timeout_s,
                verify=self._believed(site.authorities) if site.authorities else True,
                trust_env=False,
                transport=self._transport,
            )
        return self._client

    def _believed(self, authorities: str) -> ssl.SSLContext:
        """Raises Unanswered."""
        try:
            return ssl.create_default_context(cafile=authorities)
        except OSError as error:  # of ssl too
            what = f"{authorities} cannot be read: {error.strerror or error}"
            raise Unanswered(what, f"Correct {self.part}.authorities: certificates in PEM") from None

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None


def decoded(body: bytes, shape: type[T], path: str, part: str) -> T:
    """Raises Unanswered where it is not of that shape."""
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        wrong = misfit(error)
        raise Unanswered(
            f"{path} answers what is none of its own: {wrong.where} {wrong.reason}"[:300], f"Look at {part}.url"
        ) from None

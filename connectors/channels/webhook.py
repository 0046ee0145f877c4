"""Messages to a gateway (SMS, chat) by HTTP POST, signed; the gateway drops repeats by their Idempotency-Key.

`X-Simpul-Signature: t=1772323200,v1=HEX`, where HEX is HMAC-SHA256 under the shared secret of `t`, a dot and the body;
a gateway refuses a `t` that is minutes old, so that a recorded request cannot be played again.
"""

import hashlib
import hmac
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import httpx
import msgspec

from connectors.ports import Answer, Failed, Message, Sent, Unsure

# The request was good and the gateway was not, or it will be (RFC 9110 15.5, RFC 6585 4): any 5xx, and
AGAIN = frozenset({401, 403, 404, 405, 407, 408, 409, 421, 423, 425, 429})
BETWEEN = frozenset({502, 504})  # a proxy: the gateway behind it may have taken the message
MOST_READ = 65_536  # octets of an answer


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """How the gateway is reached. `repeats_safely`: it honours Idempotency-Key, so an unsure attempt is repeated."""

    url: str
    secret: str | None = field(default=None, repr=False)
    repeats_safely: bool = False
    timeout_s: float = 20.0
    authorities: str | None = None  # a file of certificates that are believed in place of the system's


class _Reply(msgspec.Struct):
    id: str | int | None = None


class Reached(Protocol):
    """How the other side of signed posts is reached."""

    @property
    def secret(self) -> str | None: ...

    @property
    def timeout_s(self) -> float: ...

    @property
    def authorities(self) -> str | None: ...


class SignedPosts:
    """Bodies by HTTP POST over one client, signed where there is a secret. `whom`: as answers call the other side;
    `clock`: microseconds since 1970."""

    def __init__(self, whom: str, settings: Reached, clock: Callable[[], int]) -> None:
        self._whom = whom
        self._settings = settings
        self._clock = clock
        self._client: httpx.AsyncClient | None = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        if self._settings.secret:
            at_s = self._clock() // 1_000_000
            signed = f"t={at_s},v1={signature(self._settings.secret, at_s, body)}"
            headers = {**headers, "X-Simpul-Signature": signed}
        try:
            async with self._opened().stream("POST", url, content=body, headers=headers) as response:
                said = await _beginning(response)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            return Failed(f"the {self._whom} cannot be reached: {type(error).__name__}", recoverable=True)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Unsure(f"the {self._whom} did not answer: {type(error).__name__}")
        return self._answer_of(response, said)

    def _answer_of(self, response: httpx.Response, said: bytes) -> Answer:
        """By status only: what the other side writes may hold the address."""
        status = response.status_code
        if response.is_success:
            return Sent(reference=_reference(said))
        if status in BETWEEN:
            return Unsure(f"a proxy before the {self._whom} answered {status}")
        recoverable = status >= 500 or status in AGAIN or response.is_redirect
        return Failed(f"the {self._whom} answered {status}", recoverable)

    def _opened(self) -> httpx.AsyncClient:
        if self._client is None:
            authorities = self._settings.authorities
            verify = ssl.create_default_context(cafile=authorities) if authorities else True
            self._client = httpx.AsyncClient(timeout=self._settings.timeout_s, verify=verify, trust_env=False)
        return self._client

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None


class WebhookChannel:
    """`clock`: microseconds since 1970."""

    name = "webhook"

    def __init__(self, settings: WebhookSettings, clock: Callable[[], int]) -> None:
        self.repeats_safely = settings.repeats_safely
        self._url = settings.url
        self._posts = SignedPosts("gateway", settings, clock)

    async def send(self, message: Message) -> Answer:
        body = msgspec.json.encode(
            {
                "id": message.id,
                "to": message.to,
                "subject": message.subject,
                "body": message.body,
                "language": message.language,
                "kind": message.kind,
                "about": message.about,
            }
        )
        headers = {"Content-Type": "application/json", "Idempotency-Key": message.id}
        return await self._posts.post(self._url, body, headers)

    async def close(self) -> None:
        await self._posts.close()


def signature(secret: str, at_s: int, body: bytes) -> str:
    """What a gateway compares, in constant time."""
    return hmac.digest(secret.encode(), b"%d.%s" % (at_s, body), hashlib.sha256).hex()


async def _beginning(response: httpx.Response) -> bytes:
    """As much of the body as an id may have; of a longer one the rest is not waited for."""
    said = b""
    async for some in response.aiter_bytes():
        said += some
        if len(said) > MOST_READ:
            break
    return said


def _reference(body: bytes) -> str | None:
    """The gateway's own id: `{"id": ...}`."""
    try:
        found = msgspec.json.decode(body, type=_Reply).id
    except msgspec.MsgspecError:
        return None
    return None if found is None else str(found)[:200]

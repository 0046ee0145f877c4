"""Systems that subscribed (TMF630, hub), each at its own address: CloudEvents 1.0 by HTTP POST, structured mode.

An attempt whose end nobody knows is repeated: a receiver drops the repeat by `source` and `id`. Signed as messages to a
gateway are (`connectors.channels.webhook`), where a secret is set.
"""

import ssl
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import httpx

from connectors.access.callbacks import fault_of
from connectors.channels.webhook import answer_of, signature
from connectors.formats.tmf_events import MEDIA_TYPE
from connectors.ports import Answer, Failed, Message, Unsure


@dataclass(frozen=True, slots=True)
class HubSettings:
    """`hosts`: where anything is sent at all, whoever asked for it."""

    hosts: Collection[str]
    secret: str | None = field(default=None, repr=False)
    timeout_s: float = 20.0
    authorities: str | None = None  # a file of certificates that are believed in place of the system's


class HubChannel:
    """`clock`: microseconds since 1970."""

    name = "hub"
    repeats_safely = True

    def __init__(self, settings: HubSettings, clock: Callable[[], int]) -> None:
        self._settings = settings
        self._clock = clock
        self._client: httpx.AsyncClient | None = None

    async def send(self, message: Message) -> Answer:
        fault = fault_of(message.to, self._settings.hosts)
        if fault is not None:  # the settings have changed since it was asked for
            return Failed(fault, recoverable=False)
        body = message.body.encode()
        try:
            response = await self._opened().post(message.to, content=body, headers=self._headers(body))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return Failed(f"the subscriber cannot be reached: {type(error).__name__}", recoverable=True)
        except httpx.HTTPError as error:
            return Unsure(f"the subscriber did not answer: {type(error).__name__}")
        return answer_of(response)

    def _headers(self, body: bytes) -> dict[str, str]:
        headers = {"Content-Type": MEDIA_TYPE}
        if self._settings.secret:
            at_s = self._clock() // 1_000_000
            headers["X-Simpul-Signature"] = f"t={at_s},v1={signature(self._settings.secret, at_s, body)}"
        return headers

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

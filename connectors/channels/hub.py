"""Systems that subscribed (TMF630, hub), each at its own address: CloudEvents 1.0 by HTTP POST, structured mode.

An attempt whose end nobody knows is repeated: a receiver drops the repeat by `source` and `id`. Signed as messages to a
gateway are (`connectors.channels.webhook`), where a secret is set.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from connectors.access.callbacks import fault_of
from connectors.channels.webhook import SignedPosts
from connectors.formats.tmf_events import MEDIA_TYPE
from connectors.ports import Answer, Failed, Message


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
        self._hosts = settings.hosts
        self._posts = SignedPosts("subscriber", settings, clock)

    async def send(self, message: Message) -> Answer:
        fault = fault_of(message.to, self._hosts)
        if fault is not None:  # the settings have changed since it was asked for
            return Failed(fault, recoverable=False)
        return await self._posts.post(message.to, message.body.encode(), {"Content-Type": MEDIA_TYPE})

    async def close(self) -> None:
        await self._posts.close()

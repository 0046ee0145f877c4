"""A domain that stands still is told to the administrator past journal and outbox: these may be what is broken."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from connectors.ports import Channel, Message, PortError, Sent
from correlator.events import SECOND_US

AFTER_US = 60 * SECOND_US  # shorter trouble passes by itself
PATIENCE_S = 30.0  # for one channel

log = structlog.get_logger("stall")


@dataclass(frozen=True, slots=True)
class Way:
    """A channel, and the administrator's address on it."""

    channel: Channel
    to: str


class Stall:
    """Looked at each second; tells once for each time that the domain stands still. `ways`: the best first."""

    def __init__(self, domain: str, ways: Sequence[Way], now_us: Callable[[], int]) -> None:
        """`now_us`: a clock that never runs back."""
        self._domain = domain
        self._ways = ways
        self._now_us = now_us
        self._since_us: int | None = None
        self.telling: asyncio.Task[bool] | None = None  # so long as the domain stands still

    def look(self, trouble: str | None) -> None:
        """`trouble`: why the domain stands still; None where it does not."""
        if trouble is None:
            self._since_us = self.telling = None
            return
        now_us = self._now_us()
        if self._since_us is None:
            self._since_us = now_us
        if self.telling is None and now_us - self._since_us >= AFTER_US:
            self.telling = asyncio.create_task(self._tell(trouble, f"stall-{self._domain}-{self._since_us}"))

    async def _tell(self, trouble: str, name: str) -> bool:
        """On the first way that takes it; False where none does."""
        log.error("domain_stands_still", domain=self._domain, why=trouble)
        for way in self._ways:
            text = f"Domain {self._domain}: pemrosesan berhenti / processing stands still. {trouble}"
            subject = f"Simpul: domain {self._domain} berhenti / stands still"
            message = Message(name, way.channel.name, way.to, subject, text, "id", kind="domain_stopped")
            try:
                async with asyncio.timeout(PATIENCE_S):
                    if isinstance(await way.channel.send(message), Sent):
                        return True
            except (TimeoutError, PortError) as error:
                log.warning(
                    "stall_not_told", domain=self._domain, channel=way.channel.name, why=str(error) or "no answer"
                )
        return False

"""The way to Redis: short waits, and none at all while it is known to be away.

After a failure nobody asks for a while, then one asks again. So whoever has a use for Redis goes on without at once,
and comes back to it within some seconds of its return.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from connectors.metrics import REDIS_FAILURES, REDIS_RETURNS
from connectors.ports import Counter

PATIENCE_S = 0.25  # for a connection, and for an answer
AWAY_S = 2.0  # after a failure, until it is asked again
ASKERS = 4

ON_ITS_OWN = "each process keeps limits and looks for news by itself meanwhile, and goes back to Redis when it answers"


@dataclass(frozen=True, slots=True)
class Place:
    """Where Redis is, and how our names in it begin."""

    url: str = field(repr=False)
    prefix: str
    password: str | None = field(default=None, repr=False)

    def client(self) -> "redis.Redis":
        return redis.Redis.from_url(self.url, **self.options())

    def options(self) -> dict[str, Any]:
        """Of every client."""
        given = {} if self.password is None else {"password": self.password}
        return {
            "socket_timeout": PATIENCE_S,
            "socket_connect_timeout": PATIENCE_S,
            "retry": Retry(NoBackoff(), 0),
            "decode_responses": True,
            **given,
        }


class Link:
    """Asked by many, from one loop or several threads. Never raises but what is a programmer's error."""

    def __init__(self, place: Place, counter: Counter, monotonic_s: Callable[[], float]) -> None:
        self.place = place
        self.trouble: str | None = None  # why it is not asked now, for a health door
        self._counter = counter
        self._monotonic_s = monotonic_s
        self._client = place.client()
        self._again_s = 0.0
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(ASKERS, thread_name_prefix="redis")

    def script(self, text: str) -> Callable[[list[str], list[Any]], Any]:
        """A script of Redis's, to be run in `ask`."""
        return self._client.register_script(text)

    async def ask(self, call: Callable[[], Any]) -> Any | None:
        """What it says; None where it is away. `call` may take a moment, and asks Redis once."""
        if not self._may_ask():
            return None
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.asked, call)

    def publish(self, channel: str, text: str) -> None:
        """Lost where it is away. For a thread that may wait a moment."""
        if self._may_ask():
            self.asked(lambda: self._client.publish(channel, text))

    def asked(self, call: Callable[[], Any]) -> Any | None:
        """The same for a thread that may wait."""
        try:
            answer = call()
        except (redis.RedisError, OSError) as error:
            self._failed(error)
            return None
        self._answered()
        return answer

    def _may_ask(self) -> bool:
        """While it is away, one asks now and then, and the others go on without."""
        if self.trouble is None:
            return True
        with self._lock:
            now_s = self._monotonic_s()
            if now_s < self._again_s:
                return False
            self._again_s = now_s + AWAY_S
            return True

    def _failed(self, error: Exception) -> None:
        with self._lock:
            self._again_s = self._monotonic_s() + AWAY_S
            self._counter.count(REDIS_FAILURES, type(error).__name__)
            self.trouble = f"Redis does not answer ({type(error).__name__}): {ON_ITS_OWN}"

    def _answered(self) -> None:
        if self.trouble is not None:
            with self._lock:
                self._counter.count(REDIS_RETURNS)
                self.trouble = None

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)
        self._client.close()

"""News by Redis's channels (port `Notifier`). Lost while it is away."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import closing, suppress

import redis
from redis.client import PubSub

from connectors.redis.link import AWAY_S, Link

LOOK_S = 1.0  # of one look for news, and how soon it is heard that we are told to end
ASKED = 5  # a channel that is silent for so many looks is asked whether it still stands


class RedisNotifier:
    """Rings from a thread of its own: what comes while it rings is told once."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._channel = f"{link.place.prefix}news"
        self._names: dict[str, None] = {}
        self._some = threading.Condition()
        self._closed = False
        self._ringing: threading.Thread | None = None

    def ring(self, name: str) -> None:
        with self._some:
            self._names[name] = None
            if self._ringing is None:
                self._ringing = threading.Thread(target=self._ring, name="notifier", daemon=True)
                self._ringing.start()
            self._some.notify()

    def _ring(self) -> None:
        while True:
            with self._some:
                self._some.wait_for(lambda: self._names or self._closed)
                if self._closed:
                    return
                names, self._names = self._names, {}
            for name in names:
                self._link.publish(self._channel, name)

    async def listen(self, heard: Callable[[str], None]) -> None:
        loop, over = asyncio.get_running_loop(), threading.Event()

        def tell(name: str) -> None:
            if not over.is_set():
                with suppress(RuntimeError):  # the loop has just ended
                    loop.call_soon_threadsafe(heard, name)

        threading.Thread(target=self._listen, args=(tell, over), name="notifier", daemon=True).start()
        try:
            await asyncio.Event().wait()
        finally:
            over.set()

    def _listen(self, tell: Callable[[str], None], over: threading.Event) -> None:
        """On a thread: what waits in Redis's asynchronous client does not always hear that it is told to end."""
        while not over.is_set():
            try:
                with closing(self._link.place.client()) as client, closing(subscriber(client)) as channel:
                    channel.subscribe(self._channel)
                    self._hear(channel, tell, over)
            except (redis.RedisError, OSError):
                over.wait(AWAY_S)

    def _hear(self, channel: PubSub, tell: Callable[[str], None], over: threading.Event) -> None:
        """Until it breaks. Who was deaf for a while is told so: what changed meanwhile is looked at."""
        tell("")
        silent = 0
        while not over.is_set():
            message = channel.get_message(ignore_subscribe_messages=True, timeout=LOOK_S)
            silent = 0 if message is not None else silent + 1
            if message is not None and message["type"] == "message":
                tell(message["data"])
            elif silent == ASKED:
                channel.ping()
            elif silent > ASKED:
                raise redis.TimeoutError("the channel gives no answer")

    def close(self) -> None:
        with self._some:
            self._closed = True
            self._some.notify()
        if self._ringing is not None:
            self._ringing.join(1.0)


def subscriber(client: "redis.Redis") -> PubSub:
    made: PubSub = client.pubsub()  # type: ignore[no-untyped-call]  # of redis
    return made

"""What may wait for a server, asked from an event loop: on a few threads of its own, and no longer than some seconds.

A shared seam beside `ports`: a server that hangs holds up who needs it, and no other request.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from connectors.ports import StoreDown

THREADS = 4
MOST = 100  # asked and not answered, at a time
PATIENCE_S = 5.0
ON_ITS_OWN = "The service goes on by itself"

T = TypeVar("T")


class Aside:
    """`close` at the end."""

    def __init__(self, patience_s: float = PATIENCE_S, most: int = MOST) -> None:
        self._patience_s = patience_s
        self._room = threading.BoundedSemaphore(most)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="aside")

    async def ask(self, call: Callable[[], T]) -> T:
        """What it gives. Raises StoreDown where it takes too long (it may still be done), or too many wait."""
        if not self._room.acquire(blocking=False):
            raise StoreDown("The database does not answer, and many wait for it", ON_ITS_OWN)
        asked = self._threads.submit(call)
        asked.add_done_callback(lambda _: self._room.release())
        try:
            async with asyncio.timeout(self._patience_s):
                return await asyncio.wrap_future(asked)
        except TimeoutError as late:
            raise StoreDown("The database does not answer", ON_ITS_OWN) from late

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

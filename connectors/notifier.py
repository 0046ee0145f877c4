"""News that something changed, from process to process (port `Notifier`).

A hint, no message: it may be lost, and many may come as one. Who waits for it looks by itself now and then, too.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol


class Notifier(Protocol):
    """Never raises: what is not heard is seen a little later."""

    def ring(self, name: str) -> None:
        """Something changed there. From any thread; waits for nobody."""

    async def listen(self, heard: Callable[[str], None]) -> None:
        """Until cancelled: `heard` is called on this loop."""

    def close(self) -> None: ...


class MemoryNotifier:
    """Within one process."""

    def __init__(self) -> None:
        self._listeners: list[tuple[asyncio.AbstractEventLoop, Callable[[str], None]]] = []

    def ring(self, name: str) -> None:
        for loop, heard in list(self._listeners):
            loop.call_soon_threadsafe(heard, name)

    async def listen(self, heard: Callable[[str], None]) -> None:
        mine = asyncio.get_running_loop(), heard
        self._listeners.append(mine)
        try:
            await asyncio.Event().wait()
        finally:
            self._listeners.remove(mine)

    def close(self) -> None:
        """Nothing to close."""

"""What other processes write and doors read at every request: looked at by a thread, answered from memory.

So a request costs no way to the database, and a database that hangs holds up nobody.
"""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from connectors.ports import PortError

LOOK_S = 1.0

T = TypeVar("T")


class Watched(Generic[T]):
    """`value` is as `read` gave it last, and the same object while it is equal. Raises what the first `read` raises."""

    def __init__(self, read: Callable[[], T], every_s: float = LOOK_S) -> None:
        self._read = read
        self._every_s = every_s
        self._lock = threading.Lock()  # who looks
        self._stop = threading.Event()
        self.value: T = read()
        self.current = True  # False: the last look failed, and `value` is from before
        self._thread = threading.Thread(target=self._watch, name="watched", daemon=True)
        self._thread.start()

    def look(self) -> T:
        """Now. Raises PortError."""
        with self._lock:
            found = self._read()
            if found != self.value:
                self.value = found
        return self.value

    def _watch(self) -> None:
        while not self._stop.wait(self._every_s):
            try:
                self.look()
            except PortError:  # also one that does not pass: what is known stays good until somebody looks after it
                self.current = False
            else:
                self.current = True

    def close(self) -> None:
        self._stop.set()
        self._thread.join()

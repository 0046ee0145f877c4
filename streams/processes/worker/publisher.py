"""Publishes a domain's effects for other systems, beside its fold: it may wait long for the brokers."""

import threading
from collections.abc import Callable

import structlog

from connectors.ports import PortError
from streams.processes.worker.publishing import Publishing

LOOK_S = 5.0  # also what an owner left that died between its commit and its word
GATHER_S = 0.2  # what is decided meanwhile goes out together
TROUBLE_S = 2.0

log = structlog.get_logger("telling")


class EffectPublisher:
    """One domain's. `run` on a thread of its own; all else from anywhere."""

    def __init__(self, publishing: Publishing, owns: Callable[[], bool]) -> None:
        """`owns`: whether the domain is this process's."""
        self._publishing = publishing
        self._owns = owns
        self._news = threading.Event()
        self._end = threading.Event()
        self.trouble: str | None = None  # for the health door

    def news(self) -> None:
        """Something was decided."""
        self._news.set()

    def end(self) -> None:
        self._end.set()
        self._news.set()

    def run(self) -> None:
        """Until `end`; what waits then is told by whoever owns the domain next."""
        while not self._end.is_set():
            self._news.wait(LOOK_S)
            self._news.clear()
            self._end.wait(self._tell())

    def _tell(self) -> float:
        try:
            while self._owns() and not self._end.is_set() and self._publishing.turn():
                pass
        except PortError as error:
            log.error("not_told", domain=self._publishing.domain, what=error.what, remedy=error.remedy)
            self.trouble = str(error)
            self._news.set()
            return TROUBLE_S
        self.trouble = None
        return GATHER_S

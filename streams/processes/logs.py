"""Logs: one line an event on standard error, as text for a person at a terminal, else as JSON. No personal data."""

import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO, cast

import structlog

from streams import clock

LOST = (OSError, ValueError)  # ValueError: it is closed
AGAIN_S = 30.0  # until a library may say the same again
REMEMBERED = 1000  # things that libraries said


class Lossy:
    """A stream that loses what it cannot write: a full disk, or a closed stream, must not end the service."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(*LOST):
            return self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(*LOST):
            self._stream.flush()


class Libraries(logging.Handler):
    """What libraries say by the standard's way, as lines of our log: warnings, and what is worse.

    The same thing is said twice a minute at most: Kafka's clients say it many times a second while brokers are away.
    """

    def __init__(self, monotonic: Callable[[], float] = clock.monotonic_s) -> None:
        super().__init__(logging.WARNING)
        self._monotonic = monotonic
        self._again_s: dict[tuple[str, str], float] = {}  # when what was said may be said again

    def emit(self, record: logging.LogRecord) -> None:
        what, now_s = (record.name, str(record.msg)), self._monotonic()
        if now_s < self._again_s.get(what, now_s):
            return
        if len(self._again_s) >= REMEMBERED:
            self._again_s.clear()
        self._again_s[what] = now_s + AGAIN_S
        told = {"library": record.name, "said": record.getMessage(), "exc_info": record.exc_info}
        structlog.get_logger().log(record.levelno, "library_says", **told)


def configure(level: str) -> None:
    """`level`: debug, info, warning or error."""
    shown: structlog.types.Processor = (
        structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            shown,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, Lossy(sys.stderr))),  # a line is one write
    )
    root = logging.getLogger()
    if not any(isinstance(one, Libraries) for one in root.handlers):
        root.addHandler(Libraries())

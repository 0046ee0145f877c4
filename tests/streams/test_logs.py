"""What cannot be written is lost, and nothing else with it."""

import io
import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from streams.processes.logs import AGAIN_S, Libraries, Lossy


class Full(io.StringIO):
    """A stream on a full disk."""

    def write(self, _: str) -> int:
        raise OSError(28, "No space left on device")

    def flush(self) -> None:
        raise OSError(28, "No space left on device")


def test_a_full_disk_ends_nobody() -> None:
    lossy = Lossy(Full())
    assert lossy.write("a line\n") == 7
    lossy.flush()


def test_a_closed_stream_ends_nobody(tmp_path: Path) -> None:
    closed = (tmp_path / "log").open("w")
    closed.close()
    assert Lossy(closed).write("a line\n") == 7
    Lossy(closed).flush()


def test_the_same_is_said_again_after_a_while() -> None:
    now_s = 0.0
    libraries = Libraries(lambda: now_s)

    def say(message: str, number: int) -> None:
        libraries.emit(logging.LogRecord("kafka.cluster", logging.WARNING, "", 0, message, (number,), None))

    with capture_logs() as said:
        for now_s, message in ((0, "no node: %d"), (1, "no node: %d"), (2, "it is back: %d"), (AGAIN_S, "no node: %d")):
            say(message, int(now_s))
    assert [line["said"] for line in said] == ["no node: 0", "it is back: 2", f"no node: {AGAIN_S:.0f}"]


SPEAKS = """
import logging
from streams.processes.logs import configure
configure("{level}")
configure("{level}")
log = logging.getLogger("aiokafka.consumer")
log.info("joined"), log.warning("no answer"), log.error("%s of %s", 1, 2)
"""


@pytest.mark.parametrize(("level", "said"), [("info", ["no answer", "1 of 2"]), ("error", ["1 of 2"])])
def test_what_libraries_say_is_a_line_of_the_log(level: str, said: list[str]) -> None:
    ran = subprocess.run([sys.executable, "-c", SPEAKS.format(level=level)], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in ran.stderr.splitlines()]
    assert [(line["event"], line["library"], line["said"]) for line in lines] == [
        ("library_says", "aiokafka.consumer", one) for one in said
    ]

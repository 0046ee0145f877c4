"""What cannot be written is lost, and nothing else with it."""

import io
from pathlib import Path

from streams.logs import Lossy


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

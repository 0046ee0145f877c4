"""One server's process, remembered in a file, so that it is found again and nobody else's is ever ended."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dev.local.tools import Trouble

LOOK_EVERY_S = 0.05
PATIENCE_S = 180.0  # a small machine may have other things to do
GRACE_S = 30.0  # to end by itself
LAST_LINES = 15  # of a log, where a start failed


class Ended(Trouble):
    """A server ended before it served."""


@dataclass(frozen=True, slots=True)
class Launch:
    """How a server is started."""

    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None  # None: as we are


@dataclass(frozen=True, slots=True)
class Process:
    """`folder` holds its pid file and its log."""

    folder: Path

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def _file(self) -> Path:
        return self.folder / "pid"

    def pid(self) -> int | None:
        """Of the process that we started, while it runs. A number that the system gave to another one is not it."""
        try:
            pid, since = self._file.read_text().split()
        except (FileNotFoundError, ValueError):
            return None
        return int(pid) if _since(int(pid)) == since else None

    def spawn(self, launch: Launch) -> subprocess.Popen[bytes]:
        """In a session of its own, so that it outlives this command and the terminal."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                launch.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env={**os.environ, **launch.environment},
                user=launch.user,
                group=launch.user,
                extra_groups=[] if launch.user else None,
                start_new_session=True,
            )
        self._file.write_text(f"{process.pid} {_since(process.pid)}")
        return process

    def wait(self, name: str, ready: Callable[[], bool], spawned: subprocess.Popen[bytes]) -> None:
        """Until it serves. Raises Ended where it ends before, Trouble where it takes too long, with its last words."""
        end_s = time.monotonic() + PATIENCE_S
        while not ready():
            if self.pid() is None:
                raise Ended(f"{name} ended at its start with {spawned.poll()}; {self._last_words()}")
            if time.monotonic() > end_s:
                raise Trouble(f"{name} does not answer after {PATIENCE_S:.0f} s; {self._last_words()}")
            time.sleep(LOOK_EVERY_S)

    def stop(self, how: signal.Signals) -> bool:
        """End it, at last by force; whether it ran."""
        pid = self.pid()
        ran = pid is not None
        end_s = time.monotonic() + GRACE_S
        while pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how if time.monotonic() < end_s else signal.SIGKILL)
            _until_gone(pid, 2.0)
            pid = self.pid()
        self._file.unlink(missing_ok=True)
        return ran

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        return "\n  ".join([f"the end of {self.log}:", *lines])


def _since(pid: int) -> str | None:
    """When a process started, in the kernel's ticks (proc(5), field 22); None where none runs under this number."""
    try:
        state, *rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state == "Z" else rest[18]


def _until_gone(pid: int, patience_s: float) -> None:
    end_s = time.monotonic() + patience_s
    while _since(pid) is not None and time.monotonic() < end_s:
        time.sleep(LOOK_EVERY_S)

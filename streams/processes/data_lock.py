"""A data folder is one service's: whoever works on it holds its lock."""

import fcntl
import os
from pathlib import Path
from typing import IO

from connectors.ports import PortError


class NotStarted(PortError):
    """A process of the service cannot start; its own log says why."""

    recoverable = False


def hold(data: Path, lock: str = "lock") -> IO[bytes]:
    """The data folder is ours alone until this is closed. Raises NotStarted where another service has it."""
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = (data / lock).open("ab")
    except OSError as error:
        raise NotStarted(f"The data folder {data} cannot be used: {error.strerror}", "Name another one") from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        held.close()
        raise NotStarted(f"Another service uses the data folder {data}", "End it, or name another folder") from error
    os.set_inheritable(held.fileno(), False)
    return held

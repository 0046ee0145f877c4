"""A process of `simpul run` that ends is started again, also where the machine cannot start one at once."""

import sys
import threading
from pathlib import Path

from streams.processes.parent import Running
from streams.settings import Http, Settings, Snmp

CHILD = """
import sys
sys.stdin.readline()
print('{"name": "a process"}', flush=True)
sys.stdin.read(1 if sys.argv[1] == "lives" else 0)  # until its parent is gone
"""


def test_one_that_cannot_be_started_is_tried_again(tmp_path: Path) -> None:
    born: list[str] = []
    again = threading.Event()

    def command(role: str) -> list[str]:
        born.append(role)
        number = born.count("worker")
        if role == "worker" and number == 2:
            return [str(tmp_path / "no-such-program")]  # as where memory is short: the system refuses
        if number > 2:
            again.set()
        return [sys.executable, "-c", CHILD, "dies" if (role, number) == ("worker", 1) else "lives"]

    running = Running(Settings(data=tmp_path, http=Http(port=0), snmp=Snmp(enabled=False)), command)
    try:
        running.start()
        assert again.wait(30)
    finally:
        running.stop()

"""rsyslog under the same load, as a measure: it writes each line to a file, as text."""

import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from bench.peers.snmptrapd import BUFFER_BYTES, START_S, free_port
from bench.senders.traps import Sent
from bench.watching.process import cpu_s, still
from dev.local.unpacked import environment, unpacked

CONFIGURED = """
module(load="imudp") module(load="imptcp") global(workDirectory="{folder}")
input(type="imudp" address="127.0.0.1" port="{udp}" rcvbufSize="{buffer}")
input(type="imptcp" address="127.0.0.1" port="{tcp}")
*.* action(type="omfile" file="{folder}/lines.log" flushOnTXEnd="on")
"""


class Daemon:
    """A running rsyslogd on free ports of the loopback. Raises Trouble where it cannot be had."""

    def __init__(self, folder: Path, cache: Path) -> None:
        root = unpacked(("rsyslog",), cache)
        self.udp, self.tcp = ("127.0.0.1", free_port()), ("127.0.0.1", free_tcp_port())
        config = folder / "rsyslog.conf"
        config.write_text(CONFIGURED.format(folder=folder, udp=self.udp[1], tcp=self.tcp[1], buffer=BUFFER_BYTES))
        self._log = folder / "lines.log"
        self._log.touch()
        [modules] = root.glob("usr/lib/*-linux-gnu/rsyslog")
        options = ["-n", "-f", str(config), "-i", str(folder / "pid"), "-M", str(modules)]
        self._process = subprocess.Popen([root / "usr/sbin/rsyslogd", *options], env=environment(root))
        until = time.monotonic() + START_S
        while f":{self.udp[1]:04X}" not in Path("/proc/net/udp").read_text():
            if time.monotonic() > until or self._process.poll() is not None:
                raise RuntimeError("rsyslogd did not start")
            time.sleep(0.05)

    def hear(self, send: Callable[[], Sent]) -> tuple[Sent, int, float]:
        """(what was sent, how many it wrote, its CPU seconds)."""
        before, lines = cpu_s(self._process.pid), self._lines()
        sent = send()
        still(lambda: self._log.stat().st_size)
        return sent, self._lines() - lines, cpu_s(self._process.pid) - before

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def _lines(self) -> int:
        with self._log.open("rb") as log:
            return sum(1 for _ in log)


def free_tcp_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])

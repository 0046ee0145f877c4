"""net-snmp's `snmptrapd -Lf` under the same load, as a measure: it writes each trap to a file, as text."""

import shutil
import socket
import subprocess
import time
from pathlib import Path

from bench.senders.traps import Address, Batch, Sent, send
from bench.watching.process import cpu_s, still

CONFIGURED = "disableAuthorization yes\ndoNotLogTraps no\nformat2 trap %v\\n\n"
BUFFER_BYTES = 64 * 1024 * 1024  # asked for; it takes what net.core.rmem_max allows
START_S = 10.0


class Daemon:
    """A running snmptrapd on a free port of the loopback. Raises FileNotFoundError where it is not installed."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("snmptrapd") or shutil.which("snmptrapd", path="/usr/sbin:/usr/local/sbin")
        if program is None:
            raise FileNotFoundError("snmptrapd")
        (folder / "snmptrapd.conf").write_text(CONFIGURED)
        (folder / "snmp.conf").write_text(f"serverRecvBuf {BUFFER_BYTES}\n")
        self._log = folder / "traps.log"
        self._log.touch()
        self.address: Address = ("127.0.0.1", free_port())
        command = [program, "-f", "-n", "-C", "-c", str(folder / "snmptrapd.conf"), "-Lf", str(self._log)]
        command += ["-m", "", f"udp:127.0.0.1:{self.address[1]}"]
        self._process = subprocess.Popen(
            command, env={"SNMPCONFPATH": str(folder), "SNMP_PERSISTENT_DIR": str(folder)}, stderr=subprocess.DEVNULL
        )
        self._wait_until_bound()

    def hear(self, traps: Batch, rate_per_s: int, seconds: float) -> tuple[Sent, int, float]:
        """Send to it; (what was sent, how many it wrote, its CPU seconds)."""
        before = cpu_s(self._process.pid)
        lines = self._lines()
        sent = send(self.address, traps, rate_per_s, seconds)
        still(self._log_size)
        return sent, self._lines() - lines, cpu_s(self._process.pid) - before

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def _log_size(self) -> int:
        return self._log.stat().st_size

    def _lines(self) -> int:
        with self._log.open("rb") as log:
            return sum(line.startswith(b"trap ") for line in log)

    def _wait_until_bound(self) -> None:
        until = time.monotonic() + START_S
        port = f":{self.address[1]:04X}"
        while port not in Path("/proc/net/udp").read_text():
            if time.monotonic() > until or self._process.poll() is not None:
                raise RuntimeError("snmptrapd did not start")
            time.sleep(0.05)


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])

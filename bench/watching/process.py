"""What a running process has cost, and when it has come to rest (Linux)."""

import os
import time
from collections.abc import Callable
from pathlib import Path

STILL_S = 1.0


def cpu_s(pid: int) -> float:
    """User and system time of all its threads (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_mb(pid: int) -> float:
    """The most memory it ever had resident."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def dropped_datagrams(port: int) -> int:
    """How many the kernel threw away because the UDP socket at this port of IPv4 had no room (proc(5))."""
    lines = [line.split() for line in Path("/proc/net/udp").read_text().splitlines()[1:]]
    return sum(int(line[-1]) for line in lines if line[1].endswith(f":{port:04X}"))


def still(figure: Callable[[], int], patience_s: float = 60.0) -> bool:
    """Wait until it has not changed for a second; False where it still changes when patience ends."""
    until = time.monotonic() + patience_s
    before, since = figure(), time.monotonic()
    while time.monotonic() < until:
        time.sleep(0.1)
        now = figure()
        if now != before:
            before, since = now, time.monotonic()
        elif time.monotonic() - since >= STILL_S:
            return True
    return False

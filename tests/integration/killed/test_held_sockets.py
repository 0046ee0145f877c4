"""The intake is killed again and again while devices speak: what comes meanwhile waits in sockets that outlive it."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bench.senders.traps import Batch, batch, missing
from bench.storm.national import national
from bench.watching.process import still
from connectors.journal.sqlite import SqliteJournal
from correlator.events import Alarm
from streams.files import Files
from tests.integration.command import environment, write
from tests.integration.house import Live, living, settings, until
from tests.streams.small import DOMAIN, INVENTORY
from topology.loaders.dump import to_json

SEED = 20261127
KILLS = 8  # after some the next start waits for longer, so more of them take minutes
RATE_PER_S = 500
MOST_LOST = 4  # one in so many of what waits: a kill loses what was read and is not yet on the disk
UNDER_WAY = 100  # read, or about to be
TICK_S = 0.002
AT_ONCE = 20  # in a tick at the most, where a busy machine made the sender late
ROOM_BYTES = 1_000_000  # of what waits unread; the socket holds four times as much and more
BETWEEN_S = 1.0  # at work again, until the next kill


@dataclass
class Devices:
    """Send traps until they are told to be quiet, and no more than the socket has room for. `sent`: how many."""

    door: tuple[str, int]
    traps: Batch
    sent: int = 0
    quiet: threading.Event = field(default_factory=threading.Event)

    def speak(self) -> None:
        began = time.perf_counter()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.connect(self.door)  # a datagram that nobody waits for would be refused at the next send
            while not self.quiet.wait(TICK_S):
                due = int((time.perf_counter() - began) * RATE_PER_S)
                due = min(due, self.sent + AT_ONCE) if waiting_bytes(self.door[1]) < ROOM_BYTES else self.sent
                for n in range(self.sent, due):
                    sender.send(self.traps.datagrams[n % len(self.traps.datagrams)])
                self.sent = due


def waiting_bytes(port: int) -> int:
    """What the kernel keeps for a UDP port and nobody has read yet (proc(5): `rx_queue` of /proc/net/udp)."""
    for line in Path("/proc/net/udp").read_text().splitlines()[1:]:
        _, local, _, _, queues, *_ = line.split()
        if int(local.rpartition(":")[2], 16) == port:
            return int(queues.rpartition(":")[2], 16)
    return 0


@contextmanager
def speaking(door: tuple[str, int], traps: Batch) -> Iterator[Devices]:
    devices = Devices(door, traps)
    thread = threading.Thread(target=devices.speak)
    thread.start()
    try:
        yield devices
    finally:
        devices.quiet.set()
        thread.join()


def heard(live: Live) -> list[tuple[str, str]]:
    return [(one.object, one.state) for one in live.events() if isinstance(one, Alarm)]


def well(live: Live) -> bool:
    try:
        return live.health()[0] == 200
    except httpx.TransportError:
        return False


def test_the_intake_is_killed_while_devices_speak(tmp_path: Path) -> None:
    inventory = national(300, SEED)
    with living(settings(tmp_path, inventory, log="error")) as live:
        door = live.running.snmp
        assert door is not None
        traps = batch(inventory, 100)

        waited = 0  # came while there was no intake: all of it would be lost with its socket

        def up_to_date() -> bool:
            """Few are lost so far or on their way to the disk: a kill amid what has waited would lose more of it."""
            return well(live) and devices.sent - len(heard(live)) <= UNDER_WAY + waited // MOST_LOST

        with speaking(door, traps) as devices:
            for _ in range(KILLS):
                until("what waited on the disk", up_to_date)
                threading.Event().wait(BETWEEN_S)
                before = devices.sent
                os.kill(live.running.pids["intake"], signal.SIGKILL)
                until("work", lambda: well(live))
                waited += devices.sent - before
        assert live.running.snmp == door
        until("what waited on the disk", up_to_date)
        assert still(lambda: len(heard(live))), "an end of what waited"
        lost = missing(heard(live), traps, devices.sent)
    few_lost = sum(n for n in lost.values() if n > 0)
    assert not any(n < 0 for n in lost.values()), "none is written twice"
    assert few_lost <= waited // MOST_LOST, f"{few_lost} of {devices.sent} are lost, {waited} came as nobody read"


# As systemd starts a service (sd_listen_fds(3)): its sockets from 3 on, and whose they are
ACTIVATED = """
import fcntl, os, sys
aside = [fcntl.fcntl(int(given), fcntl.F_DUPFD, 100) for given in sys.argv[1].split(",")]
for number, given in enumerate(aside, start=3):
    os.dup2(given, number)
os.environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": str(len(aside))}
os.execv(sys.executable, [sys.executable, "-m", "streams", *sys.argv[2:]])
"""


def kept_of(data: Path) -> int:
    if not Files(data).journal.exists():
        return 0
    journal = SqliteJournal(Files(data).journal, readonly=True)
    try:
        return sum(isinstance(one, Alarm) for _, frame in journal.read(DOMAIN, 0) for one in frame.events)
    finally:
        journal.close()


def test_sockets_of_systemd_outlive_the_whole_service(tmp_path: Path) -> None:
    (tmp_path / "inventory.json").write_bytes(to_json(INVENTORY))
    traps = batch(national(300, SEED), 4)
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as traps_door,
        socket.create_server(("127.0.0.1", 0)) as http_door,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        traps_door.bind(("127.0.0.1", 0))
        config = write(tmp_path, http=http_door.getsockname()[1], snmp=traps_door.getsockname()[1])
        descriptors = [traps_door.fileno(), http_door.fileno()]
        words = [",".join(map(str, descriptors)), "run", "--config", str(config)]
        for turn in (1, 2):  # each time something has come before it is there
            sender.sendto(traps.datagrams[turn], traps_door.getsockname())
            service = subprocess.Popen(
                [sys.executable, "-c", ACTIVATED, *words], pass_fds=descriptors, env=environment()
            )
            try:
                until("what came before", lambda turn=turn: kept_of(tmp_path / "data") == turn)  # type: ignore[misc]
            finally:
                service.kill()
                service.wait()

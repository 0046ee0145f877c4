"""Syslog at a steady rate into `simpul run`, by UDP and by TCP: real sockets, the real intake, journal and worker.

Counted in the journal afterwards: what is not there was lost. Then the same load at rsyslog, which writes a file; and
what one line costs that no line before it resembled. `python -m bench.syslogdoor` runs it alone.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import Row
from bench.peers.rsyslogd import Daemon
from bench.senders.sysloglines import line, lines, send_tcp, send_udp
from bench.senders.traps import Address, Batch, Sent
from bench.storm.national import national
from bench.trapdoor import LAG_S, RESOURCES, SECONDS, caught_up, heard, load
from bench.watching.process import cpu_s, dropped_datagrams, peak_mb, still
from connectors.formats.raw_frames import Datagram
from connectors.journal.sqlite import SqliteJournal
from connectors.telemetry.metrics import MemoryCounter
from correlator.events import moment
from correlator.policy import Policy
from correlator.world import World
from dev.local.tools import Trouble
from streams import bootstrap, clock
from streams.listener_settings import Listener
from streams.processes.parent import start
from streams.settings import Http, Settings, Snmp
from topology.compile import compile_inventory
from topology.loaders.dump import to_json
from topology.model import Inventory

RATES = {"UDP": 20_000, "TCP": 30_000}  # lines a second
DEVICES = 1_000
SEED = 1
DIFFERENT = 20_000  # lines that resemble none before
CACHE = Path(tempfile.gettempdir()) / "simpul-syslog-peers" / "rsyslog-bench"

Send = Callable[[Address, Batch, int, float], Sent]
SENDS: dict[str, Send] = {"UDP": send_udp, "TCP": send_tcp}


def run(scale: str) -> list[Row]:
    """`scale`: smoke (2 s), quick (20 s) or full (a minute), of each transport."""
    inventory = national(RESOURCES.get(scale, RESOURCES["full"]), SEED)
    said = lines(inventory, DEVICES, moment(clock.wall_us()))
    seconds = SECONDS.get(scale, SECONDS["full"])
    rows = []
    for transport in RATES:
        with tempfile.TemporaryDirectory() as folder:
            rows += ours(Path(folder), inventory, said, (transport, seconds))
        with tempfile.TemporaryDirectory() as folder:
            rows += theirs(Path(folder), said, (transport, seconds))
    return [*rows, different(inventory)]


def ours(folder: Path, inventory: Inventory, said: Batch, how: tuple[str, float]) -> list[Row]:
    transport, seconds = how
    network = folder / "inventory.json"
    network.write_bytes(to_json(inventory))
    settings = Settings(
        data=folder / "data",
        inventory=network,
        http=Http(port=0),
        snmp=Snmp(enabled=False),
        listeners={"syslog": Listener(port=0)},
        log="error",
    )
    busy = f"load average {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores before"
    running = start(settings)
    try:
        address = running.listeners["syslog"].address
        intake, worker = running.pids["intake"], running.pids["worker"]
        spent = {pid: cpu_s(pid) for pid in (intake, worker)}
        sent = SENDS[transport](address, said, RATES[transport], seconds)
        journal = SqliteJournal(settings.data / "journal.db", readonly=True)
        still(lambda: journal.end(settings.domain))
        intake_s = cpu_s(intake) - spent[intake]
        lag_s = caught_up(settings.data / "worker.json", journal.end(settings.domain))
        worker_s = cpu_s(worker) - spent[worker]
        peak, no_room = peak_mb(intake), dropped_datagrams(address[1])
    finally:
        running.stop()
    lost, doubled, frames = heard(journal, settings.domain, said, sent)
    journal.close()
    taken = max(1, sent.traps - lost)
    note = f"of {sent.traps}; {no_room} by the kernel; {doubled} doubled"
    return [
        Row(f"{transport}: lines sent", sent.traps / sent.seconds, "lines/s", None, f"{load(sent)}; {busy}"),
        Row(f"{transport}: lines lost on the way to the journal", lost, "lines", 0, note),
        Row(f"{transport}: CPU of the intake process", intake_s / taken * 1e6, "us/line", None, f"{frames} frames"),
        Row(f"{transport}: CPU of the worker meanwhile", worker_s / taken * 1e6, "us/line", None),
        Row(f"{transport}: the worker has caught up after", lag_s, "s", LAG_S, "from the last line's place"),
        Row(f"{transport}: memory of the intake process", peak, "MB", None, "peak"),
    ]


def theirs(folder: Path, said: Batch, how: tuple[str, float]) -> list[Row]:
    transport, seconds = how
    try:
        daemon = Daemon(folder, CACHE)
    except Trouble as trouble:
        return [Row(f"{transport}: rsyslog", 0, "lines/s", None, f"nothing to compare with: {trouble}")]
    address = daemon.udp if transport == "UDP" else daemon.tcp
    try:
        sent, written, spent_s = daemon.hear(lambda: SENDS[transport](address, said, RATES[transport], seconds))
    finally:
        daemon.close()
    note = f"{load(sent)}; {sent.traps - written} of {sent.traps} lost"
    return [Row(f"{transport}: CPU of rsyslog to a file", spent_s / max(written, 1) * 1e6, "us/line", None, note)]


def different(inventory: Inventory) -> Row:
    """From octets to alarms in one thread, where nothing is remembered: each line names another port."""
    world = World(compile_inventory(inventory), Policy())
    around = bootstrap.Around(world.topology, bootstrap.resolver_of(world, clock.wall_us), MemoryCounter())
    reader = bootstrap.readers(Settings(), around)["syslog"]
    ports = [f"{device.id}/ge-{n}/0/0" for n in range(64) for device in inventory.devices][:DIFFERENT]
    now_us = clock.wall_us()
    given = [Datagram("127.0.0.1", now_us, line(port, n, up=False, now=moment(now_us))) for n, port in enumerate(ports)]
    began, alarms = time.process_time(), 0
    for number, datagram in enumerate(given):
        read = reader.read(datagram, f"{number}")
        assert isinstance(read, list)
        alarms += len(read)
    spent_s = time.process_time() - began
    note = f"{len(given)} lines, {alarms} alarms; from octets to alarms, in one thread"
    return Row("a line that none before it resembled", spent_s / max(len(given), 1) * 1e6, "us/line", None, note)


def main(arguments: Sequence[str]) -> None:
    for row in run(arguments[0] if arguments else "full"):
        limit = "" if row.limit is None else f"  (limit {row.limit:g})"
        print(f"{row.what:48}{row.figure:12,.1f} {row.unit}{limit}  {row.note}")


if __name__ == "__main__":
    main(sys.argv[1:])

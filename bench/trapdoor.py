"""Traps at a steady rate into `simpul run`: real datagrams, the real intake process, the real journal, the real worker.

Counted in the journal afterwards: what is not there was lost. Then the same load at net-snmp's `snmptrapd -Lf`.
`python -m bench.trapdoor` runs it alone.
"""

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from bench import Row
from bench.peers.snmptrapd import Daemon
from bench.senders.traps import Batch, Sent, batch, missing, send
from bench.storm.national import national
from bench.watching.process import cpu_s, dropped_datagrams, peak_mb, still
from connectors.journal.sqlite import SqliteJournal
from correlator.events import Alarm
from streams.processes.parent import start
from streams.processes.status import Status
from streams.settings import Http, Settings, Snmp
from topology.loaders.dump import to_json
from topology.model import Inventory

RATE = 20_000  # traps a second
SECONDS = {"smoke": 2.0, "quick": 20.0, "full": 60.0}
RESOURCES = {"smoke": 2_000, "quick": 100_000, "full": 100_000}
DEVICES = 1_000  # or as many as speak, with eight ports each; each port goes down and up several times a second
SEED = 1
LAG_S = 60.0  # how long the worker may take to catch up
CPU_US = 40.0  # of the intake process, a trap


def run(scale: str) -> list[Row]:
    """`scale`: smoke (2 s), quick (20 s) or full (a minute)."""
    inventory = national(RESOURCES.get(scale, RESOURCES["full"]), SEED)
    traps = batch(inventory, DEVICES)
    seconds = SECONDS.get(scale, SECONDS["full"])
    with tempfile.TemporaryDirectory() as folder:
        rows = ours(Path(folder), inventory, traps, seconds)
    with tempfile.TemporaryDirectory() as folder:
        return rows + theirs(Path(folder), traps, seconds)


def ours(folder: Path, inventory: Inventory, traps: Batch, seconds: float) -> list[Row]:
    network = folder / "inventory.json"
    network.write_bytes(to_json(inventory))
    settings = Settings(data=folder / "data", inventory=network, http=Http(port=0), snmp=Snmp(port=0), log="error")
    busy = f"load average {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores before"  # others take from us what we lose
    running = start(settings)
    try:
        assert running.snmp is not None, "the trap door is open by default"
        intake, worker = running.pids["intake"], running.pids["worker"]
        spent = {pid: cpu_s(pid) for pid in (intake, worker)}
        sent = send(running.snmp, traps, RATE, seconds)
        journal = SqliteJournal(settings.data / "journal.db", readonly=True)
        still(lambda: journal.end(settings.domain))
        intake_s = cpu_s(intake) - spent[intake]
        lag_s = caught_up(settings.data / "worker.json", journal.end(settings.domain))
        worker_s = cpu_s(worker) - spent[worker]
        peak = peak_mb(intake)
        no_room = dropped_datagrams(running.snmp[1])
    finally:
        running.stop()
    lost, doubled, frames = heard(journal, settings.domain, traps, sent)
    journal.close()
    taken = max(1, sent.traps - lost)
    return [
        Row("traps sent to the intake", sent.traps / sent.seconds, "traps/s", None, f"{load(sent)}; {busy}"),
        Row(
            "traps lost on the way to the journal",
            lost,
            "traps",
            0,
            f"of {sent.traps}; {no_room} by the kernel; {doubled} doubled",
        ),
        Row("CPU of the intake process", intake_s / taken * 1e6, "us/trap", CPU_US, f"{frames} frames"),
        Row("CPU of the worker meanwhile", worker_s / taken * 1e6, "us/trap", None),
        Row("the worker has caught up after", lag_s, "s", LAG_S, "from the last trap's place in the journal"),
        Row("memory of the intake process", peak, "MB", None, "peak"),
    ]


def heard(journal: SqliteJournal, domain: str, traps: Batch, sent: Sent) -> tuple[int, int, int]:
    """How many the journal lacks, how many it has twice, how many frames hold them."""
    seen: list[tuple[str, str]] = []
    after = frames = 0
    while found := journal.read(domain, after):
        for offset, frame in found:
            said = [(event.object, event.state) for event in frame.events if isinstance(event, Alarm)]
            seen += said
            frames += bool(said)
            after = offset
    left = missing(seen, traps, sent.traps).values()
    return sum(n for n in left if n > 0), -sum(n for n in left if n < 0), frames


def caught_up(status: Path, end: int) -> float:
    """Seconds until the worker has applied the journal's frame `end`; infinite where it takes too long."""
    began = time.monotonic()
    while (passed := time.monotonic() - began) < 2 * LAG_S:
        if status.exists() and msgspec.json.decode(status.read_bytes(), type=Status).applied >= end:
            return passed
        time.sleep(0.1)
    return float("inf")


def theirs(folder: Path, traps: Batch, seconds: float) -> list[Row]:
    try:
        daemon = Daemon(folder)
    except FileNotFoundError:
        return [Row("snmptrapd", 0, "traps/s", None, "not installed: nothing to compare with")]
    try:
        sent, written, spent_s = daemon.hear(traps, RATE, seconds)
    finally:
        daemon.close()
    lost = f"{sent.traps - written} of {sent.traps} lost"
    return [Row("CPU of snmptrapd -Lf", spent_s / max(written, 1) * 1e6, "us/trap", None, f"{load(sent)}; {lost}")]


def load(sent: Sent) -> str:
    share = sent.cpu_s / sent.seconds
    return f"{sent.seconds:.1f} s; the sender was {sent.late_s * 1000:.0f} ms late at worst and took {share:.2f} cores"


def main(arguments: Sequence[str]) -> None:
    for row in run(arguments[0] if arguments else "full"):
        limit = "" if row.limit is None else f"  (limit {row.limit:g})"
        print(f"{row.what:40}{row.figure:12,.1f} {row.unit}{limit}  {row.note}")


if __name__ == "__main__":
    main(sys.argv[1:])

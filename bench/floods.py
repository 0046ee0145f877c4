"""400,000 distinct traps into `simpul run`: what the worker's memory comes to, and what twelve readers wait for a page.

Once of one source, under the policy's own limits; once of eight, where the limits let all of them stand, which are then
read: `GET /alarms`, 100 rows, twelve at once, a hundred pages. `python -m bench.floods` runs it alone.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from bench import Row
from bench.senders.traps import FIRST, Batch, send
from bench.storm.national import national
from bench.trapdoor import caught_up
from bench.watching.process import dropped_datagrams, peak_mb, still
from connectors.journal.sqlite import SqliteJournal
from streams import bootstrap
from streams.demo.trapgen import Stamp, link_trap
from streams.processes.parent import Running, start
from streams.settings import Http, Settings, Snmp
from topology.loaders.dump import to_json

TRAPS = {"smoke": 2_000, "quick": 40_000, "full": 400_000}
RATE = 4_000  # traps a second
READERS, PAGES = 12, 100
WORKER_MB = 400.0
PAGE_S = 0.3
PATIENCE_S = 900.0  # for the worker to catch up
SEED = 1


def run(scale: str) -> list[Row]:
    number = TRAPS.get(scale, TRAPS["full"])
    with tempfile.TemporaryDirectory() as folder:
        rows = flooded(Path(folder), number, 1, "")
    policy = f"[alarms]\nstanding_each = {number}\nstanding_most = {number}\n"
    with tempfile.TemporaryDirectory() as folder:
        return rows + flooded(Path(folder), number, 8, policy)


def flooded(folder: Path, number: int, sources: int, policy: str) -> list[Row]:
    (folder / "inventory.json").write_bytes(to_json(national(2_000, SEED)))
    (folder / "policy.toml").write_text(policy)
    settings = Settings(
        data=folder / "data",
        inventory=folder / "inventory.json",
        policy=folder / "policy.toml",
        http=Http(port=0),
        snmp=Snmp(port=0),
        log="error",
    )
    busy = f"load average {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores before"
    running = start(settings)
    try:
        assert running.snmp is not None, "the trap door is open by default"
        sent = send(running.snmp, distinct(number, sources), RATE, number / RATE)
        journal = SqliteJournal(settings.data / "journal.db", readonly=True)
        still(lambda: journal.end(settings.domain), PATIENCE_S)
        began, end = time.monotonic(), journal.end(settings.domain)
        while time.monotonic() - began < PATIENCE_S and caught_up(settings.data / "worker.json", end) == float("inf"):
            continue
        lag_s = time.monotonic() - began
        journal.close()
        of = f"of {sources} source{'s' if sources > 1 else ''}"
        told = f"{dropped_datagrams(running.snmp[1])} dropped; caught up {lag_s:.0f} s after the last one; {busy}"
        peak = peak_mb(running.pids["worker"])
        rows = [Row(f"{sent.traps:,} distinct traps {of}: worker, peak", peak, "MB", WORKER_MB, told)]
        return rows + (read(running, settings, of) if policy else [])
    finally:
        running.stop()


def distinct(number: int, sources: int) -> Batch:
    """A port down each; none of the inventory."""
    stamp = Stamp(FIRST, FIRST, b"public")
    names = [(f"10.66.0.{n % sources + 1}", f"ge-{n}", n + 1) for n in range(number)]
    datagrams = tuple(link_trap(address, (index, port), False, stamp) for address, port, index in names)
    return Batch(tuple(f"{address}/{port}" for address, port, _ in names), datagrams)


def read(running: Running, settings: Settings, of: str) -> list[Row]:
    with bootstrap.tokens(settings) as tokens:
        token = tokens.issue("bench", "administrator")
    before = peak_mb(running.pids["intake"])
    host, port = running.http
    url = f"http://{host}:{port}"
    headers = {"Authorization": f"Bearer {token}"}

    def reader(_: int) -> list[float]:
        took: list[float] = []
        with httpx.Client(base_url=url, headers=headers, timeout=60) as client:
            cursor: dict[str, str] = {}
            for _ in range(PAGES):
                began = time.perf_counter()
                answer = client.get("/alarms", params=cursor).raise_for_status().json()
                took.append(time.perf_counter() - began)
                cursor = {"cursor": answer["next"]} if answer["next"] else {}
        return took

    count = httpx.get(f"{url}/alarms?limit=1", headers=headers, timeout=60)
    with ThreadPoolExecutor(READERS) as pool:
        took = sorted(one for each in pool.map(reader, range(READERS)) for one in each)
    standing = f"{count.json()['count']:,} stand {of}"
    more = peak_mb(running.pids["intake"]) - before
    return [
        Row("GET /alarms, 12 at once: slowest page", took[-1], "s", PAGE_S, f"{standing}; {len(took)} pages"),
        Row("GET /alarms, 12 at once: usual page", statistics.median(took), "s", None, standing),
        Row("intake, peak: more while they read", more, "MB", None, f"{before:.0f} MB before"),
    ]


def main(arguments: Sequence[str]) -> None:
    for row in run(arguments[0] if arguments else "full"):
        limit = "" if row.limit is None else f"  (limit {row.limit:g})"
        print(f"{row.what:60}{row.figure:12,.3f} {row.unit}{limit}  {row.note}")


if __name__ == "__main__":
    main(sys.argv[1:])

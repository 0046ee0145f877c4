"""The service under a steady load for long: does memory grow, are descriptors left open, do reads stay quick?

`simpul run` as it is, under 2,000 traps a second, 20 complaints a second, and 20 readers who each ask once a second, in
turn for what a screen shows. Nobody acts in step with the others. `make bench` has five minutes of it;
`python -m bench.soak hour` is the hour.

So many complaints would be half of a month's in an hour. Tickets that nobody closes, cases that are kept for ninety
days and ids that are known for seven all grow by design. So that what still grows is a leak, the desk works a ticket at
once (asked in confirmation, closed on the customer's word by phone), and the policy keeps nothing for days, nor a
notice until the morning.
"""

import math
import multiprocessing
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from pathlib import Path
from random import Random

import httpx
import msgspec

from bench import Row
from bench.latency import fsync_ms
from bench.senders.traps import batch, send
from bench.storm.calls import OTHERWISE
from bench.storm.national import national
from bench.trapdoor import DEVICES, LAG_S, caught_up
from bench.watching.process import cpu_s, dropped_datagrams
from connectors.journal.sqlite import SqliteJournal
from correlator.policy import Policy
from correlator.policy.care import CarePolicy
from correlator.service_desk.texts import classifier
from streams import bootstrap
from streams.processes.parent import Running, start
from streams.settings import Http, Settings, Snmp
from topology.loaders.dump import to_json
from topology.model import Inventory

TRAPS_PER_S, COMPLAINTS_PER_S, READERS, AGENTS = 2_000, 20, 20, 12
ALWAYS_AWAKE = CarePolicy(quiet_from_min=0, quiet_to_min=0)
KEPT = Policy(keep_days=0, keep_dissolved_days=0, remember_days=0, care=ALWAYS_AWAKE)
ELSE = tuple(text for text in OTHERWISE["id"] if classifier.classify(text).category != "network")
ASKED = ("/alarms", "/incidents", "/tickets", "/queues", "/sources", "/alarms/unexplained")
SECONDS = {"smoke": 10.0, "quick": 60.0, "full": 300.0, "hour": 3600.0}
RESOURCES = {"smoke": 2_000, "quick": 100_000, "full": 100_000}
WARM_S = 600.0  # caches fill, and what grows until then is no leak; of a shorter run a third
LONG_S = 1800.0  # from so long on the slope is held to its limit: less says too little
LOOK_S = 2.0
SLOPE_MB = 1.0  # a minute
CONNECTIONS = 8  # that the pool may open to the store later on: three descriptors each
READ_MS = 300.0
SEED = 1


@dataclass(frozen=True, slots=True)
class Look:
    """At one process. `at_s`: since the load began."""

    at_s: float
    memory_mb: float
    descriptors: int


@dataclass(slots=True)
class Asking:
    """What was asked: how long it took, by door; what failed."""

    took_ms: dict[str, list[float]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def ask(self, client: httpx.Client, request: httpx.Request) -> httpx.Response | None:
        """None where it failed."""
        began = time.perf_counter()
        try:
            answer = client.send(request)
        except httpx.HTTPError as fault:
            self.failed.append(f"{request.url.path} {type(fault).__name__}")
            return None
        finally:
            self.took_ms.setdefault(request.url.path, []).append((time.perf_counter() - began) * 1000)
        if answer.is_error:
            self.failed.append(f"{request.url.path} {answer.status_code}")
            return None
        return answer


@dataclass(slots=True)
class Paced:
    """Threads that each do one thing after the other, each when it is due."""

    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _random: Random = field(default_factory=lambda: Random(SEED))

    def start(self, deeds: Iterable[Callable[[httpx.Client], object]], every_s: float) -> None:
        """From some moment of the first round on: those whom it stands for do not act in step."""
        thread = threading.Thread(target=self._run, args=(deeds, every_s, self._random.random()), name="asking")
        self._threads.append(thread)
        thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self, deeds: Iterable[Callable[[httpx.Client], object]], every_s: float, part: float) -> None:
        due = time.monotonic() - every_s * part
        with httpx.Client(timeout=60, trust_env=False) as client:
            for deed in deeds:
                due += every_s
                if self._stop.wait(max(0.0, due - time.monotonic())):
                    return
                deed(client)


@dataclass(slots=True)
class Asked:
    """Reads, complaints, and what the desk commands."""

    reads: Asking = field(default_factory=Asking)
    complaints: Asking = field(default_factory=Asking)
    commands: Asking = field(default_factory=Asking)


def run(scale: str) -> list[Row]:
    """`scale`: smoke (10 s), quick (a minute), full (five minutes) or hour."""
    inventory, seconds = national(RESOURCES.get(scale, RESOURCES["full"]), SEED), SECONDS.get(scale, SECONDS["full"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "inventory.json").write_bytes(to_json(inventory))
        (folder / "policy.json").write_bytes(msgspec.json.encode(KEPT))
        settings = Settings(
            data=folder / "data",
            inventory=folder / "inventory.json",
            policy=folder / "policy.json",
            http=Http(port=0),
            snmp=Snmp(port=0),
            log="error",
        )
        running = start(settings)
        try:
            return soaked(running, settings, inventory, seconds)
        finally:
            running.stop()


def soaked(running: Running, settings: Settings, inventory: Inventory, seconds: float) -> list[Row]:
    assert running.snmp is not None, "the trap door is open by default"
    disk_ms = fsync_ms(settings.data)
    busy = f"load average {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores before"
    began, pids, seen = time.monotonic(), running.pids, list[dict[str, Look]]()
    spent_s = {role: cpu_s(pid) for role, pid in pids.items()}
    with (
        multiprocessing.get_context("spawn").Pool(1) as pool,
        asked(running, settings, inventory) as seen_by,
    ):
        sending = pool.apply_async(send, (running.snmp, batch(inventory, DEVICES), TRAPS_PER_S, seconds))
        while not sending.ready():
            sending.wait(LOOK_S)
            seen.append({role: look(pid, time.monotonic() - began) for role, pid in running.pids.items()})
        sent = sending.get()
    took_s = time.monotonic() - began
    cores = {role: (cpu_s(pid) - spent_s[role]) / took_s for role, pid in running.pids.items()}
    journal = SqliteJournal(settings.data / "journal.db", readonly=True)
    lag_s = caught_up(settings.data / "worker.json", journal.end(settings.domain))
    journal.close()
    again = sum(running.pids[role] != pid for role, pid in pids.items())
    dropped = f"{dropped_datagrams(running.snmp[1])} dropped; {busy}, {os.getloadavg()[0]:.1f} after"
    return [
        Row("traps", sent.traps / sent.seconds, "traps/s", None, f"{sent.seconds:,.0f} s; {dropped}"),
        Row("processes that were started again", again, "", 0),
        *(Row(f"{role}: CPU", share, "cores", None) for role, share in cores.items()),
        *(row for role in pids for row in grown(role, [each[role] for each in seen], seconds)),
        Row("the disk: one fsync, 99 of 100", disk_ms, "ms", None, "before; a complaint takes some of them"),
        *waited("reads", seen_by.reads, READ_MS, f"{READERS} readers, once a second each"),
        *by_door(seen_by.reads),
        *waited("complaints answered", seen_by.complaints, None, f"{COMPLAINTS_PER_S} a second"),
        *waited("commands of the desk", seen_by.commands, None, "two a complaint"),
        Row("the worker has caught up after", lag_s, "s", LAG_S),
    ]


@contextmanager
def asked(running: Running, settings: Settings, inventory: Inventory) -> Iterator[Asked]:
    """Complaints, work at the desk and reads, until the body ends."""
    url = settings.http.url(running.http)
    with bootstrap.tokens(settings) as tokens:
        portal = {"Authorization": f"Bearer {tokens.issue('bench-portal', 'portal')}"}
        agents = [{"Authorization": f"Bearer {tokens.issue(f'desk-{n}', 'care_supervisor')}"} for n in range(AGENTS)]
        readers = [{"Authorization": f"Bearer {tokens.issue(f'bench-{n}', 'noc_operator')}"} for n in range(READERS)]
    for headers in (portal, *agents, *readers):  # a token's first use costs an argon2
        httpx.get(f"{url}/openapi.json", headers=headers, timeout=60, trust_env=False).raise_for_status()
    found, paced = Asked(), Paced()
    for n, agent in enumerate(agents):
        numbers = range(n, sys.maxsize, AGENTS)
        deeds = (
            partial(worked, found, request, url, agent) for request in complaining(inventory, url, portal, numbers)
        )
        paced.start(deeds, AGENTS / COMPLAINTS_PER_S)
    for n, headers in enumerate(readers):
        paced.start((partial(found.reads.ask, request=one) for one in reading(url, headers, n)), 1.0)
    try:
        yield found
    finally:
        paced.stop()


def worked(found: Asked, complaint: httpx.Request, url: str, agent: Mapping[str, str], client: httpx.Client) -> None:
    """A complaint, and what the desk does about it."""
    answer = found.complaints.ask(client, complaint)
    if answer is not None:
        for command in commanding(answer.json()["number"], url, agent):
            found.commands.ask(client, command)


def complaining(inventory: Inventory, url: str, headers: Mapping[str, str], numbers: range) -> Iterator[httpx.Request]:
    """Of one customer after the other, about what no outage explains: tickets under one stay as long as it stands."""
    for n in numbers:
        service = inventory.services[n % len(inventory.services)]
        body = {"id": f"soak-{n}", "channel": "portal", "customer": service.customer, "service": service.id}
        yield httpx.Request("POST", f"{url}/complaints", headers=headers, json={**body, "text": ELSE[n % len(ELSE)]})


def commanding(ticket: str, url: str, headers: Mapping[str, str]) -> Iterator[httpx.Request]:
    """The customer is asked, and says by phone that all is well."""
    for action, arguments in (("move_stage", {"stage": "confirmation"}), ("close", {"how": "phone"})):
        body = {"id": f"{action}-{ticket}", "action": action, "target": ticket, "arguments": arguments}
        yield httpx.Request("POST", f"{url}/commands", headers=headers, json={**body, "reason": "soak"})


def reading(url: str, headers: Mapping[str, str], first: int) -> Iterator[httpx.Request]:
    for path in cycle(ASKED[first % len(ASKED) :] + ASKED[: first % len(ASKED)]):
        yield httpx.Request("GET", url + path, headers=headers)


def look(pid: int, at_s: float) -> Look:
    """proc(5); nought where it has just ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        descriptors = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except OSError:
        return Look(at_s, 0.0, 0)
    return Look(at_s, pages * os.sysconf("SC_PAGE_SIZE") / 2**20, descriptors)


def grown(role: str, seen: Sequence[Look], seconds: float) -> list[Row]:
    """How memory rose a minute after it was warm, and the descriptors at the end beside those when it was."""
    warm = [one for one in seen if one.at_s >= min(WARM_S, seconds / 3)]
    limit = SLOPE_MB if seconds >= LONG_S else None
    note = f"{warm[0].memory_mb:.0f} MB after {warm[0].at_s:.0f} s, {warm[-1].memory_mb:.0f} MB at the end"
    third = max(1, len(warm) // 3)
    first, last = (statistics.median(one.descriptors for one in part) for part in (warm[:third], warm[-third:]))
    told = f"the last third beside the first; {max(one.descriptors for one in warm):.0f} at most"
    return [
        Row(f"{role}: memory grows a minute", slope(warm), "MB", limit, note),
        Row(f"{role}: more descriptors", last - first, "", CONNECTIONS, told),
    ]


def slope(seen: Sequence[Look]) -> float:
    """Megabytes a minute, by least squares."""
    return 60 * statistics.linear_regression([one.at_s for one in seen], [one.memory_mb for one in seen]).slope


def waited(what: str, asked: Asking, limit_ms: float | None, note: str) -> list[Row]:
    took = sorted(ms for each in asked.took_ms.values() for ms in each)
    of = [within(took, part) for part in (0.5, 0.99)]
    failed = f"{', '.join(asked.failed[:3])}" if asked.failed else ""
    return [
        Row(f"{what}: median", of[0], "ms", None, f"{len(took):,}; {note}"),
        Row(f"{what}: 99 of 100", of[1], "ms", limit_ms, f"the slowest {took[-1]:,.0f} ms"),
        Row(f"{what}: failed", len(asked.failed), "", 0, failed),
    ]


def within(took: Sequence[float], part: float) -> float:
    """Such a part of them, ascending, took no longer."""
    return took[min(len(took), math.ceil(part * len(took))) - 1]


def by_door(asked: Asking) -> list[Row]:
    """Which of them makes the others wait."""
    each = [(path, sorted(took)) for path, took in sorted(asked.took_ms.items())]
    return [
        Row(f"reads of {path}: 99 of 100", within(took, 0.99), "ms", None, f"median {within(took, 0.5):,.0f} ms")
        for path, took in each
    ]


def main(arguments: Sequence[str]) -> None:
    for row in run(arguments[0] if arguments else "full"):
        limit = "" if row.limit is None else f"  (limit {row.limit:g})"
        print(f"{row.what:40}{row.figure:12,.2f} {row.unit}{limit}  {row.note}")


if __name__ == "__main__":
    main(sys.argv[1:])

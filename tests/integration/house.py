"""The real service as a test holds it: two processes on free ports, its doors, and what it wrote, read from outside."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import msgspec

from connectors.journal.sqlite import SqliteJournal
from connectors.store.sql import SqlStore
from correlator.events import Event
from correlator.policy import Policy
from correlator.policy.care import CarePolicy
from streams import bootstrap
from streams.files import Files
from streams.processes import parent
from streams.settings import Channels, Http, Settings, Snmp
from tests.streams.small import INVENTORY
from topology.loaders.dump import to_json
from topology.model import Inventory

T = TypeVar("T")

SIMPUL = [sys.executable, "-m", "streams"]
PATIENCE_S = 120.0  # a small machine may have other things to do; nothing is asserted about it
LOOK_EVERY_S = 0.05
LINK_DOWN, LINK_UP = "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.6.3.1.1.5.4"
TRAP_ADDRESS = "1.3.6.1.6.3.18.1.3.0"  # snmpTrapAddress, as a proxy gives it (RFC 3584, 3.1): we send from loopback


AWAKE = Policy(care=CarePolicy(quiet_from_min=0, quiet_to_min=0))  # tests are run at night, too


def settings(folder: Path, inventory: Inventory = INVENTORY, **more: Any) -> Settings:
    """Free ports, a data folder of its own, an inventory and a policy beside it."""
    file = folder / "inventory.json"
    file.write_bytes(to_json(inventory))
    policy = folder / "policy.json"
    policy.write_bytes(msgspec.json.encode(AWAKE))
    given: dict[str, Any] = {"http": Http(port=0), "snmp": Snmp(port=0), "channels": Channels(), "log": "warning"}
    return Settings(data=folder / "data", inventory=file, **(given | {"policy": policy} | more))


@dataclass(frozen=True, slots=True)
class Live:
    """A service at work."""

    running: parent.Running
    settings: Settings
    token: str

    @property
    def files(self) -> Files:
        return Files(self.settings.data)

    @property
    def url(self) -> str:
        return self.settings.http.url(self.running.http)

    def client(self, token: str | None = None) -> httpx.Client:
        headers = {"Authorization": f"Bearer {token or self.token}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=PATIENCE_S, trust_env=False, verify=False)

    def get(self, path: str, **asked: Any) -> Any:
        with self.client() as client:
            return client.get(path, params=asked).raise_for_status().json()

    def post(self, path: str, body: Mapping[str, Any]) -> httpx.Response:
        with self.client() as client:
            return client.post(path, json=body)

    def health(self) -> tuple[int, dict[str, str | None]]:
        with self.client() as client:
            answer = client.get("/healthz")
        return answer.status_code, answer.json()["checks"]

    def trap(self, kind: str, agent: str, index: int, port: str) -> None:
        """One linkDown or linkUp by net-snmp's snmptrap."""
        assert self.running.snmp is not None
        trap(self.running.snmp, kind, agent, index, port)

    def events(self) -> list[Event]:
        """What the journal has."""
        journal = SqliteJournal(self.files.journal, readonly=True)
        try:
            read: list[Event] = []
            after = 0
            while frames := journal.read(self.settings.domain, after):
                after = frames[-1][0]
                read += [event for _, frame in frames for event in frame.events]
            return read
        finally:
            journal.close()

    def messages(self) -> list[dict[str, Any]]:
        """What left by the file channel."""
        try:
            lines = self.files.messages.read_text().splitlines()
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in lines if line.endswith("}")]

    def messages_of(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.messages() if message["kind"] == kind]


def trap(door: tuple[str, int], kind: str, agent: str, index: int, port: str) -> None:
    """One linkDown or linkUp by net-snmp's snmptrap."""
    varbinds = [
        (f"1.3.6.1.2.1.2.2.1.1.{index}", "i", str(index)),
        (f"1.3.6.1.2.1.31.1.1.1.1.{index}", "s", port),
        (TRAP_ADDRESS, "a", agent),
    ]
    command = ["snmptrap", "-v", "2c", "-c", "public", f"{door[0]}:{door[1]}", "", kind]
    subprocess.run([*command, *(word for one in varbinds for word in one)], check=True)


@contextmanager
def living(given: Settings) -> Iterator[Live]:
    """Prepared and started as `simpul run` does it; ended whatever the test does."""
    first = bootstrap.prepare(given)
    running = parent.start(given)
    try:
        yield Live(running, given, first.token or "")
    finally:
        running.stop()


def until(what: str, look: Callable[[], T], patience_s: float = PATIENCE_S) -> T:
    """The first answer of `look` that is true, before a deadline that only a broken service misses."""
    end_s = time.monotonic() + patience_s
    while not (found := look()):
        assert time.monotonic() < end_s, f"after {patience_s:.0f} s there is still no {what}"
        threading.Event().wait(LOOK_EVERY_S)
    return found


def got(url: str, patience_s: float = PATIENCE_S, **more: Any) -> httpx.Response:
    """GET by plain HTTP, again and again: it loads no certificates, which takes longer than the service's answer."""
    return httpx.get(url, trust_env=False, verify=False, timeout=patience_s, **more)


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def all_done(given: Settings) -> bool:
    """All that came is folded, all that was decided is sent or given up.

    Asked of journal and store: what the worker said of itself may be from before it was killed.
    """
    files = Files(given.data)
    with (
        closing(SqliteJournal(files.journal, readonly=True)) as journal,
        closing(SqlStore(files.store)) as store,
    ):
        end = journal.end(given.domain)
        if store.applied(given.domain) < end:
            return False
        states = {state for _, state in store.outbox.counts(given.domain)}
        waits = store.outbox.pending(given.domain) or states & {"queued", "trying"}
        return not waits and journal.end(given.domain) == end


def sent_on(given: Settings) -> None:
    """Started again while something waits: what a timer decided after the last look is sent by the next start."""
    for _ in range(3):
        if all_done(given):
            return
        with living(given):
            until("all that waited to be sent", lambda: all_done(given))

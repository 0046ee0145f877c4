"""Webhook bodies of 100 alerts into `simpul run`: each is answered when its alarms are durable, by the real journal.

Several senders post one body after the other, as monitoring systems do. Counted in the journal afterwards: what was
answered and is not there was lost. `python -m bench.webhooks` runs it alone.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import msgspec

from bench import Row
from bench.senders.traps import SPEAKING
from bench.storm.national import national
from bench.watching.process import cpu_s, peak_mb, still
from connectors.journal.sqlite import SqliteJournal
from correlator.events import Alarm
from streams import bootstrap
from streams.processes.parent import start
from streams.settings import Http, Settings, Snmp
from topology.loaders.dump import to_json
from topology.model import Inventory

RATE = 10_000  # alerts a second that are wanted, of bodies of 100
ALERTS = 100  # of a body
SENDERS = 8
SECONDS = {"smoke": 2.0, "quick": 10.0, "full": 30.0}
RESOURCES = {"smoke": 2_000, "quick": 100_000, "full": 100_000}
SEED = 1


@dataclass(slots=True)
class Answered:
    """What one sender was answered."""

    alerts: int = 0
    refused: int = 0
    took_s: list[float] = field(default_factory=list)  # each body


def run(scale: str) -> list[Row]:
    """`scale`: smoke (2 s), quick (10 s) or full (30 s), of each format."""
    inventory = national(RESOURCES.get(scale, RESOURCES["full"]), SEED)
    seconds = SECONDS.get(scale, SECONDS["full"])
    return [row for name in ("alertmanager", "zabbix") for row in loaded(inventory, name, seconds)]


def loaded(inventory: Inventory, name: str, seconds: float) -> list[Row]:
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        network = folder / "inventory.json"
        network.write_bytes(to_json(inventory))
        settings = Settings(
            data=folder / "data", inventory=network, http=Http(port=0), snmp=Snmp(enabled=False), log="error"
        )
        running = start(settings)
        try:
            assert running.http is not None, "the door is open by default"
            with bootstrap.tokens(settings) as tokens:
                bearers = [tokens.issue(f"bench-{n}", "source") for n in range(SENDERS)]
            intake = running.pids["intake"]
            addresses = [one.addresses[0] for one in inventory.devices if one.role in SPEAKING and one.addresses]
            url = settings.http.url(running.http)
            for bearer in bearers:  # a token's first use costs an argon2
                httpx.post(f"{url}/webhooks/{name}", headers={"Authorization": f"Bearer {bearer}"}, trust_env=False)
            spent, began = cpu_s(intake), time.perf_counter()
            until = began + seconds
            with ThreadPoolExecutor(SENDERS) as pool:
                posting = [
                    pool.submit(post, f"{url}/webhooks/{name}", bearer, (name, n, addresses), until)
                    for n, bearer in enumerate(bearers)
                ]
                answered = [one.result() for one in posting]
            took_s = time.perf_counter() - began
            spent, peak = cpu_s(intake) - spent, peak_mb(intake)
            journal = SqliteJournal(settings.data / "journal.db", readonly=True)
            still(lambda: journal.end(settings.domain))
        finally:
            running.stop()
        there = durable(journal, settings.domain)
        journal.close()
    return rows(name, answered, (took_s, spent, peak), there)


def rows(name: str, answered: list[Answered], cost: tuple[float, float, float], there: int) -> list[Row]:
    took_s, spent_s, peak = cost
    alerts, refused = sum(one.alerts for one in answered), sum(one.refused for one in answered)
    waits = sorted(wait for one in answered for wait in one.took_s)
    each = ALERTS if name != "zabbix" else 1
    what = f"{len(waits)} bodies of {each}, {SENDERS} senders; {refused} refused"
    limit = RATE if name != "zabbix" else None
    return [
        Row(f"{name}: alerts answered when durable", alerts / took_s, "alerts/s", limit, what),
        Row(f"{name}: of these not in the journal", max(0, alerts - there), "alerts", 0, f"of {alerts}"),
        Row(f"{name}: a body answered, 99 of 100", waits[int(len(waits) * 0.99)] * 1e3, "ms", None, ""),
        Row(f"{name}: CPU of the intake process", spent_s / max(1, alerts) * 1e6, "us/alert", None, f"{peak:.0f} MB"),
    ]


def post(url: str, bearer: str, what: tuple[str, int, Sequence[str]], until: float) -> Answered:
    """One body after the other, until then. Each sender has devices of its own, which go down and up."""
    name, sender, addresses = what
    found, turn = Answered(), 0
    headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}
    with httpx.Client(timeout=60, trust_env=False, headers=headers) as client:
        while time.perf_counter() < until:
            content = body(name, (sender, turn), addresses)
            began = time.perf_counter()
            answer = client.post(url, content=content)
            found.took_s.append(time.perf_counter() - began)
            told = answer.json()
            found.alerts += len(told.get("accepted", ()))
            found.refused += len(told.get("refused", ())) if answer.status_code == 202 else 1
            turn += 1
    return found


def body(name: str, of: tuple[int, int], addresses: Sequence[str]) -> bytes:
    sender, turn = of
    up, begun = turn % 2 == 1, 1_772_323_200 + turn // 2
    if name == "zabbix":
        number = sender * 1_000_000 + turn // 2
        event = {"event": str(number), "value": str(1 - turn % 2), "trigger": str(number % 5_000), "severity": "4"}
        return msgspec.json.encode({**event, "host": addresses[number % len(addresses)], "item": "icmpping"})
    alerts = [
        {
            "status": "resolved" if up else "firing",
            "labels": {"alertname": "InterfaceDown", "instance": address, "ifName": f"{sender}", "severity": "major"},
            "annotations": {"summary": f"port {sender} of {address} is down"},
            "startsAt": _time(begun),
            "endsAt": _time(begun + 1) if up else "0001-01-01T00:00:00Z",
            "generatorURL": "http://prometheus.example:9090/graph",
            "fingerprint": f"{sender:08x}{n:08x}",
        }
        for n, address in ((n, addresses[(sender * ALERTS + n) % len(addresses)]) for n in range(ALERTS))
    ]
    group = {"version": "4", "groupKey": "{}", "status": "firing", "receiver": "bench", "alerts": alerts}
    return msgspec.json.encode(group)


def _time(at_s: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at_s))


def durable(journal: SqliteJournal, domain: str) -> int:
    """Alarms in the journal."""
    after = alarms = 0
    while found := journal.read(domain, after):
        for offset, frame in found:
            alarms += sum(isinstance(event, Alarm) for event in frame.events)
            after = offset
    return alarms


def main(arguments: Sequence[str]) -> None:
    for row in run(arguments[0] if arguments else "full"):
        limit = "" if row.limit is None else f"  (limit {row.limit:g})"
        print(f"{row.what:40}{row.figure:12,.1f} {row.unit}{limit}  {row.note}")


if __name__ == "__main__":
    main(sys.argv[1:])

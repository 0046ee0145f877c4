"""The distributed runtime as one watches it: a trace over all processes, figures of each, `simpul top`."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from connectors.metrics import LATENCY
from correlator.policy import Policy
from streams import bootstrap
from streams.settings import load
from tests.collector import Collector, Heard, collecting
from tests.integration.command import environment
from tests.integration.distributed.crew import Crew, crew
from tests.integration.house import AWAKE, LINK_DOWN, SIMPUL, got, trap, until
from tests.streams.small import INVENTORY

pytestmark = pytest.mark.skipif(shutil.which("snmptrap") is None, reason="needs net-snmp: apt install snmp")

POLLER = {
    "source": "poller",
    "object": "DPS-1",
    "alarm_type": "device_unreachable",
    "severity": "critical",
    "state": "raised",
}
SOON = msgspec.structs.replace(Policy().faults, settle_s=2)
STAGES = {
    "edge": {"received_to_raw"},
    "worker": {"received_to_journal", "journal_to_committed", "received_to_committed"},
    "api": {"received_to_journal"},
    "dispatch": {"decided_to_queued", "decided_to_sent"},
}


@dataclass(frozen=True, slots=True)
class One:
    """A process: what it said when it began, and where its door is."""

    process: subprocess.Popen[str]
    said: list[str]

    @property
    def url(self) -> str:
        return self.said[-1].split()[-1].removesuffix("healthz").rstrip("/")

    @property
    def traps(self) -> tuple[str, int]:
        """An edge's."""
        words = self.said[1].split()
        return words[2], int(words[4])


def begin(them: Crew, name: str, endpoint: str) -> One:
    env = environment() | {
        "PYTHONUNBUFFERED": "1",
        "SIMPUL_DATA": str(them.folder / name),
        "SIMPUL_DATABASE__MASTER_KEY": str(them.folder / "data" / "master.key"),
        "SIMPUL_SNMP__PORT": "0",
        "SIMPUL_HTTP__PORT": "0",
        "SIMPUL_TRACES__ENDPOINT": endpoint,
    }
    with (them.folder / f"{name}.log").open("w") as log:
        command = [*SIMPUL, name, "--config", str(them.config)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=env)
    assert process.stdout is not None
    said: list[str] = []
    while not said or "http://" not in said[-1]:
        said.append(process.stdout.readline())
        assert said[-1], (them.folder / f"{name}.log").read_text()
    return One(process, said)


@contextmanager
def running(folder: Path, endpoint: str) -> Iterator[tuple[str, dict[str, One]]]:
    """One of each kind, and the administrator's token."""
    with crew(folder, (INVENTORY, msgspec.structs.replace(AWAKE, faults=SOON))) as them:
        first = bootstrap.prepare(load(them.config).model_copy(update={"data": folder / "data"}))
        assert first.token is not None
        made: dict[str, One] = {}
        try:
            for name in STAGES:
                made[name] = begin(them, name, endpoint)
            yield first.token, made
        finally:
            for one in made.values():
                one.process.terminate()
            for one in made.values():
                one.process.wait(60)
                assert one.process.stdout is not None
                one.process.stdout.close()


def whole(collector: Collector) -> tuple[list[Heard], list[Heard]] | None:
    """The incident's trace, and the raw frame's that it is linked with."""
    spans = collector.trace_with("campaign sent")
    links = {link.trace_id for one in spans or () for link in one.span.links if one.name == "received and appended"}
    raw = [found for name in links if (found := collector.traces().get(name)) and len(found) == 2]
    return (spans, raw[0]) if spans and raw else None


def stages(one: One, token: str) -> set[str]:
    """Of which there are figures."""
    by = {"Authorization": f"Bearer {token}"}
    text = got(f"{one.url}/metrics", headers=by).raise_for_status().text
    families = {found.name: found for found in text_string_to_metric_families(text)}
    return {sample.labels["stage"] for sample in families[LATENCY.name].samples}


def calm(command: list[str]) -> list[dict[str, Any]] | None:
    """What `simpul top` shows, once the dispatcher has counted that all is sent."""
    ran = subprocess.run(command, check=True, capture_output=True, text=True, env=environment())
    rows: list[dict[str, Any]] = json.loads(ran.stdout)
    return rows if rows[3]["waiting"] == 0 else None


def test_a_fault_is_followed_from_the_edge_to_the_notice(tmp_path: Path) -> None:
    with collecting() as collector, running(tmp_path, collector.endpoint) as (token, made):
        trap(made["edge"].traps, LINK_DOWN, "10.0.0.2", 2, "2")
        by = {"Authorization": f"Bearer {token}"}
        assert httpx.post(f"{made['api'].url}/alarms", json=POLLER, headers=by, trust_env=False).status_code == 202
        spans, raw = until("trace of all of it", lambda: whole(collector))
        assert {name: stages(one, token) for name, one in made.items()} == STAGES
        urls = [word for one in made.values() for word in ("--url", one.url)]
        command = [*SIMPUL, "top", *urls, "--json", "--every", "0.5", "--token", token]
        rows = until("word that nothing waits", lambda: calm(command))
    assert {one.service for one in spans} == {"simpul-worker", "simpul-dispatch"}
    assert {(one.service, one.name) for one in raw} == {
        ("simpul-edge", "raw frame kept"),
        ("simpul-worker", "frame appended"),
    }
    ids = {one.span.span_id for one in spans}
    assert [one.name for one in spans if one.span.parent_span_id and one.span.parent_span_id not in ids] == []
    assert [(row["process"], row["state"]) for row in rows] == [(name, "well") for name in STAGES]
    assert (rows[1]["active_alarms"], rows[1]["open_incidents"]) == (2, 1)

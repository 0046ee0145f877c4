"""docker-compose.yml without an engine: each of its services starts as the file says, and is well by its own check.

Prometheus is a real one, of Debian's package; of Grafana there is none here, so its dashboard is asked of Prometheus.
"""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from ruamel.yaml import YAML

from connectors.metrics import DECLARED
from dev.local.place import free_port
from dev.local.tools import program
from tests.containers import read
from tests.integration.distributed.stack import STAY, Stack, all_up, follow, stack
from tests.integration.house import until

DASHBOARD = read("deploy/grafana/dashboards/simpul.json")
EXPRESSIONS = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
ALL_UP = {"edge": ["up"], "worker": ["up", "up"], "dispatch": ["up"], "api": ["up"]}
SERIES = re.compile(r"\bsimpul_\w+(?![\w.])")


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, dict[str, str]]]:
    """All of it, and what the services that ran once have said."""
    with stack(tmp_path_factory.mktemp("stack")) as made:
        yield made, all_up(made)


def test_all_services_are_well_together(up: tuple[Stack, dict[str, str]]) -> None:
    made, said = up
    assert {name for name, one in made.started.items() if one.well()} == {f"{name}-{number}" for name, number in STAY}
    assert len(STAY) == 5
    assert "5 topics, all as they have to be" in said["topics"]
    assert "administrator's token" in said["prepare"]


def test_what_happens_goes_all_the_way(up: tuple[Stack, dict[str, str]]) -> None:
    follow(*up)


# Prometheus


@pytest.fixture(scope="module")
def asked(up: tuple[Stack, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Prometheus, at work on these processes."""
    folder = tmp_path_factory.mktemp("prometheus")
    config = read("deploy/prometheus.yml")
    config["global"]["scrape_interval"] = "1s"
    for job in config["scrape_configs"]:
        [found] = job.pop("dns_sd_configs")
        ports = [
            one.ports[str(found["port"])] for name, one in up[0].started.items() if name.startswith(found["names"][0])
        ]
        job["static_configs"] = [{"targets": [f"127.0.0.1:{port}" for port in ports]}]
    YAML().dump(config, folder / "prometheus.yml")
    with prometheus(folder) as client:
        yield client


@contextmanager
def prometheus(folder: Path) -> Iterator[httpx.Client]:
    port = free_port()
    words = [f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data"]
    command = [str(program("prometheus", "prometheus")), *words, f"--web.listen-address=127.0.0.1:{port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", trust_env=False) as client:
            until("answer of Prometheus", lambda: answers(client))
            yield client
    finally:
        process.terminate()
        process.wait(60)


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/status/buildinfo").is_success
    except httpx.TransportError:
        return False


def targets(asked: httpx.Client) -> dict[str, list[str]]:
    """By job: how each of its processes answers Prometheus."""
    found: dict[str, list[str]] = {}
    for one in asked.get("/targets").json()["data"]["activeTargets"]:
        found.setdefault(one["labels"]["job"], []).append(one["health"])
    return found


def test_every_process_is_scraped(asked: httpx.Client) -> None:
    assert until("scrape of all", lambda: targets(asked) == ALL_UP)


def test_the_dashboard_asks_for_what_there_is(asked: httpx.Client, up: tuple[Stack, dict[str, str]]) -> None:
    until("scrape of all", lambda: targets(asked) == ALL_UP)
    declared = {one.name for one in DECLARED}  # a counter is shown from its first count on
    wanted = {name for expression in EXPRESSIONS for name in SERIES.findall(expression)}
    known = {name.removesuffix("_created") for name in asked.get("/metadata").json()["data"]}
    costs = {name for name in wanted if "_process_" in name}
    assert {name.removesuffix("_bucket") for name in wanted} - declared == costs
    shown = {name for name in known if name.startswith("simpul_") and "_process_" not in name}
    assert shown - declared - {name.removesuffix("_total") for name in declared} == set()
    assert costs <= known | {f"{name}_total" for name in known}
    for expression in EXPRESSIONS:
        answer: Any = asked.get("/query", params={"query": expression}).json()
        assert answer["status"] == "success", (expression, answer)

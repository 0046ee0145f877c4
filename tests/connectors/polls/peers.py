"""Real ones, each on a free port of this machine: Prometheus, its exporters, Alertmanager, a target that dies."""

import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.integration.house import got, until

PROMETHEUS = Path("/usr/bin/prometheus")
BLACKBOX = Path("/usr/bin/prometheus-blackbox-exporter")
SNMP_EXPORTER = Path("/usr/bin/prometheus-snmp-exporter")
ALERTMANAGER = Path("/usr/bin/prometheus-alertmanager")
SCRAPES = """
global:
  scrape_interval: 1s
  scrape_timeout: 1s
scrape_configs:
  - job_name: icmp
    metrics_path: /probe
    params:
      module: [tcp_connect]
    static_configs:
{targets}
    relabel_configs:
      - source_labels: [__address__]
        target_label: __param_target
      - target_label: __address__
        replacement: {blackbox}
"""
SNMP_SCRAPES = """
global:
  scrape_interval: 1s
  scrape_timeout: 1s
scrape_configs:
  - job_name: snmp
    metrics_path: /snmp
    params:
      module: [if_mib]
    static_configs:
      - targets: ["{agent}"]
    relabel_configs:
      - source_labels: [__address__]
        target_label: __param_target
      - source_labels: [__param_target]
        target_label: instance
      - target_label: __address__
        replacement: {exporter}
"""
# of its own if_mib the part that is asked for
IF_MIB_MODULE = """
if_mib:
  walk: [1.3.6.1.2.1.2.2.1, 1.3.6.1.2.1.31.1.1.1]
  version: 2
  auth:
    community: {community}
  metrics:
"""
IF_MIB_METRIC = """
    - name: {name}
      oid: 1.3.6.1.2.1.2.2.1.{column}
      type: gauge
      help: of IF-MIB
      indexes: [{{labelname: ifIndex, type: gauge}}]
      lookups:
        - {{labels: [ifIndex], labelname: ifAlias, oid: 1.3.6.1.2.1.31.1.1.1.18, type: DisplayString}}
        - {{labels: [ifIndex], labelname: ifDescr, oid: 1.3.6.1.2.1.2.2.1.2, type: DisplayString}}
        - {{labels: [ifIndex], labelname: ifName, oid: 1.3.6.1.2.1.31.1.1.1.1, type: DisplayString}}
"""
TARGET = """      - targets: ["{address}"]
        labels:
          device: "{device}"
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@dataclass
class Running:
    """A process that can be ended and started again at the same place."""

    command: Sequence[str | Path]
    address: str  # host:port
    healthy: str = ""  # path that answers 200 once it works; none: its port is open
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(f"answer of {self.command[0]}", self._works)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
            self.process = None

    def _works(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"{self.command[0]} ended"
        try:
            if self.healthy:
                return got(f"{self.url}{self.healthy}", 5).is_success
            host, port = self.address.split(":")
            socket.create_connection((host, int(port)), 1).close()
        except (OSError, httpx.HTTPError):
            return False
        return True


@contextmanager
def running(one: Running) -> Iterator[Running]:
    program = Path(one.command[0])
    assert program.exists(), f"{program} is not installed: apt-get install {program.name}"
    try:
        one.start()
        yield one
    finally:
        one.stop()


def target() -> Running:
    port = free_port()
    command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)]
    return Running(command, f"127.0.0.1:{port}")


def blackbox(folder: Path) -> Running:
    config, port = folder / "blackbox.yml", free_port()
    config.write_text("modules:\n  tcp_connect:\n    prober: tcp\n    timeout: 1s\n")
    command = [BLACKBOX, f"--config.file={config}", f"--web.listen-address=127.0.0.1:{port}"]
    return Running(command, f"127.0.0.1:{port}", "/-/healthy")


def snmp_exporter(folder: Path, community: str) -> Running:
    config, port = folder / "snmp.yml", free_port()
    metrics = [IF_MIB_METRIC.format(name=f"if{name}Status", column=n) for name, n in (("Admin", 7), ("Oper", 8))]
    config.write_text(IF_MIB_MODULE.format(community=community) + "".join(metrics))
    command = [SNMP_EXPORTER, f"--config.file={config}", f"--web.listen-address=127.0.0.1:{port}"]
    return Running(command, f"127.0.0.1:{port}", "/metrics")


def prometheus(folder: Path, probes: Running, targets: Mapping[str, str]) -> Running:
    """`targets`: address by device, each probed by blackbox_exporter."""
    listed = "".join(TARGET.format(address=address, device=device) for device, address in targets.items())
    return scraping(folder, SCRAPES.format(targets=listed, blackbox=probes.address))


def prometheus_of_snmp(folder: Path, exporter: Running, agent: str) -> Running:
    """It scrapes an agent at this address through snmp_exporter, as the exporter's own page has it."""
    return scraping(folder, SNMP_SCRAPES.format(agent=agent, exporter=exporter.address))


def scraping(folder: Path, text: str) -> Running:
    config, port = folder / "prometheus.yml", free_port()
    config.write_text(text)
    options = [f"--config.file={config}", f"--storage.tsdb.path={folder / 'tsdb'}"]
    return Running([PROMETHEUS, *options, f"--web.listen-address=127.0.0.1:{port}"], f"127.0.0.1:{port}", "/-/ready")


def alertmanager(folder: Path, config: str) -> Running:
    """It alone, without a cluster."""
    file, port = folder / "alertmanager.yml", free_port()
    file.write_text(config)
    options = [f"--config.file={file}", f"--storage.path={folder / 'am'}", "--cluster.listen-address="]
    return Running([ALERTMANAGER, *options, f"--web.listen-address=127.0.0.1:{port}"], f"127.0.0.1:{port}", "/-/ready")


def post_alert(peer: Running, **alert: Any) -> None:
    """As Prometheus does."""
    httpx.post(f"{peer.url}/api/v2/alerts", json=[alert], trust_env=False).raise_for_status()

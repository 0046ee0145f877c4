"""A broker of a test's own making: its properties are what is tested."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from dev.local.kafka import STARTED, virtual_machine
from dev.local.place import free_port
from dev.local.tools import Trouble
from tests.certificates import Authority
from tests.integration.house import until

QUICK = {"broker.heartbeat.interval.ms": "500", "offsets.topic.num.partitions": "4"}


@contextmanager
def broker(folder: Path, properties: Mapping[str, str], words: Sequence[str] = ()) -> Iterator[None]:
    """Serves until the end. `words`: more for the tool that formats the disk, after `-t ID`."""
    folder.mkdir()
    file, log = folder / "server.properties", folder / "log"
    file.write_text("".join(f"{name}={value}\n" for name, value in {**QUICK, **properties}.items()))
    try:
        java = virtual_machine(quick=True)
    except Trouble as trouble:
        pytest.skip(f"no kafka: {trouble}")
    made = subprocess.run(
        [*java, "kafka.tools.StorageTool", "format", "-c", file, *words], capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr
    with log.open("w") as out:
        process = subprocess.Popen([*java, "kafka.Kafka", str(file)], stdout=out, stderr=out)
    try:
        until("broker", lambda: STARTED in log.read_text() or process.poll() is not None)
        assert process.poll() is None, log.read_text()[-3000:]
        yield
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def secured(folder: Path, authority: Authority, password: str) -> Iterator[str]:
    """Where one serves that speaks TLS, and lets in `simpul` with this password (SCRAM-SHA-512)."""
    pair, store = authority.pair("broker"), folder / "broker.pem"
    store.write_text(pair.key.read_text() + pair.certificate.read_text())
    port, controller = free_port(), free_port()
    known = f'org.apache.kafka.common.security.scram.ScramLoginModule required username="simpul" password="{password}";'
    properties = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@127.0.0.1:{controller}",
        "controller.listener.names": "CONTROLLER",
        "listeners": f"SASL_SSL://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": f"SASL_SSL://127.0.0.1:{port}",
        "listener.security.protocol.map": "SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "SASL_SSL",
        "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-512",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config": known,
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(store),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(authority.file),
        "log.dirs": str(folder / "data"),
        "auto.create.topics.enable": "false",
        "group.initial.rebalance.delay.ms": "0",
        "offsets.topic.replication.factor": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
    }
    scram = f"SCRAM-SHA-512=[name=simpul,password={password}]"
    with broker(folder / "own", properties, ["-t", "c2ltcHVsLW9uZS1ob3N0IQ", "--add-scram", scram]):
        yield f"127.0.0.1:{port}"

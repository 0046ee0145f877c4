"""A broker of a test's own making: its properties are what is tested."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from dev.local.kafka import STARTED, virtual_machine
from dev.local.tools import Trouble
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

"""`simpul run` where it cannot: a clear word, exit status 2, nothing left running. And the end of a parent."""

import os
import signal
import socket
import sqlite3
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.integration.command import children, environment, free, port_of, service, write
from tests.integration.house import SIMPUL, alive, got, until
from tests.streams.small import INVENTORY
from topology.loaders.dump import to_json


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Settings on free ports, as an operator writes them."""
    (tmp_path / "inventory.json").write_bytes(to_json(INVENTORY))
    return write(tmp_path)


def refused(config: Path) -> str:
    """What it says; it must end by itself, with status 2."""
    command = [*SIMPUL, "run", "--config", str(config)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=environment())
    assert run.returncode == 2, run.stdout + run.stderr
    assert "Traceback" not in run.stderr
    return run.stderr


def test_a_port_that_is_taken(config: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused(write(config.parent, http=port))
    assert f"Port {port}" in said
    assert "http.port" in said


def test_a_trap_port_that_is_taken(config: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        said = refused(write(config.parent, snmp=port))
    assert str(port) in said


def test_a_second_service_on_the_same_data(config: Path) -> None:
    with service(config):
        said = refused(config)
    assert "Another service uses the data folder" in said


def test_a_file_in_the_place_of_the_data_folder(config: Path) -> None:
    (config.parent / "data").write_text("")
    assert "data is a file. Name a folder" in refused(config)


def test_no_inventory(config: Path) -> None:
    said = refused(write(config.parent, inventory="nowhere.json"))
    assert "1 fault:" in said
    assert "nowhere.json: it cannot be read" in said


def test_a_bad_inventory_is_told_every_fault(config: Path) -> None:
    text = to_json(INVENTORY).decode()
    (config.parent / "bad.json").write_text(text.replace('"site":"DPS"', '"site":"XXX"').replace('"CU-2"', '"CU-9"', 1))
    said = refused(write(config.parent, inventory="bad.json"))
    assert "2 faults" in said
    assert "XXX" in said
    assert "CU-9" in said


def test_bad_settings_name_each_field(config: Path) -> None:
    config.write_text(config.read_text().replace("[http]", "[http]\nbatch = 0").replace("[snmp]", "[snmp]\nports = 1"))
    said = refused(config)
    assert "http.batch" in said
    assert "snmp.ports" in said


def test_a_certificate_that_is_not_there(config: Path) -> None:
    config.write_text(config.read_text().replace("[http]", '[http]\ncertificate = "a.pem"\nkey = "a.key"'))
    said = refused(config)
    assert "http.certificate" in said
    assert said.count("cannot_go_on") == 1


def test_a_door_beyond_this_machine_in_clear(config: Path) -> None:
    config.write_text(config.read_text().replace("[http]", '[http]\nhost = "0.0.0.0"'))
    said = refused(config)
    assert "http: host 0.0.0.0 is beyond this machine" in said
    assert "plain = true" in said


@pytest.mark.parametrize(
    "name", ["journal.db", "store.db", "register.db", "keys.db", "directory.db", "tokens.json", "master.key"]
)
def test_a_damaged_file_is_named_and_nothing_loops(config: Path, name: str) -> None:
    data = config.parent / "data"
    data.mkdir(mode=0o700)
    (data / name).write_bytes(b"this is not what was written here " * 100)
    (data / name).chmod(0o600)
    said = refused(config)
    assert name in said
    assert said.count("cannot_go_on") <= 2, "each process says it once"


def test_a_file_that_is_damaged_inside(config: Path) -> None:
    """Its header is good; what it holds is not: nothing that a new start helps."""
    with service(config) as run:
        run.terminate()
        run.wait()
    store = sqlite3.connect(config.parent / "data" / "store.db")
    with store:
        store.execute("update rows set body = x'c1'")
    store.close()
    said = refused(config)
    assert "cannot be read" in said
    assert said.count("cannot_go_on") == 1


def test_a_child_that_is_started_again_keeps_its_port_whatever_the_environment_says(config: Path) -> None:
    """The environment wins over the file; what the parent found with it is pinned, and not read again."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        file = write(config.parent, http=taken.getsockname()[1])
        with service(file, SIMPUL_HTTP__PORT="0") as run:
            port = port_of(run)
            os.kill(intake_of(run), signal.SIGKILL)
            until("answer at the same port", lambda: healthy(port))


def intake_of(run: subprocess.Popen[str]) -> int:
    [found] = [pid for pid in children(run.pid) if b"intake" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    return found


def healthy(port: int) -> bool:
    try:
        return got(f"http://127.0.0.1:{port}/healthz", 5).status_code == 200
    except httpx.TransportError:
        return False


def test_when_the_parent_is_killed_its_children_end_and_free_the_ports(config: Path) -> None:
    with service(config) as run:
        port, young = port_of(run), children(run.pid)
        assert len(young) == 2
        assert not free(port)
        run.send_signal(signal.SIGKILL)
        run.wait()
        until("end of both", lambda: not any(alive(pid) for pid in young))
        assert free(port)


def test_it_ends_when_it_is_told_to(config: Path) -> None:
    with service(config) as run:
        young = children(run.pid)
        run.terminate()
        assert run.wait(60) == 0
        assert not any(alive(pid) for pid in young)

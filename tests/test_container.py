"""docker-compose.yml and the Dockerfile, without an engine: what they set is known, what they name exists."""

import re
from pathlib import Path
from typing import Any

import pytest

from streams.settings import Settings, load
from tests import compose

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SERVICE_KEYS = {  # of the compose specification, those that we use
    *("build", "image", "command", "environment", "ports", "volumes", "healthcheck", "stop_grace_period", "restart"),
    *("read_only", "tmpfs", "cap_drop", "security_opt"),
}


@pytest.fixture(scope="module")
def file() -> dict[str, Any]:
    found: dict[str, Any] = compose.read((ROOT / "docker-compose.yml").read_text())
    return found


@pytest.fixture(scope="module")
def service(file: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = file["services"]["simpul"]
    return found


def test_the_structure_is_the_specifications(file: dict[str, Any], service: dict[str, Any]) -> None:
    assert file.keys() == {"name", "services", "volumes"}
    assert service.keys() <= SERVICE_KEYS
    assert service["healthcheck"].keys() == {"test", "interval", "timeout", "retries", "start_period"}
    assert all(re.fullmatch(r"\d+s", service["healthcheck"][name]) for name in ("interval", "timeout", "start_period"))


@pytest.fixture
def settings(service: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    for name, value in service["environment"].items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.chdir(tmp_path)
    return load()


def test_the_environment_is_settings_that_the_service_knows(settings: Settings) -> None:
    assert settings.http.host == settings.snmp.host == "0.0.0.0"
    assert settings.inventory == Path("/etc/simpul/inventory.json")


def test_ports_lead_to_the_doors(service: dict[str, Any], settings: Settings) -> None:
    inner = {port.split(":")[-1] for port in service["ports"]}
    assert inner == {str(settings.http.port), f"{settings.snmp.port}/udp"}
    assert {f"{settings.http.port}/tcp", f"{settings.snmp.port}/udp"} <= set(DOCKERFILE.split())
    assert str(settings.http.port) in service["healthcheck"]["test"][-1]


def test_all_that_is_written_lies_in_the_volume(
    file: dict[str, Any], service: dict[str, Any], settings: Settings
) -> None:
    name, place = service["volumes"][0].split(":")
    assert name in file["volumes"]
    assert Path(place) == settings.data
    assert f"VOLUME {place}" in DOCKERFILE


def test_health_is_asked_at_the_open_door(service: dict[str, Any]) -> None:
    kind, program, flag, code = service["healthcheck"]["test"]
    assert (kind, program, flag) == ("CMD", "python", "-c")
    compile(code, "healthcheck", "exec")
    assert "/healthz" in code


def test_the_image_runs_the_service_and_copies_what_exists(service: dict[str, Any]) -> None:
    assert 'ENTRYPOINT ["simpul"]' in DOCKERFILE
    assert service["command"] == ["run"]
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    names = [name for line in copied for name in line.split()]
    assert names
    assert [name for name in names if not (ROOT / name).exists()] == []
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert [name for name in names if f"!{name}" not in ignored] == []

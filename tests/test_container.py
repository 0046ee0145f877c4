"""The compose files and the Dockerfile, without an engine: they keep to the specification, what they set is known, what
they name exists. Whether their services start: `tests/integration/distributed/test_compose.py`.
"""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from streams.settings import Settings, load
from tests.containers import ROOT, ours, read

DOCKERFILE = (ROOT / "Dockerfile").read_text()
FILES = ("docker-compose.yml", "docker-compose.embedded.yml")
SCHEMA = Draft202012Validator(json.loads((Path(__file__).parent / "vendor" / "compose-spec.json").read_text()))
FILE = {name: read(name) for name in FILES}
OURS = [(file, name) for file in FILES for name in ours(FILE[file])]
EVERY = [(file, name) for file in FILES for name in FILE[file]["services"]]


@pytest.mark.parametrize("file", FILES)
def test_it_keeps_to_the_compose_specification(file: str) -> None:
    assert [f"{fault.json_path}: {fault.message[:200]}" for fault in SCHEMA.iter_errors(FILE[file])] == []
    assert list(SCHEMA.iter_errors({"services": {"simpul": {"imagge": "x"}}})), "it finds faults"


@pytest.mark.parametrize("file", FILES)
def test_what_a_service_needs_is_declared(file: str) -> None:
    compose = FILE[file]
    for service in compose["services"].values():
        assert set(service.get("secrets", [])) <= compose.get("secrets", {}).keys()
        assert set(service.get("networks", [])) <= compose.get("networks", {}).keys()
        assert set(service.get("depends_on", {})) <= compose["services"].keys()
        for volume in service.get("volumes", []):
            source, inner, *_ = *volume.split(":"), ""
            if source.startswith("./") and source != "./config":
                assert (ROOT / source).exists()
            elif inner:
                assert source == "./config" or source in compose["volumes"]


@pytest.mark.parametrize(("file", "name"), EVERY)
def test_no_service_may_more_than_it_needs(file: str, name: str) -> None:
    service = FILE[file]["services"][name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.get("read_only") or name == "kafka", "its image writes its settings beside the program"
    once = service["restart"] == "no"
    assert once or {"test", "interval", "timeout", "retries", "start_period"} <= service["healthcheck"].keys()


@pytest.mark.parametrize(("file", "name"), EVERY)
def test_images_are_pinned(file: str, name: str) -> None:
    image, _, version = FILE[file]["services"][name]["image"].partition(":")
    assert image == "simpul" or re.fullmatch(r"v?\d+\.\d+(\.\d+)?", version)


def test_the_image_is_built_on_an_exact_version() -> None:
    stages = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(stages) == 2
    assert all(re.fullmatch(r"python:3\.\d+\.\d+-slim-[a-z]+", stage) for stage in stages)


def pins(name: str) -> set[str]:
    """Packages with their versions."""
    return set(re.findall(r"^([a-z0-9][\w.-]*==[^\s;]+)", (ROOT / name).read_text(), re.MULTILINE))


def test_the_image_has_what_runs_and_nothing_that_tests() -> None:
    """At the versions that are tested."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    shipped = pins("requirements.runtime.lock")
    assert shipped < pins("requirements.lock")
    names = {re.split("==", one)[0] for one in shipped}
    extras = project["project"]["optional-dependencies"].values()
    wanted = [*project["project"]["dependencies"], *(one for extra in extras for one in extra)]
    assert {re.split(r"[\[>=<]", one)[0] for one in wanted} <= names
    assert {re.split(r"[\[>=<]", one)[0] for one in project["dependency-groups"]["dev"]} & names == set()
    assert re.search(r"/opt/simpul/bin/pip install .* -r requirements\.runtime\.lock", DOCKERFILE)
    assert not re.search(r"/opt/simpul/bin/pip install .* -r requirements\.lock", DOCKERFILE)


@pytest.mark.parametrize(("file", "name"), EVERY)
def test_no_service_takes_the_host_along(file: str, name: str) -> None:
    limits = FILE[file]["services"][name]["deploy"]["resources"]["limits"]
    assert re.fullmatch(r"\d+[mg]", limits["memory"])
    assert 0 < limits["pids"] <= 1000


def test_what_shows_figures_reaches_no_data() -> None:
    services = FILE["docker-compose.yml"]["services"]
    beside = {name for name, one in services.items() if set(one["networks"]) & set(services["grafana"]["networks"])}
    assert beside & {"kafka", "postgres", "redis"} == set()
    assert "prometheus" in beside


def test_the_broker_is_the_one_that_tests_run() -> None:
    [version] = set(
        re.findall(r"<artifactId>kafka.*\s*<version>(.*)</version>", (ROOT / "dev/kafka/pom.xml").read_text())
    )
    assert FILE["docker-compose.yml"]["services"]["kafka"]["image"] == f"apache/kafka:{version}"


def test_no_secret_stands_in_the_file() -> None:
    variables = [
        (name, value)
        for file in FILES
        for service in FILE[file]["services"].values()
        for name, value in service.get("environment", {}).items()
    ]
    secret = [(name, value) for name, value in variables if re.search("PASSWORD|SECRET|TOKEN|MASTER_KEY", name)]
    assert secret
    assert all(value.startswith("/run/secrets/") for _, value in secret)


# Our own services


@pytest.fixture(params=OURS, ids=lambda given: given[1])
def service(request: pytest.FixtureRequest) -> Any:
    file, name = request.param
    return FILE[file]["services"][name]


@pytest.fixture
def settings(service: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """As the process reads them; a secret is in a file of this test."""
    secret = tmp_path / "secret"
    secret.write_text("x\n")
    for name, value in service["environment"].items():
        monkeypatch.setenv(name, str(secret) if name.endswith("_FILE") else value)
    monkeypatch.chdir(tmp_path)
    return load()


def test_the_environment_is_settings_that_the_service_knows(settings: Settings) -> None:
    assert settings.inventory == Path("/etc/simpul/inventory.json")


def test_ports_lead_to_doors_that_listen(service: dict[str, Any], settings: Settings) -> None:
    doors = {str(settings.http.port): settings.http.host, f"{settings.snmp.port}/udp": settings.snmp.host}
    inner = {port.split(":")[-1] for port in service.get("ports", [])}
    assert all(doors[port] == "0.0.0.0" for port in inner)
    exposed = next(line.split()[1:] for line in DOCKERFILE.splitlines() if line.startswith("EXPOSE"))
    assert {port if "/" in port else f"{port}/tcp" for port in inner} <= set(exposed)


def test_all_that_is_written_lies_in_a_volume(service: dict[str, Any], settings: Settings) -> None:
    assert str(settings.data) in {part for volume in service["volumes"] for part in volume.split(":")}
    assert f"VOLUME {settings.data}" in DOCKERFILE


def test_health_is_asked_at_an_open_door(service: dict[str, Any], settings: Settings) -> None:
    if service["restart"] == "no":
        return
    kind, program, flag, code = service["healthcheck"]["test"]
    assert (kind, program, flag) == ("CMD", "python", "-c")
    compile(code, "healthcheck", "exec")
    port = settings.http.port if service["command"] in (["run"], ["api"]) else settings.probe.port
    assert f"http://127.0.0.1:{port}/healthz" in code


def test_the_image_runs_the_service_and_copies_what_exists() -> None:
    assert 'ENTRYPOINT ["simpul"]' in DOCKERFILE
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    names = [name for line in copied for name in line.split()]
    assert names
    assert [name for name in names if not (ROOT / name).exists()] == []
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert [name for name in names if f"!{name}" not in ignored] == []

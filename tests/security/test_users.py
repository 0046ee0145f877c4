"""`simpul users` and the running service: who is added signs in, who is disabled is out, and no password is told."""

import json
import subprocess
from pathlib import Path

import httpx
import pyotp
import pytest

from tests.integration.command import environment, port_of, service, write
from tests.integration.house import PATIENCE_S, SIMPUL, until
from tests.streams.small import INVENTORY
from topology.loaders.dump import to_json


def users(config: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [*SIMPUL, "users", *words, "--config", str(config)]
    return subprocess.run(command, input=typed, capture_output=True, text=True, check=False, env=environment())


def test_from_the_command_to_the_page_and_out_again(tmp_path: Path) -> None:
    (tmp_path / "inventory.json").write_bytes(to_json(INVENTORY))
    config, data = write(tmp_path), tmp_path / "data"
    config.write_text(config.read_text() + '[users]\ntotp = ["administrator"]\n')
    with service(config) as run:
        url = f"http://127.0.0.1:{port_of(run)}"
        dewi = users(config, "add", "dewi", "--role", "noc_operator")
        assert dewi.returncode == 0, dewi.stderr
        password = dewi.stdout.strip()
        budi = users(config, "add", "budi", "--role", "administrator")
        drawn, uri = budi.stdout.split()
        assert uri.startswith("otpauth://totp/Simpul:budi?")
        twice = users(config, "add", "dewi", "--role", "technical")
        assert (twice.returncode, twice.stdout) == (2, "")
        assert "dewi exists" in twice.stderr
        with httpx.Client(base_url=url, trust_env=False, timeout=PATIENCE_S) as browser:
            assert browser.post("/signin", data={"name": "dewi", "password": "x" * 20}).status_code == 401
            assert browser.post("/signin", data={"name": "dewi", "password": password}).status_code == 303
            assert browser.get("/").status_code == 200
            users(config, "disable", "dewi")
            until("end of the session", lambda: browser.get("/").status_code == 303)
            assert browser.post("/signin", data={"name": "dewi", "password": password}).status_code == 401
            again = users(config, "reset", "dewi").stdout.strip()
            assert browser.post("/signin", data={"name": "dewi", "password": again}).status_code == 303
        with httpx.Client(base_url=url, trust_env=False, timeout=PATIENCE_S) as browser:
            form = {"name": "budi", "password": drawn}
            assert browser.post("/signin", data=form).status_code == 401
            code = pyotp.parse_uri(uri).now()  # type: ignore[union-attr]  # it is of time
            assert browser.post("/signin", data={**form, "code": code}).status_code == 303
            assert browser.get("/").status_code == 200
        listed = users(config, "list").stdout
        run.terminate()
        assert run.stdout is not None
        assert run.stderr is not None
        logs = run.stdout.read() + run.stderr.read()
    assert "dewi" in listed
    assert "budi" in listed
    told = [json.loads(line) for line in (data / "audit.jsonl").read_text().splitlines()]
    at_signin = [(one["status"], one.get("name"), one.get("user")) for one in told if one["door"] == "POST /signin"]
    assert at_signin == [
        (401, None, "dewi"),
        (303, "dewi", None),
        (401, None, "dewi"),
        (303, "dewi", None),
        (401, None, "budi"),
        (303, "budi", None),
    ]
    files = [path for path in data.rglob("*") if path.is_file()]
    for secret in (password, again, drawn):
        assert secret not in logs + listed
        assert not [path.name for path in files if secret.encode() in path.read_bytes()], "only its hash is kept"
    assert (data / "tokens.json").stat().st_mode & 0o077 == 0
    assert (data / "tokens.jsonl").stat().st_mode & 0o077 == 0


def test_a_password_is_never_a_word_of_the_command(tmp_path: Path) -> None:
    config = write(tmp_path)
    for words in (("add", "dewi", "kata sandi yang panjang", "--role", "technical"), ("reset", "dewi", "another one")):
        assert users(config, *words).returncode == 2


@pytest.mark.parametrize(("role", "why"), [("source", "no person has the role source"), ("king", "no person has")])
def test_roles_of_programs_are_no_persons(tmp_path: Path, role: str, why: str) -> None:
    said = users(write(tmp_path), "add", "dewi", "--role", role)
    assert said.returncode == 2
    assert why in said.stderr.replace("\n", " ")


@pytest.mark.parametrize("words", [("reset", "nobody"), ("disable", "nobody"), ("totp", "nobody")])
def test_who_is_not_there_is_told(tmp_path: Path, words: tuple[str, ...]) -> None:
    said = users(write(tmp_path), *words)
    assert said.returncode == 2
    assert "there is no user nobody" in said.stderr

"""`simpul demo --fast`, as a person starts it: two processes, real datagrams, real HTTP, and an exit status."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from streams.demo.backbone import LANDING

SIMPUL = [sys.executable, "-m", "streams"]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """The output and the data folder. What is set for a real service does not touch it."""
    data = tmp_path_factory.mktemp("demo") / "data"
    env = os.environ | {"SIMPUL_HTTP__PORT": "1", "SIMPUL_INVENTORY": "/nowhere", "COLUMNS": "110"}
    command = [*SIMPUL, "demo", "--fast", "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, env=env, check=False), data


def test_all_comes_as_expected(played: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    run, _ = played
    assert run.returncode == 0, run.stdout + run.stderr
    assert "all came as expected" in run.stdout
    assert "NO " not in run.stdout
    assert run.stderr == ""


def test_it_tells_the_story_with_the_services_own_words(played: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    run, _ = played
    for words in (
        LANDING,
        "Critical",
        "Prior ",
        "device unreachable",
        "perangkat tidak terjangkau",
        "serat backbone putus",
        "outage (Bahasa Indonesia)",
        "outage (English)",
        "restored (Bahasa Indonesia)",
        "restored (English)",
        "RCA/CAPA RCA-000001, draft",
        "Tagihan bulan ini dua kali lipat",
        "/signin?key=",
    ):
        assert words in run.stdout, words


def test_messages_left_once_each(played: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    _, data = played
    lines = [json.loads(line) for line in (data / "messages.jsonl").read_text().splitlines()]
    ids = [line["id"] for line in lines]
    assert len(ids) == len(set(ids))
    assert {"outage", "restored", "ack", "question", "critical"} <= {line["kind"] for line in lines}


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"of somebody")
    run = subprocess.run(
        [*SIMPUL, "demo", "--fast", "--data", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 2
    assert "no empty folder" in " ".join(run.stdout.split())
    assert [path.name for path in tmp_path.iterdir()] == ["journal.db"]

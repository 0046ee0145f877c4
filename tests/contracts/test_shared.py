"""What every slate, every shelf of volumes and every ledger must do, asked of each."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.ledger import Ledger, LedgerFile, MemoryLedger
from connectors.ports import Slate, Volumes
from connectors.store.ledger import PostgresLedger
from connectors.store.memory_shared import MemorySlate, MemoryVolumes
from connectors.store.shared import issued
from connectors.store.slate import PostgresSlate
from connectors.store.volumes import PART_BYTES, PostgresVolumes
from tests.services import shared_database

SLATES: dict[str, Callable[[], Slate]] = {
    "memory": MemorySlate,
    "postgres": lambda: PostgresSlate(shared_database()),
}
VOLUMES: dict[str, Callable[[], Volumes]] = {
    "memory": MemoryVolumes,
    "postgres": lambda: PostgresVolumes(shared_database()),
}
LEDGERS: dict[str, Callable[[Path], Ledger]] = {
    "memory": lambda _: MemoryLedger(),
    "file": lambda folder: LedgerFile(folder / "lines.jsonl"),
    "postgres": lambda _: PostgresLedger(shared_database()),
    "postgres, tokens": lambda _: PostgresLedger(shared_database(), issued),
}


@pytest.fixture(params=SLATES)
def slate(request: pytest.FixtureRequest) -> Slate:
    return SLATES[request.param]()


@pytest.fixture(params=VOLUMES)
def volumes(request: pytest.FixtureRequest) -> Volumes:
    return VOLUMES[request.param]()


def test_the_last_word_of_each_counts(slate: Slate) -> None:
    assert slate.read() == {}
    slate.write("java", b"one")
    slate.write("bali", b"two")
    slate.write("java", b"three")
    assert list(slate.read().items()) == [("bali", b"two"), ("java", b"three")]


@pytest.mark.parametrize("data", [b"", b"one", os.urandom(PART_BYTES + 1), bytes(3 * PART_BYTES)])
def test_what_is_kept_is_found(volumes: Volumes, data: bytes) -> None:
    assert not volumes.holds("world-1")
    assert volumes.find("world-1") is None
    volumes.keep("world-1", data)
    assert volumes.holds("world-1")
    assert volumes.find("world-1") == data
    assert not volumes.holds("world-")


def test_what_is_there_stays(volumes: Volumes) -> None:
    volumes.keep("world-1", b"one")
    volumes.keep("world-1", os.urandom(2 * PART_BYTES))
    assert volumes.find("world-1") == b"one"


def test_the_newest_stay(volumes: Volumes) -> None:
    for n in (1, 3, 2, 4):
        volumes.keep(f"world-{n}", b"w")
        volumes.keep(f"policy-{n}", b"p")
    volumes.forget("world-", 2)
    assert [n for n in (1, 2, 3, 4) if volumes.holds(f"world-{n}")] == [2, 4]
    assert all(volumes.holds(f"policy-{n}") for n in (1, 2, 3, 4))
    volumes.forget("world-", 2)
    assert volumes.holds("world-2")


@pytest.mark.parametrize("maker", LEDGERS)
def test_lines_stay_in_order(maker: str, tmp_path: Path) -> None:
    ledger = LEDGERS[maker](tmp_path)
    assert ledger.lines() == []
    lines = [b'{"at": 1}', '{"by": "ani", "reason": "permintaan — 3 Maret"}'.encode()]
    for line in lines:
        ledger.add(line)
    assert ledger.lines() == lines
    ledger.close()


def test_a_ledger_is_for_its_owner_alone(tmp_path: Path) -> None:
    LedgerFile(tmp_path / "lines.jsonl").add(b"{}")
    assert (tmp_path / "lines.jsonl").stat().st_mode & 0o777 == 0o600

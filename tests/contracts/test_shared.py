"""What every process_status, every world_cache of blobs and every erasure_log must do, asked of each."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.ports import BlobStore, ProcessStatus
from connectors.privacy.erasure_log import ErasureLog, ErasureLogFile, MemoryErasureLog
from connectors.store.shared.blobs import PART_BYTES, PostgresBlobs
from connectors.store.shared.erasure_log import PostgresErasureLog
from connectors.store.shared.memory import MemoryBlobs, MemoryProcessStatus
from connectors.store.shared.process_status import PostgresProcessStatus
from connectors.store.shared.tables import issued
from tests.services import shared_database

PROCESS_STATUS: dict[str, Callable[[], ProcessStatus]] = {
    "memory": MemoryProcessStatus,
    "postgres": lambda: PostgresProcessStatus(shared_database()),
}
BLOBS: dict[str, Callable[[], BlobStore]] = {
    "memory": MemoryBlobs,
    "postgres": lambda: PostgresBlobs(shared_database()),
}
ERASURE_LOGS: dict[str, Callable[[Path], ErasureLog]] = {
    "memory": lambda _: MemoryErasureLog(),
    "file": lambda folder: ErasureLogFile(folder / "lines.jsonl"),
    "postgres": lambda _: PostgresErasureLog(shared_database()),
    "postgres, tokens": lambda _: PostgresErasureLog(shared_database(), issued),
}


@pytest.fixture(params=PROCESS_STATUS)
def process_status(request: pytest.FixtureRequest) -> ProcessStatus:
    return PROCESS_STATUS[request.param]()


@pytest.fixture(params=BLOBS)
def blobs(request: pytest.FixtureRequest) -> BlobStore:
    return BLOBS[request.param]()


def test_the_last_word_of_each_counts(process_status: ProcessStatus) -> None:
    assert process_status.read() == {}
    process_status.write("java", b"one")
    process_status.write("bali", b"two")
    process_status.write("java", b"three")
    assert list(process_status.read().items()) == [("bali", b"two"), ("java", b"three")]


@pytest.mark.parametrize("data", [b"", b"one", os.urandom(PART_BYTES + 1), bytes(3 * PART_BYTES)])
def test_what_is_kept_is_found(blobs: BlobStore, data: bytes) -> None:
    assert not blobs.holds("world-1")
    assert blobs.find("world-1") is None
    blobs.keep("world-1", data)
    assert blobs.holds("world-1")
    assert blobs.find("world-1") == data
    assert not blobs.holds("world-")


def test_what_is_there_stays(blobs: BlobStore) -> None:
    blobs.keep("world-1", b"one")
    blobs.keep("world-1", os.urandom(2 * PART_BYTES))
    assert blobs.find("world-1") == b"one"


def test_the_newest_stay(blobs: BlobStore) -> None:
    for n in (1, 3, 2, 4):
        blobs.keep(f"world-{n}", b"w")
        blobs.keep(f"policy-{n}", b"p")
    blobs.forget("world-", 2)
    assert [n for n in (1, 2, 3, 4) if blobs.holds(f"world-{n}")] == [2, 4]
    assert all(blobs.holds(f"policy-{n}") for n in (1, 2, 3, 4))
    blobs.forget("world-", 2)
    assert blobs.holds("world-2")


@pytest.mark.parametrize("maker", ERASURE_LOGS)
def test_lines_stay_in_order(maker: str, tmp_path: Path) -> None:
    erasure_log = ERASURE_LOGS[maker](tmp_path)
    assert erasure_log.lines() == []
    lines = [b'{"at": 1}', '{"by": "ani", "reason": "permintaan — 3 Maret"}'.encode()]
    for line in lines:
        erasure_log.add(line)
    assert erasure_log.lines() == lines
    erasure_log.close()


def test_a_ledger_is_for_its_owner_alone(tmp_path: Path) -> None:
    ErasureLogFile(tmp_path / "lines.jsonl").add(b"{}")
    assert (tmp_path / "lines.jsonl").stat().st_mode & 0o777 == 0o600

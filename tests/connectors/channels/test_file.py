"""The file of messages: its lines, its mode, a torn line, a file that is moved away."""

import asyncio
import json
from pathlib import Path

from connectors.channels.file import FileChannel
from connectors.ports import Answer
from tests.contracts.test_channel import clock, message


def sent(path: Path, *numbers: int) -> list[Answer]:
    async def run() -> list[Answer]:
        channel = FileChannel(path, clock)
        return [await channel.send(message(n)) for n in numbers]

    return asyncio.run(run())


def took(path: Path, *names: str) -> set[str]:
    return asyncio.run(FileChannel(path, clock).took(names))


def test_a_line_a_message(tmp_path: Path) -> None:
    path = tmp_path / "messages.jsonl"
    sent(path, 1)
    sent(path, 2)
    first, second = map(json.loads, path.read_text().splitlines())
    assert first == {
        "id": "CA-1:C-1",
        "at": "2026-03-01T07:00:00.000+07:00",
        "to": "ani1@example.com",
        "language": "id",
        "kind": "outage",
        "about": "NT-20260301-900001",
        "subject": "Gangguan jaringan – Bali",
        "body": "Layanan Anda terputus.\nKami sedang memperbaiki.",
    }
    assert second["id"] == "CA-1:C-2"


def test_the_file_is_the_owners_alone(tmp_path: Path) -> None:
    sent(tmp_path / "messages.jsonl", 1)
    assert (tmp_path / "messages.jsonl").stat().st_mode & 0o777 == 0o600


def test_a_torn_line_is_left_and_the_next_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "messages.jsonl"
    sent(path, 1)
    path.write_bytes(path.read_bytes() + b'{"id": "CA-1:C-2", "at": "20')
    sent(path, 3)
    assert took(path, "CA-1:C-1", "CA-1:C-2", "CA-1:C-3") == {"CA-1:C-1", "CA-1:C-3"}


def test_the_file_may_be_moved_away(tmp_path: Path) -> None:
    path = tmp_path / "messages.jsonl"
    sent(path, 1)
    path.rename(tmp_path / "messages.1")
    assert took(path, "CA-1:C-1") == set()
    sent(path, 2)
    assert took(path, "CA-1:C-1", "CA-1:C-2") == {"CA-1:C-2"}

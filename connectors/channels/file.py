"""Messages as JSON lines in a file: the default, for a house without mail server or gateway.

A line holds the address and the text, so the file is its owner's alone (mode 0600). It may be moved away at any time:
it is opened anew for each write. Sent means synced; what comes while the disk is busy is written and synced together.
"""

import asyncio
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from connectors.ports import Answer, Failed, Message, Sent
from connectors.sending_ports import Attachment
from correlator.times import rfc3339

REPORTS = "reports"  # the folder


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message in the file."""

    id: str
    at: str  # RFC 3339
    to: str
    language: str
    kind: str
    about: str | None
    subject: str | None
    body: str
    files: tuple[str, ...] = ()  # names, in the folder `reports` beside


class _Named(msgspec.Struct):
    id: str


class FileChannel:
    """`clock`: microseconds since 1970. `knows_all`: nobody sends into another file."""

    name = "file"
    repeats_safely = False

    def __init__(self, path: Path, clock: Callable[[], int], *, knows_all: bool = True) -> None:
        self.knows_all = knows_all
        self._path = path
        self._clock = clock
        self._lock = asyncio.Lock()
        self._waiting: list[tuple[bytes, asyncio.Future[Answer]]] = []
        self._whole = False  # the last line is known to be whole

    async def send(self, message: Message) -> Answer:
        line = Line(
            id=message.id,
            at=rfc3339(self._clock()),
            to=message.to,
            language=message.language,
            kind=message.kind,
            about=message.about,
            subject=message.subject,
            body=message.body,
            files=tuple(file.name for file in message.files),
        )
        if message.files:
            try:
                await asyncio.to_thread(self._keep, message.files)
            except OSError as error:
                return Failed(f"a report cannot be written: {error.strerror}", recoverable=True)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((msgspec.json.encode(line) + b"\n", answer))
        async with self._lock:  # whoever comes first writes for all who came meanwhile
            taken, self._waiting = self._waiting, []
            if taken:
                said = await self._written([one for one, _ in taken])
                for _, waiting in taken:
                    if not waiting.done():
                        waiting.set_result(said)
        return await answer

    async def _written(self, lines: Sequence[bytes]) -> Answer:
        try:
            await asyncio.to_thread(self._append, b"".join(lines))
        except OSError as error:
            return Failed(f"{self._path.name} cannot be written: {error.strerror}", recoverable=True)
        return Sent()

    def _keep(self, files: Sequence[Attachment]) -> None:
        """Whole or not at all; the same again is the same file."""
        folder = self._path.parent / REPORTS
        folder.mkdir(mode=0o700, exist_ok=True)
        for file in files:
            made = folder / f".{file.name}"
            with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
                opened.write(file.data)
                opened.flush()
                os.fsync(opened.fileno())
            made.replace(folder / file.name)
        sync_folder(folder)

    def _append(self, lines: bytes) -> None:
        """All, or none that anybody reads: what a full disk took of them is taken back."""
        new = not self._path.exists()
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(file).st_size
            if not self._whole and size and os.pread(file, 1, size - 1) != b"\n":
                lines = b"\n" + lines  # a crash or a full disk tore the last one
            self._whole = False
            if os.write(file, lines) != len(lines):
                os.ftruncate(file, size)
                raise OSError(0, "the disk is full")
            os.fdatasync(file)
            self._whole = True
        finally:
            os.close(file)
        if new:
            sync_folder(self._path.parent)

    async def took(self, ids: Sequence[str]) -> set[str]:
        """Which of these the file has, as far as it was not moved away."""
        return await asyncio.to_thread(self._took, set(ids))

    def _took(self, ids: set[str]) -> set[str]:
        found: set[str] = set()
        try:
            with self._path.open("rb") as file:
                for line in file:
                    try:
                        name = msgspec.json.decode(line, type=_Named).id
                    except msgspec.MsgspecError:
                        continue  # a torn line
                    if name in ids:
                        found.add(name)
        except FileNotFoundError:
            return set()
        return found

    async def close(self) -> None:
        """Nothing is open."""


def sync_folder(folder: Path) -> None:
    """So that a file that is new in it is there after a power loss."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)

"""The one line above all: what the demo tells at this moment. A small file, because the teller is another process."""

from pathlib import Path

import msgspec

LONGEST = 300


class Headline(msgspec.Struct, frozen=True, kw_only=True):
    """What happens now, in both languages; `step` of `steps`, where there is a story to follow."""

    id: str
    en: str
    step: int = 0
    steps: int = 0


def tell(path: Path, headline: Headline | None) -> None:
    """Put it up; None takes it down. All or nothing: a reader never sees half a line."""
    if headline is None:
        path.unlink(missing_ok=True)
        return
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(msgspec.json.encode(headline))
    beside.replace(path)


class HeadlineFile:
    """Reads it again when the file is another."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._said: Headline | None = None

    def __call__(self) -> Headline | None:
        try:
            status = self._path.stat()
            stamp = (status.st_mtime_ns, status.st_ino)
            if stamp != self._stamp:
                self._said = msgspec.json.decode(self._path.read_bytes(), type=Headline)
                self._stamp = stamp
        except (OSError, msgspec.MsgspecError):
            self._stamp = self._said = None
        return self._said

"""Passes to the page: one-time links and sessions, each a small file named by the sha-256 of its secret.

Files, because the page may be served by another process than the one that prints the link, and because a screen on
the wall must stay signed in when the service restarts. Taking a one-time pass is unlinking it: only one can.
"""

import hashlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from connectors.holders import Holder, Role
from correlator.events import DAY_US, MINUTE_US

LINK_US = 15 * MINUTE_US  # how long a printed link is good
SESSION_US = 30 * DAY_US
MOST = 200  # passes kept; the oldest goes first

Kind = Literal["link", "session"]


class Pass(msgspec.Struct, frozen=True, kw_only=True):
    """Who may look. Implements `Holder`."""

    id: str  # of the token that it was got with; empty for a one-time link
    name: str
    role: Role
    until_us: int
    scope: tuple[str, ...] = ()


class Passes:
    """The passes of a folder, which only its owner may read."""

    def __init__(self, folder: Path, clock: Callable[[], int]) -> None:
        """`clock`: microseconds since 1970."""
        self._folder = folder
        self._clock = clock

    def link(self, name: str = "console", role: Role = "noc_operator") -> str:
        """A secret that opens the page once, within `LINK_US`."""
        return self._issue("link", Pass(id="", name=name, role=role, until_us=self._clock() + LINK_US))

    def redeem(self, secret: str) -> str | None:
        """A session for a one-time secret; None where it is unknown, used or too old."""
        path = self._path("link", secret)
        found = self._read(path)
        try:
            path.unlink()
        except FileNotFoundError:
            return None
        return None if found is None else self.open(found)

    def open(self, holder: Holder) -> str:
        """A session of this holder: the secret for the cookie."""
        until_us = self._clock() + SESSION_US
        made = Pass(id=holder.id, name=holder.name, role=holder.role, until_us=until_us, scope=tuple(holder.scope))
        return self._issue("session", made)

    def session(self, secret: str) -> Pass | None:
        """Whose session this is; None where there is none, or no more."""
        return self._read(self._path("session", secret))

    def close(self, secret: str) -> None:
        self._path("session", secret).unlink(missing_ok=True)

    def _issue(self, kind: Kind, made: Pass) -> str:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._make_room()
        secret = secrets.token_urlsafe(32)
        path = self._path(kind, secret)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(msgspec.json.encode(made))
        return secret

    def _path(self, kind: Kind, secret: str) -> Path:
        return self._folder / f"{kind}-{hashlib.sha256(secret.encode()).hexdigest()}"

    def _read(self, path: Path) -> Pass | None:
        try:
            found = msgspec.json.decode(path.read_bytes(), type=Pass)
        except (FileNotFoundError, msgspec.MsgspecError):
            return None
        return found if found.until_us > self._clock() else None

    def _make_room(self) -> None:
        """Forget what has run out, then the oldest."""
        kept: list[tuple[int, Path]] = []
        for path in self._folder.iterdir():
            found = self._read(path)
            if found is None:
                path.unlink(missing_ok=True)
            else:
                kept.append((found.until_us, path))
        kept.sort()
        for _, path in kept[: max(0, len(kept) - MOST + 1)]:
            path.unlink(missing_ok=True)

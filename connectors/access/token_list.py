"""What is kept of bearer tokens, and where: a small file that only its owner may read, or PostgreSQL
(`connectors.store.shared.tokens`). Who holds one, and what it is good for, is `connectors.access.tokens`.
"""

import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from connectors.access.holders import Role
from connectors.ports import Unusable
from correlator.events import Time


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a token; never its secret. Or of a person who signs in by name and password (`kind`): then `hash`
    is that of the password."""

    id: str
    name: str  # who or what holds it: the actor of commands, the source of alarms
    role: Role
    hash: str
    created: Time
    expires: Time | None = None
    scope: tuple[str, ...] = ()  # what it is kept to (`connectors.access.holders`); empty: all that its role may
    kind: Literal["token", "user"] = "token"
    disabled: bool = False
    totp: str = ""  # of a user: the secret of the codes, in base32 (RFC 6238); empty: the password is enough
    step: int = 0  # ... and the last code's number, so that none counts twice


Listed = tuple[Token, ...]  # oldest first


def drawn_id() -> str:
    return secrets.token_hex(4)


class TokenList(Protocol):
    """All tokens. Read at each request; another process may change it. Raises Unusable where it is damaged."""

    def read(self) -> Listed:
        """As it is now; the same object while nothing changed."""

    def change(self, edit: Callable[[Listed], Listed]) -> None:
        """All or nothing, and one change after the other; what `edit` raises leaves all as it was."""

    def close(self) -> None: ...


class MemoryTokens:
    """The memory twin."""

    def __init__(self) -> None:
        self._tokens: Listed = ()

    def read(self) -> Listed:
        return self._tokens

    def change(self, edit: Callable[[Listed], Listed]) -> None:
        self._tokens = edit(self._tokens)

    def close(self) -> None:
        """Nothing to close."""


class _File(msgspec.Struct, frozen=True, kw_only=True):
    format: Literal["simpul-tokens/1"] = "simpul-tokens/1"
    tokens: Listed = ()


class TokenFile:
    """One file; a change of it by another process is seen at the next `read`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int, int] | None = None  # (mtime, size, inode)
        self._tokens: Listed = ()

    def read(self) -> Listed:
        try:
            status = self._path.stat()
        except FileNotFoundError:
            self._stamp, self._tokens = None, ()
            return self._tokens
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        if stamp != self._stamp:
            self._stamp, self._tokens = stamp, self._read()
        return self._tokens

    def change(self, edit: Callable[[Listed], Listed]) -> None:
        """Whoever changes it waits for who does so already, in whatever process: then it is read anew."""
        with self._alone():
            self._stamp = None
            known = self.read()
            edited = edit(known)
            if edited != known:
                self._write(edited)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        beside = self._path.with_name(f".{self._path.name}.lock")
        with os.fdopen(os.open(beside, os.O_RDWR | os.O_CREAT, 0o600), "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _read(self) -> Listed:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=_File).tokens
        except (msgspec.MsgspecError, OSError) as error:
            raise Unusable(
                f"the tokens in {self._path} cannot be read: {error}",
                "Restore the file, or move it away: a new administrator's token is then made at the next start.",
            ) from error

    def _write(self, tokens: Listed) -> None:
        """A new file of mode 0600 takes the old one's place."""
        beside = self._path.with_name(f".{self._path.name}.new")
        beside.unlink(missing_ok=True)
        content = msgspec.json.format(msgspec.json.encode(_File(tokens=tokens)), indent=1)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            if self._path.exists():  # an administrator may write it as root, for a service that is not
                owner = self._path.stat()
                os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)

    def close(self) -> None:
        """Nothing is open."""

"""Bearer tokens `simpul_<id>_<secret>` with a role, hashed with argon2 in a small file that only its owner may read.

The secret is shown once, when the token is made. A token that was verified is remembered by its sha-256, so that
argon2's deliberate slowness is paid once and not at each request.
"""

import hashlib
import os
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

import anyio
import anyio.to_thread
import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from connectors.api.access import ROUTES
from connectors.holders import DOOR, SOURCE, Role, misspelt
from connectors.ports import Unusable
from correlator.events import Time, moment

MOST_REMEMBERED = 10_000
# A secret of 256 random bits needs no stretching against guessing; these are OWASP's least for argon2id all the same.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a token; never its secret."""

    id: str
    name: str  # who or what holds it: the actor of commands, the source of alarms
    role: Role
    hash: str
    created: Time
    expires: Time | None = None
    scope: tuple[str, ...] = ()  # what it is kept to (`connectors.holders`); empty: all that its role may


def fault(token: Token) -> str | None:
    """Why a token of this name and scope is not made; None where nothing is wrong with it."""
    if not token.name.strip() or not token.name.isprintable():
        return "a token needs a name that can be printed"
    if (word := misspelt(token.scope)) is not None:
        return f"{word} is no scope; write {DOOR}/alarms or {SOURCE}NAME"
    doors = sorted({path for (_, path), roles in ROUTES.items() if token.role in roles})
    named = [word.removeprefix(DOOR) for word in token.scope if word.startswith(DOOR)]
    if (stray := next((path for path in named if path not in doors), None)) is not None:
        return f"the role {token.role} has no door {stray}; there are: {', '.join(doors)}"
    return None


class _File(msgspec.Struct, frozen=True, kw_only=True):
    format: Literal["simpul-tokens/1"] = "simpul-tokens/1"
    tokens: tuple[Token, ...] = ()


@dataclass(slots=True)
class _Memory:
    """The file as last read, and which bearers it was seen to answer for."""

    stamp: tuple[int, int, int] | None = None  # (mtime, size, inode)
    tokens: dict[str, Token] = field(default_factory=dict)
    seen: OrderedDict[bytes, str | None] = field(default_factory=OrderedDict)  # sha-256 -> token id, None: refused


class Tokens:
    """The tokens of a file; a change of the file by another process is seen at the next request."""

    def __init__(self, path: Path, clock: Callable[[], int], hasher: PasswordHasher = HASHER) -> None:
        """`clock`: microseconds since 1970."""
        self._path = path
        self._clock = clock
        self._hasher = hasher
        self._memory = _Memory()
        self._lane = anyio.CapacityLimiter(1)  # one argon2 at a time: a flood of bad secrets takes one core at most

    def first(self) -> str | None:
        """At the first start, a token for the administrator, to be printed once; None where there are tokens."""
        return None if self.listed() else self.issue("administrator", "administrator")

    def issue(self, name: str, role: Role, expires: datetime | None = None, scope: Sequence[str] = ()) -> str:
        """Make a token and return it, secret and all; it cannot be shown again.

        ValueError: a name that is in use, or a scope that names no door of the role's.
        """
        known = self.listed()
        if any(token.name == name for token in known):
            raise ValueError(f"a token named {name} exists; revoke it first, or take another name")
        secret = secrets.token_urlsafe(32)
        made = Token(
            id=secrets.token_hex(4),
            name=name,
            role=role,
            hash=self._hasher.hash(secret),
            created=moment(self._clock()),
            expires=expires,
            scope=tuple(scope),
        )
        if (wrong := fault(made)) is not None:
            raise ValueError(wrong)
        self._write((*known, made))
        return f"simpul_{made.id}_{secret}"

    def revoke(self, identity: str) -> bool:
        """Take a token away by its id or its name; False where there is none."""
        known = self.listed()
        left = tuple(token for token in known if identity not in (token.id, token.name))
        if len(left) == len(known):
            return False
        self._write(left)
        return True

    def listed(self) -> tuple[Token, ...]:
        """All tokens, expired ones too. Unusable: the file is damaged."""
        return tuple(self._fresh().tokens.values())

    async def verified(self, bearer: str) -> Token | None:
        """The token that this bearer is, unless unknown, wrong or expired."""
        memory = self._fresh()
        fingerprint = hashlib.sha256(bearer.encode()).digest()
        if fingerprint not in memory.seen:
            found = await anyio.to_thread.run_sync(self._checked, memory, bearer, limiter=self._lane)
            memory.seen[fingerprint] = found.id if found else None
            if len(memory.seen) > MOST_REMEMBERED:
                memory.seen.popitem(last=False)
        token = memory.tokens.get(memory.seen[fingerprint] or "")
        return token if token is not None and self._good(token) else None

    def stands(self, identity: str) -> bool:
        """Whether the token of this id is known and has not expired."""
        token = self._fresh().tokens.get(identity)
        return token is not None and self._good(token)

    def _good(self, token: Token) -> bool:
        return token.expires is None or token.expires > moment(self._clock())

    def _checked(self, memory: _Memory, bearer: str) -> Token | None:
        kind, _, rest = bearer.partition("_")
        identity, _, secret = rest.partition("_")
        token = memory.tokens.get(identity)
        if kind != "simpul" or token is None:
            return None
        try:
            self._hasher.verify(token.hash, secret)
        except (VerificationError, InvalidHashError):
            return None
        return token

    def _fresh(self) -> _Memory:
        """The file's content, read anew when the file is another."""
        try:
            status = self._path.stat()
        except FileNotFoundError:
            self._memory = _Memory()
            return self._memory
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        if stamp != self._memory.stamp:
            self._memory = _Memory(stamp, {token.id: token for token in self._read().tokens})
        return self._memory

    def _read(self) -> _File:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=_File)
        except (msgspec.MsgspecError, OSError) as error:
            raise Unusable(
                f"the tokens in {self._path} cannot be read: {error}",
                "Restore the file, or move it away: a new administrator's token is then made at the next start.",
            ) from error

    def _write(self, tokens: tuple[Token, ...]) -> None:
        """All or nothing: a new file of mode 0600 takes the old one's place."""
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

"""Bearer tokens `simpul_<id>_<secret>` with a role, hashed with argon2; kept where `token_list` says.

The secret is shown once, when the token is made. A token that was verified is remembered by its sha-256, so that
argon2's deliberate slowness is paid once and not at each request.
"""

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import anyio
import anyio.to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from connectors.access.holders import DOOR, SOURCE, Role, misspelt
from connectors.access.routes import ROUTES
from connectors.access.token_list import Listed, Token, TokenList, drawn_id
from correlator.events import moment

MOST_REMEMBERED = 10_000
# A secret of 256 random bits needs no stretching against guessing; these are OWASP's least for argon2id all the same.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


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


@dataclass(slots=True)
class _Memory:
    """The tokens as last read, and which bearers were seen to be which."""

    listed: Listed = ()
    tokens: dict[str, Token] = field(default_factory=dict)  # by id
    seen: OrderedDict[bytes, str | None] = field(default_factory=OrderedDict)  # sha-256 -> token id, None: refused


class Tokens:
    """Who holds which. A change by another process counts as soon as the list shows it."""

    def __init__(self, kept: TokenList, clock: Callable[[], int], hasher: PasswordHasher = HASHER) -> None:
        """`clock`: microseconds since 1970."""
        self._kept = kept
        self._clock = clock
        self._hasher = hasher
        self._memory = _Memory()
        self._lane = anyio.CapacityLimiter(1)  # one argon2 at a time: a flood of bad secrets takes one core at most

    def first(self) -> str | None:
        """At the first start, a token for the administrator, to be printed once; None where there are tokens."""
        if self.listed():
            return None
        made, bearer = self._made("administrator", "administrator")

        def add(known: Listed) -> Listed:
            there = any(one.kind == "token" for one in known)  # another process may be starting, too
            return known if there else (*known, made)

        self._kept.change(add)
        return bearer if any(token.id == made.id for token in self.listed()) else None

    def issue(self, name: str, role: Role, expires: datetime | None = None, scope: Sequence[str] = ()) -> str:
        """Make a token and return it, secret and all; it cannot be shown again.

        ValueError: a name that is in use, or a scope that names no door of the role's.
        """
        made, bearer = self._made(name, role, expires, scope)
        if (wrong := fault(made)) is not None:
            raise ValueError(wrong)

        def add(known: Listed) -> Listed:
            if any(token.name == name for token in known):
                raise ValueError(f"a token or a user named {name} exists; revoke it first, or take another name")
            return *known, made

        self._kept.change(add)
        return bearer

    def _made(
        self, name: str, role: Role, expires: datetime | None = None, scope: Sequence[str] = ()
    ) -> tuple[Token, str]:
        """A token, and what its holder sends."""
        identity, secret = drawn_id(), secrets.token_urlsafe(32)
        made = Token(
            id=identity,
            name=name,
            role=role,
            hash=self._hasher.hash(secret),
            created=moment(self._clock()),
            expires=expires,
            scope=tuple(scope),
        )
        return made, f"simpul_{identity}_{secret}"

    def revoke(self, identity: str) -> bool:
        """Take a token away by its id or its name; False where there is none."""
        gone: list[Token] = []

        def take(known: Listed) -> Listed:
            gone[:] = [one for one in known if one.kind == "token" and identity in (one.id, one.name)]
            return tuple(token for token in known if token not in gone)

        self._kept.change(take)
        return bool(gone)

    def listed(self) -> Listed:
        """All tokens, expired ones too; no users. Unusable: they cannot be read."""
        return tuple(one for one in self._fresh().listed if one.kind == "token")

    def close(self) -> None:
        self._kept.close()

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
        """Whether the token of this id, or the user, is known and good."""
        token = self._fresh().tokens.get(identity)
        return token is not None and self._good(token)

    def _good(self, token: Token) -> bool:
        return not token.disabled and (token.expires is None or token.expires > moment(self._clock()))

    def _checked(self, memory: _Memory, bearer: str) -> Token | None:
        kind, _, rest = bearer.partition("_")
        identity, _, secret = rest.partition("_")
        token = memory.tokens.get(identity)
        if kind != "simpul" or token is None or token.kind != "token":
            return None
        try:
            self._hasher.verify(token.hash, secret)
        except (VerificationError, InvalidHashError):
            return None
        return token

    def _fresh(self) -> _Memory:
        """What is kept, read anew when it is another."""
        listed = self._kept.read()
        if listed != self._memory.listed:
            self._memory = _Memory(listed, {token.id: token for token in listed})
        return self._memory

"""Persons who sign in at the page by name and password, and a code where their role asks for one (RFC 6238).

They are kept where the tokens are, so that a session stands and falls with its user as it does with a token. Of a
password only an argon2id hash is kept. Who is disabled, or gets another password, gets another id: sessions of before
end.
"""

import secrets
import unicodedata
from collections.abc import Callable, Collection
from typing import Final, get_args

import anyio
import anyio.to_thread
import msgspec
import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from connectors.access.holders import Role
from connectors.access.token_list import Listed, Token, TokenList, drawn_id
from connectors.access.tokens import HASHER
from correlator.events import StaffRole, moment

ISSUER: Final = "Simpul"
LEAST, MOST = 12, 256  # signs of a password
DRAWN_OCTETS: Final = 15  # of one that we draw: twenty signs
STEP_S: Final = 30  # how long a code is good
STEPS: Final = (0, -1, 1)  # clocks differ: the code of before and the next one count as well


class NotSignedIn(Exception):
    """Why not: `password_wrong` (or the name, or the code: it is not told which), `totp_needed` (the role asks for a
    code, and none was set up)."""

    def __init__(self, reason: str, name: str = "") -> None:
        """`name`: of a user that there is."""
        super().__init__(reason)
        self.reason = reason
        self.name = name


class Users:
    """A change by another process counts as soon as the list shows it."""

    def __init__(
        self,
        kept: TokenList,
        clock: Callable[[], int],
        required: Collection[str] = (),
        hasher: PasswordHasher = HASHER,
    ) -> None:
        """`clock`: microseconds since 1970. `required`: roles that sign in with a code."""
        self._kept = kept
        self._clock = clock
        self._required = frozenset(required)
        self._hasher = hasher
        self._nobody = hasher.hash(secrets.token_urlsafe())  # so that a name that is not there takes as long
        self._lane = anyio.CapacityLimiter(1)  # one argon2 at a time

    def listed(self) -> Listed:
        """Oldest first. Raises Unusable."""
        return tuple(one for one in self._kept.read() if one.kind == "user")

    def asks_for_code(self, role: str) -> bool:
        return role in self._required

    def add(self, name: str, role: Role, password: str) -> Token:
        """ValueError: what is wrong, and what to do."""
        if not name.strip() or not name.isprintable() or len(name) > MOST:
            raise ValueError("a user needs a name that can be printed")
        if role not in get_args(StaffRole):
            raise ValueError(f"no person has the role {role}; there are: {', '.join(get_args(StaffRole))}")
        made = Token(
            id=drawn_id(),
            name=name,
            role=role,
            hash=self._hashed(password),
            created=moment(self._clock()),
            kind="user",
        )

        def edit(known: Listed) -> Listed:
            if any(one.name == name for one in known):
                raise ValueError(f"a token or a user named {name} exists; take another name")
            return *known, made

        self._kept.change(edit)
        return made

    def reset(self, name: str, password: str) -> tuple[Token, Token]:
        """Another password; who was disabled may sign in again. As it was, and as it is. ValueError: no such user."""
        hashed = self._hashed(password)

        def change(one: Token) -> Token:
            return msgspec.structs.replace(one, id=drawn_id(), hash=hashed, disabled=False)

        return self._changed(name, change)

    def disable(self, name: str) -> tuple[Token, Token]:
        """ValueError: no such user."""
        return self._changed(name, lambda one: msgspec.structs.replace(one, id=drawn_id(), disabled=True))

    def enrol(self, name: str) -> str:
        """A new secret for codes: the URI that an app reads as a QR code. The old one counts no more. ValueError."""
        secret = pyotp.random_base32()
        _, user = self._changed(name, lambda one: msgspec.structs.replace(one, totp=secret, step=0))
        return pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=user.name, issuer_name=ISSUER)

    async def signed_in(self, name: str, password: str, code: str) -> Token:
        """Raises NotSignedIn."""
        return await anyio.to_thread.run_sync(self._signed_in, name, password, code, limiter=self._lane)

    def _signed_in(self, name: str, password: str, code: str) -> Token:
        found = next((one for one in self.listed() if one.name == name), None)
        known = found.name if found is not None else ""
        try:
            self._hasher.verify(found.hash if found is not None else self._nobody, _normal(password))
        except (VerificationError, InvalidHashError):
            raise NotSignedIn("password_wrong", known) from None
        if found is None or found.disabled:
            raise NotSignedIn("password_wrong", known)
        if not found.totp:
            if found.role in self._required:
                raise NotSignedIn("totp_needed", known)
            return found
        return self._coded(found, code)

    def _coded(self, user: Token, code: str) -> Token:
        """No code counts twice, also where two come at once."""
        now_step = self._clock() // (STEP_S * 1_000_000)
        totp = pyotp.TOTP(user.totp, interval=STEP_S)
        written = "".join(code.split())
        step = next((now_step + n for n in STEPS if totp.verify(written, for_time=(now_step + n) * STEP_S)), None)
        if step is None:
            raise NotSignedIn("password_wrong", user.name)
        try:
            return self._changed(user.name, lambda one: _used(one, user, step))[1]
        except ValueError:
            raise NotSignedIn("password_wrong", user.name) from None

    def _changed(self, name: str, change: Callable[[Token], Token]) -> tuple[Token, Token]:
        done: list[tuple[Token, Token]] = []

        def edit(known: Listed) -> Listed:
            found = next((one for one in known if one.kind == "user" and one.name == name), None)
            if found is None:
                raise ValueError(f"there is no user {name}; `simpul users list` shows them")
            made = change(found)
            done[:] = [(found, made)]
            return tuple(made if one is found else one for one in known)

        self._kept.change(edit)
        return done[0]

    def _hashed(self, password: str) -> str:
        normal = _normal(password)
        if not LEAST <= len(normal) <= MOST:
            raise ValueError(f"a password has {LEAST} signs at least, and {MOST} at most")
        return self._hasher.hash(normal)


def drawn_password() -> str:
    return secrets.token_urlsafe(DRAWN_OCTETS)


def _used(now: Token, before: Token, step: int) -> Token:
    if now.totp != before.totp or now.id != before.id or step <= now.step:
        raise ValueError("this code was used")
    return msgspec.structs.replace(now, step=step)


def _normal(password: str) -> str:
    """The same signs, however a keyboard composes them (NIST SP 800-63B, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)

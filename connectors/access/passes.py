"""Passes to the page: one-time links and sessions, each kept under the sha-256 of its secret; and which notices of a
provider, that somebody signed out there, have come.

Kept in small files, or in PostgreSQL (`store.shared.passes`): the page may be served by another process than the
one that prints the link, and a screen on the wall must stay signed in when the service restarts.
"""

import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from connectors.access.holders import Holder, Role
from connectors.access.single_sign_on import Known, LogOut
from correlator.events import HOUR_US, MINUTE_US

LINK_US = 15 * MINUTE_US  # how long a printed link is good
SESSION_US = 12 * HOUR_US  # and no longer, however busy it is
IDLE_US = 30 * MINUTE_US  # a session that nobody uses for so long ends
RENEWED_US = MINUTE_US  # how exactly it is kept when it was used last
MOST = 1000  # passes kept, of all doors together; the oldest goes first

SESSION = "session-"  # how the names of sessions begin
BESIDE = "."  # how the name of a file begins that is being written
SHORT = 12  # signs of the rest that people see

Kind = Literal["link", "logout", "session"]


class Pass(msgspec.Struct, frozen=True, kw_only=True):
    """Who may look. Implements `Holder`."""

    id: str  # of the token that it was got with, or that made the link; empty: of none
    name: str
    role: Role
    until_us: int  # good so long where nobody uses it
    scope: tuple[str, ...] = ()
    ends_us: int = 0  # of a session: and then it is over
    subject: str = ""  # of a session by single sign-on: as the provider knows who it is,
    sid: str = ""  # and their session there


class PassList(Protocol):
    """Where passes are kept, by name."""

    def put(self, name: str, made: Pass) -> None: ...

    def find(self, name: str) -> Pass | None:
        """Also one that has run out."""

    def recall(self, name: str) -> Pass | None:
        """The same, as far as it is known without a wait."""

    def take(self, name: str) -> Pass | None:
        """It is gone then; of several who take it at once, one gets it."""

    def renew(self, name: str, until_us: int) -> None:
        """Good until then; nothing where it is gone."""

    def all(self) -> Mapping[str, Pass]:
        """By name."""

    def tidy(self, now_us: int, most: int) -> None:
        """Forget what has run out, then the oldest, until no more than `most` are left."""

    def close(self) -> None: ...


class Passes:
    """Who may look at the page."""

    def __init__(self, kept: PassList, clock: Callable[[], int], most: int = MOST) -> None:
        """`clock`: microseconds since 1970."""
        self._kept = kept
        self._clock = clock
        self._most = most

    def link(self, name: str = "console", role: Role = "noc_operator", issuer: str = "") -> str:
        """A secret that opens the page once, within `LINK_US`. `issuer`: the id of the token that it, and the session
        of it, stand and fall with."""
        return self._issue("link", Pass(id=issuer, name=name, role=role, until_us=self._clock() + LINK_US))

    def redeem(self, secret: str, stands: Callable[[str], bool] = lambda _: True) -> str | None:
        """A session for a one-time secret; None where it is unknown, used or too old, or who made it is not there any
        more. `stands`: whether the token of this id does."""
        found = self._good(self._kept.take(named("link", secret)))
        if found is None or (found.id and not stands(found.id)):
            return None
        return self.open(found)

    def open(self, holder: Holder, known: Known | None = None) -> str:
        """A session of this holder: the secret for the cookie. `known`: as the provider that signed them in does."""
        now_us = self._clock()
        made = Pass(
            id=holder.id,
            name=holder.name,
            role=holder.role,
            until_us=now_us + IDLE_US,
            scope=tuple(holder.scope),
            ends_us=now_us + SESSION_US,
            subject=known.subject if known is not None else "",
            sid=known.session if known is not None else "",
        )
        return self._issue("session", made)

    def tires(self, found: Pass) -> bool:
        """Whether its use is to be kept: `renew` it."""
        return min(self._clock() + IDLE_US, found.ends_us) >= found.until_us + RENEWED_US

    def renew(self, secret: str, found: Pass) -> None:
        """It is being used."""
        self._kept.renew(named("session", secret), min(self._clock() + IDLE_US, found.ends_us))

    def sessions(self) -> dict[str, Pass]:
        """Those that are good, by a short name that does not tell the secret."""
        return {_short(name): made for name, made in self._sessions().items() if self._good(made) is not None}

    def revoke(self, who: str) -> int:
        """End the sessions of this short name, or of a holder of this name; how many."""
        theirs = [name for name, made in self._sessions().items() if who in (_short(name), made.name)]
        return sum(self._kept.take(name) is not None for name in theirs)

    def log_out(self, said: LogOut) -> list[str] | None:
        """End the sessions of who signed out at the provider; whose they were. None: this was said before."""
        notice = named("logout", said.id)
        if self._kept.find(notice) is not None:
            return None
        self._kept.tidy(self._clock(), self._most - 1)
        self._kept.put(notice, Pass(id="", name="", role="noc_operator", until_us=said.until_us))
        theirs = [name for name, made in self._sessions().items() if _is_of(made, said.who)]
        return [ended.name for name in theirs if (ended := self._kept.take(name)) is not None]

    def _sessions(self) -> dict[str, Pass]:
        return {name: made for name, made in self._kept.all().items() if name.startswith(SESSION)}

    def session(self, secret: str) -> Pass | None:
        """Whose session this is; None where there is none, or no more."""
        return self._good(self._kept.find(named("session", secret)))

    def recalled(self, secret: str) -> Pass | None:
        """The same, as far as it is known without a wait."""
        return self._good(self._kept.recall(named("session", secret)))

    def close(self, secret: str) -> None:
        self._kept.take(named("session", secret))

    def _issue(self, kind: Kind, made: Pass) -> str:
        self._kept.tidy(self._clock(), self._most - 1)
        secret = secrets.token_urlsafe(32)
        self._kept.put(named(kind, secret), made)
        return secret

    def _good(self, found: Pass | None) -> Pass | None:
        return found if found is not None and found.until_us > self._clock() else None


def named(kind: Kind, secret: str) -> str:
    """The name that a pass is kept under: it does not tell the secret."""
    return f"{kind}-{hashlib.sha256(secret.encode()).hexdigest()}"


def _is_of(made: Pass, who: Known) -> bool:
    """One whose session at the provider is not known ends with any of that person's."""
    if who.session and made.sid:
        return made.sid == who.session and who.subject in ("", made.subject)
    return bool(who.subject) and made.subject == who.subject


def _short(name: str) -> str:
    return name.removeprefix(SESSION)[:SHORT]


def surplus(kept: Iterable[tuple[str, Pass]], now_us: int, most: int) -> list[str]:
    """The names of those that `tidy` forgets."""
    known = sorted((made.until_us, name) for name, made in kept)
    good = sum(until_us > now_us for until_us, _ in known)
    return [name for _, name in known[: len(known) - min(good, most)]]


class MemoryPasses:
    """The memory twin."""

    def __init__(self) -> None:
        self._passes: dict[str, Pass] = {}

    def put(self, name: str, made: Pass) -> None:
        self._passes[name] = made

    def find(self, name: str) -> Pass | None:
        return self._passes.get(name)

    def recall(self, name: str) -> Pass | None:
        return self.find(name)

    def take(self, name: str) -> Pass | None:
        return self._passes.pop(name, None)

    def renew(self, name: str, until_us: int) -> None:
        if name in self._passes:
            self._passes[name] = msgspec.structs.replace(self._passes[name], until_us=until_us)

    def all(self) -> Mapping[str, Pass]:
        return dict(self._passes)

    def tidy(self, now_us: int, most: int) -> None:
        for name in surplus(self._passes.items(), now_us, most):
            del self._passes[name]

    def close(self) -> None:
        """Nothing to close."""


class PassFolder:
    """Files in a folder which only its owner may read. A file's time is until when the pass is good: to renew it is one
    step, which brings back nothing that is gone. A new one gets its time beside, and then its name: nobody sees it with
    another time, nor half of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, made: Pass) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = self._folder / f"{BESIDE}{name}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(msgspec.json.encode(made))
            file.flush()
            os.utime(file.fileno(), ns=(made.until_us * 1000, made.until_us * 1000))
        beside.rename(self._folder / name)

    def find(self, name: str) -> Pass | None:
        try:
            with (self._folder / name).open("rb") as file:
                found = msgspec.json.decode(file.read(), type=Pass)
                until_us = os.fstat(file.fileno()).st_mtime_ns // 1000
        except (FileNotFoundError, msgspec.MsgspecError):
            return None
        return msgspec.structs.replace(found, until_us=until_us)

    def renew(self, name: str, until_us: int) -> None:
        with suppress(FileNotFoundError):
            os.utime(self._folder / name, ns=(until_us * 1000, until_us * 1000))

    def all(self) -> Mapping[str, Pass]:
        named = (path.name for path in self._paths() if not path.name.startswith(BESIDE))
        return {name: found for name in named if (found := self.find(name)) is not None}

    def _paths(self) -> list[Path]:
        return list(self._folder.iterdir()) if self._folder.exists() else []

    def recall(self, name: str) -> Pass | None:
        return self.find(name)

    def take(self, name: str) -> Pass | None:
        """Taking it is unlinking it: only one can."""
        found = self.find(name)
        try:
            (self._folder / name).unlink()
        except FileNotFoundError:
            return None
        return found

    def tidy(self, now_us: int, most: int) -> None:
        kept: list[tuple[str, Pass]] = []
        for path in self._paths():
            if path.name.startswith(BESIDE):
                _sweep(path, now_us)
            elif (found := self.find(path.name)) is None:
                path.unlink(missing_ok=True)
            else:
                kept.append((path.name, found))
        for name in surplus(kept, now_us, most):
            (self._folder / name).unlink(missing_ok=True)

    def close(self) -> None:
        """Nothing is open."""


def _sweep(path: Path, now_us: int) -> None:
    """One that is old was begun by somebody who died."""
    with suppress(FileNotFoundError):
        if path.stat().st_mtime_ns // 1000 < now_us - HOUR_US:
            path.unlink()

"""The users of SNMPv3: a file each, readable by its owner alone."""

import os
import stat
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from connectors.ports import Unusable
from connectors.snmp.usm.protocols import AUTH, PRIV, WEAK, Auth, AuthKeys, Priv, PrivKeys

Level = Literal["noAuthNoPriv", "authNoPriv", "authPriv"]
LEVELS: tuple[Level, ...] = get_args(Level)  # by the message's flags: 0, 1, 3
ENDING = ".toml"
LEAST_PASSWORD = 8  # characters (RFC 3414, section 11.2)
LONGEST_NAME = 32  # octets (RFC 3414, section 2.4)
MOST_KEYS = 10_000  # engines whose keys a user keeps at hand
_NEEDS: dict[Level, tuple[str, ...]] = {
    "noAuthNoPriv": (),
    "authNoPriv": ("auth", "auth_password"),
    "authPriv": ("auth", "auth_password", "priv", "priv_password"),
}
_KEYS = {"user", "level", *_NEEDS["authPriv"]}


@dataclass(slots=True)
class User:
    """Who may speak, and how: at this level and at no other. Keys are made at their first use."""

    name: str
    level: Level
    auth: Auth | None = None
    priv: Priv | None = None
    auth_password: str = field(default="", repr=False)
    priv_password: str = field(default="", repr=False)
    _auth_keys: AuthKeys | None = field(default=None, repr=False)
    _priv_keys: PrivKeys | None = field(default=None, repr=False)
    _known: dict[bytes, tuple[bytes, bytes]] = field(default_factory=dict, repr=False)

    def auth_key(self, engine: bytes) -> bytes:
        """What signs at this engine. Cheap also for one that is made up: who sends has shown nothing yet."""
        known = self._known.get(engine)
        if known is not None:
            return known[0]
        assert self.auth is not None, "a user that signs"
        if self._auth_keys is None:
            self._auth_keys = AuthKeys(self.auth, self.auth_password)
        return self._auth_keys.of(engine)

    def priv_key(self, engine: bytes) -> bytes:
        """What encrypts there. To be asked once a digest was right: a long one costs tens of milliseconds."""
        known = self._known.get(engine)
        if known is not None:
            return known[1]
        assert self.auth is not None, "who encrypts signs"
        assert self.priv is not None, "a user that encrypts"
        if self._priv_keys is None:
            self._priv_keys = PrivKeys(self.auth, self.priv, self.priv_password)
        key = self._priv_keys.of(engine)
        self._keep(engine, self.auth_key(engine), key)
        return key

    def vouched(self, engine: bytes, key: bytes) -> None:
        """A digest was right with this key: who signs and does not encrypt has no other."""
        if self.priv is None and engine not in self._known:
            self._keep(engine, key, b"")

    def _keep(self, engine: bytes, *keys: bytes) -> None:
        if len(self._known) >= MOST_KEYS:
            self._known.clear()
        self._known[engine] = (keys[0], keys[1])


def load(folder: Path, *, weak: bool = False) -> dict[bytes, User]:
    """All users, by name. None where there is no folder. `weak`: also those with MD5 or DES.

    Raises Unusable, with file and remedy, at the first that cannot be taken.
    """
    users: dict[bytes, User] = {}
    for path in sorted(folder.glob(f"*{ENDING}")) if folder.is_dir() else ():
        user = read(path, weak=weak)
        if user.name.encode() in users:
            raise Unusable(f"{path}: user {user.name} is in another file of {folder} already", "Take one of them away")
        users[user.name.encode()] = user
    return users


def read(path: Path, *, weak: bool = False) -> User:
    """One file. Raises Unusable."""
    try:
        with path.open("rb") as file:
            _owned(path, os.fstat(file.fileno()))
            said = tomllib.loads(file.read().decode())
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}", "Check the path and its owner") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Unusable(f"{path} is not TOML: {error}", "`simpul snmp add` writes one") from error
    return _user(path, said, weak)


def _owned(path: Path, found: os.stat_result) -> None:
    """Passwords are in it: its owner's, who is us, and nobody else's."""
    mode = stat.S_IMODE(found.st_mode)
    if mode & 0o077:
        raise Unusable(f"{path}: others may read or change it (mode {mode:04o})", f"Run: chmod 600 {path}")
    if found.st_uid not in (os.geteuid(), 0):
        raise Unusable(f"{path} belongs to another account", f"Run: chown {os.geteuid()} {path}")


def _user(path: Path, said: dict[str, Any], weak: bool) -> User:
    def bad(what: str, remedy: str) -> Unusable:
        return Unusable(f"{path}: {what}", remedy)

    for key, value in said.items():
        if key not in _KEYS or not isinstance(value, str):
            raise bad(f"{key} is none of its keys, or no text", f"It has {', '.join(sorted(_KEYS))}: all are texts")
    name, level = said.get("user", ""), said.get("level", "")
    if not 1 <= len(name.encode()) <= LONGEST_NAME:
        raise bad("user must have 1 to 32 octets", "Give the name as the device has it")
    if level not in LEVELS:
        raise bad(f"there is no level {level!r}", f"Give level as one of {', '.join(LEVELS)}")
    if set(said) - {"user", "level"} != set(_NEEDS[level]):
        needs = ", ".join(_NEEDS[level]) or "nothing"
        raise bad(f"level {level} goes with {needs} and with nothing else", "Add what is missing, or correct level")
    for key in ("auth_password", "priv_password"):
        if key in said and len(said[key]) < LEAST_PASSWORD:
            raise bad(f"{key} has fewer than {LEAST_PASSWORD} characters", "Take a longer one, here and at the device")
    for key, names in (("auth", AUTH), ("priv", PRIV)):
        if key in said and said[key] not in names:
            raise bad(f"there is no {key} {said[key]!r}", f"There are {', '.join(names)}")
        if said.get(key) in WEAK and not weak:
            remedy = f"Take {'SHA-256' if key == 'auth' else 'AES-128'}, or set snmp.weak = true if the device has none"
            raise bad(f"{key} {said[key]} is broken and not taken", remedy)
    return User(
        name=name,
        level=level,
        auth=AUTH.get(said.get("auth", "")),
        priv=PRIV.get(said.get("priv", "")),
        auth_password=said.get("auth_password", ""),
        priv_password=said.get("priv_password", ""),
    )


def write(folder: Path, user: User) -> Path:
    """A new file for this user, its owner's alone. Raises Unusable where there is one, or it cannot be written."""
    said = {"user": user.name, "level": user.level}
    if user.auth is not None:
        said |= {"auth": user.auth.name, "auth_password": user.auth_password}
    if user.priv is not None:
        said |= {"priv": user.priv.name, "priv_password": user.priv_password}
    path = folder / f"{user.name}{ENDING}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.writelines(f"{key} = {_quoted(value)}\n" for key, value in said.items())
    except FileExistsError as error:
        raise Unusable(f"There is a {path} already", "Take another name, or remove that file first") from error
    except OSError as error:
        raise Unusable(f"{path} cannot be written: {error.strerror}", "Check the folder and its owner") from error
    return path


def _quoted(text: str) -> str:
    """A basic string of TOML."""
    signs = {'"': '\\"', "\\": "\\\\"}
    return '"' + "".join(signs.get(one, one if one.isprintable() else f"\\u{ord(one):04x}") for one in text) + '"'

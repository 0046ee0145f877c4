"""A key a person: what the journal and the directory keep of them is sealed under it; destroying it erases them.

AES-256-GCM throughout (NIST SP 800-38D). The keys lie in a SQLite file (in PostgreSQL: `store.shared.vault`), each
wrapped under a master key that lies in a file of its own or with a KMS, so that a back-up of one without the other
tells nothing. Keys are never cached: an erasure by another process counts at once (UU PDP 27/2022).
"""

import base64
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from connectors.ports import Unusable
from connectors.sqlite_file import PATIENCE_S, Format, SqliteFile, translated

KEY_BYTES, NAME_BYTES, NONCE_BYTES = 32, 8, 12
FORMAT = b"\x01"  # then the key's name, the nonce, the sealed text and its tag
IDS_AT_ONCE = 1000
SWEEPS = 2  # tries, each as long as a reader is waited for

_KEYS = "create table keys (person text primary key, name blob not null, wrapped blob not null) without rowid"
_MASTER = "create table master (wrapped blob not null)"  # one row, to know the master key again
KEYS = Format("file of persons' keys", 0x53696D4B, ((_KEYS, _MASTER),))  # SimK
KNOWN = b"simpul"
MAKES_ONE = f"`openssl rand -base64 {KEY_BYTES}` makes one"
LASTING = ("directory",)  # purposes whose keys outlive a master key


class Key(NamedTuple):
    """A person's key. Its name tells a text sealed under an older one, which was destroyed, from a damaged text."""

    name: bytes
    secret: bytes


class MasterKey:
    """32 random bytes, as Base64. Lines after the first are keys that outlive it (`PURPOSE BASE64`): what is found by a
    keyed hash is found by it also under the next master key. `where`: the file or the command that it comes from.
    """

    def __init__(self, text: bytes, where: str, remedy: str = "Put the one in its place that was backed up") -> None:
        """Raises Unusable."""
        self.where = where
        first, *rest = text.strip().splitlines() or [b""]
        try:
            self._secret = base64.b64decode(first.strip(), validate=True)
            lasting = (line.decode().partition(" ") for line in rest)
            self._lasting = {purpose: base64.b64decode(key, validate=True) for purpose, _, key in lasting}
        except ValueError:
            self._secret, self._lasting = b"", {}
        if any(len(key) != KEY_BYTES for key in (self._secret, *self._lasting.values())):
            raise Unusable(f"{where} is no master key", remedy)

    @classmethod
    def of(cls, path: Path, *, given: bool = False) -> "MasterKey":
        """In a file of mode 0600, made where there is none. Raises Unusable.

        `given`: a secret that is mounted. None is made in its place, and its group may read it (as containers do it).
        """
        with translated(path):
            if given and not path.exists():
                raise Unusable(f"There is no master key {path}", f"Mount it; {MAKES_ONE}")
            if not path.exists():
                _make(path)
            if path.stat().st_mode & (0o007 if given else 0o077):
                raise Unusable(f"The master key {path} can be read by others", f"Run: chmod 600 {path}")
            return cls(path.read_bytes(), str(path))

    @classmethod
    def told(cls, text: bytes, command: str) -> "MasterKey":
        """What a command printed. Raises Unusable."""
        return cls(text, f"What {command} prints", f"It has to print {KEY_BYTES} bytes as Base64; {MAKES_ONE}")

    def derived(self, purpose: str) -> bytes:
        """A key for one purpose (RFC 5869)."""
        if purpose in self._lasting:
            return self._lasting[purpose]
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"simpul {purpose}".encode()).derive(self._secret)

    def next(self, path: Path) -> "MasterKey":
        """A new one in that file, which must not be there, or be one that was begun before."""
        with translated(path):
            if not path.exists():
                lasting = [f"{purpose} ".encode() + base64.b64encode(self.derived(purpose)) for purpose in LASTING]
                _make(path, lasting)
        return MasterKey.of(path)


def _make(path: Path, lasting: Sequence[bytes] = ()) -> None:
    """Whole or not at all; where two start at once, both use the first one's."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(b"\n".join([base64.b64encode(os.urandom(KEY_BYTES)), *lasting]) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(aside, path)
    aside.unlink()


def fresh_key(random: Callable[[int], bytes] = os.urandom) -> Key:
    return Key(random(NAME_BYTES), random(KEY_BYTES))


def sealed_under(key: Key, person: str, plain: bytes, nonce: bytes) -> bytes:
    """Bound to the person, so that one's text cannot be passed off as another's."""
    return FORMAT + key.name + nonce + AESGCM(key.secret).encrypt(nonce, plain, person.encode())


def unsealed(key: Key | None, person: str, sealed: bytes) -> bytes | None:
    """None where the key is gone, also where a new one has taken its place. Raises Unusable: damaged, or not ours."""
    name, rest = sealed[1 : 1 + NAME_BYTES], sealed[1 + NAME_BYTES :]
    if sealed[:1] != FORMAT or len(rest) < NONCE_BYTES:
        raise Unusable("What was sealed is of a format that this version does not know", "Start the one that wrote it")
    if key is None or key.name != name:
        return None
    try:
        return AESGCM(key.secret).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], person.encode())
    except InvalidTag as error:
        raise Unusable("What was sealed is damaged, or was another person's", "Restore the back-up") from error


class Wrapping:
    """How keys lie at rest: each wrapped under the master key, bound to its person."""

    def __init__(self, master: MasterKey) -> None:
        self._cipher = AESGCM(master.derived("wrap"))
        self._master = master.where

    def wrapped(self, person: str, secret: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret, person.encode())

    def unwrapped(self, person: str, wrapped: bytes) -> bytes:
        """Raises Unusable."""
        try:
            return self._cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], person.encode())
        except InvalidTag as error:
            raise Unusable("A key is damaged, or was another person's", "Restore the back-up") from error

    def mark(self) -> bytes:
        """To lie beside the keys, so that their master key is known again."""
        return self.wrapped("", KNOWN)

    def know(self, mark: bytes, where: object) -> None:
        """Raises Unusable where these keys are another master's."""
        try:
            self.unwrapped("", mark)
        except Unusable as error:
            raise Unusable(
                f"The keys in {where} are wrapped under another master key than {self._master}",
                "Put the master key in its place that was backed up with them",
            ) from error


class Keys(Protocol):
    """Where persons' keys lie; read for each use."""

    def known(self, persons: Iterable[str]) -> dict[str, Key]:
        """Those that there are."""

    def made(self, persons: Sequence[str]) -> dict[str, Key]:
        """New ones, durable before it returns; without those that another process was faster for."""

    def erase(self, person: str, key: bytes | None = None) -> bool:
        """False where there was none. `key`: only the one of this name."""

    def swept(self) -> bool:
        """Whether no copy of a destroyed one is left in our files."""

    def rewrap(self, master: MasterKey, /) -> int:
        """Wrap all under another master key, all or none; how many. Whoever has them open under the old one cannot
        read them any more."""

    def close(self) -> None: ...


class SealingVault:
    """The port `Vault` over keys, wherever they lie. `random`: of nonces."""

    def __init__(self, keys: Keys, random: Callable[[int], bytes] = os.urandom) -> None:
        self._keys = keys
        self._random = random

    def seal(self, person: str, plain: bytes) -> bytes:
        return self.seal_many([(person, plain)])[0]

    def seal_many(self, texts: Sequence[tuple[str, bytes]]) -> list[bytes]:
        """Keys that are missing are made together. Where two processes make one at once, both use the first one's."""
        persons = {person for person, _ in texts}
        keys = self._keys.known(persons)
        while missing := persons - keys.keys():
            keys |= self._keys.made(sorted(missing))
            keys |= self._keys.known(missing - keys.keys())
        return [sealed_under(keys[person], person, plain, self._random(NONCE_BYTES)) for person, plain in texts]

    def unseal(self, person: str, sealed: bytes) -> bytes | None:
        return self.unseal_many([(person, sealed)])[0]

    def unseal_many(self, texts: Sequence[tuple[str, bytes]]) -> list[bytes | None]:
        keys = self._keys.known({person for person, _ in texts})
        return [unsealed(keys.get(person), person, sealed) for person, sealed in texts]

    def holds(self, person: str) -> bool:
        return bool(self._keys.known([person]))

    def key_of(self, person: str) -> bytes | None:
        found = self._keys.known([person]).get(person)
        return None if found is None else found.name

    def erase(self, person: str, key: bytes | None = None) -> bool:
        return self._keys.erase(person, key)

    def swept(self) -> bool:
        return self._keys.swept()

    def rewrap(self, master: MasterKey) -> int:
        return self._keys.rewrap(master)

    def close(self) -> None:
        self._keys.close()


class KeyFile:
    """`path`: the keys' file; `master`: the master key that wraps them. Raises Unusable where they do not belong."""

    def __init__(self, path: Path, master: MasterKey, *, patience_s: float = PATIENCE_S) -> None:
        self._wrapping = Wrapping(master)
        self._file = SqliteFile(path, KEYS, patience_s=patience_s)
        try:
            self._know()
        except BaseException:
            self._file.close()
            raise

    def _know(self) -> None:
        with self._file.writing() as connection:
            found = connection.execute("select wrapped from master").fetchone()
            if found is None:
                connection.execute("insert into master values (?)", (self._wrapping.mark(),))
                return
        self._wrapping.know(found[0], self._file.path)

    def erase(self, person: str, key: bytes | None = None) -> bool:
        """Overwritten in the file, and in the log before it as soon as nobody reads from that (`swept`)."""
        with self._file.writing() as connection:
            connection.execute("pragma secure_delete = on")
            query = "delete from keys where person = ? and (? is null or name = ?)"
            gone = connection.execute(query, (person, key, key)).rowcount
        self._file.checkpoint()
        return gone == 1

    def swept(self) -> bool:
        return self._file.checkpoint(SWEEPS)

    def rewrap(self, master: MasterKey) -> int:
        new = Wrapping(master)
        with self._file.writing() as connection:
            connection.execute("pragma secure_delete = on")
            rows = connection.execute("select person, wrapped from keys").fetchall()
            again = [(new.wrapped(person, self._wrapping.unwrapped(person, old)), person) for person, old in rows]
            connection.executemany("update keys set wrapped = ? where person = ?", again)
            connection.execute("update master set wrapped = ?", (new.mark(),))
        self._wrapping = new
        self._file.shrink()
        return len(rows)

    def made(self, persons: Sequence[str]) -> dict[str, Key]:
        """In one transaction."""
        keys = {person: fresh_key() for person in persons}
        rows = [(person, key.name, self._wrapping.wrapped(person, key.secret)) for person, key in keys.items()]
        with self._file.writing() as connection:
            made = connection.executemany("insert or ignore into keys values (?, ?, ?)", rows).rowcount
        return keys if made == len(rows) else {}  # then those in the file are in force

    def known(self, persons: Iterable[str]) -> dict[str, Key]:
        asked, found = sorted(persons), {}
        if not asked:
            return {}
        with self._file.reading() as connection:
            for start in range(0, len(asked), IDS_AT_ONCE):
                some = asked[start : start + IDS_AT_ONCE]
                marks = ", ".join("?" * len(some))
                query = f"select person, name, wrapped from keys where person in ({marks})"  # noqa: S608  # marks only
                for person, name, wrapped in connection.execute(query, some):
                    found[person] = Key(name, self._wrapping.unwrapped(person, wrapped))
        return found

    def close(self) -> None:
        self._file.close()


class MemoryKeys:
    """The memory twin; `random` may be seeded."""

    def __init__(self, random: Callable[[int], bytes] = os.urandom) -> None:
        self._random = random
        self._keys: dict[str, Key] = {}

    def known(self, persons: Iterable[str]) -> dict[str, Key]:
        return {person: self._keys[person] for person in persons if person in self._keys}

    def made(self, persons: Sequence[str]) -> dict[str, Key]:
        keys = {person: fresh_key(self._random) for person in persons}
        return {person: key for person, key in keys.items() if self._keys.setdefault(person, key) is key}

    def erase(self, person: str, key: bytes | None = None) -> bool:
        if person not in self._keys or key not in (None, self._keys[person].name):
            return False
        del self._keys[person]
        return True

    def swept(self) -> bool:
        return True

    def rewrap(self, _: MasterKey) -> int:
        return len(self._keys)  # they lie bare

    def close(self) -> None:
        """Nothing to close."""


class SqliteVault(SealingVault):
    """Keys in a file of their own."""

    def __init__(self, path: Path, master: MasterKey, *, patience_s: float = PATIENCE_S) -> None:
        super().__init__(KeyFile(path, master, patience_s=patience_s))


class MemoryVault(SealingVault):
    """The memory twin; `random` may be seeded."""

    def __init__(self, random: Callable[[int], bytes] = os.urandom) -> None:
        super().__init__(MemoryKeys(random), random)

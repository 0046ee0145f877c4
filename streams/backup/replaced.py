"""What the folder that is replaced still tells: how far numbers and ids were drawn, who was erased, whose tokens went.

It may be damaged, empty, or another service's. Each answer is taken for exact only where it is what the back-up became.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec

from connectors.access.token_list import Listed, TokenFile
from connectors.ports import Journal, PortError, Store
from correlator.restored import leaps
from streams.backup.manifest import BadBackup
from streams.bootstrap.places import recorded, store_of
from streams.erasing import Erased
from streams.files import STORE, Files
from streams.settings import Settings

T = TypeVar("T")


class TokenLine(msgspec.Struct, frozen=True):
    """Of the record of tokens: what happened to which."""

    did: str
    token: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """Counters of a store; `exact`: nothing was drawn beyond. `until_us`: its time."""

    counters: dict[str, int] = field(default_factory=dict)
    exact: bool = False
    until_us: int = 0


def counters(store: Store, domain: str) -> tuple[dict[str, int], int]:
    """Those of numbers and ids; and the domain's time."""
    rows = {name: row.value for name, row in store.rows(domain, "counters")}
    return {name: value for name, value in rows.items() if leaps(name)}, rows.get("now_us", 0)


def drawn(settings: Settings, restored: Journal) -> Drawn:
    """By the service whose folder is replaced. `restored`: the journal of the back-up."""
    files, domain = Files(settings.data), settings.domain
    if not (files.data / STORE).exists():
        return Drawn()
    try:
        with closing(store_of(settings)) as store:
            known, until_us = counters(store, domain)
            applied = store.applied(domain)
        return Drawn(known, applied >= restored.end(domain) and _went_on(files.journal, restored, domain), until_us)
    except PortError:
        return Drawn()


def _went_on(path: Path, restored: Journal, domain: str) -> bool:
    """Whether the journal has the back-up's last frame in its place. Raises PortError."""
    end = restored.end(domain)
    if not path.exists() or not end:
        return False
    with closing(recorded(path)) as journal:
        return journal.read(domain, end - 1, 1) == restored.read(domain, end - 1, 1)


def lines(path: Path) -> list[bytes]:
    """Of a record to which lines are added. What was cut off in its writing is left out."""
    try:
        return [line for line in path.read_bytes().splitlines() if line.endswith(b"}")]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise BadBackup(f"{path} cannot be read: {error.strerror}", "Give this account the right") from error


def join(path: Path, more: Iterable[bytes]) -> list[bytes]:
    """Add the lines that a record lacks; which they were."""
    known = set(lines(path))
    new = [line for line in dict.fromkeys(more) if line not in known]
    if new:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as file:
            file.writelines(line + b"\n" for line in new)
    return new


def erased(given: Iterable[bytes], where: Path) -> list[Erased]:
    """Raises BadBackup with the line that is none."""
    return _decoded(given, where, msgspec.json.Decoder(Erased).decode)


def _decoded(given: Iterable[bytes], where: Path, decode: Callable[[bytes], T]) -> list[T]:
    try:
        return [decode(line) for line in given]
    except msgspec.MsgspecError as error:
        raise BadBackup(f"{where} has a line that cannot be used: {error}", "Mend it, or take it out") from error


def tokens(old: Files, restored: Files) -> Sequence[str] | None:
    """Those made since are good, those taken away since are not; their names. None: nothing tells of them."""
    if not old.tokens.exists():
        return None
    try:
        since = TokenFile(old.tokens).read()
    except PortError:
        return None
    record = join(restored.issued, lines(old.issued))
    told = _decoded(record, old.issued, msgspec.json.Decoder(TokenLine).decode)
    gone = {line.token for line in told if line.did == "revoked"}
    taken: list[str] = []

    def edit(known: Listed) -> Listed:
        taken[:] = [token.name for token in known if token.id in gone]
        kept = tuple(token for token in known if token.id not in gone)
        ids = {token.id for token in known}
        return *kept, *(token for token in since if token.id not in ids)

    TokenFile(restored.tokens).change(edit)
    return taken

"""Before the processes start, and beside them: what commands need of a service's parts."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from connectors.ports import Contact, Unusable, Vault
from correlator.events import moment
from streams import clock
from streams.bootstrap.domains import agreed
from streams.bootstrap.listeners import chosen
from streams.bootstrap.places import journal_of, store_of
from streams.bootstrap.shared import given_master, shared
from streams.cut_short import refuse_cut_short
from streams.erasing import Kept, erase_again
from streams.files import BadFiles, Files, inventory, make_folder, world_of
from streams.host.worlds import Worlds
from streams.settings import Settings

if TYPE_CHECKING:
    from connectors.access.passes import Passes
    from connectors.access.tokens import Tokens
    from connectors.privacy.erasure_log import ErasureLog
    from connectors.privacy.vault import MasterKey, SealingVault

log = structlog.get_logger("before")


@dataclass(frozen=True, slots=True)
class First:
    """What a start found: the administrator's token, at the very first one only, and the file that has it."""

    token: str | None = field(repr=False)
    file: Path


def prepare(settings: Settings) -> First:
    """Before the processes start: files and settings are good, contacts are sealed, there is a token. Raises PortError.

    Where several machines work together, once for all of them: they find the World in the archive.
    """
    make_folder(settings.data)
    files = Files(settings.data)
    world, rows = world_of(settings, files), inventory(settings)
    agreed(settings, world.policy)
    chosen(settings)
    with closing(shared(settings)) as parts:
        again(parts.vault, parts.erasures)
        refuse_cut_short(settings, store_of(settings), Worlds(files.worlds, world, parts.archive))
        if parts.archive is not None:
            parts.archive.publish(world, rows)
        # personal data is no part of the World
        parts.directory.replace((row.id, Contact(row.name, row.phone, row.email)) for row in rows.customers)
        return First(first_token(parts.tokens, files.first_token), files.first_token)


def again(vault: Vault, record: "ErasureLog") -> None:
    """Who was erased stays so, whatever back-up was put in place."""
    for person in erase_again(vault, record):
        log.warning("erased_again", person=person)
    if not vault.swept():
        log.warning("keys_not_swept", remedy="close what reads keys.db (a shell, a back-up), then start again")


def first_token(tokens: "Tokens", file: Path) -> str | None:
    """At the first start, written to a file that only its owner reads: what is printed ends in logs. OSError."""
    token = tokens.first()
    if token is None:
        return None
    try:
        file.unlink(missing_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
            opened.write(token + "\n")
            opened.flush()
            os.fsync(opened.fileno())
    except OSError:
        tokens.revoke("administrator")  # nobody was told it
        raise
    return token


def page_link(settings: Settings, http: tuple[str, int]) -> str:
    """An address that signs a browser in once. Whoever may read the data folder, or the database, may have one.

    It stands and falls with the newest administrator's token, and so does the session of it. Raises PortError.
    """
    from connectors.access.passes import Passes

    with closing(shared(settings)) as parts:
        now = moment(clock.wall_us())
        tokens = (one for one in parts.tokens.listed() if one.role == "administrator")
        issuers = [one.id for one in tokens if one.expires is None or one.expires > now]
        if not issuers:
            raise BadFiles("No administrator's token stands, which a link would stand with", "Issue one")
        link = Passes(parts.passes, clock.wall_us).link(issuer=issuers[-1])
        return f"{settings.http.url(http)}/signin?key={link}"


@contextmanager
def passes(settings: Settings) -> "Iterator[Passes]":
    """Who is signed in at the page. Raises PortError."""
    from connectors.access.passes import Passes

    with closing(shared(settings)) as parts:
        yield Passes(parts.passes, clock.wall_us)


@contextmanager
def alone_with_keys(settings: Settings) -> "Iterator[tuple[SealingVault, MasterKey]]":
    """The keys and their master, while no service of this data folder works. Raises PortError.

    Where an exchange was broken off after they were wrapped anew, its new master key takes its place first.
    """
    from streams.processes.data_lock import hold

    with ExitStack() as stack:
        if not settings.distributed:
            stack.enter_context(closing(hold(settings.data)))
        if given_master(settings) is None:
            _finish(settings)
        parts = stack.enter_context(closing(shared(settings)))
        yield parts.vault, parts.master


def begun(master: Path) -> Path:
    """Where the next master key is made."""
    return master.with_name(f"{master.name}.new")


def _finish(settings: Settings) -> None:
    place = Files(settings.data).master
    if not begun(place).exists():
        return
    with suppress(Unusable), closing(shared(settings.model_copy(update={"master_key": begun(place)}))) as parts:
        _ = parts.vault  # it knows its master key
        begun(place).replace(place)


@contextmanager
def kept(settings: Settings) -> Iterator[Kept]:
    """What may hold something of a person, beside a running service. Raises PortError."""
    files = Files(settings.data)
    if not settings.distributed and not files.keys.exists():
        raise BadFiles(f"No service has kept anything in {files.data}", "Name its settings with --config")
    with ExitStack() as stack:
        journal = stack.enter_context(closing(journal_of(settings)))
        store = stack.enter_context(closing(store_of(settings)))
        parts = stack.enter_context(closing(shared(settings)))
        yield Kept(settings.domains, parts.vault, parts.directory, store, journal, files.messages, parts.erasures)

"""Where things lie: files of the data folder, or Kafka and PostgreSQL. The one switch between the two runtimes."""

from pathlib import Path
from typing import TYPE_CHECKING

from connectors.journal.sqlite import SqliteJournal
from connectors.ports import Contact, Journal
from streams import clock
from streams.files import Files
from streams.settings import Settings
from topology.model import Inventory

if TYPE_CHECKING:
    from connectors.api.tokens import Tokens
    from connectors.vault import MasterKey, SqliteVault


def recorded(path: Path) -> Journal:
    """A journal to read, untouched."""
    return SqliteJournal(path, readonly=True)


def clock_of(settings: Settings, journal: Journal) -> clock.Clock:
    """Microseconds since 1970; never before what the journal holds, whatever NTP does."""
    end = journal.end(settings.domain)
    frames = journal.read(settings.domain, end - 1, 1) if end else []
    last_us = frames[0][1].at_us if frames else 0
    if settings.clock_factor == 1:
        return clock.steady(last_us=last_us)
    return clock.steady(
        clock.accelerated(settings.clock_start_us or clock.wall_us(), settings.clock_factor), last_us=last_us
    )


def tokens(settings: Settings) -> "Tokens":
    """The bearer tokens; a running service sees a change at its next request."""
    from connectors.api.tokens import Tokens

    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Tokens(Files(settings.data).tokens, clock.wall_us)


def vault_of(files: Files) -> "tuple[SqliteVault, MasterKey]":
    from connectors.vault import MasterKey, SqliteVault

    master = MasterKey(files.master)
    return SqliteVault(files.keys, master), master


def keep_contacts(files: Files, network: Inventory) -> None:
    """Seal the customers' contacts: personal data is no part of the World."""
    from connectors.directory import SqliteDirectory

    vault, master = vault_of(files)
    directory = SqliteDirectory(files.directory, vault, master.derived("directory"))
    try:
        directory.replace(
            (customer.id, Contact(customer.name, customer.phone, customer.email)) for customer in network.customers
        )
    finally:
        directory.close()
        vault.close()

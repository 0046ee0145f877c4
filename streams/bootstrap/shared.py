"""What the processes of a service share beside journal and store: in files of the data folder, or in PostgreSQL.

A process opens it once and closes it at its end; of each part there is one.
"""

from contextlib import ExitStack, closing
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar

from connectors.ports import Directory, Vault
from streams import clock
from streams.archive import Archive
from streams.files import Files, make_folder
from streams.settings import Settings
from streams.status import LastWord, StatusFile, StatusOnSlate

if TYPE_CHECKING:
    from connectors.api.tokens import Tokens
    from connectors.book import Book
    from connectors.ledger import Ledger
    from connectors.passes import PassList
    from connectors.store.database import Database
    from connectors.store.slate import PostgresSlate
    from connectors.vault import MasterKey

T = TypeVar("T", bound="Closing")


class Closing(Protocol):
    def close(self) -> None: ...


class Shared(Protocol):
    """Each part raises PortError where it cannot be opened."""

    @cached_property
    def book(self) -> "Book": ...

    @cached_property
    def vault(self) -> Vault: ...

    @cached_property
    def directory(self) -> Directory: ...

    @cached_property
    def tokens(self) -> "Tokens": ...

    @cached_property
    def passes(self) -> "PassList": ...

    @cached_property
    def archive(self) -> Archive | None:
        """None: one machine's own folder has every World."""

    @cached_property
    def erasures(self) -> "Ledger":
        """Who erased whom."""

    @cached_property
    def issued(self) -> "Ledger":
        """Who gave which token to whom, and took it away."""

    def status(self, domain: str) -> LastWord:
        """Of the worker that has this domain."""

    def close(self) -> None: ...


def shared(settings: Settings, *, watching: bool = False) -> Shared:
    """`watching`: for a process that serves: what others change is seen within a second, and costs no request a wait.

    Raises PortError.
    """
    return OnFiles(settings) if settings.database is None else OnPostgres(settings, watching=watching)


class OnFiles:
    """One machine's."""

    def __init__(self, settings: Settings) -> None:
        make_folder(settings.data)
        self._files = Files(settings.data)
        self._open = ExitStack()

    @cached_property
    def book(self) -> "Book":
        from connectors.book import SqliteBook

        return self._kept(SqliteBook(self._files.book))

    @cached_property
    def vault(self) -> Vault:
        from connectors.vault import SqliteVault

        return self._kept(SqliteVault(self._files.keys, self._master))

    @cached_property
    def directory(self) -> Directory:
        from connectors.directory import SqliteDirectory

        return self._kept(SqliteDirectory(self._files.directory, self.vault, self._master.derived("directory")))

    @cached_property
    def tokens(self) -> "Tokens":
        from connectors.api.tokens import Tokens
        from connectors.tokens import TokenFile

        return Tokens(TokenFile(self._files.tokens), clock.wall_us)

    @cached_property
    def passes(self) -> "PassList":
        from connectors.passes import PassFolder

        return PassFolder(self._files.passes)

    @property
    def archive(self) -> None:
        return None

    @cached_property
    def erasures(self) -> "Ledger":
        from connectors.ledger import LedgerFile

        return LedgerFile(self._files.erasures)

    @cached_property
    def issued(self) -> "Ledger":
        from connectors.ledger import LedgerFile

        return LedgerFile(self._files.issued)

    def status(self, domain: str) -> LastWord:
        del domain  # there is one
        return StatusFile(self._files.status)

    @cached_property
    def _master(self) -> "MasterKey":
        from connectors.vault import MasterKey

        return MasterKey(self._files.master)

    def _kept(self, part: T) -> T:
        return self._open.enter_context(closing(part))

    def close(self) -> None:
        self._open.close()


class OnPostgres:
    """Everybody's who reaches the database."""

    def __init__(self, settings: Settings, *, watching: bool) -> None:
        from connectors.store.watched import LOOK_S

        self._settings = settings
        self._every_s = LOOK_S if watching else None
        self._open = ExitStack()

    @cached_property
    def book(self) -> "Book":
        from connectors.store.book import PostgresBook

        return PostgresBook(self._database)

    @cached_property
    def vault(self) -> Vault:
        from connectors.store.vault import PostgresVault

        return PostgresVault(self._database, self._master)

    @cached_property
    def directory(self) -> Directory:
        from connectors.store.directory import PostgresDirectory

        return PostgresDirectory(self._database, self.vault, self._master.derived("directory"))

    @cached_property
    def tokens(self) -> "Tokens":
        from connectors.api.tokens import Tokens
        from connectors.store.tokens import PostgresTokens

        return self._kept(Tokens(PostgresTokens(self._database, self._every_s), clock.wall_us))

    @cached_property
    def passes(self) -> "PassList":
        from connectors.store.passes import PostgresPasses

        return self._kept(PostgresPasses(self._database, self._every_s))

    @cached_property
    def archive(self) -> Archive:
        from connectors.store.volumes import PostgresVolumes

        return Archive(PostgresVolumes(self._database))

    @cached_property
    def erasures(self) -> "Ledger":
        from connectors.store.ledger import PostgresLedger

        return PostgresLedger(self._database)

    @cached_property
    def issued(self) -> "Ledger":
        from connectors.store.ledger import PostgresLedger
        from connectors.store.shared import issued

        return PostgresLedger(self._database, issued)

    def status(self, domain: str) -> LastWord:
        return StatusOnSlate(self._slate, domain)

    @cached_property
    def _slate(self) -> "PostgresSlate":
        from connectors.store.slate import PostgresSlate

        return self._kept(PostgresSlate(self._database, self._every_s))

    @cached_property
    def _master(self) -> "MasterKey":
        from connectors.vault import MasterKey

        given = self._settings.database.master_key if self._settings.database is not None else None
        return MasterKey(Files(self._settings.data).master) if given is None else MasterKey(given, given=True)

    @cached_property
    def _database(self) -> "Database":
        from connectors.store.database import Database
        from streams.bootstrap.places import database_url

        return self._kept(Database(database_url(self._settings)))

    def _kept(self, part: T) -> T:
        return self._open.enter_context(closing(part))

    def close(self) -> None:
        self._open.close()

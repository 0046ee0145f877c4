"""What the processes of a service share beside journal and store: in files of the data folder, or in PostgreSQL.

A process opens it once and closes it at its end; of each part there is one.
"""

import os
from contextlib import ExitStack, closing
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from connectors.ports import Directory
from streams import clock
from streams.files import Files, make_folder
from streams.host.world_archive import Archive
from streams.host.worlds import read_policy
from streams.processes.status import LastWord, SharedStatus, StatusFile
from streams.settings import Settings

if TYPE_CHECKING:
    from connectors.access.passes import PassList
    from connectors.access.tokens import Tokens
    from connectors.access.users import Users
    from connectors.intake_register import IntakeRegister
    from connectors.privacy.erasure_log import ErasureLog
    from connectors.privacy.vault import MasterKey, SealingVault
    from connectors.store.database import Database
    from connectors.store.shared.process_status import PostgresProcessStatus
    from connectors.store.shared.tokens import PostgresTokens

CREDENTIAL = "simpul.master-key"

T = TypeVar("T", bound="Closing")


class Closing(Protocol):
    def close(self) -> None: ...


class Shared(Protocol):
    """Each part raises PortError where it cannot be opened."""

    @cached_property
    def register(self) -> "IntakeRegister": ...

    @cached_property
    def vault(self) -> "SealingVault": ...

    @cached_property
    def master(self) -> "MasterKey": ...

    @cached_property
    def directory(self) -> Directory: ...

    @cached_property
    def tokens(self) -> "Tokens": ...

    @cached_property
    def users(self) -> "Users":
        """Kept where the tokens are."""

    @cached_property
    def passes(self) -> "PassList": ...

    @cached_property
    def archive(self) -> Archive | None:
        """None: one machine's own folder has every World."""

    @cached_property
    def erasures(self) -> "ErasureLog":
        """Who erased whom."""

    @cached_property
    def issued(self) -> "ErasureLog":
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
        self._settings = settings
        self._files = Files(settings.data)
        self._open = ExitStack()

    @cached_property
    def register(self) -> "IntakeRegister":
        from connectors.intake_register import SqliteRegister

        return self._kept(SqliteRegister(self._files.register, remember_days=remember_days(self._settings)))

    @cached_property
    def vault(self) -> "SealingVault":
        from connectors.privacy.vault import SqliteVault

        return self._kept(SqliteVault(self._files.keys, self.master))

    @cached_property
    def directory(self) -> Directory:
        from connectors.privacy.directory import SqliteDirectory

        return self._kept(SqliteDirectory(self._files.directory, self.vault, self.master.derived("directory")))

    @cached_property
    def tokens(self) -> "Tokens":
        from connectors.access.token_list import TokenFile
        from connectors.access.tokens import Tokens

        return Tokens(TokenFile(self._files.tokens), clock.wall_us)

    @cached_property
    def users(self) -> "Users":
        from connectors.access.token_list import TokenFile
        from connectors.access.users import Users

        return Users(TokenFile(self._files.tokens), clock.wall_us, self._settings.users.totp)

    @cached_property
    def passes(self) -> "PassList":
        from connectors.access.passes import PassFolder

        return PassFolder(self._files.passes)

    @property
    def archive(self) -> None:
        return None

    @cached_property
    def erasures(self) -> "ErasureLog":
        from connectors.privacy.erasure_log import ErasureLogFile

        return ErasureLogFile(self._files.erasures)

    @cached_property
    def issued(self) -> "ErasureLog":
        from connectors.privacy.erasure_log import ErasureLogFile

        return ErasureLogFile(self._files.issued)

    def status(self, domain: str) -> LastWord:
        del domain  # there is one
        return StatusFile(self._files.status)

    @cached_property
    def master(self) -> "MasterKey":
        return master_key(self._settings)

    def _kept(self, part: T) -> T:
        return self._open.enter_context(closing(part))

    def close(self) -> None:
        self._open.close()


class OnPostgres:
    """Everybody's who reaches the database."""

    def __init__(self, settings: Settings, *, watching: bool) -> None:
        from connectors.store.shared.watched import LOOK_S

        self._settings = settings
        self._every_s = LOOK_S if watching else None
        self._open = ExitStack()

    @cached_property
    def register(self) -> "IntakeRegister":
        from connectors.store.shared.intake_register import PostgresRegister

        return PostgresRegister(self._database, remember_days=remember_days(self._settings))

    @cached_property
    def vault(self) -> "SealingVault":
        from connectors.store.shared.vault import PostgresVault

        return PostgresVault(self._database, self.master)

    @cached_property
    def directory(self) -> Directory:
        from connectors.store.shared.directory import PostgresDirectory

        return PostgresDirectory(self._database, self.vault, self.master.derived("directory"))

    @cached_property
    def tokens(self) -> "Tokens":
        from connectors.access.tokens import Tokens

        return Tokens(self._token_list, clock.wall_us)

    @cached_property
    def users(self) -> "Users":
        from connectors.access.users import Users

        return Users(self._token_list, clock.wall_us, self._settings.users.totp)

    @cached_property
    def _token_list(self) -> "PostgresTokens":
        from connectors.store.shared.tokens import PostgresTokens

        return self._kept(PostgresTokens(self._database, self._every_s))

    @cached_property
    def passes(self) -> "PassList":
        from connectors.store.shared.passes import PostgresPasses

        return self._kept(PostgresPasses(self._database, self._every_s))

    @cached_property
    def archive(self) -> Archive:
        from connectors.store.shared.blobs import PostgresBlobs

        return Archive(PostgresBlobs(self._database))

    @cached_property
    def erasures(self) -> "ErasureLog":
        from connectors.store.shared.erasure_log import PostgresErasureLog

        return PostgresErasureLog(self._database)

    @cached_property
    def issued(self) -> "ErasureLog":
        from connectors.store.shared.erasure_log import PostgresErasureLog
        from connectors.store.shared.tables import issued

        return PostgresErasureLog(self._database, issued)

    def status(self, domain: str) -> LastWord:
        return SharedStatus(self._process_status, domain)

    @cached_property
    def _process_status(self) -> "PostgresProcessStatus":
        from connectors.store.shared.process_status import PostgresProcessStatus

        return self._kept(PostgresProcessStatus(self._database, self._every_s))

    @cached_property
    def master(self) -> "MasterKey":
        return master_key(self._settings)

    @cached_property
    def _database(self) -> "Database":
        from connectors.store.database import Database

        return self._kept(Database(database_url(self._settings)))

    def _kept(self, part: T) -> T:
        return self._open.enter_context(closing(part))

    def close(self) -> None:
        self._open.close()


def remember_days(settings: Settings) -> int:
    """How long a repeat is known: the register has to know it for as long as the kernel. Raises BadPolicy."""
    return read_policy(settings.policy).remember_days


def given_master(settings: Settings) -> str | None:
    """What hands in the master key, a file or a command; None: it is our own."""
    if settings.key_command:
        return settings.key_command[0]
    found = _mounted(settings)
    return None if found is None else str(found)


def _mounted(settings: Settings) -> Path | None:
    """The file that is named, else systemd's credential (systemd.exec(5), `LoadCredential=`)."""
    if settings.master_key is not None:
        return settings.master_key
    if settings.database is not None and settings.database.master_key is not None:
        return settings.database.master_key
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    found = Path(folder) / CREDENTIAL if folder else None
    return found if found is not None and found.exists() else None


def master_key(settings: Settings) -> "MasterKey":
    """Raises PortError where a command failed; else Unusable."""
    from connectors.privacy.vault import MasterKey

    if settings.key_command:
        from connectors.privacy.key_command import said

        return MasterKey.told(said(settings.key_command), settings.key_command[0])
    mounted = _mounted(settings)
    return MasterKey.of(Files(settings.data).master) if mounted is None else MasterKey.of(mounted, given=True)


def database_url(settings: Settings) -> str:
    """SQLAlchemy's, with the password in it: never logged."""
    from sqlalchemy import make_url

    if settings.database is None:
        return Files(settings.data).store
    url = make_url(settings.database.url)
    if settings.database.password is not None:
        url = url.set(password=settings.database.password)
    return url.render_as_string(hide_password=False)

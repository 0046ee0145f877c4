"""Before the processes start, and beside them: what commands need of a service's parts."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

from connectors.journal.sqlite import SqliteJournal
from streams import clock
from streams.bootstrap.places import keep_contacts, tokens, vault_of
from streams.erasing import Kept
from streams.files import BadFiles, Files, inventory, world_of
from streams.settings import Settings
from streams.worlds import Worlds


@dataclass(frozen=True, slots=True)
class First:
    """What a start found: the administrator's token, at the very first one only."""

    token: str | None


def prepare(settings: Settings) -> First:
    """Before the processes start: the files are good, the contacts are sealed, there is a token. Raises PortError."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    files = Files(settings.data)
    world = world_of(settings, files)
    Worlds(files.worlds, world)
    keep_contacts(files, inventory(settings))
    return First(tokens(settings).first())


def page_link(settings: Settings, http: tuple[str, int]) -> str:
    """An address that signs a browser in once. Whoever may read the data folder may have one."""
    from connectors.passes import Passes, PassFolder

    passes = Passes(PassFolder(Files(settings.data).passes), clock.wall_us)
    return f"{settings.http.url(http)}/signin?key={passes.link()}"


@contextmanager
def kept(settings: Settings) -> Iterator[Kept]:
    """What may hold something of a person, beside a running service. Raises PortError."""
    from connectors.directory import SqliteDirectory
    from connectors.store.sql import SqlStore

    files = Files(settings.data)
    if not files.keys.exists():
        raise BadFiles(f"No service has kept anything in {files.data}", "Name its settings with --config")
    with ExitStack() as stack:
        journal = stack.enter_context(closing(SqliteJournal(files.journal)))
        store = stack.enter_context(closing(SqlStore(files.store)))
        vault, master = vault_of(files)
        stack.enter_context(closing(vault))
        directory = stack.enter_context(closing(SqliteDirectory(files.directory, vault, master.derived("directory"))))
        yield Kept(settings.domain, vault, directory, store, journal, files.messages)

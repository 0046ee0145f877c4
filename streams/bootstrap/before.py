"""Before the processes start, and beside them: what commands need of a service's parts."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

from connectors.ports import Contact
from streams import clock
from streams.bootstrap.domains import agreed
from streams.bootstrap.listeners import chosen
from streams.bootstrap.places import journal_of, store_of
from streams.bootstrap.shared import shared
from streams.erasing import Kept
from streams.files import BadFiles, Files, inventory, make_folder, world_of
from streams.host.worlds import Worlds
from streams.settings import Settings


@dataclass(frozen=True, slots=True)
class First:
    """What a start found: the administrator's token, at the very first one only."""

    token: str | None


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
        Worlds(files.worlds, world, parts.archive)
        if parts.archive is not None:
            parts.archive.publish(world, rows)
        # personal data is no part of the World
        parts.directory.replace((row.id, Contact(row.name, row.phone, row.email)) for row in rows.customers)
        return First(parts.tokens.first())


def page_link(settings: Settings, http: tuple[str, int]) -> str:
    """An address that signs a browser in once. Whoever may read the data folder, or the database, may have one."""
    from connectors.access.passes import Passes

    with closing(shared(settings)) as parts:
        return f"{settings.http.url(http)}/signin?key={Passes(parts.passes, clock.wall_us).link()}"


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

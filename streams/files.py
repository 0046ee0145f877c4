"""Where everything lies: the data folder that the service writes, and the operator's own files that it reads."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from connectors.ports import PortError
from correlator.world import World
from streams.host.world_cache import WorldCache
from streams.host.worlds import read_policy
from streams.settings import Settings
from topology.english import counted
from topology.loaders import load
from topology.model import BadInventory, Fault, Inventory

STORE = "store.db"
RESTORING = "restoring.json"  # as long as a back-up is being put into the folder

log = structlog.get_logger("files")


class BadFiles(PortError):
    """The operator's files cannot be used; every fault is in the text."""

    recoverable = False


@dataclass(frozen=True, slots=True)
class Files:
    """Where everything lies in the data folder."""

    data: Path

    @property
    def journal(self) -> Path:
        return self.data / "journal.db"

    @property
    def store(self) -> str:
        return f"sqlite:///{self.data / STORE}"

    @property
    def register(self) -> Path:
        return self.data / "register.db"

    @property
    def keys(self) -> Path:
        return self.data / "keys.db"

    @property
    def master(self) -> Path:
        return self.data / "master.key"

    @property
    def directory(self) -> Path:
        return self.data / "directory.db"

    @property
    def audit(self) -> Path:
        return self.data / "audit.jsonl"

    @property
    def audit_sent(self) -> Path:
        return self.data / "audit.sent"

    @property
    def first_token(self) -> Path:
        return self.data / "administrator.token"

    @property
    def tokens(self) -> Path:
        return self.data / "tokens.json"

    @property
    def passes(self) -> Path:
        return self.data / "passes"

    @property
    def erasures(self) -> Path:
        return self.data / "erasures.jsonl"

    @property
    def issued(self) -> Path:
        return self.data / "tokens.jsonl"

    @property
    def restored(self) -> Path:
        return self.data / "restored.jsonl"

    @property
    def messages(self) -> Path:
        return self.data / "messages.jsonl"

    @property
    def status(self) -> Path:
        return self.data / "worker.json"

    @property
    def spool(self) -> Path:
        return self.data / "spool.db"

    @property
    def snmp_users(self) -> Path:
        return self.data / "snmp-users"

    @property
    def snmp_engines(self) -> Path:
        return self.data / "snmp.db"

    @property
    def port_names(self) -> Path:
        return self.data / "ports.db"

    @property
    def worlds(self) -> Path:
        return self.data / "worlds"


def world_of(settings: Settings, files: Files) -> World:
    """The World of the operator's files, as they are now; compiled once. Raises BadFiles, BadPolicy."""
    with readable(settings) as path:
        found = WorldCache(files.worlds).compiled(path)
    if found.remark:
        log.warning("world_compiled", remark=found.remark)
    return World(found.topology, read_policy(settings.policy))


def inventory(settings: Settings) -> Inventory:
    """The operator's network, as rows. Raises BadFiles with every fault."""
    with readable(settings) as path:
        return load(path)


def make_folder(data: Path) -> None:
    """The data folder, this account's alone. Raises BadFiles where it cannot be one, or is half restored."""
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        there = nearest(data)
        if not there.is_dir():
            raise BadFiles(f"{there} is a file", "Name a folder") from error
        raise BadFiles(f"{there} cannot be written: {error.strerror}", "Give this account the right") from error
    if (data / RESTORING).exists():
        raise BadFiles(f"A restore of {data} was cut off", "Say simpul restore again: it is brought to its end")


def nearest(data: Path) -> Path:
    """The folder, or where it is not there yet, what it will lie in."""
    return next(path for path in (data.absolute(), *data.absolute().parents) if path.exists())


@contextmanager
def readable(settings: Settings) -> Iterator[Path]:
    """Where the inventory lies; what is wrong with it is a BadFiles."""
    path = settings.inventory
    if path is None:
        remedy = 'Name one: inventory = "inventory.json" in simpul.toml; simpul.example.toml shows how'
        raise BadFiles("No inventory is set", remedy)
    try:
        yield path
    except BadInventory as bad:
        raise BadFiles(f"The inventory {path} has {listed(bad.faults)}") from bad
    except OSError as error:
        raise BadFiles(f"The inventory {path} cannot be read: {error.strerror or error}", "Check the path") from error


def listed(faults: Sequence[Fault]) -> str:
    """How many, and each on a line of its own; each says itself what to do."""
    lines = "".join(f"\n  {fault}" for fault in faults)
    return f"{counted(len(faults), 'fault')}:{lines}"

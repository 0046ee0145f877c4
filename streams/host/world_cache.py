"""Compiled worlds on disk, by the hash of their content: a restart reads one instead of compiling it again.

A cache, and nothing more: what is missing, damaged or of another version is compiled anew from the inventory. A second,
small file remembers which bytes of the operator's files gave which world, so that these need not even be parsed.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from topology.compile import compile_inventory
from topology.graph import Topology
from topology.loaders import load
from topology.loaders.frozen import Unusable, code_version, freeze, thaw

KEPT = 6  # worlds; the oldest go first
WORLD, SOURCE = ".world", ".source"


@dataclass(frozen=True, slots=True)
class Found:
    """A world, and where it came from."""

    topology: Topology
    cached: bool
    remark: str | None = None  # why the cache did not serve, where that is no matter of course


class WorldCache:
    """One folder; several processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, name: str) -> Topology | None:
        """The world of this hash. Raises `Unusable` where it is there and cannot be used."""
        path = self._path(name)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unusable(f"{path} cannot be read: {error.strerror}") from error
        topology = thaw(data)
        if topology.hash != name:
            raise Unusable(f"{path} holds the world {topology.hash}")
        return topology

    def holds(self, name: str) -> bool:
        """Whether a world of this hash, of this version of the program, is there, sound or not."""
        return self._path(name).exists()

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}-{code_version()[:16]}{WORLD}"

    def keep(self, topology: Topology) -> None:
        """Raises OSError where there is no room, or no right to write."""
        self._write(self._path(topology.hash).name, freeze(topology))
        self._tidy()

    def compiled(self, path: Path) -> Found:
        """The world of the inventory at a path. Raises `BadInventory`; a cache that fails is only remarked on."""
        source = fingerprint(path)
        remark = None
        try:
            known = self._known(source)
            found = self.find(known) if known else None
            if found is not None:
                return Found(found, cached=True)
        except Unusable as error:
            remark = f"the compiled world was not used, and is compiled again: {error}"
        topology = compile_inventory(load(path))
        try:
            self.keep(topology)
            self._write(source + SOURCE, topology.hash.encode())
        except OSError as error:
            remark = f"the compiled world could not be kept: {error.strerror}"
        return Found(topology, cached=False, remark=remark)

    def _known(self, source: str) -> str | None:
        try:
            text = (self._folder / (source + SOURCE)).read_text(encoding="ascii", errors="replace")
        except OSError:
            return None
        return text if len(text) == 64 and set(text) <= set("0123456789abcdef") else None

    def _write(self, name: str, data: bytes) -> None:
        """Whole or not at all: under another name first, which no other process uses."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / f"{name}.{os.getpid()}"
        try:
            path.write_bytes(data)
            path.replace(self._folder / name)
        finally:
            path.unlink(missing_ok=True)

    def _tidy(self) -> None:
        for suffix, most in ((WORLD, KEPT), (SOURCE, 4 * KEPT)):
            files = sorted(self._folder.glob("*" + suffix), key=age)
            for path in files[:-most]:
                path.unlink(missing_ok=True)


def age(path: Path) -> tuple[int, str]:
    """When it was written; another process may just have taken it away."""
    try:
        return path.stat().st_mtime_ns, path.name
    except FileNotFoundError:
        return 0, path.name


def fingerprint(path: Path) -> str:
    """Of the bytes of a file, or of the files of a folder, and of the code that reads them."""
    digest = hashlib.sha256(code_version().encode())
    for part in parts(path):
        try:
            data = part.read_bytes()
        except OSError as error:  # the loader will say it better
            data = repr(error).encode()
        digest.update(f"\n{part.relative_to(path.parent)}\n{len(data)}\n".encode() + data)
    return digest.hexdigest()


def parts(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    yield from sorted(part for part in path.iterdir() if part.suffix.lower() == ".csv")

"""The Worlds that a host may need, by the hashes of inventory and policy; found again after a restart.

A journal names Worlds by hash. What was in force once is kept in the data folder, compiled, so that frames which were
written under it can still be folded after the operator has edited the files. Where several machines work together, what
the folder lacks is in their archive.
"""

import tomllib
from contextlib import suppress
from pathlib import Path

import msgspec

from connectors.ports import PortError, Unusable
from correlator.policy import Policy
from correlator.world import World
from streams.host.world_archive import Archive
from streams.host.world_cache import WorldCache
from topology.graph import Topology
from topology.loaders.frozen import Unusable as Unreadable


class BadPolicy(PortError):
    """The policy file cannot be used."""

    recoverable = False


def read_policy(path: Path | None) -> Policy:
    """TOML or JSON (by suffix); the SOP's numbers where no file is named. Raises BadPolicy with the field."""
    if path is None:
        return Policy()
    try:
        text = path.read_bytes()
        content = msgspec.json.decode(text) if path.suffix == ".json" else tomllib.loads(text.decode())
        return msgspec.convert(content, Policy)
    except (OSError, msgspec.MsgspecError, tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise BadPolicy(
            f"The policy {path} cannot be used: {fault}", "Mend the field, or leave the file out"
        ) from fault


class Worlds:
    """Kept under a folder; `current` is the one that the operator's files describe. `archive`: of all machines."""

    def __init__(self, folder: Path, current: World, archive: Archive | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._archive = archive
        self._world_cache = WorldCache(folder)
        self._current = current
        self._topologies: dict[str, Topology] = {current.topology.hash: current.topology}
        self._policies: dict[str, Policy] = {current.policy.hash: current.policy}
        self._keep(current)
        if archive is not None:
            archive.keep(current)

    def current(self) -> World:
        return self._current

    def world(self, inventory: str, policy: str) -> World:
        """Raises Unusable where one of them was never kept here."""
        return World(self._topology(inventory), self._policy(policy))

    def known(self, inventory: str) -> Topology | None:
        """The inventory of this hash; None where it was never kept here."""
        try:
            return self._topology(inventory)
        except Unusable:
            return None

    def _topology(self, name: str) -> Topology:
        found = self._topologies.get(name)
        if found is None:
            found = self._topologies[name] = self._shelved(name) or self._fetched(name)
        return found

    def _shelved(self, name: str) -> Topology | None:
        try:
            return self._world_cache.find(name)
        except Unreadable as error:
            if self._archive is not None:
                return None
            raise Unusable(
                f"The inventory of hash {name} was kept here, but {error}", "Start once with that inventory"
            ) from error

    def _fetched(self, name: str) -> Topology:
        found = self._archive.topology(name) if self._archive is not None else None
        if found is None:
            raise Unusable(
                f"No inventory of hash {name} is known here", "Start once with that inventory, then with the new"
            )
        with suppress(OSError):  # then it is fetched again at the next start
            self._world_cache.keep(found)
        return found

    def _policy(self, name: str) -> Policy:
        found = self._policies.get(name)
        if found is None:
            fetched = self._archive.policy(name) if self._archive is not None else None
            found = self._policies[name] = fetched or self._kept_policy(name)
        return found

    def _kept_policy(self, name: str) -> Policy:
        path = self._policy_path(name)
        try:
            return msgspec.json.decode(path.read_bytes(), type=Policy)
        except (OSError, msgspec.MsgspecError) as error:
            raise Unusable(f"No policy of hash {name} is known here: {error}", f"Put it back as {path}") from error

    def _policy_path(self, name: str) -> Path:
        return self._folder / f"policy-{name}.json"

    def _keep(self, world: World) -> None:
        try:
            if not self._world_cache.holds(world.topology.hash):
                self._world_cache.keep(world.topology)
        except OSError as error:
            raise Unusable(
                f"{self._folder} cannot be written: {error.strerror}", "Make room, or give the right"
            ) from error
        path = self._policy_path(world.policy.hash)
        if not path.exists():
            path.write_bytes(msgspec.json.format(msgspec.json.encode(world.policy)))

"""The Worlds that all machines share, by hash: inventories without a word about a person, policies, compiled worlds.

A process looks into its own folder first. What it lacks there (another machine was told of the inventory) is here:
compiled by the same version of the program, or as rows that it compiles itself.
"""

from collections.abc import Iterable

import msgspec

from connectors.ports import BlobStore
from correlator.policy import Policy
from correlator.world import World
from topology.compile import compile_inventory
from topology.graph import Topology
from topology.loaders.frozen import Unusable, code_version, freeze, thaw
from topology.model import Customer, Inventory

WORLD, INVENTORY, POLICY = "world-", "inventory-", "policy-"
KEPT_WORLDS, KEPT_INVENTORIES = 6, 40  # the newest; a journal of some weeks may name each inventory of a night
THERE = "-"  # stands for a phone or a mail: the World knows whether there is one

_encode = msgspec.msgpack.Encoder().encode
_inventory = msgspec.msgpack.Decoder(Inventory)


class Archive:
    """Over the blobs that all processes reach. Raises StoreDown."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs

    def publish(self, world: World, rows: Inventory) -> None:
        """So that a process on another machine finds it. `rows`: what the world was compiled from."""
        self._blobs.forget(INVENTORY, KEPT_INVENTORIES - 1)
        name = INVENTORY + world.topology.hash
        if not self._blobs.holds(name):
            self._blobs.keep(name, _encode(nameless(rows)))
        self.keep(world)

    def keep(self, world: World) -> None:
        """For processes of this version only: of a World whose inventory nobody published before it was used."""
        self._blobs.forget(WORLD, KEPT_WORLDS - 1)
        if not self._blobs.holds(compiled(world.topology.hash)):
            self._blobs.keep(compiled(world.topology.hash), freeze(world.topology))
        if not self._blobs.holds(POLICY + world.policy.hash):
            self._blobs.keep(POLICY + world.policy.hash, msgspec.json.encode(world.policy))

    def topology(self, name: str) -> Topology | None:
        """The world of this hash; None where it was never published, or long ago."""
        return self._compiled(name) or self._compiled_anew(name)

    def policy(self, name: str) -> Policy | None:
        data = self._blobs.find(POLICY + name)
        return None if data is None else msgspec.json.decode(data, type=Policy)

    def _compiled(self, name: str) -> Topology | None:
        data = self._blobs.find(compiled(name))
        try:
            topology = thaw(data) if data is not None else None
        except Unusable:  # of a machine of another kind; the rows serve every one
            return None
        return topology if topology is not None and topology.hash == name else None

    def _compiled_anew(self, name: str) -> Topology | None:
        data = self._blobs.find(INVENTORY + name)
        topology = None if data is None else compile_inventory(_inventory.decode(data))
        return topology if topology is not None and topology.hash == name else None


def compiled(name: str) -> str:
    """The name of a compiled world, as this version of the program reads it."""
    return f"{WORLD}{name}-{code_version()[:16]}"


def nameless(rows: Inventory) -> Inventory:
    """Compiles to the same world: names, phones and mails of customers are no part of it."""
    return msgspec.structs.replace(rows, customers=tuple(_nameless(rows.customers)))


def _nameless(customers: Iterable[Customer]) -> Iterable[Customer]:
    for row in customers:
        phone, email = (THERE if one else None for one in (row.phone, row.email))
        yield msgspec.structs.replace(row, name=None, phone=phone, email=email)

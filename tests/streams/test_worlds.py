"""Worlds that were once in force are found again by their hashes."""

from pathlib import Path

import msgspec
import pytest

from connectors.ports import BlobStore, Unusable
from connectors.store.shared.blobs import PostgresBlobs
from connectors.store.shared.memory import MemoryBlobs
from correlator.policy import Policy
from correlator.world import World
from streams.host.world_archive import INVENTORY, KEPT_WORLDS, WORLD, Archive, compiled, nameless
from streams.host.world_cache import WorldCache
from streams.host.worlds import Worlds, read_policy
from tests.services import shared_database
from tests.topology.loaders.small import sound, text
from topology.compile import compile_inventory
from topology.loaders import load_json
from topology.loaders.frozen import freeze


def world(*, services: int) -> World:
    rows = sound()
    rows["services"] = rows["services"][:services]
    return World(compile_inventory(load_json(text(rows))), Policy())


def test_the_network_before_is_found_after_the_files_changed(tmp_path: Path) -> None:
    before, after = world(services=1), world(services=2)
    Worlds(tmp_path, before)
    found = Worlds(tmp_path, after).world(before.topology.hash, before.policy.hash)
    assert found.hash == before.hash
    assert found.topology.service_ids == before.topology.service_ids


def test_a_network_that_was_kept_and_damaged_is_named(tmp_path: Path) -> None:
    before, after = world(services=1), world(services=2)
    Worlds(tmp_path, before)
    for path in tmp_path.glob(f"{before.topology.hash}*"):
        path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(Unusable, match="damaged"):
        Worlds(tmp_path, after).world(before.topology.hash, before.policy.hash)


def test_a_network_that_was_never_here_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="No inventory of hash 0000"):
        Worlds(tmp_path, world(services=1)).world("0" * 64, Policy().hash)


# The archive that several machines share

BLOBS = {"memory": MemoryBlobs, "postgres": lambda: PostgresBlobs(shared_database())}


@pytest.fixture(params=BLOBS)
def blobs(request: pytest.FixtureRequest) -> BlobStore:
    return BLOBS[request.param]()


def published(blobs: BlobStore, *, services: int, policy: Policy | None = None) -> World:
    rows = load_json(text(sound() | {"services": sound()["services"][:services]}))
    made = World(compile_inventory(rows), policy or Policy())
    Archive(blobs).publish(made, rows)
    return made


def test_a_world_that_another_machine_was_told_of_is_found_and_kept_here(tmp_path: Path, blobs: BlobStore) -> None:
    other = published(blobs, services=1, policy=Policy(remember_days=9))
    mine = world(services=2)
    found = Worlds(tmp_path, mine, Archive(blobs)).world(other.topology.hash, other.policy.hash)
    assert found.hash == other.hash
    assert freeze(found.topology) == freeze(other.topology)
    assert found.policy == other.policy
    assert WorldCache(tmp_path).find(other.topology.hash) is not None, "so that the next start reads it from the disk"


def test_a_world_that_one_only_used_is_found_by_another(tmp_path: Path, blobs: BlobStore) -> None:
    """Whose inventory was edited, and not prepared: it puts that World in force all the same."""
    used = World(world(services=1).topology, Policy(remember_days=9))
    Worlds(tmp_path / "one", used, Archive(blobs))
    other = Worlds(tmp_path / "other", world(services=2), Archive(blobs))
    assert other.world(used.topology.hash, used.policy.hash).hash == used.hash


def test_a_world_that_was_compiled_by_another_version_is_compiled_again(tmp_path: Path, blobs: BlobStore) -> None:
    other = published(blobs, services=1)
    blobs.forget(WORLD, 0)
    found = Worlds(tmp_path, world(services=2), Archive(blobs)).world(other.topology.hash, other.policy.hash)
    assert freeze(found.topology) == freeze(other.topology)


def test_a_damaged_world_is_fetched_again(tmp_path: Path, blobs: BlobStore) -> None:
    other, mine = published(blobs, services=1), world(services=2)
    Worlds(tmp_path, other)
    for path in tmp_path.glob(f"{other.topology.hash}*"):
        path.write_bytes(path.read_bytes()[:100])
    assert Worlds(tmp_path, mine, Archive(blobs)).known(other.topology.hash) is not None
    assert WorldCache(tmp_path).find(other.topology.hash) is not None


def test_what_was_never_published_is_named(tmp_path: Path, blobs: BlobStore) -> None:
    worlds = Worlds(tmp_path, world(services=1), Archive(blobs))
    with pytest.raises(Unusable, match="No inventory of hash 0000"):
        worlds.world("0" * 64, Policy().hash)
    with pytest.raises(Unusable, match="No policy of hash 0000"):
        worlds.world(world(services=1).topology.hash, "0" * 64)


def test_the_library_holds_nothing_of_a_person(blobs: BlobStore) -> None:
    rows = load_json(text(sound()))
    ani = msgspec.structs.replace(rows.customers[0], name="Ani Lestari", phone="08123456789", email="ani@example.com")
    whole = msgspec.structs.replace(rows, customers=(ani, *rows.customers[1:]))
    made = World(compile_inventory(whole), Policy())
    Archive(blobs).publish(made, whole)
    kept = blobs.find(INVENTORY + made.topology.hash)
    assert kept is not None
    assert not any(word in kept for word in (b"Ani", b"08123456789", b"ani@"))
    assert compile_inventory(nameless(whole)).hash == made.topology.hash


def test_what_comes_back_after_many_others_stays(tmp_path: Path, blobs: BlobStore) -> None:
    first = published(blobs, services=1)
    for number in range(KEPT_WORLDS):
        rows = load_json(text(sound() | {"conduits": [*sound()["conduits"], {"id": f"NEW-{number}"}]}))
        Archive(blobs).publish(World(compile_inventory(rows), Policy()), rows)
    assert not blobs.holds(compiled(first.topology.hash))
    published(blobs, services=1)
    assert blobs.holds(compiled(first.topology.hash))


def test_a_policy_that_names_one_type_of_alarm_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text("[faults.types.link_down]\ntold = 0.8\nspurious = 0.01\nlatency_s = 3\n")
    read, usual = read_policy(file).faults.types, Policy().faults.types
    assert read.keys() == usual.keys()
    assert {name for name in usual if read[name] != usual[name]} == {"link_down"}

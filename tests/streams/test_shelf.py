"""Compiled worlds on disk: used when they fit, compiled anew when they do not."""

import json
from pathlib import Path

import pytest

from streams.host.world_cache import KEPT, WorldCache
from tests.topology.loaders.small import SOUND
from topology.loaders import load
from topology.loaders.dump import to_csv
from topology.loaders.frozen import Unusable, freeze
from topology.model import BadInventory


@pytest.fixture
def network(tmp_path: Path) -> Path:
    path = tmp_path / "inventory.json"
    path.write_text(json.dumps(SOUND))
    return path


def test_the_second_start_reads_what_the_first_compiled(tmp_path: Path, network: Path) -> None:
    first = WorldCache(tmp_path / "worlds").compiled(network)
    second = WorldCache(tmp_path / "worlds").compiled(network)
    assert (first.cached, second.cached, second.remark) == (False, True, None)
    assert freeze(second.topology) == freeze(first.topology)


def test_a_changed_file_is_compiled(tmp_path: Path, network: Path) -> None:
    world_cache = WorldCache(tmp_path / "worlds")
    before = world_cache.compiled(network)
    network.write_text(json.dumps(SOUND | {"services": SOUND["services"][:1]}))
    after = world_cache.compiled(network)
    assert (after.cached, len(after.topology.service_ids)) == (False, 1)
    assert world_cache.find(before.topology.hash) is not None, "a journal may still name the world before"


def test_a_folder_of_csv_is_known_by_all_of_its_files(tmp_path: Path, network: Path) -> None:
    folder = tmp_path / "csv"
    folder.mkdir()
    for name, data in to_csv(load(network)).items():
        (folder / name).write_bytes(data)
    world_cache = WorldCache(tmp_path / "worlds")
    assert [world_cache.compiled(folder).cached, world_cache.compiled(folder).cached] == [False, True]
    (folder / "risk_groups.csv").unlink()
    assert not world_cache.compiled(folder).cached


def test_a_damaged_world_is_compiled_again_and_said_so(tmp_path: Path, network: Path) -> None:
    world_cache = WorldCache(tmp_path / "worlds")
    topology = world_cache.compiled(network).topology
    (path,) = (tmp_path / "worlds").glob(f"{topology.hash}*.world")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Unusable, match="damaged"):
        world_cache.find(topology.hash)
    again = world_cache.compiled(network)
    assert not again.cached
    assert again.remark is not None
    assert "damaged" in again.remark
    assert world_cache.compiled(network).cached


def test_a_world_under_another_name_is_not_believed(tmp_path: Path, network: Path) -> None:
    world_cache = WorldCache(tmp_path / "worlds")
    topology = world_cache.compiled(network).topology
    other = "0" * 64
    (path,) = (tmp_path / "worlds").glob(f"{topology.hash}*.world")
    path.rename(path.with_name(path.name.replace(topology.hash, other)))
    assert world_cache.find(topology.hash) is None
    with pytest.raises(Unusable, match="holds the world"):
        world_cache.find(other)


def test_a_bad_inventory_is_refused_as_ever(tmp_path: Path) -> None:
    with pytest.raises(BadInventory):
        WorldCache(tmp_path / "worlds").compiled(tmp_path / "nothing.json")


def test_a_folder_that_cannot_be_written_is_only_remarked_on(tmp_path: Path, network: Path) -> None:
    (tmp_path / "worlds").write_text("a file stands where the folder should")
    found = WorldCache(tmp_path / "worlds").compiled(network)
    assert not found.cached
    assert found.remark is not None
    assert "could not be kept" in found.remark


def test_only_so_many_are_kept(tmp_path: Path, network: Path) -> None:
    world_cache = WorldCache(tmp_path / "worlds")
    for number in range(KEPT + 2):
        customers = [*SOUND["customers"], {"id": f"NEW-{number}", "segment": "business"}]
        network.write_text(json.dumps(SOUND | {"customers": customers}))
        last = world_cache.compiled(network).topology
    assert len(list((tmp_path / "worlds").glob("*.world"))) == KEPT
    assert world_cache.find(last.hash) is not None

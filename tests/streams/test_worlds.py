"""Worlds that were once in force are found again by their hashes."""

from pathlib import Path

import pytest

from connectors.ports import Unusable
from correlator.policy import Policy
from correlator.world import World
from streams.worlds import Worlds
from tests.topology.loaders.small import sound, text
from topology.compile import compile_inventory
from topology.loaders import load_json


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

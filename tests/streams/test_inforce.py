"""Who folds nothing knows the World in force by the rows; one that it cannot see or find leaves the one before."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from connectors.ports import Commit, StoreDown
from connectors.store.memory import MemoryStore
from correlator.policy import Policy
from correlator.state import TextRow
from correlator.world import World
from streams.host.worlds import Worlds
from streams.processes.world_in_force import LOOK_S, InForce
from tests.streams.small import DOMAIN, world


class Away(MemoryStore):
    """A store that may be away."""

    away = False
    before: Callable[[], None] = staticmethod(lambda: None)

    def row(self, domain: str, table: str, key: str) -> Any | None:
        self.before()
        if self.away:
            raise StoreDown("the server is away")
        return MemoryStore.row(self, domain, table, key)


class Scene:
    def __init__(self, folder: Path) -> None:
        self.store = Away()
        self.now_s = 0.0
        self.first = world()
        self.second = World(self.first.topology, Policy(remember_days=9))
        Worlds(folder, self.second)  # it was in force here once
        self.in_force = InForce(DOMAIN, self.store, Worlds(folder, self.first), lambda: self.now_s)

    def put(self, inventory: str, policy: str) -> None:
        """As the kernel writes a change of World down."""
        applied = self.store.applied(DOMAIN)
        rows = [("texts", "inventory", TextRow(inventory)), ("texts", "policy", TextRow(policy))]
        self.store.commit(Commit(DOMAIN, applied, applied + 1, rows, []))
        self.now_s += LOOK_S


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_before_any_is_named_it_is_that_of_the_files(scene: Scene) -> None:
    assert scene.in_force().hash == scene.first.hash


def test_it_follows_the_rows_within_a_second(scene: Scene) -> None:
    scene.put(scene.second.topology.hash, scene.second.policy.hash)
    assert scene.in_force().hash == scene.second.hash
    scene.put(scene.first.topology.hash, scene.first.policy.hash)
    scene.now_s -= LOOK_S / 2
    assert scene.in_force().hash == scene.second.hash
    scene.now_s += LOOK_S / 2
    assert scene.in_force().hash == scene.first.hash


def test_one_that_is_not_at_hand_or_not_seen_leaves_the_one_before(scene: Scene) -> None:
    scene.put(scene.second.topology.hash, scene.second.policy.hash)
    assert scene.in_force().hash == scene.second.hash
    scene.put("unheard of", scene.first.policy.hash)
    assert scene.in_force().hash == scene.second.hash
    scene.put(scene.first.topology.hash, scene.first.policy.hash)
    scene.store.away = True
    assert scene.in_force().hash == scene.second.hash
    scene.store.away = False
    scene.now_s += LOOK_S
    assert scene.in_force().hash == scene.first.hash


def test_while_one_thread_looks_the_others_go_on_with_the_one_before(scene: Scene) -> None:
    scene.put(scene.second.topology.hash, scene.second.policy.hash)
    asked, go = threading.Event(), threading.Event()

    def hang() -> None:
        asked.set()
        go.wait()

    scene.store.before = hang
    with ThreadPoolExecutor() as pool:
        looking = pool.submit(scene.in_force)
        asked.wait()
        assert scene.in_force().hash == scene.first.hash
        go.set()
        assert looking.result().hash == scene.second.hash


def test_a_loop_may_not_ask(scene: Scene) -> None:
    async def ask() -> World:
        return scene.in_force()

    with pytest.raises(AssertionError, match="it may wait"):
        asyncio.run(ask())
    assert scene.in_force().hash == scene.first.hash

"""Who folds which domain, as the group says: rest between two assignments, drop what another gets, end in order."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from connectors.ports import Loaded, StoreDown, Unusable
from connectors.store.memory import MemoryStore
from streams.host.host import Host, Ports
from streams.processes.worker.folding import Fold
from streams.processes.worker.owning import Owner, Owners
from tests.integration.house import until
from tests.streams.small import DOMAIN, Bench, cut


class Counted(MemoryStore):
    """Counts how often a domain was loaded; may refuse."""

    loads = 0
    refuses: Exception | None = None

    def load(self, domain: str) -> Loaded:
        self.loads += 1
        if self.refuses is not None:
            raise self.refuses
        return super().load(domain)


@dataclass
class Scene:
    folder: Path
    moved: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bench = Bench(self.folder)
        self.bench.store = self.store = Counted()
        ports = Ports(self.bench.journal, self.store, self.bench.worlds, self.bench.clock)
        host = Host(DOMAIN, ports)
        self.owner = Owner(Fold(host, lambda: self.moved.append(host.applied), look_s=60), self.bench.world)
        self.owners = Owners([self.owner], patience_s=60)

    def append(self) -> None:
        self.bench.append(*cut())
        self.owner.news()

    def folded(self) -> bool:
        return self.store.applied(DOMAIN) == self.bench.journal.end(DOMAIN) > 0


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path / "worlds")
    with turning(made.owner):
        yield made


@contextmanager
def turning(owner: Owner) -> Iterator[None]:
    with ThreadPoolExecutor(1) as threads:
        thread = threads.submit(owner.run)
        try:
            yield
        finally:
            owner.ask("end")
            thread.result()


def done(work: Callable[[], bool]) -> None:
    until("what is asked for", work)


def test_a_domain_is_loaded_when_it_is_given_and_folded_when_there_is_news(scene: Scene) -> None:
    scene.append()
    assert not scene.owner.owns
    asyncio.run(scene.owners.assigned({0}))
    done(scene.folded)
    scene.append()
    done(scene.folded)
    assert scene.store.loads == 1
    assert scene.moved[-1] == scene.store.applied(DOMAIN)


def test_between_two_assignments_it_rests_and_keeps_what_is_in_memory(scene: Scene) -> None:
    asyncio.run(scene.owners.assigned({0}))
    done(scene.folded)
    asyncio.run(scene.owners.revoked())
    before = scene.store.applied(DOMAIN)
    scene.append()
    scene.owner.ask("rest")
    assert scene.owner.rested(60), "it has had its chance to look"
    assert scene.store.applied(DOMAIN) == before
    asyncio.run(scene.owners.assigned({0}))
    done(scene.folded)
    assert scene.store.loads == 1


def test_what_another_gets_is_dropped_and_loaded_again(scene: Scene) -> None:
    asyncio.run(scene.owners.assigned({0}))
    done(scene.folded)
    asyncio.run(scene.owners.assigned(set()))
    assert scene.owner.rested(60)
    other = scene.bench.host()  # in the meantime
    scene.append()
    while other.turn() == "worked":
        pass
    asyncio.run(scene.owners.assigned({0}))
    scene.append()
    done(scene.folded)
    assert scene.store.loads == 3


def test_a_domain_that_cannot_be_folded_says_so_and_ends_no_thread(scene: Scene) -> None:
    scene.store.refuses = Unusable("rows of a later version", "Start that version")
    asyncio.run(scene.owners.assigned({0}))
    done(lambda: scene.owner.fold.trouble == "rows of a later version. Start that version")
    scene.store.refuses = StoreDown("the server is away")
    scene.owner.news()
    done(lambda: scene.owner.fold.trouble == "the server is away")
    scene.store.refuses = None
    scene.owner.news()
    done(scene.folded)
    done(lambda: scene.owner.fold.trouble is None)


def test_a_partition_without_a_domain_is_nobodys(scene: Scene) -> None:
    scene.owners.news(1)
    asyncio.run(scene.owners.assigned({1}))
    assert not scene.owner.owns


def test_the_end_waits_for_the_frame_in_hand(scene: Scene) -> None:
    asyncio.run(scene.owners.assigned({0}))
    done(scene.folded)
    asyncio.run(scene.owners.end())
    assert scene.owner.rested(0)

"""Effects go out beside the fold, by the domain's owner alone; what nobody takes now goes out later."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from connectors.journal.memory import MemoryJournal
from connectors.ports import Commit
from connectors.publisher.memory import MemoryPublisher
from connectors.store.memory import MemoryStore
from connectors.telemetry.metrics import PrometheusCounter
from streams.processes.worker.publisher import EffectPublisher
from streams.processes.worker.publishing import Publishing, Says
from tests.contracts.test_store import noted
from tests.integration.house import until

DOMAIN = "id"


@dataclass
class Scene:
    store: MemoryStore = field(default_factory=MemoryStore)
    publisher: MemoryPublisher = field(default_factory=MemoryPublisher)
    owns: bool = True

    def __post_init__(self) -> None:
        publishing = Publishing(
            DOMAIN, self.store, Says(self.publisher, MemoryJournal(), lambda: 0), PrometheusCounter()
        )
        self.telling = EffectPublisher(publishing, lambda: self.owns)

    def decide(self, n: int) -> None:
        self.store.commit(Commit(DOMAIN, self.store.applied(DOMAIN), n, [], [noted(n)]))
        self.telling.news()

    def told(self) -> list[str]:
        return [one.id for one in self.publisher.told.get(DOMAIN, [])]


@pytest.fixture
def scene() -> Iterator[Scene]:
    made = Scene()
    with ThreadPoolExecutor(1) as threads:
        thread = threads.submit(made.telling.run)
        yield made
        made.telling.end()
        thread.result()


def test_each_decision_is_told(scene: Scene) -> None:
    scene.decide(1)
    scene.decide(2)
    until("word of both", lambda: scene.told() == ["NT-1", "NT-2"])


def test_while_nobody_takes_them_it_says_so(scene: Scene) -> None:
    scene.publisher.away = True
    scene.decide(1)
    until("trouble", lambda: scene.telling.trouble)
    scene.publisher.away = False
    until("word of it", lambda: scene.told() == ["NT-1"])
    until("no trouble", lambda: scene.telling.trouble is None)


def test_who_does_not_own_the_domain_tells_nothing() -> None:
    scene = Scene(owns=False)
    scene.decide(1)
    assert scene.telling._tell() > 0
    assert scene.told() == []

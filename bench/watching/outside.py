"""What comes of the distributed runtime, from outside: the offset of the store as it moves, the journal read along."""

import re
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from connectors.journal.kafka import KafkaJournal
from connectors.kafka.cluster import Cluster
from connectors.ports import Journal, Store
from connectors.store.sql import SqlStore
from correlator.events import Alarm, Frame
from streams.bootstrap.topics import Names
from streams.settings import Settings

LOOK_S = 0.005
PATIENCE_S = 400.0
MARK = re.compile(r"bench-(\d+)/")  # of the raw frame that an alarm came in


@dataclass(slots=True)
class Watch:
    """Looks at the store as often as it can, and reads the journal along."""

    journal: Journal
    store: Store
    domain: str
    closes: list[Callable[[], None]]
    _seen: list[tuple[float, int]] = field(default_factory=list)  # (monotonic, applied)
    _read: int = 0
    _alarms: int = 0
    _frames: dict[int, int] = field(default_factory=dict)  # raw frame -> the journal's that has its last alarm
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._look, name="watch")
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(LOOK_S):
            applied = self.store.applied(self.domain)
            if not self._seen or self._seen[-1][1] != applied:
                self._seen.append((time.perf_counter(), applied))

    def applied(self) -> int:
        """The last frame that was seen committed."""
        return self._seen[-1][1] if self._seen else 0

    def caught_up(self) -> bool:
        return self.applied() >= self.journal.end(self.domain) > 0

    def alarms(self) -> int:
        """How many the journal has."""
        while frames := self.journal.read(self.domain, self._read):
            for offset, frame in frames:
                for event in frame.events:
                    if isinstance(event, Alarm):
                        self._alarms += 1
                        if (mark := MARK.search(event.id)) is not None:
                            self._frames[int(mark[1])] = offset
                self._read = offset
        return self._alarms

    def latencies_ms(self, sent: Sequence[float]) -> list[float]:
        """Of each raw frame that came off."""
        took = []
        for number, offset in self._frames.items():
            committed = next(at for at, applied in self._seen if applied >= offset)
            took.append((committed - sent[number]) * 1000)
        return took

    def until(self, done: Callable[[], bool]) -> None:
        over = time.perf_counter() + PATIENCE_S
        while not done():
            assert time.perf_counter() < over, "what was sent does not come off"
            time.sleep(0.05)

    def close(self) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        for close in self.closes:
            close()


def watched(settings: Settings, domain: str) -> Watch:
    assert settings.database is not None
    journal, store = journal_of(settings), SqlStore(settings.database.url)
    watch = Watch(journal, store, domain, [journal.close, store.close])
    watch.start()
    return watch


def journal_of(settings: Settings) -> KafkaJournal:
    assert settings.kafka is not None
    return KafkaJournal(Cluster(settings.kafka.servers), Names(settings.kafka.prefix).events, settings.domains)


def write(settings: Settings, domain: str, frames: Iterable[Frame]) -> None:
    with closing(journal_of(settings)) as journal:
        for frame in frames:
            journal.append(domain, frame)

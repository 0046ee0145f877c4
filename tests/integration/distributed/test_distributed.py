"""A simulated night's journal, folded from a Kafka topic into PostgreSQL: the same bytes as in memory."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cache

import msgspec
import pytest

from connectors.journal.kafka import KafkaJournal
from connectors.ports import Store
from connectors.store.sql import SqlStore
from correlator.events import Frame
from streams.host.host import Host, Ports
from streams.simulation.night import draw_night, frames
from streams.simulation.owners import DOMAIN
from streams.simulation.simulation import Lived, live
from streams.simulation.twins import Known
from tests.services import cluster, empty_database, new_topic

SEEDS = (6, 12)
KINDS = ("alert", "campaign", "notice", "rejected", "noted")


@cache
def night(seed: int) -> Lived:
    drawn = draw_night(seed)
    return live(drawn, frames(drawn.arrived))


def written(store: Store) -> list[bytes]:
    """All that a store has of the domain."""
    loaded = store.load(DOMAIN)
    rows = [(table, key, row) for table, kept in sorted(loaded.rows.items()) for key, row in sorted(kept.items())]
    effects = store.effects(DOMAIN, KINDS, last=1_000_000)
    pending = [one.effect.id for one in store.outbox.pending(DOMAIN, 1_000_000)]
    return [msgspec.msgpack.encode(one) for one in (loaded.applied, *rows, *effects, *pending)]


class Sips(KafkaJournal):
    """Gives few frames at a time, so that owners meet often."""

    most = 13

    def read(self, domain: str, after: int, limit: int = 1000) -> list[tuple[int, Frame]]:
        return KafkaJournal.read(self, domain, after, min(limit, self.most))

    def append(self, domain: str, frame: Frame) -> int:
        raise AssertionError(f"who folds a recorded journal appends nothing, but {frame} came to {domain}")


@contextmanager
def owners(lived: Lived, number: int) -> Iterator[list[Host]]:
    """Each with connections of its own, over the night's frames in a topic and one database that was empty."""
    name, url = new_topic((DOMAIN,), recorded=True), empty_database()
    recorded = [frame for _, frame in lived.owner.journal.read(DOMAIN, 0, 1_000_000)]
    with closing(KafkaJournal(cluster(), name, (DOMAIN,))) as journal:
        for frame in recorded:
            journal.append(DOMAIN, frame)
    with ExitStack() as closes:
        journals = [closes.enter_context(closing(Sips(cluster(), name, (DOMAIN,)))) for _ in range(number)]
        stores = [closes.enter_context(closing(SqlStore(url))) for _ in range(number)]
        parts = zip(journals, stores, strict=True)
        worlds = Known(lived.owner.world)
        yield [Host(DOMAIN, Ports(mine, store, worlds, lambda: recorded[-1].at_us)) for mine, store in parts]
        assert written(stores[0]) == written(lived.owner.store)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_night_folds_to_the_same_bytes(seed: int) -> None:
    with owners(night(seed), 1) as (host,):
        while host.turn() == "worked":
            pass
        assert host.stopped is None


@pytest.mark.parametrize("seed", SEEDS)
def test_owners_that_take_the_domain_from_each_other_do_nothing_twice(seed: int) -> None:
    lived = night(seed)
    end = lived.owner.journal.end(DOMAIN)
    with owners(lived, 3) as hosts:
        turns = 0
        while any(host.applied < end for host in hosts):
            for host in hosts:
                host.turn()
                turns += 1
        assert turns > len(hosts) * 2, "they met"

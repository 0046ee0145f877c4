"""Workers that share out domains on real brokers: one recorded journal gives the same bytes on every host, and what is
killed, paused or moved loses nothing and does nothing twice.
"""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path

import msgspec
import pytest

from bench.senders.traps import batch
from bench.storm.national import national
from connectors.metrics import APPLIED_OFFSET
from connectors.ports import Store
from correlator import kernel
from correlator.effects import Alert
from correlator.events import Alarm, Frame, Quarantine, Record
from correlator.state import State
from correlator.world import World
from streams import bootstrap
from streams.clock import wall_us
from streams.host.host import Crashed, Host, Owned
from streams.processes.worker import process
from streams.replay.recorded import replay_journal
from streams.replay.replay import Figures, Given, Numbers, Replay, write
from streams.settings import load
from streams.simulation.night import draw_night, frames
from streams.simulation.owners import DOMAIN
from streams.simulation.simulation import Lived, live
from tests.integration.distributed.crew import Crew, Feed, Worker, crew, end_of
from tests.integration.house import AWAKE, until
from tests.integration.killed.audit import folded_afresh
from tests.services import empty_database, kill, own
from tests.streams.small import INVENTORY, alarm, cut
from topology.compile import compile_inventory

SEED = 6
FOLD_S = 240.0  # on a machine on which three such drills run at once
KINDS = ("alert", "campaign", "notice", "rejected", "noted", "handed")


@cache
def night(seed: int) -> Lived:
    drawn = draw_night(seed)
    return live(drawn, frames(drawn.arrived))


def written(store: Store, domain: str) -> list[bytes]:
    """All that a store has of the domain."""
    loaded = store.load(domain)
    rows = [(table, key, row) for table, kept in sorted(loaded.rows.items()) for key, row in sorted(kept.items())]
    effects = store.effects(domain, KINDS, last=1_000_000)
    pending = [one.effect.id for one in store.outbox.pending(domain, 1_000_000)]
    return [msgspec.msgpack.encode(one) for one in (loaded.applied, *rows, *effects, *pending)]


def recorded(lived: Lived) -> list[Frame]:
    return [frame for _, frame in lived.owner.journal.read(DOMAIN, 0, 1_000_000)]


def in_parts(lived: Lived, number: int) -> Iterator[list[Frame]]:
    whole = recorded(lived)
    size = len(whole) // number + 1
    return (whole[start : start + size] for start in range(0, len(whole), size))


def folded(store: Store, domain: str, world: World) -> Replay:
    """What a store has of the domain, as `simpul replay` holds it."""
    run = Replay(world, {world.topology.hash: world.topology}, {world.policy.hash: world.policy}, Numbers(frozenset()))
    run.state = State(store.load(domain).rows)
    run.effects = store.effects(domain, KINDS, last=1_000_000)
    kernel.wake(run.state, world)
    return run


def files(run: Replay, folder: Path) -> dict[str, bytes]:
    write(run, folder, "", Figures(0, 0))
    told = ("incidents", "tickets", "notifications", "alerts", "rca")
    found = {name: (folder / f"{name}.jsonl").read_bytes() for name in told}
    assert found["tickets"], "the night has to put it to the test"
    return found


def rehearsal(folder: Path, seed: int, domains: tuple[str, ...]) -> AbstractContextManager[Crew]:
    drawn = draw_night(seed)
    return crew(folder, (drawn.physics.inventory, drawn.world.policy), domains=domains, recorded=True)


@pytest.mark.parametrize("domains", [("north",), ("north", "south")])
def test_a_recorded_journal_gives_the_same_bytes_through_rebalances(tmp_path: Path, domains: tuple[str, ...]) -> None:
    lived = night(SEED)
    parts = in_parts(lived, 5)

    def on() -> None:
        part = next(parts)
        for domain in domains:
            them.append(domain, part)
        them.caught_up()

    with rehearsal(tmp_path, SEED, domains) as them:
        first = them.start()
        on()
        ends = {f'{APPLIED_OFFSET.name}{{domain="{domain}"}}': float(them.journal.end(domain)) for domain in domains}
        until("figures of each domain", lambda: ends.items() <= first.figures().items())
        second = them.start()
        on()
        first.kill()
        on()
        them.start()
        on()
        assert second.stop() == 0
        on()
        for domain in domains:
            assert written(them.store, domain) == written(lived.owner.store, DOMAIN)
            assert them.journal.end(domain) == len(recorded(lived)), "nothing was appended"
            world = lived.owner.world
            again = replay_journal(Given([world.topology], [world.policy]), them.journal, domain, drain_s=0)
            assert files(folded(them.store, domain, world), tmp_path / domain) == files(again, tmp_path / "replay")


# Live: who stamps the frames is the broker, and deadlines fall due


DOMAINS = ("id",)


def as_folded_afresh(them: Crew, world: World, folder: Path) -> None:
    """What the store has is what one fold of the same journal gives, by a host that nothing ever happened to."""
    [domain] = them.settings.domains
    applied = them.store.applied(domain)
    fresh = folded_afresh(domain, (frame for _, frame in them.journal.read(domain, 0, applied)), world, folder)
    assert fresh.applied(domain) == applied > 0
    assert written(them.store, domain) == written(fresh, domain)


def alarms(them: Crew) -> dict[str, Alarm]:
    """Those of the journal, by id, in order; one that is there again counts once."""
    [domain] = them.settings.domains
    read = them.journal.read(domain, 0, 1_000_000)
    found: dict[str, Alarm] = {}
    for event in (event for _, frame in read for event in frame.events):
        if isinstance(event, Alarm):
            found.setdefault(event.id, event)
    return found


def all_told(them: Crew) -> None:
    """Other systems were told of each effect, in order; what was repeated has the same id."""
    [domain] = them.settings.domains

    def told() -> bool:
        heard = list(dict.fromkeys(them.told()))
        effects = them.store.effects(domain, KINDS, last=1_000_000)  # asked anew: a deadline makes more of them
        return heard == [effect.id for effect in effects]

    until("word of every effect", told)


@contextmanager
def flowing(folder: Path, at: tuple[str, str] | None = None, replicas: int = 1) -> Iterator[tuple[Crew, Feed]]:
    """A live flow; at its end all is folded, and is as if nothing had happened."""
    inventory = national(2000, SEED)
    with crew(folder, (inventory, AWAKE), domains=DOMAINS, at=at, replicas=replicas) as them:
        feed = Feed(them, batch(inventory, devices=40))
        first = them.start()
        until("owner", first.owned)
        feed.start()
        try:
            yield them, feed
        finally:
            feed.stop()
        found = until("all traps in the journal", lambda: some if len(some := alarms(them)) >= feed.sent else None)
        assert [(one.object, one.state) for one in found.values()] == [feed.traps.said(n) for n in range(feed.sent)]
        them.caught_up()
        all_told(them)
        for worker in them.workers:
            if worker.process.poll() is None:
                worker.stop()
        as_folded_afresh(them, World(compile_inventory(inventory), AWAKE), folder / "afresh")


def more(them: Crew, frames_: int = 30) -> None:
    """Until so many more frames are folded."""
    [domain] = them.settings.domains
    goal = end_of(them.journal, domain) + frames_
    until(f"fold up to frame {goal}", lambda: them.store.applied(domain) >= goal, FOLD_S)


def test_killed_in_a_live_flow(tmp_path: Path) -> None:
    with flowing(tmp_path) as (them, _):
        more(them)
        them.start()
        for _ in range(2):
            more(them)
            owner = until("owner", lambda: next((one for one in them.workers if alive(one) and one.owned()), None))
            owner.kill()
            them.start()
            more(them)


def alive(worker: Worker) -> bool:
    return worker.process.poll() is None


def test_an_owner_that_was_paused_changes_nothing(tmp_path: Path) -> None:
    """It slept through the end of its session; another has the domain when it wakes, with a frame in hand."""
    with flowing(tmp_path) as (them, _):
        first = them.workers[0]
        more(them)
        other = them.start()
        owner = until("owner", lambda: next((one for one in (first, other) if one.owned()), None))
        rest = other if owner is first else first
        owner.send(signal.SIGSTOP)
        try:
            until("another owner", rest.owned)
            more(them)
        finally:
            owner.send(signal.SIGCONT)
        until("one owner", lambda: len([one for one in (first, other) if one.owned()]) == 1)
        more(them)


def test_brokers_and_database_that_are_killed_hold_it_up_and_no_more(tmp_path: Path) -> None:
    servers = tmp_path / "servers"
    at = own("kafka", servers), own("postgres", servers)
    with flowing(tmp_path, at) as (them, _):
        [worker] = them.workers
        for server in ("kafka", "postgres"):
            more(them)
            kill(server, servers)
            until("word of it", worker.troubled)
            own(server, servers)
            more(them)
        assert alive(worker)


def test_it_ends_when_it_is_told_to_also_while_the_brokers_are_away(tmp_path: Path) -> None:
    servers, inventory = tmp_path / "servers", national(2000, SEED)
    with crew(tmp_path, (inventory, AWAKE), domains=DOMAINS, at=(own("kafka", servers), empty_database())) as them:
        feed, worker = Feed(them, batch(inventory, devices=40)), them.start()
        until("owner", worker.owned)
        feed.start()
        try:
            more(them)
            kill("kafka", servers)
            until("word of it", worker.troubled)
            assert worker.stop() == 0
        finally:
            feed.stop()


class Allergic(Host):
    """Its core crashes at one event."""

    def _advance(self, owned: Owned, record: Record) -> kernel.Step:
        if getattr(record.event, "id", None) != "poison":
            return super()._advance(owned, record)
        error = ZeroDivisionError()
        self._crashed(owned, record, error)
        raise Crashed from error


async def in_this_process(them: Crew, work: Callable[[], None]) -> None:
    """A worker whose hosts are allergic, at work while `work` runs on a thread of its own."""
    settings = load(them.config).model_copy(update={"data": them.folder / "here"})
    house = await asyncio.to_thread(bootstrap.member, settings)
    for one in house.domains:
        one.owner.fold.host = Allergic(one.name, one.owner.fold.host._ports)
    stop = asyncio.Event()
    working = asyncio.create_task(process.run(settings, house, stop, lambda _: None))
    try:
        await asyncio.to_thread(work)
    finally:
        stop.set()
        await working


def test_a_poisoned_event_is_skipped_and_the_domain_goes_on(tmp_path: Path) -> None:
    with crew(tmp_path, (INVENTORY, AWAKE), domains=("id", "other")) as them:

        def work() -> None:
            now_us = wall_us()
            them.append("id", [Frame(now_us, (alarm("poison", 0, "JKT-1/1"), *cut())), Frame(now_us, tuple(cut(1)))])
            them.append("other", [Frame(now_us, tuple(cut()))])
            until("incident of both", lambda: all(suspected(them, domain) for domain in them.settings.domains))

        asyncio.run(in_this_process(them, work))
        events = [event for _, frame in them.journal.read("id", 0, 1000) for event in frame.events]
        assert sum(isinstance(event, Quarantine) for event in events) == 1
        alerts = [one.kind for one in them.store.effects("id", ("alert",)) if isinstance(one, Alert)]
        assert "quarantine" in alerts


def suspected(them: Crew, domain: str) -> list[str]:
    return [row.root for _, row in them.store.rows(domain, "incidents")]

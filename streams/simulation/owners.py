"""Who folds a night's journal: the service's own host, over a journal and a store in memory that can fail."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Literal, TypeVar

from connectors.ports import Commit, Loaded, StoreDown
from correlator.effects import Effect
from correlator.events import Frame
from correlator.world import World
from streams.host.host import Host, Ports
from streams.simulation.twins import Known, MemoryJournal, MemoryStore

DOMAIN = "night"
T = TypeVar("T")
Harm = Literal["before", "after", "down", "rival"]  # a crash before or after the commit, the store away, another owner


class Killed(Exception):
    """The process dies here; its memory is gone."""


class CoreCrashed(Exception):
    """The kernel raised: whatever the night, it never may."""


def in_any_order(rows: Mapping[str, T], chance: Random) -> dict[str, T]:
    """As a store may give them to a process that starts."""
    return {key: rows[key] for key in chance.sample(sorted(rows), len(rows))}


class FrailStore(MemoryStore):
    """Fails at the offsets where it is told to."""

    def __init__(self, harms: dict[int, Harm] | None = None) -> None:
        super().__init__()
        self.harms = harms or {}
        self.rival: Callable[[int], None] | None = None
        self.committed: Callable[[Commit], None] | None = None

    def load(self, domain: str) -> Loaded:
        """Rows in an order of chance: no fold may hang on it."""
        found, chance = super().load(domain), Random(self.applied(domain))
        return Loaded(found.applied, {table: in_any_order(rows, chance) for table, rows in found.rows.items()})

    def commit(self, commit: Commit) -> None:
        harm = self.harms.pop(commit.applied, None)
        match harm:
            case "before":
                raise Killed
            case "down":
                raise StoreDown("The store is away")
            case "rival" if self.rival is not None:
                self.rival(commit.applied)
            case _:
                pass
        super().commit(commit)
        if self.committed is not None:
            self.committed(commit)
        if harm == "after":
            raise Killed

    def crashed(self, domain: str, place: str) -> int:
        raise CoreCrashed(f"{domain} at {place}")


class Until(MemoryJournal):
    """A journal as it was when it had so many frames."""

    def __init__(self, journal: MemoryJournal, end: int) -> None:
        super().__init__()
        self._whole, self._end = journal, end

    def read(self, domain: str, after: int, limit: int = 1000) -> list[tuple[int, Frame]]:
        return [pair for pair in self._whole.read(domain, after, limit) if pair[0] <= self._end]

    def end(self, domain: str) -> int:
        return min(self._end, self._whole.end(domain))


class Portions(MemoryJournal):
    """Read no further than the next of some frames: what is folded before goes to the store there, together."""

    def __init__(self, journal: MemoryJournal, ends: Iterable[int]) -> None:
        super().__init__()
        self._whole, self._ends = journal, sorted(ends)

    def append(self, domain: str, frame: Frame) -> int:
        return self._whole.append(domain, frame)

    def read(self, domain: str, after: int, limit: int = 1000) -> list[tuple[int, Frame]]:
        place = bisect_right(self._ends, after)
        most = self._ends[place] - after if place < len(self._ends) else limit
        return self._whole.read(domain, after, min(limit, most))

    def end(self, domain: str) -> int:
        return self._whole.end(domain)


@dataclass(slots=True)
class Owner:
    """A host with its ports and its clock."""

    world: World
    journal: MemoryJournal
    store: FrailStore
    now_us: int = 0
    host: Host = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """A new process: nothing in memory."""
        self.host = Host(DOMAIN, Ports(self.journal, self.store, Known(self.world), lambda: self.now_us))

    def work(self) -> None:
        """Until nothing is left to do at this time."""
        while self.host.turn() == "worked":
            pass
        assert self.host.stopped is None, self.host.stopped

    def live(self, frames: list[Frame], until_us: int) -> None:
        """A night as it happens: deadlines are met at their time, frames come when they come."""
        self.now_us = frames[0].at_us if frames else until_us
        self.host.start(self.world)
        self.work()
        for frame in frames:
            self.wait(frame.at_us)
            self.journal.append(DOMAIN, frame)
            self.work()
        self.wait(until_us)

    def wait(self, until_us: int) -> None:
        """Time passes; what falls due is done at its time."""
        while (due_us := self.host.next_due_us()) is not None and due_us <= until_us:
            self.now_us = max(self.now_us, due_us)
            self.work()
        self.now_us = max(self.now_us, until_us)

    def effects(self) -> list[Effect]:
        """All that was decided, in order."""
        return self.store.effects(DOMAIN, ("alert", "campaign", "notice", "rejected", "noted"), last=10_000_000)


def refold(world: World, journal: MemoryJournal, harms: dict[int, Harm], checked: Callable[[Owner], None]) -> Owner:
    """The recorded journal again, with harm done; `checked` is called after each time that memory was dropped."""
    end = journal.end(DOMAIN)
    last_us = journal.read(DOMAIN, end - 1)[0][1].at_us
    ends = {place for harmed in harms for place in (harmed - 1, harmed)}
    owner = Owner(world, Portions(journal, ends), FrailStore(dict(harms)), last_us)

    def rival(offset: int) -> None:
        other = Owner(world, Until(journal, offset), owner.store, last_us)
        other.host.turn()

    owner.store.rival = rival
    while owner.store.applied(DOMAIN) < end:
        try:
            owner.host.turn()
        except Killed:
            owner.restart()
            checked(owner)
        except StoreDown:
            continue
    return owner

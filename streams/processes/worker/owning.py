"""Who folds which domain in this process of many, as the consumer group says.

A rebalance takes every domain from everyone before it gives them anew. Between the two a domain rests: the frame in
hand is committed, the rows stay in memory. What another process gets is dropped then. Who rests too long, or does not
hear of it, is stopped by the store's fence, not by the group.
"""

import asyncio
import gc
import threading
from collections.abc import Collection, Sequence
from typing import Literal

import structlog

from connectors.ports import PortError
from correlator.world import World
from streams.processes.worker.folding import Fold

LOOK_S = 1.0  # at the journal, where nobody told of news
STOPPED_S = 10.0  # until a domain that cannot be folded is tried again

Wanted = Literal["own", "rest", "drop", "end"]
log = structlog.get_logger("owner")


class Owner:
    """One domain's. `run` on a thread of its own; all else from anywhere."""

    def __init__(self, fold: Fold, world: World) -> None:
        self.fold = fold
        self._world = world
        self._begun = False
        self._wanted: Wanted = "drop"
        self._news = threading.Event()
        self._rests = threading.Event()

    @property
    def domain(self) -> str:
        return self.fold.host.domain

    @property
    def owns(self) -> bool:
        """Whether the domain is ours, as far as we have heard."""
        return self._wanted == "own"

    def news(self) -> None:
        """The journal has more."""
        self._news.set()

    def ask(self, wanted: Wanted) -> None:
        """own: fold; rest: finish the frame in hand, and wait; drop: and forget it; end: and let the thread go."""
        self._rests.clear()
        self._wanted = wanted
        self._news.set()

    def rested(self, patience_s: float) -> bool:
        """Wait until nothing is in hand; False where it takes longer: it may be loading."""
        return self._rests.wait(patience_s)

    def run(self) -> None:
        """Until `end`. Raises only what is a programmer's error."""
        while (wanted := self._wanted) != "end":
            if wanted == "own":
                self._news.wait(self._turn())
            else:
                self._rest(wanted)
                self._news.wait()
            self._news.clear()
        self._rests.set()

    def _rest(self, wanted: Wanted) -> None:
        if wanted == "drop":
            self._drop()
            self.fold.trouble = None
        self._rests.set()

    def _turn(self) -> float:
        try:
            return self.fold.turn() if self._begun else self._begin()
        except PortError as error:  # no new try helps soon; that is no reason to end the other domains
            log.error("domain_stopped", domain=self.domain, what=error.what, remedy=error.remedy)
            self.fold.trouble = str(error)
            self._drop()
            return STOPPED_S

    def _begin(self) -> float:
        rest_s = self.fold.begin(self._world)
        if not rest_s:
            gc.freeze()  # what was loaded stays: the collector need not walk through it again and again
            self._begun = True
            log.info("domain_owned", domain=self.domain, applied=self.fold.host.applied)
        return rest_s

    def _drop(self) -> None:
        if self._begun:
            log.info("domain_dropped", domain=self.domain, applied=self.fold.host.applied)
        self._begun = False
        self.fold.host.drop()


class Owners:
    """Of all domains, in the order of their partitions; on the loop."""

    def __init__(self, owners: Sequence[Owner], patience_s: float) -> None:
        """`patience_s`: how long a rebalance waits for a frame in hand, or a domain that is being loaded."""
        self._owners = owners
        self._patience_s = patience_s
        self.assignments = 0  # by the group, each with what was ours before

    def news(self, place: int) -> None:
        """The journal's partition has more. One without a domain of ours is nobody's."""
        if place < len(self._owners):
            self._owners[place].news()

    async def revoked(self) -> None:
        """All of them, until `assigned` says which ones are ours again."""
        await self._asked("rest", [one for one in self._owners if one.owns])

    async def assigned(self, places: Collection[int]) -> None:
        """These are ours now, and no other ones. Loading goes on by itself."""
        self.assignments += 1
        for place, one in enumerate(self._owners):
            one.ask("own" if place in places else "drop")

    async def end(self) -> None:
        """The frames in hand are committed first."""
        await self._asked("end", self._owners)

    async def _asked(self, wanted: Wanted, owners: Sequence[Owner]) -> None:
        for one in owners:
            one.ask(wanted)
        rested = await asyncio.gather(*(asyncio.to_thread(one.rested, self._patience_s) for one in owners))
        for one, rests in zip(owners, rested, strict=True):
            if not rests:
                log.warning("still_busy", domain=one.domain, wanted=wanted)

"""The folding of one domain, turn by turn: what came of it, what stands in the way, how long it may rest.

Embedded or distributed, a worker turns it on a thread of its own, which alone touches the host.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import structlog

from connectors.ports import PortError
from correlator.world import World
from streams import clock
from streams.host.host import Host
from streams.processes.figures import Figures, Lag, standing
from streams.processes.status import Status

TROUBLE_S = 1.0  # after an error of the disk or the database
COUNT_S = 1.0  # between two countings of the rows
STILL_S = 30.0  # frames wait, and none is folded: something is wrong

log = structlog.get_logger("fold")


@dataclass(slots=True)
class Fold:
    """`look_s`: the longest rest between two looks at the journal; `fenced_s`: the rest after another owner was met."""

    host: Host
    moved: Callable[[], object]  # something was committed; called on the thread that folds
    look_s: float
    fenced_s: float = 0.0
    figures: Figures = field(default_factory=Figures)
    trouble: str | None = None  # why it stands still, for the health door
    _counted: tuple[int, float] = (-1, 0.0)  # the offset at which the rows were counted last, and when (monotonic)

    def begin(self, world: World) -> float:
        """Load, and put this World in force: 0 where that is done, else the seconds until it may be tried again."""
        return self._tried(partial(self._begin, world))

    def turn(self) -> float:
        """One turn; the seconds until the next. Raises what no new try helps."""
        return self._tried(self._turn)

    def _tried(self, do: Callable[[], float]) -> float:
        try:
            return do()
        except PortError as error:
            if not error.recoverable:
                raise
            log.error("worker_waits", domain=self.host.domain, what=error.what, remedy=error.remedy)
            self.trouble = str(error)
            return TROUBLE_S

    def _begin(self, world: World) -> float:
        self.host.start(world)
        self.trouble = None
        return 0.0

    def _turn(self) -> float:
        before = self.host.applied
        said = self.host.turn()
        self.trouble = self.host.stopped
        if self.host.applied != before:
            self.moved()
        if said == "fenced":
            return self.fenced_s
        self._count()
        match said:
            case "worked":
                return 0.0
            case "idle":
                return min(self.look_s, self.host.rest_s())
            case "stopped":
                return TROUBLE_S

    def _count(self) -> None:
        """Now and then, where something changed."""
        applied, now_s = self.host.applied, clock.monotonic_s()
        if applied != self._counted[0] and now_s - self._counted[1] >= COUNT_S:
            self.figures.standing = standing(self.host.state)
            self._counted = applied, now_s

    def status(
        self, still_s: float, metrics: str, *, outbox: str | None = None, set_aside: str | None = None
    ) -> Status:
        """Its last word. `still_s`: how long frames have waited while nothing was folded. Of the dispatcher beside it:
        what it waits for (`outbox`), and its note (`set_aside`).
        """
        lag = self.figures.lag
        still = f"nothing was folded for {still_s:.0f} s, and {lag.end - lag.applied} frames wait"
        return Status(
            at_us=clock.wall_us(),
            applied=lag.applied,
            end=lag.end,
            trouble=self.trouble or (still if still_s > STILL_S else None) or outbox,
            metrics=metrics,
            note="; ".join(filter(None, (self.host.crashed, set_aside))) or None,
            pid=os.getpid(),
        )


@dataclass(slots=True)
class Progress:
    """Since when frames have waited and nothing was folded."""

    _applied: int = -1
    _since_s: float = 0.0  # monotonic

    def still_s(self, lag: Lag) -> float:
        """Nought where nothing waits."""
        now_s = clock.monotonic_s()
        if lag.applied != self._applied or lag.end <= lag.applied:
            self._applied, self._since_s = lag.applied, now_s
        return now_s - self._since_s

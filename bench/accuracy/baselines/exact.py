"""`python -m bench.accuracy.baselines.exact`: how often an exact search finds a better set than the greedy one.

Each search of the service in the tuning cells is done again: all sets of up to four candidates, cut off where what is
left to add cannot make up for what is missing (branch and bound; marginal gains only shrink). See 0154.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from unittest.mock import patch

from bench.accuracy.cells import CELLS
from bench.accuracy.graphs import TUNING
from bench.accuracy.run import Plan, play
from correlator.inference import engine
from correlator.inference.search import Chosen, Region, Weighings, choose, take
from correlator.inference.situation.situation import Situation
from correlator.inference.ways.management import Unreached
from correlator.inference.weighing import Taken, Weighed

MOST = 14  # candidates of a search that is done again
DEEP = 4  # failures at once
NODES = 3000  # sets that are looked at
NAT = 1_000_000


@dataclass(slots=True)
class Exact:
    """Stands in for the search, and does each again."""

    counts: Counter[str] = field(default_factory=Counter)
    better: list[str] = field(default_factory=list)  # by a nat or more

    def choose(self, situation: Situation, region: Region, apart: list[Unreached], now_us: int) -> list[Chosen]:
        chosen = choose(situation, region, apart, now_us)
        self.counts["searches"] += 1
        several = 2 <= len(region.viable) <= MOST
        if several and not apart:
            units = situation.memo.units
            self._again(situation, region, chosen, now_us)
            situation.memo.units = units
        elif len(region.viable) > MOST:
            self.counts["too many candidates"] += 1
        return chosen

    def _again(self, situation: Situation, region: Region, chosen: list[Chosen], now_us: int) -> None:
        self.counts["done again"] += 1
        greedy = sum(one.weighed.gain for one in chosen)
        tree = Tree(situation, region, now_us, greedy)
        tree.grow(0, Taken(), 0, ())
        name = situation.names.name_of
        if tree.best > greedy + NAT:
            found = ", ".join(sorted(name(one.weighed.candidate) for one in chosen))
            instead = ", ".join(sorted(name(one) for one in tree.names))
            self.better.append(f"{found} ({greedy / NAT:.1f}): {instead} ({tree.best / NAT:.1f})")
        elif tree.best > greedy + 1:
            self.counts["better by less than a nat"] += 1
        self.counts["not to the end"] += tree.nodes > NODES


class Tree:
    """All sets of a few candidates, in order of what each is worth alone."""

    def __init__(self, situation: Situation, region: Region, now_us: int, least: int) -> None:
        self._situation, self._weighings = situation, Weighings(situation, now_us)
        name = situation.names.name_of
        self._all = sorted(region.viable.values(), key=lambda one: (-one.gain, name(one.candidate)))
        self.best, self.nodes = least, 0
        self.names: tuple[int, ...] = ()

    def grow(self, start: int, taken: Taken, gain: int, names: tuple[int, ...]) -> None:
        self.nodes += 1
        if gain > self.best + 1:
            self.best, self.names = gain, names
        if len(names) == DEEP or self.nodes > NODES:
            return
        for place, one, more in self._worth_a_look(start, taken, self.best - gain, DEEP - len(names)):
            with_it = taken.copy()
            take(self._situation, with_it, one)
            self.grow(place + 1, with_it, gain + more, (*names, one.candidate))

    def _worth_a_look(self, start: int, taken: Taken, missing: int, left: int) -> Iterator[tuple[int, Weighed, int]]:
        for place in range(start, len(self._all)):
            if sum(one.gain for one in self._all[place : place + left]) <= missing:
                return
            weighed = self._weighings.weigh(self._all[place].candidate, taken)
            if weighed is not None and weighed.gain > 0:
                yield place, weighed, weighed.gain


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.accuracy.baselines.exact", description=__doc__)
    parser.add_argument("--seeds", type=int, help="cases of each cell; as many as usual where not given")
    parser.add_argument("--cell", action="append", default=[], help="these alone; may repeat")
    options = parser.parse_args()
    exact = Exact()
    cells = tuple(name for name in CELLS if not options.cell or name in options.cell)
    plan = Plan(cells, TUNING, options.seeds, named=bool(options.cell), baselines=False)
    with patch.object(engine, "choose", exact.choose):
        for _ in play(plan, lambda said: print(said, file=sys.stderr, flush=True)):
            pass
    print(", ".join(f"{what}: {number}" for what, number in sorted(exact.counts.items())))
    print(f"better by a nat or more: {len(exact.better)}", *exact.better, sep="\n")


if __name__ == "__main__":
    main()

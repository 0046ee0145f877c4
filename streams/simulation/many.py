"""Many seeds, a process a core: what they broke, by law, with the seeds that show it."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context

import structlog

from streams.simulation.simulation import NightResult, simulate

BATCH = 10


@dataclass(slots=True)
class Tally:
    """What many seeds showed."""

    seeds: int = 0
    broken: dict[int, list[str]] = field(default_factory=dict)  # seed -> what it broke
    findings: Counter[str] = field(default_factory=Counter)
    disorder: Counter[str] = field(default_factory=Counter)

    def add(self, verdict: NightResult) -> None:
        self.seeds += 1
        self.findings.update(verdict.findings)
        self.disorder.update([verdict.disorder] if verdict.disorder else [])
        if verdict.broken:
            self.broken[verdict.seed] = verdict.broken

    def by_law(self) -> dict[str, list[int]]:
        """Law -> the seeds that broke it, the most frequent first."""
        laws: dict[str, list[int]] = {}
        for seed, texts in sorted(self.broken.items()):
            for law in dict.fromkeys(law_of(text) for text in texts):
                laws.setdefault(law, []).append(seed)
        return dict(sorted(laws.items(), key=lambda pair: (-len(pair[1]), pair[0])))


def law_of(text: str) -> str:
    """The word before the first sign."""
    return next((text[:place] for place, sign in enumerate(text) if sign in ":.["), text)


def quiet() -> None:
    """The hosts' own log would drown what is told here."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def simulate_many(
    seeds: Iterable[int],
    processes: int,
    told: Callable[[NightResult], None],
    judge: Callable[[int], NightResult] = simulate,
) -> Tally:
    """`told` is called with each verdict as it comes, in the order of the seeds."""
    tally = Tally()
    if processes <= 1:
        quiet()
        for seed in seeds:
            verdict = judge(seed)
            tally.add(verdict)
            told(verdict)
        return tally
    waiting = iter(seeds)
    with ProcessPoolExecutor(processes, get_context("spawn"), initializer=quiet) as pool:
        while batch := list(islice(waiting, BATCH * processes * 10)):
            for verdict in pool.map(judge, batch, chunksize=BATCH):
                tally.add(verdict)
                told(verdict)
    return tally

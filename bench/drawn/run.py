"""Draws cases, plays them to the service, and judges each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.drawn import product
from bench.drawn.case import Case
from bench.drawn.families import COUNTS, FAMILIES, MIXED, MIXED_FULL, NOISES, mixed
from bench.drawn.judge import Score, judge

SETS = (MIXED, *FAMILIES)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What draws one case: a family and a seed; of the mixed ones also how many faults, and the noise in percent."""

    family: str
    seed: int
    count: int = 0
    noise: int = 0

    def case(self) -> Case | None:
        if self.family == MIXED:
            return mixed(self.count, self.noise, self.seed)
        return FAMILIES[self.family].draw(self.seed)


def drawn(sets: Iterable[str], seeds: Sequence[int]) -> list[Drawn]:
    """Seed by seed of each set: cases of one seed share their network."""
    found: list[Drawn] = []
    for name in sets:
        for seed in seeds:
            if name == MIXED:
                found += [Drawn(name, seed, count, noise) for noise in NOISES for count in COUNTS]
            else:
                found.append(Drawn(name, seed))
    return found


def full() -> list[Drawn]:
    """What the page is written of."""
    found = drawn([MIXED], range(1, MIXED_FULL + 1))
    for name, family in FAMILIES.items():
        found += drawn([name], range(1, family.full + 1))
    return found


def one(what: Drawn, keep: Path | None = None) -> Score | None:
    """None where the network has no place for such a case. `keep`: a folder in which its files stay."""
    case = what.case()
    if case is None:
        return None
    with TemporaryDirectory() as scratch:
        folder = (keep or Path(scratch)) / case.name
        case.write(folder)
        product.play(case, folder / "out")
        return judge(case, folder / "out")


def scores(wanted: list[Drawn], processes: int, keep: Path | None) -> Iterator[Score]:
    """In the order of what is wanted, whoever is ready first."""
    play = partial(one, keep=keep)
    if processes < 2:
        yield from (score for score in map(play, wanted) if score is not None)
        return
    with Pool(processes) as pool:
        yield from (score for score in pool.imap(play, wanted, chunksize=len(COUNTS)) if score is not None)

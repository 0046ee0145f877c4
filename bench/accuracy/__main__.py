"""`python -m bench.accuracy`: how often the verdict is right. Prints a table; `--help` tells what may be chosen."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.accuracy.cells import CELLS
from bench.accuracy.graphs import REPORTING, TUNING
from bench.accuracy.report import page, table
from bench.accuracy.run import Plan, play

PAGE = Path(__file__).parents[1] / "ACCURACY.md"


def main(arguments: Sequence[str]) -> int:
    options = _parser().parse_args(arguments)
    chosen = options.cell or list(CELLS)
    names = tuple(name for name in CELLS if name in chosen or (CELLS[name].usual and name.split("-")[0] in chosen))
    if not names:
        print(f"no such cell; there are {', '.join(CELLS)}", file=sys.stderr)
        return 2
    plan = Plan(
        names,
        TUNING if options.tuning else REPORTING,
        options.seeds,
        options.first_seed,
        options.full,
        bool(options.cell),
        not options.no_baselines,
        options.policy,
        options.cases,
        options.keep,
        options.processes,
    )
    played = list(play(plan, lambda text: print(text, file=sys.stderr, flush=True)))
    print(table.plain(table.lines(played)))
    if plan.baselines:
        print("\n" + table.plain(table.beside(played)))
    out = options.out or (PAGE if options.full else None)
    if out is not None and not (options.cell or options.tuning or options.no_baselines or options.seeds):
        page.write(plan, played, out)
        print(f"written to {out}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.accuracy", description=__doc__)
    parser.add_argument("--cell", action="append", help="this one, or all that begin so (k2); may repeat")
    parser.add_argument("--seeds", type=int, help="cases of each cell")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--full", action="store_true", help="as many cases as figures to be published need")
    parser.add_argument("--tuning", action="store_true", help="on the graphs to tune with, not those to report with")
    parser.add_argument("--out", type=Path, help="the page, written where all cells ran to report; full: ACCURACY.md")
    parser.add_argument("--no-baselines", action="store_true")
    parser.add_argument("--policy", type=Path)
    parser.add_argument("--cases", type=Path, help="write a JSON line for each case")
    parser.add_argument("--keep", type=Path, help="folder for the files of cases that went wrong")
    parser.add_argument("--processes", type=int, default=1, help="cells at a time; with several, events/s says less")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

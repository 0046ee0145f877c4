"""`python -m bench.drawn`: draws cases, plays them, and prints how it went; `--full` writes bench/DRAWN.md.
`python -m bench.drawn compare A B`: two files of results beside each other.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.drawn import report
from bench.drawn.run import SETS, drawn, full, scores

PAGE = Path(__file__).parents[1] / "DRAWN.md"
SEEDS = (1, 4)


def main(arguments: Sequence[str]) -> int:
    if arguments[:1] == ["compare"]:
        before, after = map(Path, arguments[1:3])
        print(report.compared(report.read(before), report.read(after)))
        return 0
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.full and (options.seeds or options.set):
        parser.error("--full has its own seeds and sets")
    first, last = options.seeds or SEEDS
    wanted = full() if options.full else drawn(options.set or SETS, range(first, last + 1))
    rows = [score.row() for score in scores(wanted, options.processes, options.keep)]
    if options.out:
        options.out.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    print(report.plain(report.table(rows)))
    if options.full:
        PAGE.write_text(report.page(rows, options.processes), encoding="utf-8")
        print(f"written to {PAGE}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.drawn", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs=2, metavar=("FIRST", "LAST"), help="of each set; both are played")
    parser.add_argument("--set", nargs="+", choices=SETS, help="only these")
    parser.add_argument("--full", action="store_true", help="as many seeds as the page has, and write it")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--out", type=Path, help="file for the results, a line of JSON a case")
    parser.add_argument("--keep", type=Path, help="folder in which each case stays, with what was made of it")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`python -m bench.blind [--family NAME] [--seed N] [--out FILE]`: draws the cases, plays them, and says how it went.
`python -m bench.blind compare A B`: two files of results beside each other.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.blind import report
from bench.blind.families import FAMILIES
from bench.blind.run import named, scores

SEED = 146


def main(arguments: Sequence[str]) -> int:
    if arguments[:1] == ["compare"]:
        before, after = map(Path, arguments[1:3])
        print(report.compared(report.read(before), report.read(after)))
        return 0
    parser = argparse.ArgumentParser(prog="python -m bench.blind", description=__doc__)
    parser.add_argument("--family", action="append", help="this one, or all that begin so; may repeat")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, help="file for the results, a line of JSON a case")
    parser.add_argument("--keep", type=Path, help="folder in which each case stays, with what was made of it")
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args(arguments)
    wanted = tuple(options.family or [""])
    cases = named([name for name in FAMILIES if name.startswith(wanted)], options.seed, options.keep)
    rows = []
    for score in scores(cases, options.processes):
        rows.append(score.row())
        if score.row()["passed"] is False:
            print(
                f"{score.case}: missed {score.missed} wrong {score.wrong} told {score.told_falsely[:5]} "
                f"restored {score.restored_falsely[:5]} {score.said}",
                file=sys.stderr,
            )
    if options.out:
        options.out.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    print(report.table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

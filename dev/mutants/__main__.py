"""The command line of `make mutants`."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from dev.mutants.run import ROOT, Ground, Judged, Trouble, Verdict, judge

LEAST_PERCENT = 85
DIED: tuple[Verdict, ...] = ("killed", "timed out")
LIVED: tuple[Verdict, ...] = ("survived", "not run")


def main(words: Sequence[str]) -> int:
    asked = parsed(words)
    begun = time.monotonic()
    try:
        judged = judge(Ground(ROOT, asked.package, tuple(asked.tests)), asked.count, asked.seed, say)
    except Trouble as trouble:
        say(str(trouble))
        return 1
    listed = survivors(judged)
    if asked.out is not None:
        asked.out.write_text(listed)
    sys.stdout.write(f"{listed}\n{summary(judged)}, seed {asked.seed}, {time.monotonic() - begun:.0f} s\n")
    return 0 if enough(judged) else 1


def parsed(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("make mutants", description="A sample of mutations, against tests.")
    parser.add_argument("--count", type=int, default=100, help="how many (100)")
    parser.add_argument("--seed", type=int, required=True, help="the same seed draws the same; make gives the date")
    parser.add_argument("--package", default="correlator", help="what is changed (correlator)")
    parser.add_argument("--out", type=Path, help="write those that survived there, too")
    parser.add_argument("tests", nargs="+", help="words for pytest, after --")
    return parser.parse_args(words)


def survivors(judged: Sequence[Judged]) -> str:
    """Each with its place and its change."""
    return "".join(
        f"{one.mutant.file}:{one.mutant.line} {one.verdict}: {one.mutant.operator}\n{one.mutant.diff}\n\n"
        for one in judged
        if one.verdict in LIVED
    )


def summary(judged: Sequence[Judged]) -> str:
    """How many died, by room and in all."""
    rooms = sorted({_room(one) for one in judged})
    told = [_figures(room, [one for one in judged if _room(one) == room]) for room in rooms]
    return "\n".join([*told, _figures("all", judged)])


def _room(one: Judged) -> str:
    return one.mutant.file.rpartition("/")[0]


def _figures(name: str, judged: Sequence[Judged]) -> str:
    counts = Counter(one.verdict for one in judged)
    figures = ", ".join(f"{counts[verdict]} {verdict}" for verdict in (*DIED, *LIVED))
    return f"{name}: {figures}: {100 * _died(judged) // max(1, len(judged))} % died"


def enough(judged: Sequence[Judged]) -> bool:
    return 100 * _died(judged) >= LEAST_PERCENT * len(judged)


def _died(judged: Sequence[Judged]) -> int:
    return sum(one.verdict in DIED for one in judged)


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

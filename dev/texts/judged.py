"""`python -m dev.texts.judged`: how the shipped model reads the texts of `held_out.tsv`, which it never learnt from.

`--part dev` while the grammar grows, the others at the end; `fresh` and `blind` were written after the grammar, `blind`
in roundabout words; `edges`, before it was made broader, of what lies between two classes; `short`, before it was told
of a few words with nothing beside them; `matter`, before it was told of games, television and bills beside an outage;
`asks`, before it was told of questions, rumours and what is over; `calls`, before it was told of dead lines in odd
words; `few`, before it was told of who is back in few words, and of a line that is somebody else's.
`--wrong` lists what is read otherwise: of `dev` alone, or the others hold nothing out any more.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from correlator.service_desk.texts.classifier import Judgement, judge

HELD_OUT = Path(__file__).parent / "held_out.tsv"
PARTS = ("dev", "final", "fresh", "blind", "edges", "short", "matter", "asks", "calls", "few")


class Held(NamedTuple):
    evidence: str
    cause: str
    category: str
    part: str
    text: str


def held_out() -> list[Held]:
    rows = HELD_OUT.read_text(encoding="utf-8").splitlines()[1:]
    return [Held(*row.split("\t")) for row in rows]


class Figures(NamedTuple):
    accuracy: float
    recall: dict[str, float]
    confused: Counter[tuple[str, str]]  # (is, read as)


def figures(rows: Sequence[tuple[Held, Judgement]], of: Callable[[Any], str]) -> Figures:
    pairs = Counter((of(held), of(read)) for held, read in rows)
    classes = Counter(of(held) for held, _ in rows)
    right = sum(times for (is_, read), times in pairs.items() if is_ == read)
    recall = {name: pairs[name, name] / times for name, times in sorted(classes.items())}
    return Figures(right / len(rows), recall, Counter({pair: n for pair, n in pairs.items() if pair[0] != pair[1]}))


def false_outages(rows: Sequence[tuple[Held, Judgement]]) -> float:
    """The share of the texts that speak of no fault which are read as one."""
    quiet = [read for held, read in rows if held.evidence == "none"]
    return sum(read.evidence != "none" for read in quiet) / len(quiet)


KINDS: dict[str, Callable[[Any], str]] = {
    "category": lambda row: str(row.category),
    "evidence": lambda row: str(row.evidence),
    "cause": lambda row: str(row.cause),
}


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m dev.texts.judged", description=__doc__)
    parser.add_argument("--part", choices=PARTS, required=True)
    parser.add_argument("--wrong", action="store_true")
    asked: Any = parser.parse_args(words)
    rows = [(held, judge(held.text)) for held in held_out() if held.part == asked.part]
    said = [f"{len(rows)} texts of the part {asked.part}"]
    for name, of in KINDS.items():
        found = figures(rows, of)
        recalls = ", ".join(f"{one} {share:.2f}" for one, share in found.recall.items())
        said.append(f"{name}: {found.accuracy:.3f} right; recall {recalls}")
    said.append(f"no outage read as one: {false_outages(rows):.3f}")
    if asked.wrong:
        for held, read in rows:
            is_, as_ = (held.evidence, held.cause, held.category), (read.evidence, read.cause, read.category)
            if is_ != as_:
                said.append(f"{'/'.join(is_)} read as {'/'.join(as_)} {read.confidence} {read.words}: {held.text}")
    sys.stdout.write("\n".join(said) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

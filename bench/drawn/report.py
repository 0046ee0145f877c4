"""Results as a table, for a terminal and for the page; and two runs beside each other."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from pathlib import Path
from textwrap import fill

from bench.drawn.families import FAMILIES, MIXED, MIXED_FULL
from bench.drawn.graphs import GRAPHS, load
from bench.drawn.judge import Row

HEAD = (
    "set", "cases", "faults shown", "right", "false", "by chance", "doubled", "missed", "by one word", "down 20 min",
    "never told", "told falsely",
)  # fmt: skip
KEYS = (
    "shown", "right", "false", "chance", "doubled", "missed", "faint", "down", "never_told", "told_falsely",
)  # fmt: skip
OUTCOMES = ("false", "missed", "never_told", "told_falsely")
WRONG = ("false", "missed", "told_falsely")  # what makes a case better or worse


def table(rows: list[Row]) -> list[list[str]]:
    """A line a family, the mixed cases by noise, each kind summed up."""
    lines = [list(HEAD)]
    for title, mixed in ((MIXED, True), ("families", False)):
        inside = [row for row in rows if row["family"].startswith(MIXED) == mixed]
        names = list(dict.fromkeys(row["family"] for row in inside))
        lines += [_line(name, [row for row in inside if row["family"] == name]) for name in names]
        lines += [_line(f"all {title}", inside)] if len(names) > 1 else []
    return lines


def _line(name: str, rows: list[Row]) -> list[str]:
    return [name, str(len(rows)), *(str(sum(_count(row[key]) for row in rows)) for key in KEYS)]


def _count(value: int | list[str]) -> int:
    return len(value) if isinstance(value, list) else value


def plain(lines: list[list[str]]) -> str:
    """For a terminal."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(line[1:], widths[1:], strict=True))])
        for line in lines
    )


def read(path: Path) -> list[Row]:
    return [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]


def compared(before: list[Row], after: list[Row]) -> str:
    """Both tables, then each case whose outcome differs, from what to what."""
    old, new = ({row["case"]: row for row in rows} for rows in (before, after))
    said = []
    for name in [name for name in new if name in old]:
        was, now = old[name], new[name]
        ways = [(key, _only(was, now, key), _only(now, was, key)) for key in OUTCOMES]
        changes = [f"{key} {gone} -> {came}" for key, gone, came in ways if gone or came]
        if changes:
            more = sum(len(now[key]) - len(was[key]) for key in WRONG)
            mark = "better" if more < 0 else "worse" if more > 0 else "other"
            said.append(f"{mark:6} {name}: {', '.join(changes)}")
    alone = [f"only in one: {name}" for name in sorted(old.keys() ^ new.keys())]
    return "\n".join([plain(table(before)), "", plain(table(after)), "", *sorted(said), *alone])


def _only(row: Row, other: Row, key: str) -> list[str]:
    """What a row has and the other has not."""
    return sorted((Counter(row[key]) - Counter(other[key])).elements())


def page(rows: list[Row], processes: int) -> str:
    """What is published."""
    families = [["family", "seeds", "what"], *([n, f"1 to {f.full}", f.what] for n, f in FAMILIES.items())]
    introduction = INTRODUCTION.format(
        date=time.strftime("%Y-%m-%d", time.gmtime()),
        cores=os.cpu_count(),
        processes="one process" if processes < 2 else f"{processes} processes",
        last=MIXED_FULL,
        graphs=fill(", ".join(f"{load(name).shape} ({name})" for name in GRAPHS), 118),
    )
    return "\n".join([introduction, _markdown(table(rows)), EXPLAINED, "## The families\n", _markdown(families)])


def _markdown(lines: list[list[str]]) -> str:
    head, *rest = lines
    return "\n".join("| " + " | ".join(line) + " |" for line in [head, ["---"] * len(head), *rest]) + "\n"


INTRODUCTION = """# Cases drawn by another hand

Written by `make drawn` ARGS=--full; do not edit. The networks, their physics, the observers and the judge were written
by one who had read the file contract and nothing of the service, and share no code with it
([0175](../docs/decisions/0175-a-second-drawn-set.md)). The service is given the inventory and the events, as `simpul
replay` is, with the default policy.

**Drawn are** a real backbone, cables in pieces of which those that leave a town in the same direction share a duct,
protected links, waves past a town; three to twelve edge routers; below them metro rings, rings of optical nodes,
chains and rings on two routers; below these PON in one or two steps of splitters, DSLAMs, radio towers, leased lines
with one way or two. Who speaks has habits: makers that tell of light, of ports, or of both; pollers that call a device
lost at the second miss of their round; OLTs that miss their ONTs; monitors of power and fibre, probes; devices that
are cut off tell their own later or never. Noise of n %: so much of what is true is lost, as many false words are told,
some clocks are wrong by up to 3 s, some messages come twice or late, and in half of the cases a card warns all the
time.

**The mixed cases** have one, two, three or four faults of any kind, at once or within a quarter of an hour, each at
four noises.

**Right** is the element that broke, or one that nobody could tell from it: with it failed instead, alone or beside the
other faults, the same links, devices and customers are told lost. While one fault hides another, whatever lies behind
the first is alike. A fault counts where a word of it was delivered. Each fault takes one incident.

{date}, {cores} cores, {processes}. Mixed: seeds 1 to {last}. The same seeds give the same bytes. Networks and faults of
these seeds were looked at while the service was mended; others are played by `--seeds 101 140`. The graphs by
shape and size, one a seed in turn:
{graphs}

## The service
"""
EXPLAINED = """
Faults shown: of which something was delivered. False: incidents that opened and have no fault of their own; of these by
chance: held by nothing but false words; doubled: of a fault that has an incident already. Missed: shown faults without
an incident; of these by one word: nothing else of them was delivered. Down 20 min: customers without service for so
long; never told: of these, who got no message until half an hour after it. Told falsely: messages of an outage to
customers who had none. Households that switch their ONT off are neither right nor false.
"""

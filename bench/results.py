"""RESULTS.md: each figure beside its limit, with the date, the machine and the seed; what falls short says so."""

import math
import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bench import Row

HEAD = """# What was measured

Written by `make bench`; the modules of `bench/` say how. A limit is the most that is allowed, of a rate the least.
What falls short is marked so. Start, load and compile count where a figure is of a whole process.

- when: {when}
- machine: {machine}
- scale: {scale}; seed: {seed}
"""


LEAST = 0.001  # what is smaller says no more than that


@dataclass(frozen=True, slots=True)
class Section:
    """One module's figures. `load`: the machine's load average before; what others take is lost to us."""

    name: str
    rows: list[Row]
    load: float
    seconds: float


def page(sections: Iterable[Section], when: datetime, scale: str, seed: int) -> str:
    parts = [HEAD.format(when=when.strftime("%Y-%m-%d %H:%M %z"), machine=machine(), scale=scale, seed=seed)]
    for section in sections:
        took = f"Load average before: {section.load:.1f}. It took {section.seconds:.0f} s."
        head = "| what | figure | limit | | note |\n| --- | ---: | ---: | --- | --- |"
        parts.append(f"## {section.name}\n\n{took}\n\n{head}")
        parts.append("\n".join(line(row) for row in section.rows) + "\n")
    return "\n".join(parts)


def line(row: Row) -> str:
    figure = "never" if math.isinf(row.figure) else f"{number(row.figure)} {row.unit}"
    limit = "" if row.limit is None else f"{number(row.limit)} {row.unit}"
    verdict = "" if row.limit is None else "kept" if kept(row) else "**falls short**"
    return f"| {row.what} | {figure} | {limit} | {verdict} | {row.note} |"


def kept(row: Row) -> bool:
    """Whether the figure keeps its limit; a row without one always does."""
    if row.limit is None:
        return True
    return row.figure >= row.limit if row.unit.endswith("/s") else row.figure <= row.limit


def number(value: float) -> str:
    """As people write it: three digits that count, thousands apart."""
    if 0 < abs(value) < LEAST:
        return f"< {LEAST}"
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def machine() -> str:
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    shared = "" if os.sched_getscheduler(0) == os.SCHED_OTHER else ", under `chrt` (others used it meanwhile)"
    what = f"{processor()}, {cores} cores, {memory_gb:.0f} GB"
    return f"{what}, Python {platform.python_version()}, {platform.system()}{shared}"


def processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()

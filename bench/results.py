"""RESULTS.md: each figure beside its limit, with the date, the machine and the seed; what falls short says so."""

import os
import platform
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from bench.rows import Row

HEAD = """# What was measured

Written by `make bench`; the modules of `bench/` say how. A limit is the most that is allowed, of a rate the least.
What falls short is marked so. Start, load and compile count where a figure is of a whole process.

- when: {when}
- machine: {machine}
- scale: {scale}; seed: {seed}
"""


def page(sections: Iterable[tuple[str, list[Row]]], when: datetime, scale: str, seed: int) -> str:
    parts = [HEAD.format(when=when.strftime("%Y-%m-%d %H:%M %z"), machine=machine(), scale=scale, seed=seed)]
    for name, rows in sections:
        parts.append(f"## {name}\n\n| what | figure | limit | | note |\n| --- | ---: | ---: | --- | --- |")
        parts.append("\n".join(line(row) for row in rows) + "\n")
    return "\n".join(parts)


def line(row: Row) -> str:
    limit = "" if row.limit is None else f"{number(row.limit)} {row.unit}"
    verdict = "" if row.limit is None else "kept" if kept(row) else "**falls short**"
    return f"| {row.what} | {number(row.figure)} {row.unit} | {limit} | {verdict} | {row.note} |"


def kept(row: Row) -> bool:
    """Whether the figure keeps its limit; a row without one always does."""
    if row.limit is None:
        return True
    return row.figure >= row.limit if row.unit.endswith("/s") else row.figure <= row.limit


def number(value: float) -> str:
    """As people write it: three digits that count, thousands apart."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def machine() -> str:
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    return f"{processor()}, {cores} cores, {memory_gb:.0f} GB, Python {platform.python_version()}, {platform.system()}"


def processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()

"""`python -m tests.fuzz [--count 1000000] [--seed 7] [PARSER ...]`: so many inputs at each parser, each in its process.

None may crash, cost more than 50 ms of CPU, or leave memory that grows. Exit status 1 where one does.
"""

import argparse
import gc
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from tests.fuzz import bodies, datagrams, inventories, lines, secured
from tests.fuzz.throwing import Cost

MOST_MS = 50.0
GROWS_MB = 4.0  # in the last fifth: of a million, what is remembered is full by then
DOORS = ("/alarms", "/tmf-api/alarmManagement/v5/alarm", *sorted(one for one in bodies.SAMPLES if "/webhooks/" in one))


class Outcome(Protocol):
    @property
    def cost(self) -> Cost: ...


PARSERS: Mapping[str, Callable[[int, int], Outcome]] = {
    "snmp": partial(datagrams.run, sample=1000),
    "snmpv3": secured.run,
    "syslog": lines.run,
    "json": inventories.run_json,
    "csv": inventories.run_csv,
    **{door: partial(bodies.run, routes=(door,)) for door in DOORS},
}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("parsers", nargs="*", metavar="PARSER", help=f"none: all of {', '.join(PARSERS)}")
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.parsers if name not in PARSERS]:
        parser.error(f"no such parser: {', '.join(unknown)}")
    if len(options.parsers) == 1:
        return thrown(options.parsers[0], options.count, options.seed)
    bad = 0
    for name in options.parsers or PARSERS:
        how = ["--count", str(options.count), "--seed", str(options.seed)]
        bad += subprocess.run([sys.executable, "-m", "tests.fuzz", name, *how], check=False).returncode != 0
    return 1 if bad else 0


def thrown(name: str, count: int, seed: int) -> int:
    gc.collect()
    gc.freeze()  # what was imported lives for ever
    began = time.process_time()
    cost = PARSERS[name](count, seed).cost
    grown_mb, longest_ms = (cost.late_kb - cost.early_kb) / 1024, cost.longest_s * 1000
    took_s = time.process_time() - began
    print(
        f"{name:36}{count:10,} inputs in {took_s:6.0f} s of CPU; the dearest {longest_ms:6.1f} ms; "
        f"{cost.late_kb / 1024:.0f} MB, {grown_mb:+.1f} MB in the last fifth",
        flush=True,
    )
    if longest_ms > MOST_MS:
        print(f"  {cost.dearest}")
    return 1 if longest_ms > MOST_MS or grown_mb > GROWS_MB else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`python -m bench [--only NAME] [--quick]`: runs the benchmarks and writes bench/RESULTS.md (only where all ran).

Each module runs in a process of its own: what one leaves in memory does not weigh on the next, and one that fails is a
line on the page. `chrt -r 5 make bench` gives a busy machine's fair share.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from bench import Row
from bench.results import Section, kept, line, page
from correlator.events import moment
from streams import clock

MODULES = (
    "loading",
    "replaying",
    "sharing",
    "trapdoor",
    "syslogdoor",
    "secured",
    "webhooks",
    "floods",
    "edge",
    "soak",
    "latency",
    "campaign",
    "recap",
    "month",
    "desk",
    "distributed",
)
SEED = 1
RESULTS = Path(__file__).with_name("RESULTS.md")
LONGEST_S = 1800.0  # of one module; then it is ended

Measure = Callable[[str, str], list[Row]]  # a module's name, and the scale


def main(arguments: Sequence[str], measure: Measure, results: Path) -> int:
    """The exit status: 1 where a figure misses its limit."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=MODULES, help="this one; may repeat")
    parser.add_argument("--quick", action="store_true", help="small, to see that it runs; writes nothing")
    options = parser.parse_args(arguments)
    scale = "smoke" if options.quick else "full"
    began = moment(clock.wall_us())
    sections = [measured(name, scale, measure) for name in options.only or MODULES]
    if options.only is None and not options.quick:
        results.write_text(page(sections, began, scale, SEED))
        print(f"written to {results}")
    return 1 if any(not kept(row) for section in sections for row in section.rows) else 0


def measured(name: str, scale: str, measure: Measure) -> Section:
    """The rows of one module, told as they come."""
    load, began = os.getloadavg()[0], time.perf_counter()
    print(f"{name} ...", flush=True)
    rows = measure(name, scale)
    seconds = time.perf_counter() - began
    for row in rows:
        print("  " + line(row))
    print(f"  in {seconds:.0f} s", flush=True)
    return Section(name, rows, load, seconds)


def apart(name: str, scale: str) -> list[Row]:
    """`bench.NAME.run(scale)` in a process of its own."""
    with tempfile.NamedTemporaryFile(suffix=".rows") as told:
        command = [sys.executable, "-m", "bench.alone", name, scale, told.name]
        try:
            status = subprocess.run(command, check=False, timeout=LONGEST_S).returncode
        except subprocess.TimeoutExpired:
            status = -1
        if status:
            return [Row("ended with status", status, "", 0, "no figures; what it said is on the terminal")]
        return msgspec.msgpack.decode(Path(told.name).read_bytes(), type=list[Row])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], apart, RESULTS))

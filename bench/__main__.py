"""`python -m bench [--only NAME] [--quick]`: runs the benchmarks and writes bench/RESULTS.md (only where all ran)."""

import argparse
import importlib
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.results import kept, line, page
from bench.rows import Row

MODULES = ("loading", "replaying", "trapdoor", "latency")
SEED = 1
RESULTS = Path(__file__).with_name("RESULTS.md")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=MODULES, help="this one; may repeat")
    parser.add_argument("--quick", action="store_true", help="small, to see that it runs; writes nothing")
    options = parser.parse_args()
    scale = "smoke" if options.quick else "full"
    sections = [(name, measured(name, scale)) for name in options.only or MODULES]
    if options.only is None and not options.quick:
        RESULTS.write_text(page(sections, datetime.now(UTC), scale, SEED))
        print(f"written to {RESULTS}")
    short = [row for _, rows in sections for row in rows if not kept(row)]
    return 1 if short else 0


def measured(name: str, scale: str) -> list[Row]:
    """The rows of one module, `bench.NAME.run(scale)`, told as they come."""
    began = time.perf_counter()
    print(f"{name} ...", flush=True)
    rows: list[Row] = importlib.import_module(f"bench.{name}").run(scale)
    for row in rows:
        print("  " + line(row))
    print(f"  in {time.perf_counter() - began:.0f} s", flush=True)
    return rows


if __name__ == "__main__":
    sys.exit(main())

"""`make chaos`: drills for as long as one likes, with a report. A seed that broke a law is printed."""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.chaos.drill import drill

BROKER_AWAY_S = 60.0


def main() -> int:
    asked = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    asked.add_argument("--seed", type=int, default=1, help="of the first drill; each has the next")
    asked.add_argument("--drills", type=int, default=3)
    asked.add_argument("--rounds", type=int, default=2, help="of every kind of mischief, in each drill")
    asked.add_argument("--broker-away", type=float, default=BROKER_AWAY_S, help="seconds without brokers, each round")
    asked.add_argument("--alone", action="store_true", help="one kernel each time, not in turns with several")
    asked.add_argument("--share", type=float, default=1.0, help="of the full load; a small machine has less to recover")
    given = asked.parse_args()
    totals, done, broken = Counter[str](), Counter[str](), 0
    for seed in range(given.seed, given.seed + given.drills):
        folder, began_s = Path(tempfile.mkdtemp(prefix=f"chaos-{seed}-")), time.monotonic()
        found = drill(
            folder, seed, given.rounds, given.broker_away, shared=seed % 2 == 0 and not given.alone, share=given.share
        )
        totals.update(found.figures)
        done.update(found.done)
        broken += len(found.broken)
        say(f"seed {seed}: {len(found.broken)} laws broken, {time.monotonic() - began_s:.0f} s")
        if found.broken:
            say("\n".join([*found.broken[:20], f"files in {folder}"]))
        else:
            shutil.rmtree(folder)
    say(json.dumps({"done": dict(sorted(done.items())), "counted": dict(sorted(totals.items()))}, indent=1))
    return 1 if broken else 0


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

"""`python -m bench.month [--complaints N] [--incidents N] [--resources N] [--seed N]`: a whole month, or part of it."""

import argparse
import sys
from dataclasses import fields

from bench.month.month import SIZES, Size, measured
from bench.results import kept, line

options = argparse.ArgumentParser(prog="python -m bench.month", description=__doc__)
for field in fields(Size):
    options.add_argument(f"--{field.name}", type=int, default=getattr(SIZES["full"], field.name))
rows = measured(Size(**vars(options.parse_args())))
print("\n".join(map(line, rows)))
sys.exit(0 if all(map(kept, rows)) else 1)

"""The monthly recap of a busy operator: closed tickets in PostgreSQL, a full month and eleven smaller ones.

By itself, as large as one likes: `python -m bench.recap [--tickets N] [--store postgresql|sqlite]`.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing, nullcontext
from itertools import islice
from pathlib import Path

from bench import Row
from bench.campaign import postgres
from bench.month.closed_months import closed
from bench.results import line
from bench.storm.national import national
from bench.watching.process import peak_mb
from connectors.api.cases import facts_of
from connectors.api.rows import Rows
from connectors.formats.documents.page import OPERATOR, Imprint, page_of
from connectors.formats.documents.pdf import as_pdf
from connectors.formats.documents.workbook import as_xlsx
from connectors.ports import Commit, Store
from connectors.store.sql import SqlStore
from correlator.events import DAY_US
from correlator.policy import Policy
from correlator.reports.recap import MONTHLY, Recap, recap_of
from correlator.reports.report import Period, month_of, months_before
from correlator.state import Archived
from correlator.world import World
from topology.compile import compile_inventory

SEED = 1
RESOURCES = {"smoke": 2_000, "full": 50_000}
TICKETS = {"smoke": 1_000, "full": 200_000}  # in the month that is told of
EARLIER = 50  # times fewer in each month before
WANTED_S = 10.0  # of a million
AT_ONCE = 5_000
DOMAIN = "id"


def run(scale: str) -> list[Row]:
    return counted_in("postgresql", RESOURCES[scale], TICKETS[scale])


def counted_in(kind: str, resources: int, number: int) -> list[Row]:
    """`kind`: of store; `number`: of tickets closed in the month that is told of."""
    world = World(compile_inventory(national(resources, SEED)), Policy())
    month = month_of("2026-10")
    assert month is not None
    with tempfile.TemporaryDirectory() as name:
        served = postgres(Path(name)) if kind == "postgresql" else nullcontext(f"sqlite:///{name}/store.db")
        with served as url, closing(SqlStore(url)) as store:
            began = time.perf_counter()
            tickets = fill(store, world, months_before(month, 12), number)
            filled_s = time.perf_counter() - began
            return measured(store, world, month, (tickets, number, filled_s))


def fill(store: Store, world: World, months: Sequence[Period], number: int) -> int:
    """How many tickets there are."""
    for month in months:
        mine = number if month is months[-1] else number // EARLIER
        rows = closed(world.topology, month, mine, SEED)
        while some := list(islice(rows, AT_ONCE)):
            _archive(store, some)
    return number + (len(months) - 1) * (number // EARLIER)


def _archive(store: Store, rows: list[Archived]) -> None:
    applied = store.applied(DOMAIN)
    store.commit(Commit(DOMAIN, applied, applied + 1, [], [], rows))


def measured(store: Store, world: World, month: Period, filled: tuple[int, int, float]) -> list[Row]:
    all_tickets, tickets, filled_s = filled
    rows = Rows(store, [DOMAIN], lambda: month.end_us + DAY_US)

    def counted(months: int) -> Recap:
        return recap_of(facts_of(rows, months_before(month, months)[0], month, world), month, months)

    cpu_s = time.process_time()
    alone_s = timed(lambda: counted(1))
    cpu_s = time.process_time() - cpu_s
    year_s = timed(lambda: counted(12))
    recap = counted(12)
    tables = MONTHLY.tables(recap, month)
    imprint = Imprint(OPERATOR, "id", recap.moment_us)
    what = f"{tickets:,} closed tickets in the month, {all_tickets:,} in twelve"
    return [
        Row("archive filled", filled_s, "s", None, what),
        Row("a month, without the trend", alone_s, "s", WANTED_S, f"{cpu_s:.1f} s of our CPU"),
        Row("a month with its twelve", year_s, "s", WANTED_S),
        Row(
            "tables of it", timed(lambda: MONTHLY.tables(recap, month)), "s", 1.0, f"{len(recap.totals.cells):,} cells"
        ),
        Row("as PDF", timed(lambda: as_pdf(page_of(MONTHLY, tables, imprint))), "s", 5.0),
        Row("as XLSX", timed(lambda: as_xlsx(MONTHLY, tables, imprint, month.month)), "s", 5.0),
        Row("memory", peak_mb(os.getpid()), "MB", None, "peak, with the inventory"),
    ]


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="python -m bench.recap", description=__doc__)
    options.add_argument("--tickets", type=int, default=TICKETS["full"])
    options.add_argument("--store", choices=("postgresql", "sqlite"), default="postgresql")
    asked = options.parse_args()
    print("\n".join(map(line, counted_in(asked.store, RESOURCES["full"], asked.tickets))))

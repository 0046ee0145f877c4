"""The desk's lists: 100,000 open tickets and as many closed ones, on SQLite and on PostgreSQL."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random

from sqlalchemy import create_engine, text

from bench import Row
from bench.campaign import postgres
from connectors.api.desk.lists import Asked, Lists
from connectors.ports import Commit
from connectors.store.sql import SqlStore
from correlator.events import DAY_US, HOUR_US
from correlator.rows.service_desk import Clock, Entry, TicketRow

SEED = 1
OPEN = {"smoke": 2_000, "full": 100_000}
DOMAIN = "id"
AT_ONCE = 500
TIMES = 15
NOW_US = 1_772_500_000_000_000
MOST_MS = 50.0
OWNERS = ("noc_operator", "technical", "billing_account", "customer_support", "customer_care")
ASKED: dict[str, Asked] = {
    "the first page": Asked(),
    "500 in a page": Asked(limit=500),
    "by owner and stage": Asked(equal={"owner": ("technical",), "stage": ("investigation",)}),
    "the few that are Critical": Asked(equal={"severity": ("Critical",)}, limit=500),
    "a region in which none is": Asked(equal={"region": ("Papua",)}),
    "one person's": Asked(equal={"assigned_to": ("staf-7",)}),
    "one customer's": Asked(equal={"customer": ("CU-000077",)}),
    "under one incident": Asked(equal={"incident": ("IN-000003",)}, limit=500),
    "words that one has": Asked(words="000077 "),
    "words that none has": Asked(words="nobody"),
    "the newest": Asked(sort="newest"),
}


def run(scale: str) -> list[Row]:
    number = OPEN[scale]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = measured(f"sqlite:///{folder}/store.db", "SQLite", number)
        with postgres(folder) as url:
            return found + measured(url, "PostgreSQL", number)


def measured(url: str, where: str, number: int) -> list[Row]:
    with closing(SqlStore(url)) as store:
        return figures(store, url, where, number)


def figures(store: SqlStore, url: str, where: str, number: int) -> list[Row]:
    began = time.perf_counter()
    for applied, rows in enumerate(tickets(number)):
        store.commit(Commit(DOMAIN, applied, applied + 1, [("tickets", one.id, one) for one in rows], []))
    filled_s = time.perf_counter() - began
    if where == "PostgreSQL":
        tended(url)
    lists = Lists(store, (DOMAIN,), lambda: NOW_US)
    found = [Row(f"{where}: filled", 2 * number / filled_s, "tickets/s", None, f"{number:,} open, {number:,} closed")]
    for what, asked in ASKED.items():
        count = len(lists.page(asked)["items"])
        found.append(Row(f"{where}: {what}", median_ms(lambda: lists.page(asked)), "ms", MOST_MS, f"{count} of them"))  # noqa: B023  # called at once
    deep = Asked()
    for _ in range(50):
        deep = Asked(after=lists.page(deep)["next"])
    found.append(Row(f"{where}: the fiftieth page", median_ms(lambda: lists.page(deep)), "ms", MOST_MS))
    found.append(
        Row(f"{where}: all queues counted", median_ms(lambda: store.desk.counts((DOMAIN,), NOW_US)), "ms", None)
    )
    return found


def tended(url: str) -> None:
    """As PostgreSQL tends its tables by itself within a minute or so."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("vacuum analyze"))
    engine.dispose()


def tickets(number: int) -> Iterator[list[TicketRow]]:
    """So many open ones and as many closed ones, some at a time, in no order of what is due."""
    draw = Random(SEED)
    some: list[TicketRow] = []
    for n in range(2 * number):
        some.append(ticket(n, draw, closed=n % 2 == 1))
        if len(some) == AT_ONCE:
            yield some
            some = []


def ticket(n: int, draw: Random, *, closed: bool) -> TicketRow:
    opened_us = NOW_US - draw.randrange(30 * DAY_US)
    clocks = [Clock(name, opened_us, opened_us + draw.randrange(20 * DAY_US)) for name in ("response", "resolution")]
    return TicketRow(
        id=f"TK-{n:06}",
        number=f"NT-20260301-{n:06}",
        kind="complaint",
        category="network",
        severity="Critical" if n % 1000 == 0 else "Minor",
        class_reason="layanan utama tetap berfungsi / the main service still works",
        classed_by="machine",
        stage="closed" if closed else draw.choice(("verification", "assignment", "investigation", "confirmation")),
        owner=draw.choice(OWNERS),  # type: ignore[arg-type]  # roles
        opened_us=opened_us,
        incident=f"IN-{n % 1000:06}" if n % 3 == 0 else None,
        customer=f"CU-{n // 2:06}",
        service=f"SV-{n:06}",
        channel=draw.choice(("phone", "email", "portal", "walk_in")),  # type: ignore[arg-type]  # channels
        product="broadband",
        region=draw.choice(("Bali", "Jawa Barat", "DKI Jakarta")),
        assigned_to=f"staf-{draw.randrange(500)}" if n % 4 else None,
        clocks=clocks,
        trail=[
            Entry(opened_us + k * HOUR_US, "machine", "move_stage", "receipt", "verification", "x") for k in range(6)
        ],
    )


def median_ms(work: Callable[[], object]) -> float:
    took: list[float] = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)

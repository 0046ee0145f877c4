"""What each ticket, RCA/CAPA record and message adds to a month, of the rows that are there and of the archive."""

from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

from connectors.store.counted_rows import TABLES, columns
from connectors.store.schema import Word
from correlator.reports.lines import LINES
from correlator.state import TABLES as ROWS

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

AT_ONCE = 2_000
TICKETS = ("tickets", "responses", "response_us", "repairs", "repair_us")
IN_TIME = ("response_kept", "response_breached", "resolution_kept", "resolution_breached")


def upgrade() -> None:
    op.create_table(
        "counted_tickets",
        *_key(),
        *(sa.Column(name, Word, nullable=False) for name in ("kind", "severity", "category")),
        *(sa.Column(name, Word) for name in ("channel", "product", "region")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("opened", "closed")),
        *(sa.Column(name, _whole(name), nullable=False) for name in (*TICKETS, *IN_TIME)),
        sa.Column("clocks", Word, nullable=False),
        sa.Column("caller", Word),
        *(sa.Column(name, sa.Integer()) for name in ("score", "scored")),
        sa.Column("told", sa.LargeBinary()),
        sa.Column("until", sa.Integer()),
        sa.Column("moved", Word),
    )
    op.create_index("counted_tickets_closed", "counted_tickets", ["domain", "closed", "opened"])
    for name, columns_ in (("told", ("kind", "until")), ("scored", ("scored",)), ("moved", ("closed",))):
        op.create_index(
            f"counted_tickets_{name}",
            "counted_tickets",
            ["domain", *columns_],
            sqlite_where=sa.text(f"{name} is not null"),
            postgresql_where=sa.text(f"{name} is not null"),
        )
    op.create_table(
        "counted_rcas",
        *_key(),
        sa.Column("state", Word, nullable=False),
        sa.Column("cause", Word),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("outage", "opened", "open", "steps", "done")),
        sa.Column("told", sa.LargeBinary()),
    )
    op.create_index("counted_rcas_opened", "counted_rcas", ["domain", "opened"])
    open_ = sa.text("open = 1")
    op.create_index("counted_rcas_open", "counted_rcas", ["domain"], sqlite_where=open_, postgresql_where=open_)
    op.create_table(
        "counted_notices",
        *_key(),
        sa.Column("kind", Word, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("month", "messages", "sent", "delivered")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("failed", "uncertain")),
    )
    op.create_index("counted_notices_month", "counted_notices", ["domain", "month"])
    _fill()


def _key() -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, Word, primary_key=True) for name in ("domain", "id"))


def _whole(name: str) -> sa.types.TypeEngine[Any]:
    return sa.BigInteger() if name.endswith("_us") else sa.Integer()


def _fill() -> None:
    domains = list(op.get_bind().scalars(sa.text("select domain from applied order by domain")))
    for table in LINES:
        decode = msgspec.msgpack.Decoder(ROWS[table]).decode
        for domain in domains:
            for kept in ("archive", "rows"):
                for some in _pages(kept, domain, table):
                    put = [columns(domain, LINES[table](decode(body), at_us)) for _, body, at_us in some]
                    op.bulk_insert(TABLES[table], put)


def _pages(kept: str, domain: str, table: str) -> Iterator[list[Any]]:
    at = sa.column("at_us") if kept == "archive" else sa.null()
    rows = sa.table(kept, *(sa.column(name) for name in ("domain", "tbl", "key", "body", "at_us")))
    mine = sa.select(rows.c.key, rows.c.body, at).where(rows.c.domain == domain, rows.c.tbl == table)
    if kept == "archive":  # a live row of the same key, were there one, knows better
        live = sa.table("rows", *(sa.column(name) for name in ("domain", "tbl", "key")))
        same = (live.c.domain == domain, live.c.tbl == table, live.c.key == rows.c.key)
        mine = mine.where(~sa.select(live.c.key).where(*same).exists())
    last = ""
    while some := list(op.get_bind().execute(mine.where(rows.c.key > last).order_by(rows.c.key).limit(AT_ONCE))):
        yield some
        last = some[-1].key

"""Where each alarm stands in its list: a page is read without the others. Filled from the rows that are there."""

import msgspec
import sqlalchemy as sa
from alembic import op

from connectors.listed import LISTS
from connectors.store.schema import Word
from correlator.rows.incidents import AlarmRow

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

AT_ONCE = 5_000


def upgrade() -> None:
    listed = op.create_table(
        "listed",
        sa.Column("domain", Word, primary_key=True),
        sa.Column("tbl", Word, primary_key=True),
        sa.Column("key", Word, primary_key=True),
        sa.Column("list", Word, nullable=False),
        sa.Column("about", Word),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("listed_newest", "listed", ["domain", "tbl", "list", "at_us", "key"])
    about = sa.text("about is not null")
    op.create_index(
        "listed_about",
        "listed",
        ["domain", "tbl", "about", "at_us", "key"],
        sqlite_where=about,
        postgresql_where=about,
    )
    decode, place = msgspec.msgpack.Decoder(AlarmRow).decode, LISTS["alarms"]
    rows = sa.table("rows", *(sa.column(name) for name in ("domain", "tbl", "key", "body")))
    found = op.get_bind().execute(sa.select(rows.c.domain, rows.c.key, rows.c.body).where(rows.c.tbl == "alarms"))
    for some in found.partitions(AT_ONCE):
        alarms = [(domain, key, place(decode(body))) for domain, key, body in some]
        op.bulk_insert(
            listed,
            [
                {"domain": domain, "tbl": "alarms", "key": key, "list": at.name, "about": at.about, "at_us": at.at_us}
                for domain, key, at in alarms
            ],
        )

"""Where each RCA/CAPA record stands in its list, of the rows that are there."""

import msgspec
import sqlalchemy as sa
from alembic import op

from connectors.listed import LISTS
from connectors.store.schema import Word
from correlator.rows.service_desk import RcaRow

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

AT_ONCE = 5_000
TABLE = "rcas"


def upgrade() -> None:
    words = (sa.column(name, Word) for name in ("domain", "tbl", "key", "list", "about"))
    listed = sa.table("listed", *words, sa.column("at_us", sa.BigInteger))
    decode, place = msgspec.msgpack.Decoder(RcaRow).decode, LISTS[TABLE]
    rows = sa.table("rows", *(sa.column(name) for name in ("domain", "tbl", "key", "body")))
    found = op.get_bind().execute(sa.select(rows.c.domain, rows.c.key, rows.c.body).where(rows.c.tbl == TABLE))
    for some in found.partitions(AT_ONCE):
        records = [(domain, key, place(decode(body))) for domain, key, body in some]
        op.bulk_insert(
            listed,
            [
                {"domain": domain, "tbl": TABLE, "key": key, "list": at.name, "about": at.about, "at_us": at.at_us}
                for domain, key, at in records
            ],
        )

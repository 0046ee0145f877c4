"""Many dispatchers: who lives, who began what; campaigns one by one, so that one may be stopped."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

Word = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SINGLE = sa.text("state = 'queued' and bulk = 0")
BULK = sa.text("state = 'queued' and bulk = 1")


def upgrade() -> None:
    op.create_table(
        "dispatchers",
        sa.Column("domain", Word, primary_key=True),
        sa.Column("name", Word, primary_key=True),
        sa.Column("beats", sa.BigInteger, nullable=False),
    )
    op.add_column("messages", sa.Column("holder", Word))
    op.drop_index("messages_due", "messages")
    due, bulk = ["domain", "word", "due_us", "id"], ["domain", "word", "effect", "due_us", "id"]
    op.create_index("messages_due", "messages", due, sqlite_where=SINGLE, postgresql_where=SINGLE)
    op.create_index("messages_bulk", "messages", bulk, sqlite_where=BULK, postgresql_where=BULK)
    if op.get_bind().dialect.name == "postgresql":
        for table in ("rows", "effects"):  # audiences of millions do not shrink enough to be worth the wait
            op.execute(f"alter table {table} alter column body set storage external")

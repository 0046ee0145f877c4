"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Word = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
Big = sa.BigInteger()


def upgrade() -> None:
    _state()
    _outbox()


def _state() -> None:
    op.create_table(
        "rows",
        sa.Column("domain", Word, primary_key=True),
        sa.Column("tbl", Word, primary_key=True),
        sa.Column("key", Word, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "applied",
        sa.Column("domain", Word, primary_key=True),
        sa.Column("offset", Big, nullable=False),
    )
    op.create_table(
        "crashes",
        sa.Column("domain", Word, primary_key=True),
        sa.Column("place", Word, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_table(
        "effects",
        sa.Column("domain", Word, primary_key=True),
        sa.Column("id", Word, primary_key=True),
        sa.Column("kind", Word, nullable=False),
        sa.Column("offset", Big, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("at_us", Big, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("effects_by_kind", "effects", ["domain", "kind", "offset", "place"])
    op.create_table(
        "pending",
        sa.Column("domain", Word, primary_key=True),
        sa.Column("effect", Word, primary_key=True),
        sa.Column("offset", Big, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("done", Big, nullable=False),
    )
    op.create_index("pending_in_order", "pending", ["domain", "offset", "place"])


def _outbox() -> None:
    op.create_table(
        "messages",
        sa.Column("domain", Word, primary_key=True),
        sa.Column("id", Word, primary_key=True),
        sa.Column("effect", Word, nullable=False),
        sa.Column("recipient", Word, nullable=False),
        sa.Column("word", Word, nullable=False),
        sa.Column("language", Word, nullable=False),
        sa.Column("state", Word, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_us", Big, nullable=False),
        sa.Column("changed_us", Big, nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("reference", sa.Text),
        sqlite_with_rowid=False,
    )
    _partial("messages_due", ["domain", "word", "due_us"], "state = 'queued'")
    _partial("messages_trying", ["domain"], "state = 'trying'")
    _partial("messages_wrong", ["domain", "changed_us"], "state in ('failed', 'dead', 'uncertain')")
    op.create_table(
        "attempts",
        sa.Column("domain", Word, primary_key=True),
        sa.Column("message", Word, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at_us", Big, nullable=False),
        sa.Column("ended_us", Big),
        sa.Column("state", Word),
        sa.Column("why", sa.Text),
        sqlite_with_rowid=False,
    )


def _partial(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "messages", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))

"""Which messages were sent again on a person's word, and what was tried before."""

import sqlalchemy as sa
from alembic import op

from connectors.store.schema import Word

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sent_again",
        sa.Column("domain", Word, primary_key=True),
        sa.Column("message", Word, primary_key=True),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("tried", sa.Integer(), nullable=False),
        sa.Column("doubted", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )

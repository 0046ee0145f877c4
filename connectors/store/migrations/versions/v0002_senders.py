"""Whose an id is that was seen, and with which content."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.add_column("register_entries", sa.Column("sender", sa.Text(collation="C")))
        op.add_column("register_entries", sa.Column("content", sa.LargeBinary))

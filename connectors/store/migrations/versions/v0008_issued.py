"""Who gave which token to whom, and who took it away, from any of several machines; on one machine that is a file."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.create_table(
            "issued",
            sa.Column("number", sa.BigInteger, sa.Identity(), primary_key=True),
            sa.Column("line", sa.Text, nullable=False),
        )

"""How far a domain's effects were published for other systems."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "published",
        sa.Column("domain", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), primary_key=True),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
    )

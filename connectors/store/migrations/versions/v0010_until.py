"""The register knows how far it read a journal: what it did not find there, it looks for once."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.add_column("register_domains", sa.Column("until_us", sa.BigInteger, nullable=False, server_default="0"))

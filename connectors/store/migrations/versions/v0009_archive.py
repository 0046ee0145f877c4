"""Cases that are over for long, apart from the rows that the kernel loads."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

Word = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "archive",
        sa.Column("domain", Word, primary_key=True),
        sa.Column("tbl", Word, primary_key=True),
        sa.Column("key", Word, primary_key=True),
        sa.Column("case", Word, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("archive_case", "archive", ["domain", "case"])
    op.create_index("archive_old", "archive", ["domain", "at_us"])

"""The archived rows of one table in the order of their time: a month's recap reads them without all the others."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("archive_by_table", "archive", ["domain", "tbl", "at_us", "key"])

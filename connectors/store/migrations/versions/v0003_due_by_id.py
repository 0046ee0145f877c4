"""What is due comes by id, too: the messages of a campaign are all due at once, and sorting them took longest."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

QUEUED = sa.text("state = 'queued'")


def upgrade() -> None:
    op.drop_index("messages_due", "messages")
    columns = ["domain", "word", "bulk", "due_us", "id"]
    op.create_index("messages_due", "messages", columns, sqlite_where=QUEUED, postgresql_where=QUEUED)

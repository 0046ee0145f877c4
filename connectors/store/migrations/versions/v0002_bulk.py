"""Messages of a campaign go after single ones."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

QUEUED = sa.text("state = 'queued'")


def upgrade() -> None:
    op.add_column("messages", sa.Column("bulk", sa.Integer, nullable=False, server_default="0"))
    op.execute(
        "update messages set bulk = 1 where exists (select 1 from effects where effects.domain = messages.domain"
        " and effects.id = messages.effect and effects.kind = 'campaign')"
    )
    op.drop_index("messages_due", "messages")
    columns = ["domain", "word", "bulk", "due_us"]
    op.create_index("messages_due", "messages", columns, sqlite_where=QUEUED, postgresql_where=QUEUED)

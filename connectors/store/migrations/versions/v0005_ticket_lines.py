"""The desk's view of tickets: who works on what, by what is due next. The store fills it when it is opened."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

Word = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WORDS = ("number", "kind", "stage", "severity", "category", "owner")
PERHAPS = ("assigned_to", "region", "channel", "customer", "service", "product", "incident", "parent", "paused_for")


def upgrade() -> None:
    op.create_table(
        "ticket_lines",
        sa.Column("domain", Word, primary_key=True),
        sa.Column("id", Word, primary_key=True),
        *(sa.Column(name, Word, nullable=False) for name in WORDS[:2]),
        sa.Column("open", sa.Integer(), nullable=False),
        *(sa.Column(name, Word, nullable=False) for name in WORDS[2:]),
        *(sa.Column(name, Word) for name in PERHAPS),
        sa.Column("children", sa.Integer(), nullable=False),
        sa.Column("opened_us", sa.BigInteger(), nullable=False),
        sa.Column("due_us", sa.BigInteger(), nullable=False),
        sa.Column("clock", Word),
        sa.Column("said", Word, nullable=False),
    )
    few = ["stage", "severity", "category", "owner", "region", "channel", "kind", "product", "assigned_to", "said"]
    op.create_index("ticket_lines_due", "ticket_lines", ["open", "due_us", "id", *few, "domain"])
    op.create_index("ticket_lines_new", "ticket_lines", ["open", "opened_us", "id"])
    for name, column in (("assigned", "assigned_to"), ("customer", "customer"), ("incident", "incident")):
        op.create_index(f"ticket_lines_{name}", "ticket_lines", [column, "open", "due_us", "id"])

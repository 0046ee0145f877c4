"""All tables. Those that several machines share are for PostgreSQL; SQLite has files of its own for them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Word = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
Big = sa.BigInteger
Bytes = sa.LargeBinary


def upgrade() -> None:
    _state()
    _outbox()
    if op.get_bind().dialect.name == "postgresql":
        for table in ("rows", "effects"):  # audiences of millions do not shrink enough to be worth the wait
            op.execute(f"alter table {table} alter column body set storage external")
        _register()
        _persons()
        _doors()


def _state() -> None:
    """What the kernel knows and said."""
    op.create_table(
        "rows",
        sa.Column("domain", Word, primary_key=True),
        sa.Column("tbl", Word, primary_key=True),
        sa.Column("key", Word, primary_key=True),
        sa.Column("body", Bytes, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "archive",
        sa.Column("domain", Word, primary_key=True),
        sa.Column("tbl", Word, primary_key=True),
        sa.Column("key", Word, primary_key=True),
        sa.Column("case", Word, nullable=False),
        sa.Column("at_us", Big, nullable=False),
        sa.Column("body", Bytes, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("archive_case", "archive", ["domain", "case"])
    op.create_index("archive_old", "archive", ["domain", "at_us"])
    op.create_table(
        "applied",
        sa.Column("domain", Word, primary_key=True),
        sa.Column("offset", Big, nullable=False),
    )
    op.create_table(
        "effects",
        sa.Column("domain", Word, primary_key=True),
        sa.Column("id", Word, primary_key=True),
        sa.Column("kind", Word, nullable=False),
        sa.Column("offset", Big, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("at_us", Big, nullable=False),
        sa.Column("body", Bytes, nullable=False),
    )
    op.create_index("effects_by_kind", "effects", ["domain", "kind", "offset", "place"])
    op.create_table(
        "crashes",
        sa.Column("domain", Word, primary_key=True),
        sa.Column("place", Word, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_table(
        "published",
        sa.Column("domain", Word, primary_key=True),
        sa.Column("offset", Big, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
    )


def _outbox() -> None:
    """Messages on their way."""
    op.create_table(
        "pending",
        sa.Column("domain", Word, primary_key=True),
        sa.Column("effect", Word, primary_key=True),
        sa.Column("offset", Big, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("done", Big, nullable=False),
    )
    op.create_index("pending_in_order", "pending", ["domain", "offset", "place"])
    op.create_table(
        "messages",
        sa.Column("domain", Word, primary_key=True),
        sa.Column("id", Word, primary_key=True),
        sa.Column("effect", Word, nullable=False),
        sa.Column("recipient", Word, nullable=False),
        sa.Column("word", Word, nullable=False),
        sa.Column("language", Word, nullable=False),
        sa.Column("state", Word, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_us", Big, nullable=False),
        sa.Column("changed_us", Big, nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("reference", sa.Text),
        sa.Column("bulk", sa.Integer, nullable=False, server_default="0"),
        sa.Column("holder", Word),
        sqlite_with_rowid=False,
    )
    _partial("messages_due", ["domain", "word", "due_us", "id"], "state = 'queued' and bulk = 0")
    _partial("messages_bulk", ["domain", "word", "effect", "due_us", "id"], "state = 'queued' and bulk = 1")
    _partial("messages_trying", ["domain"], "state = 'trying'")
    _partial("messages_wrong", ["domain", "changed_us"], "state in ('failed', 'dead', 'uncertain')")
    op.create_table(
        "dispatchers",
        sa.Column("domain", Word, primary_key=True),
        sa.Column("name", Word, primary_key=True),
        sa.Column("beats", Big, nullable=False),
    )
    op.create_table(
        "attempts",
        sa.Column("domain", Word, primary_key=True),
        sa.Column("message", Word, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at_us", Big, nullable=False),
        sa.Column("ended_us", Big),
        sa.Column("state", Word),
        sa.Column("why", sa.Text),
        sqlite_with_rowid=False,
    )


def _partial(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "messages", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _register() -> None:
    """What the intake has seen."""
    op.create_table(
        "register_entries",
        sa.Column("kind", Word, primary_key=True),
        sa.Column("id", Word, primary_key=True),
        sa.Column("number", Word),
        sa.Column("admitted_us", Big, nullable=False),
        sa.Column("journaled", sa.Boolean, nullable=False),
    )
    op.create_index("register_entries_old", "register_entries", ["admitted_us"])
    op.create_index(
        "register_entries_unsure", "register_entries", ["admitted_us"], postgresql_where=sa.text("not journaled")
    )
    op.create_table(
        "register_numbers",
        sa.Column("number", Word, primary_key=True),
        sa.Column("complaint", Word, nullable=False),
        sa.Column("at_us", Big, nullable=False),
    )
    op.create_index("register_numbers_old", "register_numbers", ["at_us"])
    op.create_table(
        "register_days",
        sa.Column("day", Word, primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
    )
    op.create_table(
        "register_domains",
        sa.Column("domain", Word, primary_key=True),
        sa.Column("until_us", Big, nullable=False, server_default="0"),
    )


def _persons() -> None:
    """Keys and contacts, sealed."""
    op.create_table(
        "person_keys",
        sa.Column("person", Word, primary_key=True),
        sa.Column("name", Bytes, nullable=False),
        sa.Column("wrapped", Bytes, nullable=False),
    )
    op.create_table(
        "master",
        sa.Column("only", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("wrapped", Bytes, nullable=False),
    )
    op.create_table(
        "people",
        sa.Column("customer", Word, primary_key=True),
        sa.Column("mark", Bytes, nullable=False),
        sa.Column("phone", Bytes),
        sa.Column("email", Bytes),
        sa.Column("sealed", Bytes, nullable=False),
    )
    op.create_index("people_by_phone", "people", ["phone"], postgresql_where=sa.text("phone is not null"))
    op.create_index("people_by_email", "people", ["email"], postgresql_where=sa.text("email is not null"))
    op.create_table(
        "erasures",
        sa.Column("number", Big, sa.Identity(), primary_key=True),
        sa.Column("line", sa.Text, nullable=False),
    )


def _doors() -> None:
    """What doors and workers share."""
    op.create_table(
        "tokens",
        sa.Column("id", Word, primary_key=True),
        sa.Column("body", Bytes, nullable=False),
    )
    op.create_table(
        "passes",
        sa.Column("name", Word, primary_key=True),
        sa.Column("until_us", Big, nullable=False),
        sa.Column("body", Bytes, nullable=False),
    )
    op.create_table(
        "words",
        sa.Column("name", Word, primary_key=True),
        sa.Column("body", Bytes, nullable=False),
    )
    op.create_table(
        "blobs",
        sa.Column("name", Word, primary_key=True),
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("parts", sa.Integer, nullable=False),
        sa.Column("kept_us", Big, nullable=False),
        sa.Column("body", Bytes, nullable=False),
    )
    op.create_table(
        "issued",
        sa.Column("number", Big, sa.Identity(), primary_key=True),
        sa.Column("line", sa.Text, nullable=False),
    )

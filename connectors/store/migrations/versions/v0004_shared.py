"""What several machines share; SQLite has files of its own for it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Word = sa.Text(collation="C")
Big = sa.BigInteger()
Bytes = sa.LargeBinary()


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _register()
        _persons()
        _doors()


def _register() -> None:
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
    op.create_index("book_numbers_old", "register_numbers", ["at_us"])
    op.create_table(
        "register_days",
        sa.Column("day", Word, primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
    )
    op.create_table("register_domains", sa.Column("domain", Word, primary_key=True))


def _persons() -> None:
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


def _doors() -> None:
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

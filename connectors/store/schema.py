"""The tables of the database, as the newest migration leaves them (a test compares the two).

Times are integer microseconds since 1970. A body is msgpack of the row or effect. SQLite and PostgreSQL both.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text, text

HEAD = "0008"  # the newest migration

metadata = MetaData()

Word = Text().with_variant(Text(collation="C"), "postgresql")  # sorted by code point, as Python and SQLite sort

# What the kernel knows: one row of the state each (correlator.state.TABLES).
rows = Table(
    "rows",
    metadata,
    Column("domain", Word, primary_key=True),
    Column("tbl", Word, primary_key=True),
    Column("key", Word, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

ABOUT = text("about is not null")

# Of rows that are read as lists (connectors.listed), where each stands in its list.
listed = Table(
    "listed",
    metadata,
    Column("domain", Word, primary_key=True),
    Column("tbl", Word, primary_key=True),
    Column("key", Word, primary_key=True),
    Column("list", Word, nullable=False),
    Column("about", Word),
    Column("at_us", BigInteger, nullable=False),
    Index("listed_newest", "domain", "tbl", "list", "at_us", "key"),
    Index("listed_about", "domain", "tbl", "about", "at_us", "key", sqlite_where=ABOUT, postgresql_where=ABOUT),
    sqlite_with_rowid=False,
)

# Rows of cases that are over for long, by case; the kernel knows them no more.
archive = Table(
    "archive",
    metadata,
    Column("domain", Word, primary_key=True),
    Column("tbl", Word, primary_key=True),
    Column("key", Word, primary_key=True),
    Column("case", Word, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("archive_case", "domain", "case"),
    Index("archive_old", "domain", "at_us"),
    Index("archive_by_table", "domain", "tbl", "at_us", "key"),
    sqlite_with_rowid=False,
)

# The offset of the last frame that was committed: the fence.
applied = Table(
    "applied",
    metadata,
    Column("domain", Word, primary_key=True),
    Column("offset", BigInteger, nullable=False),
)

# The desk's view of tickets, one line each, the archive's too: made of the rows, in their commit.
ticket_lines = Table(
    "ticket_lines",
    metadata,
    Column("domain", Word, primary_key=True),
    Column("id", Word, primary_key=True),
    Column("number", Word, nullable=False),
    Column("kind", Word, nullable=False),
    Column("open", Integer, nullable=False),
    Column("stage", Word, nullable=False),
    Column("severity", Word, nullable=False),
    Column("category", Word, nullable=False),
    Column("owner", Word, nullable=False),
    Column("assigned_to", Word),
    Column("region", Word),
    Column("channel", Word),
    Column("customer", Word),
    Column("service", Word),
    Column("product", Word),
    Column("incident", Word),
    Column("parent", Word),
    Column("paused_for", Word),
    Column("children", Integer, nullable=False),
    Column("opened_us", BigInteger, nullable=False),
    Column("due_us", BigInteger, nullable=False),
    Column("clock", Word),
    Column("said", Word, nullable=False),  # number, customer, service and product in small letters, to look through
    # what is filtered and counted by is within the index, so that no row is read for what is left out
    Index(
        "ticket_lines_due",
        *("open", "due_us", "id", "stage", "severity", "category", "owner", "region", "channel", "kind", "product"),
        *("assigned_to", "said", "domain"),
    ),
    Index("ticket_lines_new", "open", "opened_us", "id"),
    Index("ticket_lines_assigned", "assigned_to", "open", "due_us", "id"),
    Index("ticket_lines_customer", "customer", "open", "due_us", "id"),
    Index("ticket_lines_incident", "incident", "open", "due_us", "id"),
)

TOLD, SCORED, MOVED = (text(f"{name} is not null") for name in ("told", "scored", "moved"))
NOT_CLOSED = text("open = 1")

# What each ticket, RCA/CAPA record and message adds to a month (correlator.reports.lines), the archive's too: made of
# the rows, in their commit. Months are numbers.
counted_tickets = Table(
    "counted_tickets",
    metadata,
    Column("domain", Word, primary_key=True),
    Column("id", Word, primary_key=True),
    Column("kind", Word, nullable=False),
    Column("severity", Word, nullable=False),
    Column("category", Word, nullable=False),
    Column("channel", Word),
    Column("product", Word),
    Column("region", Word),
    Column("opened", Integer, nullable=False),
    Column("closed", Integer, nullable=False),
    Column("tickets", Integer, nullable=False),
    Column("responses", Integer, nullable=False),
    Column("response_us", BigInteger, nullable=False),
    Column("repairs", Integer, nullable=False),
    Column("repair_us", BigInteger, nullable=False),
    Column("response_kept", Integer, nullable=False),
    Column("response_breached", Integer, nullable=False),
    Column("resolution_kept", Integer, nullable=False),
    Column("resolution_breached", Integer, nullable=False),
    Column("clocks", Word, nullable=False),
    Column("caller", Word),
    Column("score", Integer),
    Column("scored", Integer),
    Column("told", LargeBinary),
    Column("until", Integer),
    Column("moved", Word),
    Index("counted_tickets_closed", "domain", "closed", "opened"),
    Index("counted_tickets_told", "domain", "kind", "until", sqlite_where=TOLD, postgresql_where=TOLD),
    Index("counted_tickets_scored", "domain", "scored", sqlite_where=SCORED, postgresql_where=SCORED),
    Index("counted_tickets_moved", "domain", "closed", sqlite_where=MOVED, postgresql_where=MOVED),
)

counted_rcas = Table(
    "counted_rcas",
    metadata,
    Column("domain", Word, primary_key=True),
    Column("id", Word, primary_key=True),
    Column("state", Word, nullable=False),
    Column("cause", Word),
    Column("outage", Integer, nullable=False),
    Column("opened", Integer, nullable=False),
    Column("open", Integer, nullable=False),
    Column("steps", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("told", LargeBinary),
    Index("counted_rcas_opened", "domain", "opened"),
    Index("counted_rcas_open", "domain", sqlite_where=NOT_CLOSED, postgresql_where=NOT_CLOSED),
)

counted_notices = Table(
    "counted_notices",
    metadata,
    Column("domain", Word, primary_key=True),
    Column("id", Word, primary_key=True),
    Column("kind", Word, nullable=False),
    Column("month", Integer, nullable=False),
    Column("messages", Integer, nullable=False),
    Column("sent", Integer, nullable=False),
    Column("delivered", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("uncertain", Integer, nullable=False),
    Index("counted_notices_month", "domain", "month"),
)

# What was emitted, in order: (offset of the frame, place within it).
effects = Table(
    "effects",
    metadata,
    Column("domain", Word, primary_key=True),
    Column("id", Word, primary_key=True),
    Column("kind", Word, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("place", Integer, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("effects_by_kind", "domain", "kind", "offset", "place"),
)

# Effects that are not wholly fanned out into messages; `done` of them are.
pending = Table(
    "pending",
    metadata,
    Column("domain", Word, primary_key=True),
    Column("effect", Word, primary_key=True),
    Column("offset", BigInteger, nullable=False),
    Column("place", Integer, nullable=False),
    Column("done", BigInteger, nullable=False),
    Index("pending_in_order", "domain", "offset", "place"),
)

QUEUED = text("state = 'queued'")
SINGLE = text("state = 'queued' and bulk = 0")
BULK = text("state = 'queued' and bulk = 1")
OPEN = text("state = 'trying'")
UNSETTLED = text("state in ('queued', 'trying', 'uncertain')")  # or settled so that who knows better may say so
WRONG = text("state in ('failed', 'dead', 'uncertain')")

# The outbox: references only, no address and no text.
messages = Table(
    "messages",
    metadata,
    Column("domain", Word, primary_key=True),
    Column("id", Word, primary_key=True),
    Column("effect", Word, nullable=False),
    Column("recipient", Word, nullable=False),
    Column("word", Word, nullable=False),
    Column("language", Word, nullable=False),
    Column("state", Word, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_us", BigInteger, nullable=False),
    Column("changed_us", BigInteger, nullable=False),
    Column("why", Text),
    Column("reference", Text),
    Column("bulk", Integer, nullable=False, server_default="0"),  # 1: of a campaign; it goes after single ones
    Column("holder", Word),  # the dispatcher of the last attempt
    Index("messages_due", "domain", "word", "due_us", "id", sqlite_where=SINGLE, postgresql_where=SINGLE),
    Index("messages_bulk", "domain", "word", "effect", "due_us", "id", sqlite_where=BULK, postgresql_where=BULK),
    Index("messages_trying", "domain", sqlite_where=OPEN, postgresql_where=OPEN),
    Index("messages_wrong", "domain", "changed_us", sqlite_where=WRONG, postgresql_where=WRONG),
    sqlite_with_rowid=False,
)

# Who dispatches; one that says nothing more is struck off, and what it had begun is looked at.
dispatchers = Table(
    "dispatchers",
    metadata,
    Column("domain", Word, primary_key=True),
    Column("name", Word, primary_key=True),
    Column("beats", BigInteger, nullable=False),
)

# Each attempt at a message; `ended_us` is null while it is open.
attempts = Table(
    "attempts",
    metadata,
    Column("domain", Word, primary_key=True),
    Column("message", Word, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at_us", BigInteger, nullable=False),
    Column("ended_us", BigInteger),
    Column("state", Word),
    Column("why", Text),
    sqlite_with_rowid=False,
)

# Messages that were sent again on a person's word, the last time.
sent_again = Table(
    "sent_again",
    metadata,
    Column("domain", Word, primary_key=True),
    Column("message", Word, primary_key=True),
    Column("at_us", BigInteger, nullable=False),
    Column("tried", Integer, nullable=False),  # attempts before; those since count anew
    Column("doubted", Integer, nullable=False),  # 1: it had been uncertain, and so it may have been received before
    sqlite_with_rowid=False,
)

# Up to which effect other systems were told.
published = Table(
    "published",
    metadata,
    Column("domain", Word, primary_key=True),
    Column("offset", BigInteger, nullable=False),
    Column("place", Integer, nullable=False),
)

# How often the core crashed at a place.
crashes = Table(
    "crashes",
    metadata,
    Column("domain", Word, primary_key=True),
    Column("place", Word, primary_key=True),
    Column("count", Integer, nullable=False),
)

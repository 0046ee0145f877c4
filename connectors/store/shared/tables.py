"""The tables that only PostgreSQL has: what many processes on several machines share, and one machine keeps in files.

The intake's register, persons' keys, customers' contacts, tokens, passes, the workers' last words, Worlds by hash.
Times are integer microseconds since 1970.
"""

from sqlalchemy import BigInteger, Boolean, Column, Identity, Index, Integer, LargeBinary, MetaData, Table, Text, text

from connectors.store.schema import Word

metadata = MetaData()

# What was seen (connectors.intake_register); `journaled`: the journal has it, so that it is a repeat from now on.
register_entries = Table(
    "register_entries",
    metadata,
    Column("kind", Word, primary_key=True),
    Column("id", Word, primary_key=True),
    Column("number", Word),
    Column("admitted_us", BigInteger, nullable=False),
    Column("journaled", Boolean, nullable=False),
    Column("sender", Word),  # whose the id is; null: the journal does not say
    Column("content", LargeBinary),  # digest of what was said; null: the journal does not say
    Index("register_entries_old", "admitted_us"),
    Index("register_entries_unsure", "admitted_us", postgresql_where=text("not journaled")),
)

# Whose a ticket number is.
register_numbers = Table(
    "register_numbers",
    metadata,
    Column("number", Word, primary_key=True),
    Column("complaint", Word, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Index("register_numbers_old", "at_us"),
)

# The last number that was drawn, by day.
register_days = Table(
    "register_days",
    metadata,
    Column("day", Word, primary_key=True),
    Column("last", Integer, nullable=False),
)

# Whose journal was read at least once, and the stamp of the last frame that was.
register_domains = Table(
    "register_domains",
    metadata,
    Column("domain", Word, primary_key=True),
    Column("until_us", BigInteger, nullable=False, server_default="0"),
)

# Persons' keys, each wrapped under the master key (connectors.privacy.vault).
person_keys = Table(
    "person_keys",
    metadata,
    Column("person", Word, primary_key=True),
    Column("name", LargeBinary, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
)

# One row, to know the master key again.
master = Table(
    "master",
    metadata,
    Column("only", Integer, primary_key=True, autoincrement=False),
    Column("wrapped", LargeBinary, nullable=False),
)

# Where customers are reached, sealed; found by keyed hashes (connectors.privacy.directory).
people = Table(
    "people",
    metadata,
    Column("customer", Word, primary_key=True),
    Column("mark", LargeBinary, nullable=False),
    Column("phone", LargeBinary),
    Column("email", LargeBinary),
    Column("sealed", LargeBinary, nullable=False),
    Index("people_by_phone", "phone", postgresql_where=text("phone is not null")),
    Index("people_by_email", "email", postgresql_where=text("email is not null")),
)

# Bearer tokens, hashed (connectors.access.token_list); a body is msgpack.
tokens = Table(
    "tokens",
    metadata,
    Column("id", Word, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

# One-time links and sessions of the page, by kind and sha-256 of the secret (`access.passes`); a body is msgpack.
passes = Table(
    "passes",
    metadata,
    Column("name", Word, primary_key=True),
    Column("until_us", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

# The last word of each worker.
words = Table(
    "words",
    metadata,
    Column("name", Word, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

# Inventories, policies and compiled Worlds by name, in parts of at most some megabytes; whole where `parts` are there.
blobs = Table(
    "blobs",
    metadata,
    Column("name", Word, primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("parts", Integer, nullable=False),
    Column("kept_us", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

# Who erased whom (connectors.privacy.erasure_log); a line is JSON, to be read by a person.
erasures = Table(
    "erasures",
    metadata,
    Column("number", BigInteger, Identity(), primary_key=True),
    Column("line", Text, nullable=False),
)

# Who gave which token to whom, and who took it away; as above.
issued = Table(
    "issued",
    metadata,
    Column("number", BigInteger, Identity(), primary_key=True),
    Column("line", Text, nullable=False),
)

"""Texts as PostgreSQL takes them: it has no room for the character NUL, which JSON may hold, and SQLite keeps.

Each NUL becomes U+FFFD, in what is written as in what is asked for. A body (bytes) keeps what was said.
"""

from psycopg.abc import Buffer
from psycopg.types.string import StrBinaryDumper, StrDumperUnknown


class OneText(StrDumperUnknown):
    """A value by itself."""

    def dump(self, obj: str) -> Buffer | None:
        return obj.replace("\0", "\ufffd").encode()


class ManyTexts(StrBinaryDumper):
    """Many values of a column."""

    def dump(self, obj: str) -> Buffer | None:
        return obj.replace("\0", "\ufffd").encode()

"""Large pieces of bytes on PostgreSQL (port `BlobStore`), in parts: the server takes none whole above a gigabyte."""

import zlib

from sqlalchemy import text

from connectors.store.database import Database

PART_BYTES = 4_000_000
QUICK = 1  # of zlib: a compiled World shrinks to a third, at the speed of a disk

_HOLDS = text("select 1 from blobs where name = :name limit 1")
_KEEP = text("""
    insert into blobs (name, part, parts, kept_us, body)
    values (:name, :part, :parts, cast(extract(epoch from now()) * 1000000 as bigint), :body)
    on conflict do nothing""")
_FIND = text("select body from blobs where name = :name order by part")
_OLD = text("""
    delete from blobs where name in (
        select name from blobs where starts_with(name, :prefix) group by name
        order by max(kept_us) desc, name offset :most)""")


class PostgresBlobs:
    """Each name is kept once, whole or not at all."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def holds(self, name: str) -> bool:
        with self._database.asking() as connection:
            return connection.scalar(_HOLDS, {"name": name}) is not None

    def keep(self, name: str, data: bytes) -> None:
        """Where two keep it at once, the second waits for the first and changes nothing."""
        packed = zlib.compress(data, QUICK)
        parts = range(0, len(packed), PART_BYTES)
        with self._database.writing(durable=True) as connection:
            for number, start in enumerate(parts):
                row = {"name": name, "part": number, "parts": len(parts), "body": packed[start : start + PART_BYTES]}
                if connection.execute(_KEEP, row).rowcount == 0:
                    return  # another was faster

    def find(self, name: str) -> bytes | None:
        with self._database.asking() as connection:
            parts = connection.scalars(_FIND, {"name": name}).all()
        return zlib.decompress(b"".join(parts)) if parts else None

    def forget(self, prefix: str, most: int) -> None:
        with self._database.writing() as connection:
            connection.execute(_OLD, {"prefix": prefix, "most": most})

    def close(self) -> None:
        """The database is others' too."""

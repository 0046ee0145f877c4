"""The store: rows, effects, the outbox and the applied offset, in one database. In memory, or by SQLAlchemy Core."""

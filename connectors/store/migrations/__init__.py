"""Alembic's migrations of the store; run by `connectors.store.database.open_database`."""

"""Alembic's migrations of the store; run when `connectors.store.database.Database` is opened."""

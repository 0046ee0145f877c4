"""Alembic's entry: it runs on the connection that `Database` hands in, within its transaction."""

from alembic import context

from connectors.store.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=False)
context.run_migrations()

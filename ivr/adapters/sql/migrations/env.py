"""Alembic's entry: run on the connection that `ivr.adapters.sql.database.migrate` has opened."""

from __future__ import annotations

from alembic import context

from ivr.adapters.sql.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter a table in place
)
with context.begin_transaction():
    context.run_migrations()

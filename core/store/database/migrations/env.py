"""Alembic runs this on the connection that `core.store.database.migrate` hands it."""

from alembic import context

from liptune.core.store.database.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
context.run_migrations()

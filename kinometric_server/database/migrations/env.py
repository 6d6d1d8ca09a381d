"""Alembic's entry: runs the revisions on the connection that it is handed."""

from __future__ import annotations

from alembic import context

from kinometric_server.database.schema import whole_metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=whole_metadata(),
    render_as_batch=True,
    user_module_prefix="columns.",
    transactional_ddl=True,
    include_object=context.config.attributes.get("include_object"),
)
with context.begin_transaction():
    context.run_migrations()

"""Alembic's environment: migrates the connection it is given, inside that connection's transaction.

In: `config.attributes["connection"]`. Out: the schema at the revision asked for. Never opens a database by itself.
"""

from alembic import context

from auditor.ledger import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata,
    version_table=schema.REVISION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()

"""Run the steps on the connection that bot.storage.upgrade hands over; Alembic executes this file itself."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()

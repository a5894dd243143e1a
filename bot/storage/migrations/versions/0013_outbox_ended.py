"""Leave what is still to be posted out of the index by when posts ended: only the old ones are looked for."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the index anew, of what has ended."""
    has_ended = sa.text("ended_at IS NOT NULL")
    op.drop_index("ix_outbox_ended", "outbox")
    op.create_index(
        "ix_outbox_ended", "outbox", ["ended_at"], sqlite_where=has_ended, postgresql_where=has_ended
    )

"""Keep a text once where all of it is its author's, as those of machines are."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the column; what is stored stays as it is until it expires."""
    column = sa.Column("is_whole", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("mail_body", column)

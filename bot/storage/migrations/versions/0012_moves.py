"""Remember where the addresses of pages, calendars and lists lead for good."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the columns."""
    for table in ("faq_page", "meeting_calendar", "mail_source"):
        op.add_column(table, sa.Column("move", sa.Text))

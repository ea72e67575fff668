"""Which client has each telephone number."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "number_holders",
        sa.Column("number", sa.String, primary_key=True),
        sa.Column("client", sa.String, nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("number_holders")

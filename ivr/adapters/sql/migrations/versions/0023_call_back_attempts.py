"""Which conversations have counted as attempts of a call back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    name = sa.Column("conversation", sa.String, nullable=False, server_default="")
    op.add_column("callbacks", name)
    op.add_column("callbacks", sa.Column("counted", sa.JSON, nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("callbacks", "counted")
    op.drop_column("callbacks", "conversation")

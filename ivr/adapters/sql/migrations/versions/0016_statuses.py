"""Where clients' people say that they are: away, all to message, only emergencies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "statuses",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("client", sa.String, nullable=False),
        sa.Column("person", sa.String),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("starts", moment, nullable=False),
        sa.Column("ends", moment),
        sa.Column("set_at", moment, nullable=False),
        sa.Column("set_by", sa.String, nullable=False),
        sa.Column("set_how", sa.String, nullable=False),
        sa.Column("ended_at", moment),
        sa.Column("ended_by", sa.String),
        sa.Column("ended_how", sa.String),
        sa.Column("over_at", moment),
    )
    op.create_index("statuses_client_set_at", "statuses", ["client", "set_at"])
    op.create_index("statuses_over_at", "statuses", ["over_at"])


def downgrade() -> None:
    op.drop_table("statuses")

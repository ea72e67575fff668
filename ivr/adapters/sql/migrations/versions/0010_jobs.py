"""Jobs: what calls leave open, each with its owner, and every act on them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)

    def owner() -> list[sa.Column[str]]:
        names = ("owner_kind", "owner", "owner_name")
        return [sa.Column(name, sa.String, nullable=False) for name in names]

    op.create_table(
        "jobs",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("client", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("summary", sa.String, nullable=False),
        sa.Column("caller", sa.String),
        sa.Column("call_sid", sa.String),
        sa.Column("message", sa.String(32), unique=True),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("opened_at", moment, nullable=False),
        sa.Column("opened_by", sa.String, nullable=False),
        *owner(),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("terms", sa.JSON, nullable=False),
        sa.Column("line", sa.JSON, nullable=False),
        sa.Column("acted_at", moment, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("before", sa.JSON),
        sa.Column("rests_until", moment),
        sa.Column("snoozed_until", moment),
        sa.Column("reminded", sa.Boolean, nullable=False),
        sa.Column("alarmed", sa.Boolean, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("outcome", sa.String),
        sa.Column("reason", sa.Text),
        sa.Column("closed_at", moment),
        sa.Column("rises_at", moment),
        sa.CheckConstraint("owner_kind <> '' AND owner <> '' AND owner_name <> ''", "jobs_owned"),
    )
    op.create_index("jobs_state_due_at", "jobs", ["state", "due_at"])
    op.create_index("jobs_client_state", "jobs", ["client", "state"])
    op.create_index("jobs_rises_at", "jobs", ["rises_at"])
    op.create_table(
        "job_acts",
        sa.Column("job", sa.String(32), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("at", moment, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("act", sa.JSON, nullable=False),
        *owner(),
    )

    op.create_index("outbox_subject", "outbox", ["subject"])


def downgrade() -> None:
    op.drop_index("outbox_subject", "outbox")
    for table in ("job_acts", "jobs"):
        op.drop_table(table)

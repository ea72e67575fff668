"""Deliveries: what was sent to whom on which channel, and who has read it; corrections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("key", sa.String, nullable=False, unique=True),
        sa.Column("promise", sa.String, nullable=False),
        sa.Column("client", sa.String, nullable=False),
        sa.Column("message", sa.String(32)),
        sa.Column("job", sa.String(32)),
        sa.Column("about", sa.String, nullable=False),
        sa.Column("recipient", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("began_at", moment, nullable=False),
        sa.Column("again_at", moment),
        sa.Column("sent_at", moment),
        sa.Column("provider_id", sa.String),
        sa.Column("digest", sa.String),
        sa.Column("error", sa.Text),
        sa.Column("acknowledged_at", moment),
        sa.Column("acknowledged_by", sa.String),
        sa.Column("acknowledged_how", sa.String),
    )
    op.create_index("deliveries_promise", "deliveries", ["promise"])
    op.create_index("deliveries_message", "deliveries", ["message"])
    op.create_index("deliveries_job", "deliveries", ["job"])
    op.create_index("deliveries_digest", "deliveries", ["digest"])
    op.create_index("deliveries_address_sent_at", "deliveries", ["address", "sent_at"])
    op.create_index("deliveries_state_sent_at", "deliveries", ["state", "sent_at"])
    op.create_table(
        "corrections",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("message", sa.String(32), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_index("corrections_message", "corrections", ["message"])
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("reach", sa.JSON))
        messages.add_column(sa.Column("delivered_at", moment))
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("read_at", moment))
        jobs.add_column(sa.Column("read_by", sa.String))


def downgrade() -> None:
    for table, columns in (
        ("jobs", ("read_by", "read_at")),
        ("messages", ("delivered_at", "reach")),
    ):
        with op.batch_alter_table(table) as changed:
            for column in columns:
                changed.drop_column(column)
    for table in ("corrections", "deliveries"):
        op.drop_table(table)

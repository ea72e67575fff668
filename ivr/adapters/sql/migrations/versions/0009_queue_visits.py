"""What the operator queue did: visits, offers, operators' states."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "queue_visits",
        sa.Column("call_sid", sa.String, primary_key=True),
        sa.Column("joined_at", moment, primary_key=True),
        sa.Column("client", sa.String),
        sa.Column("priority", sa.Integer),
        sa.Column("callback", sa.Boolean),
        sa.Column("left_at", moment),
        sa.Column("how", sa.String),
    )
    op.create_index("queue_visits_joined_at", "queue_visits", ["joined_at"])
    op.create_table(
        "queue_offers",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("call_sid", sa.String, nullable=False),
        sa.Column("joined_at", moment, nullable=False),
        sa.Column("operator", sa.String, nullable=False),
        sa.Column("offered_at", moment),
        sa.Column("answered_at", moment),
        sa.Column("ended_at", moment),
        sa.Column("how", sa.String),
    )
    op.create_index("queue_offers_joined_at", "queue_offers", ["joined_at"])
    op.create_table(
        "operator_states",
        sa.Column("operator", sa.String, primary_key=True),
        sa.Column("since", moment, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("reason", sa.String),
    )
    op.create_index("operator_states_since", "operator_states", ["since"])


def downgrade() -> None:
    for table in ("operator_states", "queue_offers", "queue_visits"):
        op.drop_table(table)

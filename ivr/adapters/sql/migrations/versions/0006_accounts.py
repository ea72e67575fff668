"""Who may sign in to the console, who is signed in, and who saw and did what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("login", sa.String, nullable=False, unique=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("email", sa.String, unique=True),
        sa.Column("operator", sa.String),
        sa.Column("client", sa.String),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("password", sa.String),
        sa.Column("made_at", moment, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("begun_at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
    )
    op.create_index("sessions_account", "sessions", ["account"])
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", moment, nullable=False),
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("act", sa.String, nullable=False),
        sa.Column("client", sa.String),
        sa.Column("about", sa.String),
    )
    op.create_index("audit_at", "audit", ["at"])


def downgrade() -> None:
    for table in ("audit", "sessions", "accounts"):
        op.drop_table(table)

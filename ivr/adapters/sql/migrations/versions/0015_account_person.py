"""Which of its client's people an account is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("accounts") as table:
        table.add_column(sa.Column("person", sa.String))


def downgrade() -> None:
    with op.batch_alter_table("accounts") as table:
        table.drop_column("person")

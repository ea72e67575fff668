"""Whether a text has arrived, and the carrier's code where it has not."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("deliveries") as table:
        table.add_column(sa.Column("arrived_at", sa.DateTime(timezone=True)))
        table.add_column(sa.Column("error_code", sa.Integer))
        table.create_index("deliveries_provider_id", ["provider_id"])


def downgrade() -> None:
    with op.batch_alter_table("deliveries") as table:
        table.drop_index("deliveries_provider_id")
        table.drop_column("error_code")
        table.drop_column("arrived_at")

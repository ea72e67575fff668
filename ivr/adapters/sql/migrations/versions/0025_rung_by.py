"""Who rings somebody of their own accord, and for which job."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("callbacks", sa.Column("job", sa.String))
    op.add_column("callbacks", sa.Column("rung_by", sa.String))


def downgrade() -> None:
    op.drop_column("callbacks", "rung_by")
    op.drop_column("callbacks", "job")

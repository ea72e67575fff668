"""Jobs can be found: a document of each that has something of its own to be found by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from ivr.core.records.search_text import document

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BATCH = 1000
USUAL_ACTION = "Ring the caller back"

DOCUMENTS = sa.table(
    "search_documents",
    *(sa.column(name) for name in ("kind", "subject", "client", "body")),
    sa.column("at", sa.DateTime(timezone=True)),
)
JOBS = sa.table(
    "jobs",
    *(sa.column(name) for name in ("id", "client", "kind", "summary", "caller", "message")),
    sa.column("fields", sa.JSON),
    sa.column("opened_at", sa.DateTime(timezone=True)),
)
ACTS = sa.table("job_acts", sa.column("job"), sa.column("act", sa.JSON))


def upgrade() -> None:
    batch: list[dict[str, Any]] = []
    for row in _documents():
        batch.append(row)
        if len(batch) == BATCH:
            op.bulk_insert(DOCUMENTS, batch)
            batch.clear()
    if batch:
        op.bulk_insert(DOCUMENTS, batch)


def _documents() -> Iterator[dict[str, Any]]:
    """A document of each job that is there already, the oldest first."""
    connection = op.get_bind()
    written: dict[str, list[str]] = {}
    for row in connection.execute(sa.select(ACTS)):
        found = (row.act.get(name) for name in ("text", "reason", "action"))
        said = [text for text in found if text and text != USUAL_ACTION]
        written.setdefault(row.job, []).extend(said)
    for job in connection.execute(sa.select(JOBS).order_by(JOBS.c.opened_at)).all():
        if job.message is not None and not written.get(job.id):
            continue
        own = [job.summary, job.kind.replace("_", " "), *job.fields.values()]
        texts = [*map(str, own), *written.get(job.id, ())]
        yield {
            "kind": "job",
            "subject": job.id,
            "client": job.client,
            "at": job.opened_at,
            "body": document(texts, [job.caller], job.client),
        }


def downgrade() -> None:
    op.execute(sa.delete(DOCUMENTS).where(DOCUMENTS.c.kind == "job"))

"""Full-text search: a document of whatever can be found, and the database's index over it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from ivr.core.records.search_text import document

revision = "0012"
down_revision = "0007"
branch_labels = None
depends_on = None

BATCH = 1000

# An index of its own, over the table's text; the tokens are made by us, so anything but the spaces
# between them belongs to one. https://www.sqlite.org/fts5.html#external_content_tables
FTS5 = """
CREATE VIRTUAL TABLE search_index USING fts5(
  body, content='search_documents', content_rowid='id',
  tokenize='ascii', detail='none', prefix='2 3 4 5'
)
"""
ADDED = """
CREATE TRIGGER search_documents_added AFTER INSERT ON search_documents BEGIN
  INSERT INTO search_index(rowid, body) VALUES (new.id, new.body);
END
"""
REMOVED = """
CREATE TRIGGER search_documents_removed AFTER DELETE ON search_documents BEGIN
  INSERT INTO search_index(search_index, rowid, body) VALUES ('delete', old.id, old.body);
END
"""
CHANGED = """
CREATE TRIGGER search_documents_changed AFTER UPDATE OF body ON search_documents BEGIN
  INSERT INTO search_index(search_index, rowid, body) VALUES ('delete', old.id, old.body);
  INSERT INTO search_index(rowid, body) VALUES (new.id, new.body);
END
"""
GIN = """
CREATE INDEX search_documents_words ON search_documents
  USING gin (array_to_tsvector(string_to_array(body, ' ')))
"""


def upgrade() -> None:
    table = op.create_table(
        "search_documents",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("client", sa.String),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.UniqueConstraint("kind", "subject", name="search_documents_subject"),
    )
    op.create_index("search_documents_client_id", "search_documents", ["client", "id"])
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in (GIN,) if on_postgresql else (FTS5, ADDED, REMOVED, CHANGED):
        op.execute(statement)
    batch: list[dict[str, Any]] = []
    for row in _documents():
        batch.append(row)
        if len(batch) == BATCH:
            op.bulk_insert(table, batch)
            batch.clear()
    if batch:
        op.bulk_insert(table, batch)


def _documents() -> Iterator[dict[str, Any]]:
    """A document of each call and message that is there already, the oldest first."""
    moment = sa.DateTime(timezone=True)
    calls = sa.table("calls", sa.column("started_at", moment), *_columns("call_sid client from_"))
    names = "id client caller kind recipient_name text number_given"
    left = sa.table(
        "messages",
        sa.column("received_at", moment),
        sa.column("fields", sa.JSON),
        *_columns(names),
    )
    connection = op.get_bind()
    rows: list[tuple[Any, str, Any]] = []
    for row in connection.execute(sa.select(calls).where(calls.c.from_ != "anonymous")):
        rows.append((row.started_at, "call", row))
    for row in connection.execute(sa.select(left)):
        rows.append((row.received_at, "message", row))
    for at, kind, row in sorted(rows, key=lambda each: (each[0], each[1])):
        yield {"kind": kind, "client": row.client, "at": at, **_document(kind, row)}


def _document(kind: str, row: Any) -> dict[str, str]:
    if kind == "call":
        return {"subject": row.call_sid, "body": document((), [row.from_], row.client)}
    said = [row.text, row.recipient_name, row.kind.replace("_", " "), *row.fields.values()]
    texts = ["" if text is None else str(text) for text in said]
    return {
        "subject": row.id,
        "body": document(texts, [row.caller, row.number_given], row.client),
    }


def _columns(names: str) -> list[Any]:
    return [sa.column(name) for name in names.split()]


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        op.execute("DROP TABLE search_index")
    op.drop_table("search_documents")

"""Full-text search over callers, messages, transcripts and jobs.

Whatever can be found has a row in `search_documents`, which is written in the transaction that
writes the thing itself; the index over it is kept by the database (triggers of SQLite's FTS5, an
index of PostgreSQL's). Newer documents have greater ids, so that the newest matches come first
without any sorting, and a common word costs no more than a rare one.

https://www.sqlite.org/fts5.html, https://www.postgresql.org/docs/current/textsearch.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from ivr.adapters.sql.tables import WITHHELD, insert, job_acts, search_documents
from ivr.core.flow.agreement import Duty
from ivr.core.jobs.job import Job
from ivr.core.records.search_text import client_token, document, terms

NEWEST = 2_000
"""On PostgreSQL, documents that are looked at one by one before its index is asked, and four for
each hit up to the end of the page: where the page is found among these, there are many matches, and
sorting them all would take long."""

MOST_PAGES = 20

USUAL_ACTION = Duty.model_fields["action"].default
"""What is to be done where an agreement does not say it: no word to find a job by."""


class DocumentKind(StrEnum):
    """What a document stands for."""

    CALL = "call"
    MESSAGE = "message"
    TEXT = "text"
    RECORDING = "recording"
    """Of a conversation."""
    JOB = "job"


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found: its kind, its id (a call's SID, a message's or a job's id), whose,
    when."""

    kind: DocumentKind
    subject: str
    client: str | None
    at: datetime


def keep_calls(connection: sa.Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Let calls be found by their callers. `rows` are those of `calls`; what is said of a call
    whose client is not known changes nothing."""
    documents = [
        {
            "kind": DocumentKind.CALL,
            "subject": row["call_sid"],
            "client": row["client"],
            "at": row["started_at"],
            "body": document((), [row["from_"]], row["client"]),
        }
        for row in rows
        if row["from_"] != WITHHELD
    ]
    if documents:
        statement = insert(connection, search_documents)
        new, known = statement.excluded, search_documents.c.client
        corrected = statement.on_conflict_do_update(
            index_elements=["kind", "subject"],
            set_={"client": new.client, "body": new.body},
            where=sa.and_(new.client.is_not(None), known.is_distinct_from(new.client)),
        )
        connection.execute(corrected, documents)


def keep_message(connection: sa.Connection, row: sa.Row[Any]) -> None:
    """Let a message be found as its `row` now stands: by caller, what was collected, its words."""
    texts = [row.text, row.recipient_name, row.kind.replace("_", " "), *row.fields.values()]
    _keep(
        connection,
        kind=DocumentKind.MESSAGE,
        subject=row.id,
        client=row.client,
        at=row.received_at,
        body=document(map(_text, texts), [row.caller, row.number_given], row.client),
    )


def keep_call_recording(connection: sa.Connection, row: sa.Row[Any]) -> None:
    """Let a conversation's recording be found as its `row` now stands: by its words, while there
    are any. The caller finds the call itself."""
    if row.text is None:
        forget(connection, DocumentKind.RECORDING, [row.id])
        return
    _keep(
        connection,
        kind=DocumentKind.RECORDING,
        subject=row.id,
        client=row.client,
        at=row.began_at,
        body=document([row.text], (), row.client),
    )


def keep_job(connection: sa.Connection, job: Job) -> None:
    """Let a job be found as it and its history now stand: by caller, what was filled in, what is
    to be done, notes and reasons. One that a message has opened is found by that alone until
    something has been written down about it."""
    acts = connection.scalars(sa.select(job_acts.c.act).where(job_acts.c.job == job.id))
    written = list(dict.fromkeys(text for act in acts for text in words_of_act(act)))
    if job.message is not None and not written:
        return
    texts = [job.summary, job.kind.replace("_", " "), *job.fields.values(), *written]
    _keep(
        connection,
        kind=DocumentKind.JOB,
        subject=job.id,
        client=job.client,
        at=job.opened_at,
        body=document(map(_text, texts), [job.caller], job.client),
    )


def words_of_act(act: Mapping[str, Any]) -> list[str]:
    """What was written down with an act on a job (as it is kept): a note, a reason, what is to be
    done, other than what nearly every job says."""
    found = (act.get(name) for name in ("text", "reason", "action"))
    return [text for text in found if text and text != USUAL_ACTION]


def keep_text(
    connection: sa.Connection, sid: str, client: str | None, from_: str, body: str, at: datetime
) -> None:
    """Let a text that has come in be found."""
    words = document([body], [from_], client)
    _keep(connection, kind=DocumentKind.TEXT, subject=sid, client=client, at=at, body=words)


def forget(connection: sa.Connection, kind: DocumentKind, subjects: Iterable[str]) -> None:
    """Let things be found no more."""
    c = search_documents.c
    which = sa.and_(c.kind == kind, c.subject.in_(list(subjects)))
    connection.execute(sa.delete(search_documents).where(which))


def search(
    connection: sa.Connection, query: str, client: str | None, limit: int, page: int
) -> list[Hit]:
    """At most `limit` of what `query` finds, the newest first, from `page` (1 is the first) on.

    Every word of the query must begin a word of what is found. `client` None: of all clients. Any
    text is a query; one without a word or figure finds nothing.
    """
    wanted = terms(query)
    if not wanted or not 1 <= page <= MOST_PAGES:
        return []
    offset = (page - 1) * limit
    if connection.dialect.name == "postgresql":
        rows = _postgresql(connection, wanted, client, limit, offset)
    else:
        rows = _sqlite(connection, wanted, client, limit, offset)
    return [Hit(DocumentKind(row.kind), row.subject, row.client, row.at) for row in rows]


def _keep(connection: sa.Connection, **row: Any) -> None:
    statement = insert(connection, search_documents).values(row)
    changed = {name: statement.excluded[name] for name in ("client", "body")}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["kind", "subject"], set_=changed)
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)


_COLUMNS = (
    search_documents.c.kind,
    search_documents.c.subject,
    search_documents.c.client,
    search_documents.c.at,
)
_Terms = list[list[list[str]]]
_Rows = Sequence[sa.Row[*tuple[Any, ...]]]


def _sqlite(
    connection: sa.Connection, wanted: _Terms, client: str | None, limit: int, offset: int
) -> _Rows:
    """FTS5 goes through its matches from the greatest id down and stops after the page."""
    match = _match(wanted, " AND ", " OR ", '"', "*")
    if client is not None:
        match = f'"{client_token(client)}" AND {match}'
    found = (
        sa.select(sa.literal_column("rowid", sa.Integer).label("id"))
        .select_from(sa.text("search_index"))
        .where(sa.text("search_index MATCH :match"))
        .order_by(sa.text("rowid DESC"))
        .limit(limit)
        .offset(offset)
        .subquery()
    )
    query = sa.select(*_COLUMNS).join(found, found.c.id == search_documents.c.id)
    query = _of_client(query, client).order_by(search_documents.c.id.desc())
    return list(connection.execute(query, {"match": match}))


def _postgresql(
    connection: sa.Connection, wanted: _Terms, client: str | None, limit: int, offset: int
) -> _Rows:
    match = _match(wanted, " & ", " | ", "'", ":*")
    if client is not None:
        match = f"'{client_token(client)}' & {match}"
    words = sa.func.array_to_tsvector(sa.func.string_to_array(search_documents.c.body, " "))
    newest = _of_client(sa.select(search_documents), client)
    newest = newest.order_by(search_documents.c.id.desc()).limit(NEWEST + 4 * (offset + limit))
    near, matches = newest.subquery(), sa.text("CAST(:match AS tsquery)")
    near_words = sa.func.array_to_tsvector(sa.func.string_to_array(near.c.body, " "))
    first = (
        sa.select(near.c.kind, near.c.subject, near.c.client, near.c.at)
        .where(near_words.op("@@")(matches))
        .order_by(near.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    rows = list(connection.execute(first, {"match": match}))
    if len(rows) == limit:
        return rows
    # MATERIALIZED, so that the index is used whatever the planner thinks of how many there are.
    found = _of_client(sa.select(search_documents.c.id, *_COLUMNS), client)
    found = found.where(words.op("@@")(matches))
    every = found.cte("found").prefix_with("MATERIALIZED", dialect="postgresql")
    query = sa.select(every.c.kind, every.c.subject, every.c.client, every.c.at)
    query = query.order_by(every.c.id.desc()).limit(limit).offset(offset)
    return list(connection.execute(query, {"match": match}))


def _match(wanted: _Terms, and_: str, or_: str, quote: str, begins: str) -> str:
    """The query in a database's own words. Tokens are letters and figures alone, so that nothing
    in them can end the quotes."""

    def word(token: str) -> str:
        plain = token.removesuffix("*")
        return f"{quote}{plain}{quote}{begins if token.endswith('*') else ''}"

    def term(alternatives: list[list[str]]) -> str:
        return or_.join(f"({and_.join(map(word, tokens))})" for tokens in alternatives)

    return and_.join(f"({term(alternatives)})" for alternatives in wanted)


def _of_client(query: sa.Select[Any], client: str | None) -> sa.Select[Any]:
    return query if client is None else query.where(search_documents.c.client == client)

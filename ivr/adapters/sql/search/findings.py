"""What a search has found, as the things themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from ivr.adapters.sql import tables
from ivr.adapters.sql.calls import snapshots as calls
from ivr.adapters.sql.jobs import rows as job_rows
from ivr.adapters.sql.messages import queries as message_queries
from ivr.adapters.sql.messages import texts
from ivr.adapters.sql.recordings import conversation_rows as call_recording_book
from ivr.adapters.sql.search.index import DocumentKind, Hit
from ivr.core.jobs.job import Job
from ivr.core.records.call_snapshot import CallSnapshot
from ivr.core.records.message import Message
from ivr.core.records.recording import ConversationRecording
from ivr.core.records.text_message import TextReceived

Thing = CallSnapshot | Message | TextReceived | ConversationRecording | Job


def look_up(connection: sa.Connection, hits: Sequence[Hit]) -> list[Thing]:
    """What the hits stand for, in their order; what is gone meanwhile is left out."""
    found: dict[tuple[DocumentKind, str], Thing] = {}
    for kind in dict.fromkeys(hit.kind for hit in hits):
        subjects = [hit.subject for hit in hits if hit.kind is kind]
        found |= {(kind, subject): each for subject, each in _things(connection, kind, subjects)}
    keys = ((hit.kind, hit.subject) for hit in hits)
    return [found[key] for key in keys if key in found]


def _things(
    connection: sa.Connection, kind: DocumentKind, subjects: Sequence[str]
) -> Iterator[tuple[str, Thing]]:
    """The things of one kind, each with its id: one query, however many there are."""
    match kind:
        case DocumentKind.CALL:
            for call in calls.those(connection, tables.calls.c.call_sid.in_(subjects)):
                yield call.call_sid, call
        case DocumentKind.MESSAGE:
            for message in message_queries.those(connection, tables.messages.c.id.in_(subjects)):
                yield message.id, message
        case DocumentKind.TEXT:
            received = tables.texts_received.c.message_sid.in_(subjects)
            for text in texts.those(connection, received):
                yield text.message_sid, text
        case DocumentKind.RECORDING:
            heard = tables.call_recordings.c.id.in_(subjects)
            for recording in call_recording_book.those(connection, heard):
                yield recording.id, recording
        case DocumentKind.JOB:
            for job in job_rows.those(connection, tables.jobs.c.id.in_(subjects)):
                yield job.id, job

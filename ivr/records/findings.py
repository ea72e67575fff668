"""What a search has found, as the things themselves."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from ivr.jobs.job import Job
from ivr.records import call_recording_book, calls, job_rows, message_book, texts
from ivr.records.calls import CallSnapshot
from ivr.records.messages import Message
from ivr.records.recordings import CallRecording
from ivr.records.search import Found, Hit
from ivr.records.tables import jobs
from ivr.records.texts import TextReceived

Thing = CallSnapshot | Message | TextReceived | CallRecording | Job


def look_up(connection: sa.Connection, hits: Iterable[Hit]) -> list[Thing]:
    """What the hits stand for, in their order; what is gone meanwhile is left out."""
    things = (_thing(connection, hit) for hit in hits)
    return [thing for thing in things if thing is not None]


def _thing(connection: sa.Connection, hit: Hit) -> Thing | None:
    match hit.kind:
        case Found.CALL:
            return calls.find(connection, hit.subject)
        case Found.MESSAGE:
            return message_book.find(connection, hit.subject)
        case Found.TEXT:
            return texts.find(connection, hit.subject)
        case Found.RECORDING:
            return call_recording_book.find(connection, hit.subject)
        case Found.JOB:
            return job_rows.find(connection, jobs.c.id == hit.subject)

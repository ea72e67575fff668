"""All that the records keep of one call, gathered in one reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ivr.jobs.acts import Entry
from ivr.jobs.job import Job
from ivr.records import calls, job_rows, message_book, texts, timeline
from ivr.records.calls import CallSnapshot
from ivr.records.messages import Message, Transcript
from ivr.records.outbox import OutboxKind
from ivr.records.tables import jobs, messages, outbox
from ivr.records.timeline import Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Something that goes out because of a call: an e-mail or a text, and what came of it.

    `to` is the number of a text; an e-mail's message says to whom it goes. `finished_at` is None
    while it is still tried.
    """

    kind: OutboxKind
    subject: str
    to: str | None
    due_at: datetime
    attempts: int
    finished_at: datetime | None
    given_up: bool
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A call and all that came of it."""

    call: CallSnapshot
    timeline: Timeline
    messages: tuple[Message, ...] = ()
    transcripts: tuple[tuple[datetime, Transcript], ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    jobs: tuple[tuple[Job, tuple[Entry, ...]], ...] = ()


def of_call(connection: sa.Connection, call_sid: str) -> Story | None:
    """What is kept of a call; None where it is not known."""
    call = calls.find(connection, call_sid)
    if call is None:
        return None
    course = timeline.of_call(connection, call_sid)
    left = message_book.those(connection, messages.c.call_sid == call_sid)
    heard = [each for one in left for each in message_book.transcripts_of(connection, one.id)]
    return Story(
        call=call,
        timeline=course,
        messages=tuple(sorted(left, key=lambda message: message.received_at)),
        transcripts=tuple(heard),
        deliveries=tuple(_deliveries(connection, course, [message.id for message in left])),
        jobs=tuple(_jobs(connection, call_sid)),
    )


def _deliveries(
    connection: sa.Connection, course: Timeline, message_ids: list[str]
) -> list[Delivery]:
    """The e-mails of the call's messages, and the texts that its turns have promised."""
    promised = [
        texts.subject_of(turn.call_sid, turn.number, step.node)
        for turn in course.turns
        for step in turn.way
    ]
    c = outbox.c
    keys = [f"{OutboxKind.EMAIL}-{each}" for each in message_ids]
    keys += [f"{OutboxKind.SMS}-{each}" for each in promised]
    query = sa.select(outbox).where(c.key.in_(keys)).order_by(c.id)
    return [
        Delivery(
            kind=OutboxKind(row.kind),
            subject=row.subject,
            to=row.payload.get("to"),
            due_at=row.due_at,
            attempts=row.attempts,
            finished_at=row.finished_at,
            given_up=row.given_up,
            error=row.error,
        )
        for row in connection.execute(query)
    ]


def _jobs(connection: sa.Connection, call_sid: str) -> list[tuple[Job, tuple[Entry, ...]]]:
    query = sa.select(jobs).where(jobs.c.call_sid == call_sid).order_by(jobs.c.opened_at)
    found = [job_rows.from_row(row) for row in connection.execute(query)]
    return [(job, tuple(job_rows.history(connection, job.id))) for job in found]

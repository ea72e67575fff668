"""All that the records keep of one call, gathered in one reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from ivr.adapters.sql.calls import snapshots as calls
from ivr.adapters.sql.calls import timeline
from ivr.adapters.sql.jobs import rows as job_rows
from ivr.adapters.sql.messages import queries as message_queries
from ivr.adapters.sql.messages import texts
from ivr.adapters.sql.queue import call_back_repository as call_back_book
from ivr.adapters.sql.recordings import conversation_rows as call_recording_book
from ivr.adapters.sql.recordings import transcripts as transcript_rows
from ivr.adapters.sql.tables import call_recordings, deliveries, jobs, messages, outbox
from ivr.core.delivery.plan import DeliveryState
from ivr.core.jobs.acts import Entry
from ivr.core.jobs.job import Job
from ivr.core.queue.entry import for_callback
from ivr.core.records.call_back import CallBack
from ivr.core.records.call_detail import CallDetail, DeliverySummary
from ivr.core.records.call_snapshot import CallSnapshot
from ivr.core.records.outbox import OutboxKind
from ivr.core.records.timeline import Timeline


def of_call(connection: sa.Connection, call_sid: str) -> CallDetail | None:
    """What is kept of a call, or of a call back by either of its SIDs; None where it is not
    known."""
    call, call_back = calls.find(connection, call_sid), None
    if call is None:
        call_back = call_back_book.find(connection, call_sid)
        if call_back is None:
            return None
        call = _call_of_ours(call_back)
        call_sid = call.call_sid
    course = timeline.of_call(connection, call_sid)
    left = message_queries.those(connection, messages.c.call_sid == call_sid)
    opened = _jobs(connection, call_sid)
    brought = _deliveries(connection, [m.id for m in left], [job.id for job, _ in opened])
    recorded = call_recording_book.those(connection, call_recordings.c.call_sid == call_sid)
    ids = [*(one.id for one in left), *(one.id for one in recorded)]
    heard = [each for one in ids for each in transcript_rows.all_of(connection, one)]
    return CallDetail(
        call=call,
        timeline=course,
        messages=tuple(sorted(left, key=lambda message: message.received_at)),
        recordings=tuple(recorded),
        transcripts=tuple(heard),
        deliveries=(*brought, *_texts(connection, course)),
        jobs=tuple(opened),
        call_back=call_back,
    )


def _call_of_ours(call_back: CallBack) -> CallSnapshot:
    """A call back as a call: it has a flow only where it was asked for."""
    return CallSnapshot(
        call_sid=for_callback(call_back.id),
        client=call_back.client,
        from_=call_back.shown,
        to=call_back.number,
        started_at=call_back.reached_at or call_back.asked_at,
        flow_version="",
        turn=0,
        path=(),
        ended_at=call_back.ended_at,
        outcome=call_back.state.replace("_", " "),
    )


def _deliveries(
    connection: sa.Connection, message_ids: Sequence[str], job_ids: Sequence[str]
) -> Iterator[DeliverySummary]:
    """What was brought to people because of the call's messages and jobs."""
    c = deliveries.c
    about = sa.or_(c.message.in_(message_ids), c.job.in_(job_ids))
    query = sa.select(deliveries).where(about, c.state != DeliveryState.SUPERSEDED)
    for row in connection.execute(query.order_by(c.began_at, c.id)):
        given_up = row.state == DeliveryState.GIVEN_UP
        yield DeliverySummary(
            channel=row.channel,
            to=row.recipient,
            began_at=row.began_at,
            ended_at=row.sent_at or (row.began_at if given_up else None),
            given_up=given_up,
            attempts=row.attempts,
            error=row.error,
            read_at=row.acknowledged_at,
            read_by=row.acknowledged_by,
        )


def _texts(connection: sa.Connection, course: Timeline) -> Iterator[DeliverySummary]:
    """The texts that the call's turns have promised."""
    promised = [
        f"{OutboxKind.SMS}-{texts.subject_of(turn.call_sid, turn.number, step.node)}"
        for turn in course.turns
        for step in turn.way
    ]
    query = sa.select(outbox).where(outbox.c.key.in_(promised)).order_by(outbox.c.id)
    for row in connection.execute(query):
        yield DeliverySummary(
            channel="sms",
            to=row.payload["to"],
            began_at=row.due_at,
            ended_at=row.finished_at,
            given_up=row.given_up,
            attempts=row.attempts,
            error=row.error,
        )


def _jobs(connection: sa.Connection, call_sid: str) -> list[tuple[Job, tuple[Entry, ...]]]:
    query = sa.select(jobs).where(jobs.c.call_sid == call_sid).order_by(jobs.c.opened_at)
    found = [job_rows.from_row(row) for row in connection.execute(query)]
    return [(job, tuple(job_rows.history(connection, job.id))) for job in found]

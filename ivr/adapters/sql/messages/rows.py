"""How messages are kept: the two notes of a recording become one row with one job, and its work is
promised.

The notes may come in either order and more than once, with the same result: the call's turn
knows best what the message is about, the carrier where its recording is. Each function works
in the transaction of the connection it is given.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from ivr.adapters.sql import outbox
from ivr.adapters.sql.jobs import rows as job_rows
from ivr.adapters.sql.messages.words import set_aside
from ivr.adapters.sql.search import index as search
from ivr.adapters.sql.tables import calls, insert, messages
from ivr.core.delivery.contact_points import from_data, to_data, usable
from ivr.core.delivery.plan import Channel
from ivr.core.jobs.job import NewJob
from ivr.core.records.message import MessageNote, MessageState, Missing, RecordingNote
from ivr.core.records.numbers import WITHHELD
from ivr.core.records.outbox import OutboxKind

CALLBACK_WITHIN = timedelta(minutes=1)
"""The recording is fetched after this long even if the carrier's callback is lost."""

REASONS = {
    Missing.ABSENT: "There is no recording, as it was too short or silent.",
    Missing.FAILED: "The carrier has lost the recording, so the caller should be rung back.",
}

EMAIL_AFTER = timedelta(minutes=10)
"""The e-mail waits this long for the words, then goes without them."""


def keep(connection: sa.Connection, note: MessageNote) -> str:
    """Note what the call's turn knows. Returns the message's id."""
    row = _facts(note) | _of_call(note)
    known = _insert_or_lock(connection, row | {"recording_url": note.recording_url})
    # A turn that was taken without its stored state knows less than the carrier's note told.
    row |= {
        "caller": note.caller or known.caller,
        "fields": {**known.fields, **note.fields},
    }
    if not _open_job(connection, known.id, note, note.caller):
        job_rows.add_facts(connection, known.id, row["caller"], row["fields"])
    lost = known.state == MessageState.SET_ASIDE and known.recording_url is None
    url = None if lost else known.recording_url or note.recording_url
    news = row | {"recording_url": url}
    return _merge(connection, known, news, CALLBACK_WITHIN, note.noted_at)


def recording_ready(connection: sa.Connection, note: RecordingNote) -> str:
    """Note where the carrier keeps the recording. Returns the message's id."""
    row = _facts(note) | _of_call(note) | {"recording_url": note.recording_url}
    known = _insert_or_lock(connection, row)
    _open_job(connection, known.id, note, note.caller or _caller_of_call(connection, note))
    news = {"recording_url": note.recording_url, **_measures(note)}
    message_id = _merge(connection, known, news, timedelta(0))
    outbox.bring_forward(connection, message_id, OutboxKind.FETCH, note.received_at)
    return message_id


def recording_missing(connection: sa.Connection, note: RecordingNote, why: Missing) -> str | None:
    """Note that there is no recording and never will be. Returns the message's id, None where there
    is no message.

    Silence is none. But what the call's turn has told of is one, as somebody may have been promised
    an answer; and so is what was said and then lost.
    """
    if why is Missing.FAILED:
        row = _facts(note) | _of_call(note) | {"recording_url": None}
        known = _insert_or_lock(connection, row)
        _open_job(connection, known.id, note, note.caller or _caller_of_call(connection, note))
        search.keep_message(connection, known)
    else:
        which = messages.c.recording_sid == note.recording_sid
        found = connection.execute(sa.select(messages).where(which).with_for_update()).first()
        if found is None:
            return None
        known = found
    if known.audio is None:
        _promise_telling(connection, known, note.received_at)
        set_aside(connection, known.id, REASONS[why], note.received_at)
    return str(known.id)


def _caller_of_call(connection: sa.Connection, note: RecordingNote) -> str | None:
    """Who called, if the call has been noted: the call's turn, which says it, may never come."""
    from_ = sa.func.nullif(calls.c.from_, WITHHELD)
    return connection.scalar(sa.select(from_).where(calls.c.call_sid == note.call_sid))


def _open_job(
    connection: sa.Connection,
    message_id: str,
    note: MessageNote | RecordingNote,
    caller: str | None,
) -> bool:
    """Open the message's job with the first note; False where it has one."""
    new = NewJob(
        client=note.client,
        kind=note.kind,
        summary=note.kind.replace("_", " ").capitalize(),
        opening=note.opening,
        opened_by="a call",
        caller=caller,
        call_sid=note.call_sid,
        message=message_id,
        fields=dict(note.fields),
    )
    return job_rows.open_job(connection, new, note.received_at) is not None


def _of_call(note: MessageNote | RecordingNote) -> dict[str, Any]:
    return {"caller": note.caller, "fields": dict(note.fields)}


def _facts(note: MessageNote | RecordingNote) -> dict[str, Any]:
    return {
        "recording_sid": note.recording_sid,
        "call_sid": note.call_sid,
        "client": note.client,
        "kind": note.kind,
        "node": note.node,
        "language": note.language,
        "timezone": note.timezone,
        "client_name": note.client_name,
        "recipient_name": note.recipient.name,
        "recipient_email": note.recipient.email,
        "reach": to_data(note.recipient.reach),
        "hearing": asdict(note.hearing),
        **_measures(note),
    }


def _measures(note: MessageNote | RecordingNote) -> dict[str, Any]:
    return {"received_at": note.received_at, "seconds": note.seconds}


def _insert_or_lock(connection: sa.Connection, row: dict[str, Any]) -> sa.Row[Any]:
    """The row of this recording, made of `row` if there was none, locked for this transaction."""
    new = row | {"id": uuid4().hex, "state": MessageState.RECORDED}
    connection.execute(
        insert(connection, messages)
        .values(new)
        .on_conflict_do_nothing(index_elements=["recording_sid"])
    )
    query = sa.select(messages).where(messages.c.recording_sid == row["recording_sid"])
    return connection.execute(query.with_for_update()).one()


def _merge(
    connection: sa.Connection,
    known: sa.Row[Any],
    news: dict[str, Any],
    fetch_after: timedelta,
    noted_at: datetime | None = None,
) -> str:
    if known.delivered_at is not None:
        # What was delivered stays as it was; what was not known then may still come.
        news = {name: value for name, value in news.items() if not getattr(known, name)} | {
            "received_at": known.received_at,
            "seconds": known.seconds,
        }
    merged = news | {
        # Whom the job was opened for is told of it, whatever day the other note comes on.
        "recipient_name": known.recipient_name,
        "recipient_email": known.recipient_email,
        "reach": known.reach,
        "received_at": min(known.received_at, news["received_at"]),
        # Once stored, the audio itself says how long it is.
        "seconds": known.seconds if known.audio else max(known.seconds, news["seconds"]),
    }
    row = connection.execute(
        sa.update(messages).where(messages.c.id == known.id).values(merged).returning(messages)
    ).one()
    if row.recording_url:
        _promise_work(connection, row, fetch_after, noted_at or row.received_at)
    search.keep_message(connection, row)
    return str(row.id)


def _promise_work(
    connection: sa.Connection, row: sa.Row[Any], fetch_after: timedelta, since: datetime
) -> None:
    payload = {
        "recording_sid": row.recording_sid,
        "recording_url": row.recording_url,
        "client": row.client,
    }
    outbox.add(connection, OutboxKind.FETCH, row.id, since + fetch_after, payload)
    _promise_telling(connection, row, since)


def _promise_telling(connection: sa.Connection, row: sa.Row[Any], since: datetime) -> None:
    later = since + EMAIL_AFTER
    reach = from_data(row.reach)
    if row.recipient_email or usable(reach, None):
        outbox.add(connection, OutboxKind.EMAIL, row.id, later, {})
    if reach.hook and Channel.WEBHOOK not in reach.wishes.channels:
        outbox.add(connection, OutboxKind.WEBHOOK, row.id, later, {})

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

from ivr.delivery.plan import Channel
from ivr.delivery.reach import from_data, to_data, usable
from ivr.errors import RecordsError
from ivr.jobs.job import NewJob
from ivr.records import outbox
from ivr.records.calls.snapshots import WITHHELD
from ivr.records.jobs import rows as job_rows
from ivr.records.messages import corrections
from ivr.records.messages.message import (
    Message,
    MessageNote,
    MessageState,
    Missing,
    Recipient,
    RecordingNote,
    Transcript,
    TranscriptionOptions,
)
from ivr.records.outbox import OutboxKind
from ivr.records.recordings import transcripts as transcript_rows
from ivr.records.recordings.recording import Recording
from ivr.records.search import index as search
from ivr.records.tables import calls, insert, messages

CALLBACK_WITHIN = timedelta(minutes=1)
"""The recording is fetched after this long even if the carrier's callback is lost."""

CARRIER_KEEPS = timedelta(hours=1)
"""The carrier's copy of a recording is kept this long after ours is on the disk."""

SIDES = ("caller", "agency")
"""Whose voices the channels of a call's recording hold: the first is the leg on which it began, the
second whom that was put through to (Twilio, `<Dial>`, dual-channel recordings:
https://www.twilio.com/docs/voice/twiml/dial#record)."""

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


def audio_stored(
    connection: sa.Connection, message_id: str, audio: str, seconds: float, now: datetime
) -> None:
    """Note where the audio is, and promise its transcription."""
    row = _update(connection, message_id, {"audio": audio, "seconds": seconds})
    outbox.finish_for(connection, message_id, [OutboxKind.FETCH], now)
    payload = {"audio": audio, "client": row.client, "language": row.language}
    outbox.add(connection, OutboxKind.TRANSCRIBE, message_id, now, payload)
    copy = {"recording_sid": row.recording_sid, "client": row.client}
    outbox.add(connection, OutboxKind.DISCARD, message_id, now + CARRIER_KEEPS, copy)


def transcribed(
    connection: sa.Connection, message_id: str, transcript: Transcript, now: datetime
) -> None:
    """Note the words; the message may go. Earlier transcripts stay beside it.

    Words that were delivered stay: later ones are kept beside them only. Where the message went out
    without any, they follow as a correction.
    """
    written = {
        **transcript_rows.heard(transcript),
        "stretches": transcript_rows.stretches(transcript),
        "number_given": transcript.number_given,
        "difference": transcript.difference,
    }
    state = {"state": MessageState.TRANSCRIBED, "reason": None}
    before = connection.execute(
        sa.select(messages).where(messages.c.id == message_id).with_for_update()
    ).first()
    delivered = before is not None and before.delivered_at is not None
    if delivered and before is not None and before.text is not None:
        row = _update(connection, message_id, state)
    else:
        row = _update(connection, message_id, {**state, **written})
    search.keep_message(connection, row)
    if delivered and before is not None and before.text is None and transcript.text:
        why = "The words were not yet written down when the message was sent."
        corrections.add(connection, message_id, transcript.text, why, "Tango", now)
    transcript_rows.add(connection, message_id, transcript, now)
    _settle(connection, message_id, now)


def set_aside(connection: sa.Connection, message_id: str, reason: str, now: datetime) -> None:
    """Note that there will be no words, and why; words that are there already stay."""
    is_open = messages.c.state != MessageState.TRANSCRIBED
    values = {
        "state": sa.case((is_open, MessageState.SET_ASIDE), else_=messages.c.state),
        "reason": sa.case((is_open, reason), else_=messages.c.reason),
    }
    _update(connection, message_id, values)
    _settle(connection, message_id, now)


def _settle(connection: sa.Connection, message_id: str, now: datetime) -> None:
    outbox.finish_for(connection, message_id, [OutboxKind.FETCH, OutboxKind.TRANSCRIBE], now)
    for kind in (OutboxKind.EMAIL, OutboxKind.WEBHOOK):
        outbox.bring_forward(connection, message_id, kind, now)


def _update(connection: sa.Connection, message_id: str, values: dict[str, Any]) -> sa.Row[Any]:
    statement = sa.update(messages).where(messages.c.id == message_id)
    row = connection.execute(statement.values(values).returning(messages)).first()
    if row is None:
        raise RecordsError(f"There is no message {message_id}.")
    return row


_CALLER = sa.func.coalesce(messages.c.caller, sa.func.nullif(calls.c.from_, WITHHELD))


def selection() -> sa.Select[Any]:
    """Messages; a caller whom no note named is the call's, which may be noted later still."""
    columns = [column for column in messages.c if column.name != "caller"]
    origin = messages.outerjoin(calls, calls.c.call_sid == messages.c.call_sid)
    return sa.select(*columns, _CALLER.label("caller")).select_from(origin)


def find(connection: sa.Connection, message_id: str) -> Message | None:
    row = connection.execute(selection().where(messages.c.id == message_id)).first()
    return from_row(row) if row else None


def those(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[Message]:
    """All messages of which `which` holds."""
    return [from_row(row) for row in connection.execute(selection().where(which))]


def newest(
    connection: sa.Connection,
    client: str | None,
    state: MessageState | None,
    caller: str | None,
    limit: int,
    offset: int,
) -> list[Message]:
    query = selection().order_by(messages.c.received_at.desc(), messages.c.id)
    wanted = ((messages.c.client, client), (messages.c.state, state), (_CALLER, caller))
    for column, value in wanted:
        if value is not None:
            query = query.where(column == value)
    return [from_row(row) for row in connection.execute(query.limit(limit).offset(offset))]


def from_row(row: sa.Row[Any]) -> Message:
    values = row._asdict()
    reach = from_data(values.pop("reach"))
    recipient = Recipient(values.pop("recipient_name"), values.pop("recipient_email"), reach)
    transcript = transcript_rows.take(values)
    values["state"] = MessageState(values["state"])
    values["hearing"] = transcript_rows.hearing(values["hearing"])
    return Message(**values, recipient=recipient, transcript=transcript)


def to_hear(message: Message) -> Recording:
    """What the speech worker needs to know of a message's recording."""
    return Recording(
        id=message.id,
        call_sid=message.call_sid,
        client=message.client,
        caller=message.caller,
        language=message.language,
        hearing=message.hearing,
        received_at=message.received_at,
        seconds=message.seconds,
        channels=None,
        speakers=SIDES,
        recording_url=message.recording_url,
        audio=message.audio,
        audio_gone_at=message.audio_gone_at,
        state=message.state,
    )


def transcribe_again(
    connection: sa.Connection, message_id: str, hearing: TranscriptionOptions | None, now: datetime
) -> bool:
    """Promise another transcript, heard as `hearing` says; False where there is no audio."""
    row = connection.execute(
        sa.select(messages).where(messages.c.id == message_id, messages.c.audio.is_not(None))
    ).first()
    if row is None:
        return False
    news: dict[str, Any] = {"state": MessageState.RECORDED, "reason": None}
    if hearing is not None:
        news["hearing"] = asdict(hearing)
    _update(connection, message_id, news)
    payload = {"audio": row.audio, "client": row.client, "language": row.language}
    outbox.add_again(connection, OutboxKind.TRANSCRIBE, message_id, now, payload)
    return True

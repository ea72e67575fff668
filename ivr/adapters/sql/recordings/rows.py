"""Recordings to be heard, whoever owns them: a message or a conversation.

The speech worker asks for a recording by its id and gives back what came of it, and need not know
whose it is. Each function works in the transaction of the connection it is given.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from ivr.adapters.sql import outbox
from ivr.adapters.sql.messages import queries as message_queries
from ivr.adapters.sql.messages import words as message_words
from ivr.adapters.sql.programs import domain_events
from ivr.adapters.sql.recordings import conversation_rows as call_recording_book
from ivr.adapters.sql.tables import call_recordings, messages
from ivr.core.records.domain_event import DomainEvent
from ivr.core.records.message import MessageState, Transcript, TranscriptionOptions
from ivr.core.records.outbox import Promise
from ivr.core.records.recording import Recording


def find(connection: sa.Connection, recording_id: str) -> Recording | None:
    message = message_queries.find(connection, recording_id)
    if message is not None:
        return message_queries.to_hear(message)
    of_call = call_recording_book.find(connection, recording_id)
    return call_recording_book.to_hear(of_call) if of_call else None


def _is_of_call(connection: sa.Connection, recording_id: str) -> bool:
    c = call_recordings.c
    return connection.scalar(sa.select(c.id).where(c.id == recording_id)) is not None


def audio_stored(
    connection: sa.Connection,
    recording_id: str,
    audio: str,
    seconds: float,
    channels: int,
    now: datetime,
) -> None:
    if _is_of_call(connection, recording_id):
        call_recording_book.audio_stored(connection, recording_id, audio, seconds, channels, now)
    else:
        message_words.audio_stored(connection, recording_id, audio, seconds, now)


def transcribed(
    connection: sa.Connection,
    recording_id: str,
    transcript: Transcript,
    now: datetime,
    promise: Promise | None,
) -> bool:
    """Note the words, unless the `promise` was kept meanwhile, or given anew."""
    of_call = _is_of_call(connection, recording_id)
    c = (call_recordings if of_call else messages).c
    connection.execute(sa.select(c.id).where(c.id == recording_id).with_for_update())
    if promise and not outbox.is_open(connection, promise):
        return False
    rows = call_recording_book if of_call else message_words
    rows.transcribed(connection, recording_id, transcript, now)
    if not of_call:
        _tell(connection, recording_id, now)
    return True


def set_aside(connection: sa.Connection, recording_id: str, reason: str, now: datetime) -> None:
    if _is_of_call(connection, recording_id):
        call_recording_book.set_aside(connection, recording_id, reason, now)
        return
    message_words.set_aside(connection, recording_id, reason, now)
    _tell(connection, recording_id, now)


def _tell(connection: sa.Connection, message_id: str, now: datetime) -> None:
    """Promise to tell whether a message has words now, each time that it was heard."""
    c = messages.c
    query = sa.select(c.client, c.call_sid, c.state).where(c.id == message_id)
    row = connection.execute(query).one()
    has_words = row.state == MessageState.TRANSCRIBED
    what = DomainEvent.MESSAGE_TRANSCRIBED if has_words else DomainEvent.MESSAGE_SET_ASIDE
    once = f"{message_id}-{now.timestamp()}"
    domain_events.tell(
        connection, what, row.client, once, now, message=message_id, call=row.call_sid
    )


def transcribe_again(
    connection: sa.Connection,
    recording_id: str,
    hearing: TranscriptionOptions | None,
    now: datetime,
) -> bool:
    if _is_of_call(connection, recording_id):
        return call_recording_book.transcribe_again(connection, recording_id, hearing, now)
    return message_words.transcribe_again(connection, recording_id, hearing, now)

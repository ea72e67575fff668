"""From a message's recording to its words: the audio is stored, then transcribed or set aside.

Each function works in the transaction of the connection it is given.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ivr.adapters.sql import outbox
from ivr.adapters.sql.messages import corrections
from ivr.adapters.sql.recordings import transcripts as transcript_rows
from ivr.adapters.sql.search import index as search
from ivr.adapters.sql.tables import messages
from ivr.core.records.message import MessageState, Transcript, TranscriptionOptions
from ivr.core.records.outbox import OutboxKind
from ivr.errors import RecordsError

CARRIER_KEEPS = timedelta(hours=1)
"""The carrier's copy of a recording is kept this long after ours is on the disk."""


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

"""How recordings of conversations are kept: what the carrier says of one becomes a row, and its
work is promised.

It may say it more than once and in any order, with the same result. Each function works in the
transaction of the connection it is given.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from ivr.adapters.sql import outbox
from ivr.adapters.sql.calls import snapshots as calls
from ivr.adapters.sql.messages.words import CARRIER_KEEPS
from ivr.adapters.sql.queue import call_back_repository as call_back_book
from ivr.adapters.sql.recordings import transcripts as transcript_rows
from ivr.adapters.sql.search import index as search
from ivr.adapters.sql.tables import call_recordings, insert, legs
from ivr.core.records.message import MessageState, Transcript, TranscriptionOptions
from ivr.core.records.numbers import WITHHELD
from ivr.core.records.outbox import OutboxKind
from ivr.core.records.recording import CallRecordingNote, ConversationRecording, Recording
from ivr.errors import RecordsError

CHANNELS = 2
"""The caller has one to themselves, as far as the carrier has kept them apart."""

NOBODYS = (
    "Nobody knows of a conversation that this is a recording of, so it was not fetched; the "
    "carrier still has it."
)


def keep(connection: sa.Connection, note: CallRecordingNote, now: datetime) -> str:
    """Note what the carrier says of a recording. Returns its id."""
    known = _insert_or_lock(connection, note)
    news = {
        "call_sid": known.call_sid or note.call_sid,
        "client": known.client or note.client,
        "caller": known.caller or note.caller,
        "recording_url": known.recording_url or note.recording_url,
        "began_at": min(known.began_at, note.began_at),
        # Once stored, the audio itself says how long it is.
        "seconds": known.seconds if known.audio else max(known.seconds, note.seconds),
    }
    if known.client is None and note.client is not None:  # it was nobody's until now
        told = ("language", "transcribe", "speakers")
        news |= {name: getattr(note, name) for name in told} | {"hearing": asdict(note.hearing)}
    news |= _standing(known, news, note.absent, now)
    row = _update(connection, known.id, news)
    if row.state == MessageState.RECORDED and row.recording_url and row.audio_gone_at is None:
        payload = {"recording_sid": row.recording_sid, "client": row.client}
        outbox.add(connection, OutboxKind.FETCH, row.id, now, payload)
    return str(row.id)


def _insert_or_lock(connection: sa.Connection, note: CallRecordingNote) -> sa.Row[Any]:
    """The row of this recording, made of `note` if there was none, locked for this transaction."""
    row = asdict(note) | {"id": uuid4().hex, "state": MessageState.RECORDED}
    row |= {"call_sid": None, "client": None, "recording_url": None}  # merged like any later note
    del row["absent"]
    statement = insert(connection, call_recordings).values(row)
    connection.execute(statement.on_conflict_do_nothing(index_elements=["recording_sid"]))
    query = sa.select(call_recordings).where(call_recordings.c.recording_sid == note.recording_sid)
    return connection.execute(query.with_for_update()).one()


def _standing(
    known: sa.Row[Any], news: dict[str, Any], absent: str | None, now: datetime
) -> dict[str, Any]:
    """How far the recording is: there may be nothing to fetch. That there is counts for more."""
    if known.audio or known.stored_at or known.text is not None:
        return {}
    missing = NOBODYS if news["client"] is None else absent if not news["recording_url"] else None
    if missing:
        return {"state": MessageState.SET_ASIDE, "reason": missing, "settled_at": now}
    fetched_in_vain = known.state == MessageState.SET_ASIDE and known.recording_url
    if fetched_in_vain and known.client is not None:
        return {}
    return {"state": MessageState.RECORDED, "reason": None, "settled_at": None}


Origin = tuple[str, str | None, str | None]
"""A call's SID, its client, and the caller."""


def origin(connection: sa.Connection, conversation: str) -> Origin | None:
    """Whose a conversation was, by the legs that were rung for it; None where none was told of."""
    rung = legs.c.key.startswith(f"{conversation} ", autoescape=True)
    call_sid = connection.scalar(sa.select(legs.c.call_sid).where(rung).limit(1))
    if call_sid is None:
        return None
    call = calls.find(connection, call_sid)
    if call is not None:
        return call_sid, call.client, None if call.from_ == WITHHELD else call.from_
    call_back = call_back_book.find(connection, call_sid)
    return (call_sid, call_back.client, call_back.number) if call_back else None


def audio_stored(
    connection: sa.Connection,
    recording_id: str,
    audio: str,
    seconds: float,
    channels: int,
    now: datetime,
) -> None:
    """Note where the audio is, and promise its transcription where the client wants words."""
    values = {"audio": audio, "seconds": seconds, "channels": channels, "stored_at": now}
    row = _update(connection, recording_id, values)
    outbox.finish_for(connection, recording_id, [OutboxKind.FETCH], now)
    if row.transcribe:
        outbox.add(connection, OutboxKind.TRANSCRIBE, recording_id, now, _payload(row))
    copy = {"recording_sid": row.recording_sid, "client": row.client}
    outbox.add(connection, OutboxKind.DISCARD, recording_id, now + CARRIER_KEEPS, copy)


def _payload(row: sa.Row[Any]) -> dict[str, Any]:
    return {"audio": row.audio, "client": row.client, "language": row.language}


def transcribed(
    connection: sa.Connection, recording_id: str, transcript: Transcript, now: datetime
) -> None:
    """Note the words. Earlier transcripts stay beside them."""
    values = {
        "state": MessageState.TRANSCRIBED,
        "reason": None,
        "settled_at": now,
        "stretches": transcript_rows.stretches(transcript),
        **transcript_rows.heard(transcript),
    }
    row = _update(connection, recording_id, values)
    search.keep_call_recording(connection, row)
    transcript_rows.add(connection, recording_id, transcript, now)
    _finish(connection, recording_id, now)


def set_aside(connection: sa.Connection, recording_id: str, reason: str, now: datetime) -> None:
    """Note that there will be no words, and why; words that are there already stay."""
    is_open = call_recordings.c.state != MessageState.TRANSCRIBED
    news = {"state": MessageState.SET_ASIDE, "reason": reason, "settled_at": now}
    c = call_recordings.c
    _update(
        connection,
        recording_id,
        {name: sa.case((is_open, value), else_=c[name]) for name, value in news.items()},
    )
    _finish(connection, recording_id, now)


def _finish(connection: sa.Connection, recording_id: str, now: datetime) -> None:
    outbox.finish_for(connection, recording_id, [OutboxKind.FETCH, OutboxKind.TRANSCRIBE], now)


def transcribe_again(
    connection: sa.Connection,
    recording_id: str,
    hearing: TranscriptionOptions | None,
    now: datetime,
) -> bool:
    """Promise another transcript, heard as `hearing` says; False where there is no audio."""
    found = find(connection, recording_id)
    if found is None or found.audio is None:
        return False
    news: dict[str, Any] = {"state": MessageState.RECORDED, "reason": None, "settled_at": None}
    if hearing is not None:
        news["hearing"] = asdict(hearing)
    row = _update(connection, recording_id, news)
    outbox.add_again(connection, OutboxKind.TRANSCRIBE, recording_id, now, _payload(row))
    return True


def _update(connection: sa.Connection, recording_id: str, values: dict[str, Any]) -> sa.Row[Any]:
    statement = sa.update(call_recordings).where(call_recordings.c.id == recording_id)
    row = connection.execute(statement.values(values).returning(call_recordings)).first()
    if row is None:
        raise RecordsError(f"There is no recording {recording_id}.")
    return row


def find(connection: sa.Connection, recording_id: str) -> ConversationRecording | None:
    found = those(connection, call_recordings.c.id == recording_id)
    return found[0] if found else None


def those(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[ConversationRecording]:
    """All recordings of which `which` holds, the first one first."""
    query = sa.select(call_recordings).where(which).order_by(call_recordings.c.began_at)
    return [_from_row(row) for row in connection.execute(query)]


def newest(
    connection: sa.Connection, client: str | None, state: MessageState | None, limit: int
) -> list[ConversationRecording]:
    c = call_recordings.c
    query = sa.select(call_recordings).order_by(c.began_at.desc(), c.id).limit(limit)
    for column, value in ((c.client, client), (c.state, state)):
        if value is not None:
            query = query.where(column == value)
    return [_from_row(row) for row in connection.execute(query)]


def _from_row(row: sa.Row[Any]) -> ConversationRecording:
    values = row._asdict()
    transcript = transcript_rows.take(values)
    values["state"] = MessageState(values["state"])
    values["hearing"] = transcript_rows.hearing(values["hearing"])
    values["speakers"] = tuple(values["speakers"])
    return ConversationRecording(**values, transcript=transcript)


def to_hear(found: ConversationRecording) -> Recording:
    """What the speech worker needs to know of it."""
    return Recording(
        id=found.id,
        call_sid=found.call_sid,
        client=found.client or "",
        caller=found.caller,
        language=found.language,
        hearing=found.hearing,
        received_at=found.began_at,
        seconds=found.seconds,
        channels=CHANNELS,
        speakers=found.speakers,
        recording_url=found.recording_url,
        audio=found.audio,
        audio_gone_at=found.audio_gone_at,
        state=found.state,
    )

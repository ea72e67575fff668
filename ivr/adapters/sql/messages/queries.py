"""Messages as they are read from their rows."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ivr.adapters.sql.recordings import transcripts as transcript_rows
from ivr.adapters.sql.tables import calls, messages
from ivr.core.delivery.contact_points import from_data
from ivr.core.records.message import Message, MessageState, Recipient
from ivr.core.records.numbers import WITHHELD
from ivr.core.records.recording import Recording

SIDES = ("caller", "agency")
"""Whose voices the channels of a call's recording hold: the first is the leg on which it began, the
second whom that was put through to (Twilio, `<Dial>`, dual-channel recordings:
https://www.twilio.com/docs/voice/twiml/dial#record)."""

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

"""What the carrier tells of the recordings of conversations → the records.

https://www.twilio.com/docs/voice/twiml/conference#attributes-recording-status-callback
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import structlog

from ivr.carrier.webhooks import Form, whole
from ivr.conversation.floor import Floor
from ivr.conversation.voices import UNKNOWN, speakers
from ivr.errors import UnknownClient
from ivr.flow.library import Library
from ivr.language.phrases import FALLBACK
from ivr.nodes.base import Kind
from ivr.records import Records
from ivr.records.messages.message import Hearing
from ivr.records.recordings.recording import CallRecordingNote

log = structlog.get_logger()

COMPLETED, IN_PROGRESS = "completed", "in-progress"


@dataclass(frozen=True, slots=True)
class CallRecordingKeeper:
    """Keeps what is told, with what is known of the conversation and its client."""

    library: Library[Kind]
    records: Records
    floor: Floor

    def told(self, conversation_id: str, form: Form, now: datetime) -> None:
        """Keep what a callback says. Raises `RecordsError` and `StateUnavailable`, so that the
        carrier tells it again."""
        status = form.get("RecordingStatus", COMPLETED)
        if status == IN_PROGRESS:
            return
        there = status == COMPLETED
        seconds = whole(form.get("RecordingDuration"))
        note = CallRecordingNote(
            recording_sid=form["RecordingSid"],
            conversation=conversation_id,
            call_sid=None,
            client=None,
            caller=None,
            language=FALLBACK,
            began_at=_began(form.get("RecordingStartTime"), now - timedelta(seconds=seconds)),
            seconds=seconds,
            speakers=UNKNOWN,
            recording_url=form["RecordingUrl"] if there else None,
            absent=None if there else f"The carrier has no recording of it ({status}).",
        )
        note = self._of_client(self._of_conversation(note))
        recording_id = self.records.call_recordings.keep(note, now)
        tell = log.info if note.client else log.error
        tell(
            "conversation.recorded" if note.client else "recording.of_nobody",
            conversation=conversation_id,
            recording=recording_id,
            recording_sid=note.recording_sid,
            client=note.client,
            status=status,
        )

    def _of_conversation(self, note: CallRecordingNote) -> CallRecordingNote:
        """With whose it is: Redis knows that for a day, the records from the legs of the call."""
        known = self.floor.conversation(note.conversation)
        if known is not None:
            return replace(
                note,
                call_sid=known.call_sid,
                client=known.client,
                caller=known.caller or None,
                # The carrier tells whole seconds; it does not record before the two have met.
                began_at=max(note.began_at, known.talking_since or note.began_at),
                speakers=speakers(known),
            )
        origin = self.records.call_recordings.origin(note.conversation)
        if origin is None:
            return note
        call_sid, client, caller = origin
        return replace(note, call_sid=call_sid, client=client, caller=caller)

    def _of_client(self, note: CallRecordingNote) -> CallRecordingNote:
        """With what the client wishes. Of one whose file is gone the recording is only kept."""
        if note.client is None:
            return note
        try:
            flow = self.library.flow(note.client)
        except UnknownClient:
            return replace(note, transcribe=False)
        return replace(
            note,
            language=flow.client.language,
            transcribe=flow.client.recording.transcribe,
            hearing=Hearing(flow.names, **flow.client.speech.model_dump()),
        )


def _began(told: str | None, otherwise: datetime) -> datetime:
    try:
        began = parsedate_to_datetime(told or "")
    except ValueError:
        return otherwise
    return began if began.tzinfo else began.replace(tzinfo=UTC)

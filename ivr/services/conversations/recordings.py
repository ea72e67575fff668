"""What the carrier tells of the recordings of conversations → the records.

https://www.twilio.com/docs/voice/twiml/conference#attributes-recording-status-callback
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from ivr.core.conversation.voices import UNKNOWN, speakers
from ivr.core.language.phrases import FALLBACK
from ivr.core.records.message import TranscriptionOptions
from ivr.core.records.recording import CallRecordingNote
from ivr.errors import UnknownClient
from ivr.services.conversations.conversation_service import ConversationService
from ivr.services.facts import ConversationRecorded
from ivr.services.protocols.clients import Library
from ivr.services.protocols.records import Records

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class CallRecordingKeeper:
    """Keeps what is told, with what is known of the conversation and its client."""

    library: Callable[[], Library]
    records: Records
    conversations: ConversationService

    def keep(self, fact: ConversationRecorded) -> None:
        """Write what a callback said into the records, twice without harm. Raises `RecordsError`
        and `StateUnavailable`."""
        absent = f"The carrier has no recording of it ({fact.status})."
        note = CallRecordingNote(
            recording_sid=fact.recording_sid,
            conversation=fact.conversation,
            call_sid=None,
            client=None,
            caller=None,
            language=FALLBACK,
            began_at=fact.began_at or fact.at - timedelta(seconds=fact.seconds),
            seconds=fact.seconds,
            speakers=UNKNOWN,
            recording_url=fact.recording_url,
            absent=None if fact.recording_url else absent,
        )
        note = self._of_client(self._of_conversation(note))
        recording_id = self.records.call_recordings.keep(note, fact.at)
        tell = log.info if note.client else log.error
        tell(
            "conversation.recorded" if note.client else "recording.of_nobody",
            conversation=fact.conversation,
            recording=recording_id,
            recording_sid=note.recording_sid,
            client=note.client,
            status=fact.status,
        )

    def _of_conversation(self, note: CallRecordingNote) -> CallRecordingNote:
        """With whose it is: Redis knows that for a day, the records from the legs of the call."""
        known = self.conversations.conversation(note.conversation)
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
            flow = self.library().flow(note.client)
        except UnknownClient:
            return replace(note, transcribe=False)
        return replace(
            note,
            language=flow.client.language,
            transcribe=flow.client.recording.transcribe,
            hearing=TranscriptionOptions(flow.names, **flow.client.speech.model_dump()),
        )

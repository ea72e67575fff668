"""What webhooks say that must reach the records, as values.

The carrier says each of them once, so each is in the records, or in the journal of facts, before
the webhook is answered (see `ivr.services.intake`). Writing one twice does no harm: each has a
name of the carrier's by which the second is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import AwareDatetime

from ivr.core.text_receipt import TextReceipt
from ivr.records.messages.message import MessageNote, RecordingNote
from ivr.records.messages.texts import TextNote, TextReceived


@dataclass(frozen=True, slots=True)
class CallEnded:
    """A call of which no turn is known has ended. Numbers are as the carrier gave them."""

    call_sid: str
    at: AwareDatetime
    outcome: str
    from_: str
    to: str


@dataclass(frozen=True, slots=True)
class TextRequested:
    """A call has asked for a text to be sent."""

    note: TextNote
    at: AwareDatetime


@dataclass(frozen=True, slots=True)
class ConversationRecorded:
    """The recording of a conversation is there, or will never be.

    `status` is the carrier's, `seconds` the length of the audio, `began_at` when the carrier says
    that it began; `recording_url` is None where there is no recording.
    """

    conversation: str
    recording_sid: str
    status: str
    seconds: int
    began_at: AwareDatetime | None
    recording_url: str | None
    at: AwareDatetime


@dataclass(frozen=True, slots=True)
class CallerServed:
    """An operator has a caller on the line, so a call back to them is no longer needed."""

    client: str
    number: str
    at: AwareDatetime


Fact = (
    MessageNote
    | RecordingNote
    | CallEnded
    | TextRequested
    | TextReceived
    | ConversationRecorded
    | CallerServed
    | TextReceipt
)

KINDS: Mapping[str, type[Fact]] = {
    "message": MessageNote,
    "recording": RecordingNote,
    "call_ended": CallEnded,
    "text_requested": TextRequested,
    "text_received": TextReceived,
    "conversation_recorded": ConversationRecorded,
    "caller_served": CallerServed,
    "text_receipt": TextReceipt,
}
"""Each kind of fact by the name under which the journal has it."""


def kind_of(fact: Fact) -> str:
    """The name of the fact's kind."""
    return next(name for name, type_ in KINDS.items() if isinstance(fact, type_))

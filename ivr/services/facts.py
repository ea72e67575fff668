"""What webhooks report and the records must hold, as values.

The carrier reports each fact once, so each is in the records or in the journal of facts before the
webhook is answered (see `ivr.services.intake`). Recording a fact twice does no harm: each carries
an identifier of the carrier's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import AwareDatetime

from ivr.core.records.message import MessageNote, RecordingNote
from ivr.core.records.text_message import TextNote, TextReceived
from ivr.core.text_receipt import TextReceipt


@dataclass(frozen=True, slots=True)
class CallEnded:
    """A call without any known turn has ended. Numbers are as the carrier gave them."""

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
    """The recording of a conversation is available, or never will be.

    `status` is the carrier's; `seconds` is the length of the audio; `began_at` is when the carrier
    says that it began; `recording_url` is None if there is no recording.
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
    """An operator is talking to a caller, who no longer needs to be called back."""

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
"""Each kind of fact, under its name in the journal."""


def kind_of(fact: Fact) -> str:
    """Return the name of the fact's kind."""
    return next(name for name, type_ in KINDS.items() if isinstance(fact, type_))

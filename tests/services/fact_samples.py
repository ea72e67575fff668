"""One fact of each kind, with everything in it that a fact may have."""

from __future__ import annotations

from dataclasses import replace

from ivr.core.delivery.contact_points import ContactPoint, Hook
from ivr.core.delivery.plan import Channel, DeliveryPreferences
from ivr.core.records.message import (
    MessageNote,
    Missing,
    Recipient,
    RecordingNote,
    TranscriptionOptions,
)
from ivr.core.records.text_message import TextNote, TextReceived
from ivr.core.text_receipt import TextReceipt
from ivr.services.facts import CallEnded, CallerServed, ConversationRecorded, Fact, TextRequested
from tests.adapters.sql.records_samples import NOON, message_note, recording_note

IAN = Recipient(
    "Ian Frost",
    "ian@rainbowfrost.example",
    ContactPoint(
        person="ian",
        phone="+447700900123",
        hook=Hook("https://frost.example", "FROST"),
        wishes=DeliveryPreferences(channels=(Channel.SMS, Channel.EMAIL)),
    ),
)


def message(**changes: str) -> MessageNote:
    hearing = TranscriptionOptions(("Ian Frost",), "vosk", None, mask_cards=False)
    return message_note(recipient=IAN, hearing=hearing, **changes)


def recording() -> RecordingNote:
    url = "https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1"
    return recording_note(recipient=IAN, recording_url=url)


FACTS: tuple[Fact, ...] = (
    message(),
    recording(),
    replace(recording(), recording_url=None, missing=Missing.FAILED),
    CallEnded("CA2", NOON, "hung up", "anonymous", "+441604529170"),
    TextRequested(
        TextNote(
            client="rainbow-frost",
            call_sid="CA1",
            turn=3,
            node="confirm",
            to="+447700900009",
            from_="+441604529170",
            body="We will call you.",
        ),
        NOON,
    ),
    TextReceived(
        message_sid="SM1",
        client="rainbow-frost",
        from_="+447700900123",
        to="+441604529170",
        body="What time?",
        received_at=NOON,
    ),
    ConversationRecorded("room-1", "RE2", "completed", 31, None, "https://api.twilio.com/x", NOON),
    CallerServed("rainbow-frost", "+441632960001", NOON),
    TextReceipt(message_sid="SM2", status="undelivered", error=30005, at=NOON, delivery="d" * 32),
)

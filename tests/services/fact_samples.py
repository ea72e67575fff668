"""One fact of each kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ivr.core.text_receipt import TextReceipt
from ivr.delivery.plan import Channel, Wishes
from ivr.delivery.reach import ContactPoint, Hook
from ivr.jobs.job import FollowUpTerms, Opening, Owner, OwnerKind
from ivr.records.messages.message import (
    MessageNote,
    Missing,
    Recipient,
    RecordingNote,
    TranscriptionOptions,
)
from ivr.records.messages.texts import TextNote, TextReceived
from ivr.services.facts import (
    CallEnded,
    CallerServed,
    ConversationRecorded,
    Fact,
    TextRequested,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OPENING = Opening(
    owner=Owner(OwnerKind.PERSON, "ian", "Ian Frost"),
    due_at=NOON + timedelta(hours=4),
    terms=FollowUpTerms(remind=("sms",), before=3600, grace=7200, line=("maya",)),
    action="Ring the caller back",
)
IAN = Recipient(
    "Ian Frost",
    "ian@rainbowfrost.example",
    ContactPoint(
        person="ian",
        phone="+447700900123",
        hook=Hook("https://frost.example", "FROST"),
        wishes=Wishes(channels=(Channel.SMS, Channel.EMAIL)),
    ),
)


def message(**changes: str) -> MessageNote:
    return MessageNote(
        recording_sid=changes.get("recording_sid", "RE1"),
        call_sid="CA1",
        client="rainbow-frost",
        caller="+441632960001",
        kind="message",
        node="take_message",
        fields={"reason": "a leak"},
        seconds=12,
        received_at=NOON,
        language="en-GB",
        timezone="Europe/London",
        client_name="Rainbow Frost",
        recipient=IAN,
        opening=OPENING,
        hearing=TranscriptionOptions(("Ian Frost",), "vosk", None, mask_cards=False),
    )


def recording() -> RecordingNote:
    return RecordingNote(
        recording_sid="RE1",
        call_sid="CA1",
        client="rainbow-frost",
        kind="message",
        node="take_message",
        recording_url="https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1",
        seconds=12,
        received_at=NOON,
        language="en-GB",
        timezone="Europe/London",
        client_name="Rainbow Frost",
        recipient=IAN,
        opening=OPENING,
    )


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

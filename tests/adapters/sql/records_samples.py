"""Values for the tests of the records."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ivr.core.jobs.job import FollowUpTerms, Opening, Owner, OwnerKind
from ivr.core.records.call_snapshot import CallSnapshot
from ivr.core.records.message import MessageNote, Recipient, RecordingNote, Transcript, Word
from ivr.core.records.timeline import CallEvent, LegNote, LegRole, PathStep, TurnNote

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
IAN = Recipient("Ian Frost", "ian@rainbowfrost.example")
OPENING = Opening(
    owner=Owner(OwnerKind.PERSON, "ian", "Ian Frost"),
    due_at=NOON + timedelta(hours=4),
    terms=FollowUpTerms(remind=("sms",), before=3600, grace=7200, line=("maya",)),
    action="Ring the caller back",
)
HEARD = Transcript(
    "the ceiling drips",
    (Word("the", 0.1, 0.2, 0.9), Word("ceiling", 0.2, 0.8, 1.0), Word("drips", 0.9, 1.4, 0.61)),
    "vosk",
    "vosk-model-small-en-us-0.15",
)
LATER = NOON + timedelta(seconds=20)
FIRST = TurnNote(
    call_sid="CA1",
    number=0,
    at=NOON,
    version="v1",
    event="started",
    way=(PathStep("greet", "acme.yaml", 5, "next"), PathStep("main", "acme.yaml", 6)),
)
RINGS = LegNote(
    key="CA1 dial 1", call_sid="CA1", role=LegRole.PERSON, to="+447700900123", started_at=NOON
)
SECOND = TurnNote(
    call_sid="CA1",
    number=1,
    at=LATER,
    version="v1",
    event="pressed",
    said="2",
    facts={"seconds": 3},
    way=(PathStep("main", "acme.yaml", 6, "2"), PathStep("ring", "acme.yaml", 9)),
    legs=(RINGS,),
)
HELD = CallEvent(once="room-1 hold 1", call_sid="CA1", at=LATER, what="put on hold", who="sam")


def snapshot(**changes: Any) -> CallSnapshot:
    """A call after its first turn."""
    usual = CallSnapshot(
        call_sid="CA1",
        client="rainbow-frost",
        from_="+441632960001",
        to="+441604529170",
        started_at=NOON,
        flow_version="v1",
        turn=0,
        path=("greet",),
    )
    return replace(usual, **changes)


def message_note(**changes: Any) -> MessageNote:
    """What the call's turn says of a recording."""
    usual = MessageNote(
        recording_sid="RE1",
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
    )
    return replace(usual, **changes)


def recording_note(**changes: Any) -> RecordingNote:
    """What the carrier says of the same recording."""
    usual = RecordingNote(
        recording_sid="RE1",
        call_sid="CA1",
        client="rainbow-frost",
        kind="message",
        node="take_message",
        recording_url="https://carrier.example/RE1",
        seconds=12,
        received_at=NOON,
        language="en-GB",
        timezone="Europe/London",
        client_name="Rainbow Frost",
        recipient=IAN,
        opening=OPENING,
    )
    return replace(usual, **changes)

"""What the carrier tells of the recording of a conversation."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ivr.adapters.twilio.webhooks import Form, whole
from ivr.services.facts import ConversationRecorded

COMPLETED, IN_PROGRESS = "completed", "in-progress"


def conversation_recorded(
    conversation_id: str, form: Form, now: datetime
) -> ConversationRecorded | None:
    """What a callback says; None where the recording still goes on."""
    status = form.get("RecordingStatus", COMPLETED)
    if status == IN_PROGRESS:
        return None
    return ConversationRecorded(
        conversation=conversation_id,
        recording_sid=form["RecordingSid"],
        status=status,
        seconds=whole(form.get("RecordingDuration")),
        began_at=_moment(form.get("RecordingStartTime")),
        recording_url=form["RecordingUrl"] if status == COMPLETED else None,
        at=now,
    )


def _moment(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

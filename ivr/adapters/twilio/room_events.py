"""What the carrier tells of a conference and of its participants' calls → events."""

from __future__ import annotations

from ivr.adapters.twilio.webhooks import Form, whole
from ivr.core.conversation.events import Event, Joined, Left, RoomEnded, Started, Why

_WHY = {
    "busy": Why.BUSY,
    "no-answer": Why.NO_ANSWER,
    "failed": Why.FAILED,
    "canceled": Why.CANCELED,
}
MODERATOR_LEFT, ENDED_BY_US = "moderator_ended_conference", "conference_ended_via_api"
"""The values of `ReasonParticipantLeft` of those who did not leave of their own accord."""

NEVER_CAME = "participant_add_failed"
MODERATORS_EXIT = "participant-with-end-conference-on-exit"
"""How `ReasonConferenceEnded` begins where somebody's leaving ended it for all."""


def room_event(form: Form) -> Event | None:
    """What a conference's status callback says; None for what is of no interest.

    https://www.twilio.com/docs/voice/twiml/conference#attributes-status-callback
    """
    label = form.get("ParticipantLabel", "")
    match form.get("StatusCallbackEvent"):
        case "participant-join":
            number = whole(form.get("SequenceNumber"))
            return Joined(label, form.get("CallSid", ""), number)
        case "conference-start":
            return Started()
        case "participant-leave":
            return _leave(form, label)
        case "conference-end":
            return RoomEnded(form.get("ReasonConferenceEnded", "").startswith(MODERATORS_EXIT))
        case _:
            return None


def _leave(form: Form, label: str) -> Event:
    match form.get("ReasonParticipantLeft"):
        case reason if reason in (MODERATOR_LEFT, ENDED_BY_US):
            return RoomEnded(left=reason == MODERATOR_LEFT)
        case reason:
            was_in = reason != NEVER_CAME
            return Left(
                label, why(form.get("ParticipantCallStatus")), form.get("CallSid", ""), was_in
            )


def why(status: str | None) -> Why:
    """Why somebody is there no more, by the status of their call."""
    return _WHY.get(status or "", Why.HUNG_UP)

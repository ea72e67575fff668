"""What the carrier tells of a room and of its people's calls → events of the conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog

from ivr.adapters.twilio.rest.conferences import TwilioConferences
from ivr.adapters.twilio.webhooks import Form, whole
from ivr.core.conversation.events import Event, Joined, Left, RoomEnded, Started, Why
from ivr.core.conversation.state import PartyState, Phase
from ivr.core.queue.entry import room_of
from ivr.errors import CallGone, CarrierError
from ivr.services.conversations.conversation_service import ConversationService

log = structlog.get_logger()

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


@dataclass(frozen=True, slots=True)
class Legs:
    """Tells conversations of what happens in their rooms, and of calls that are over."""

    conversations: ConversationService
    conferences: TwilioConferences

    def in_room(self, conversation_id: str, event: Event, now: datetime) -> None:
        """Something has happened in a conversation's room.

        Where nobody knows the conversation any more, as Redis has lost it, and somebody leaves,
        who is left would be alone: the room ends, and each goes on where they were before it.
        """
        if self.conversations.event(conversation_id, event, now) is not None or not isinstance(
            event, Left
        ):
            return
        log.warning("room.ended_as_forgotten", conversation=conversation_id)
        try:
            self.conferences.end(room_of(conversation_id))
        except CallGone:
            pass  # it has ended
        except CarrierError as error:  # then it is a stray room, and ends a little later
            log.warning("conversation.room_unknown", error=str(error))

    def ended(self, conversation_id: str, label: str, form: Form, now: datetime) -> None:
        """A party's call is over.

        Callbacks come in any order. Of somebody who was in the room we may not have heard yet
        that it has ended for all; so the carrier is asked.
        """
        conversation = self.conversations.conversation(conversation_id)
        party = conversation.labelled(label) if conversation else None
        if conversation is None or party is None or conversation.phase is Phase.OVER:
            return
        event: Event = Left(label, why(form.get("CallStatus")), form.get("CallSid", ""))
        was_in = party.standing is PartyState.IN and conversation.met
        if was_in and not self.goes_on(conversation.id):
            event = RoomEnded()
        self.conversations.event(conversation_id, event, now)

    def goes_on(self, conversation_id: str) -> bool:
        """Whether its room does; True where the carrier cannot say so."""
        try:
            return self.conferences.conference_sid(room_of(conversation_id)) is not None
        except CarrierError as error:
            log.warning("conversation.room_unknown", error=str(error))
            return True

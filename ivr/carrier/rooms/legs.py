"""What the carrier tells of a room and of its people's calls → events of the conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog

from ivr.carrier.rest.conferences import Conferences
from ivr.carrier.webhooks import Form, whole
from ivr.conversation.events import Event, Joined, Left, RoomEnded, Why
from ivr.conversation.floor import Floor
from ivr.conversation.state import Phase, Standing
from ivr.errors import CarrierError
from ivr.operators.ticket import room_of

log = structlog.get_logger()

_WHY = {
    "busy": Why.BUSY,
    "no-answer": Why.NO_ANSWER,
    "failed": Why.FAILED,
    "canceled": Why.CANCELED,
}
ENDED_FOR_ALL = frozenset({"moderator_ended_conference", "conference_ended_via_api"})
"""The values of `ReasonParticipantLeft` of those who did not leave of their own accord."""


def room_event(form: Form) -> Event | None:
    """What a conference's status callback says; None for what is of no interest.

    https://www.twilio.com/docs/voice/twiml/conference#attributes-status-callback
    """
    label = form.get("ParticipantLabel", "")
    match form.get("StatusCallbackEvent"):
        case "participant-join":
            number = whole(form.get("SequenceNumber"))
            return Joined(label, form.get("CallSid", ""), number)
        case "participant-leave" if form.get("ReasonParticipantLeft") in ENDED_FOR_ALL:
            return RoomEnded()
        case "participant-leave":
            return Left(label, why(form.get("ParticipantCallStatus")))
        case "conference-end":
            return RoomEnded()
        case _:
            return None


def why(status: str | None) -> Why:
    """Why somebody is there no more, by the status of their call."""
    return _WHY.get(status or "", Why.HUNG_UP)


@dataclass(frozen=True, slots=True)
class Legs:
    """Tells the floor of calls that are over."""

    floor: Floor
    conferences: Conferences

    def ended(self, conversation_id: str, label: str, form: Form, now: datetime) -> None:
        """A party's call is over.

        Callbacks come in any order. Of somebody who was in the room we may not have heard yet
        that it has ended for all; so the carrier is asked.
        """
        conversation = self.floor.conversation(conversation_id)
        party = conversation.labelled(label) if conversation else None
        if conversation is None or party is None or conversation.phase is Phase.OVER:
            return
        event: Event = Left(label, why(form.get("CallStatus")))
        was_in = party.standing is Standing.IN and conversation.met
        if was_in and not self._goes_on(conversation.id):
            event = RoomEnded()
        self.floor.event(conversation_id, event, now)

    def _goes_on(self, conversation_id: str) -> bool:
        try:
            return self.conferences.conference_sid(room_of(conversation_id)) is not None
        except CarrierError as error:
            log.warning("conversation.room_unknown", error=str(error))
            return True

"""Tells conversations what happens in their rooms, and to the calls of their people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog

from ivr.core.conversation.events import Event, Left, RoomEnded, Why
from ivr.core.conversation.state import PartyState, Phase
from ivr.core.queue.entry import room_of
from ivr.errors import CallGone, CarrierError
from ivr.services.conversations.conversation_service import ConversationService
from ivr.services.protocols.carrier import Conferences

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Legs:
    """Tells conversations of what happens in their rooms, and of calls that are over."""

    conversations: ConversationService
    conferences: Conferences

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

    def ended(self, conversation_id: str, label: str, leg: str, why: Why, now: datetime) -> None:
        """A party's call, of the SID `leg`, is over.

        Callbacks come in any order. Of somebody who was in the room we may not have heard yet
        that it has ended for all; so the carrier is asked.
        """
        conversation = self.conversations.conversation(conversation_id)
        party = conversation.labelled(label) if conversation else None
        if conversation is None or party is None or conversation.phase is Phase.OVER:
            return
        event: Event = Left(label, why, leg)
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

"""Finds out what has happened and nobody told us: callbacks that were lost, or that Redis forgot.

The carrier and the queue know better than we do who is there. What they say is compared with the
conversation now and then, and becomes the events that should have come.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import structlog

from ivr.core.conversation.events import Answered, Event, Joined, Lapsed, Left, RoomEnded, Why
from ivr.core.conversation.machine import CALLER, OPERATOR
from ivr.core.conversation.state import Conversation, Party, PartyRole, PartyState, Phase
from ivr.core.queue.entry import Reservation, room_of
from ivr.errors import CarrierError
from ivr.services.protocols.carrier import Conferences, Telephone
from ivr.services.protocols.operator_queue import OperatorQueue

log = structlog.get_logger()

NOT_COMING = timedelta(seconds=30)
"""A caller is in the room so soon after the operator has answered, whatever they hear before."""

LOOK_EVERY = timedelta(seconds=40)
"""How often the carrier is asked who is in a room, the first time so long after the operator
began to be rung: by then they are in it."""

LOOK_EVERY_UNSETTLED = timedelta(seconds=10)
"""The same while somebody is on the way into it, or is rung: who comes late must not be alone."""

DOUBT = timedelta(minutes=1)
"""So long after a restart of Redis, which may have lost its last second, every conversation counts
as unsettled."""

SURE = 2
"""How often a difference must be seen in a row: the first time it may be a callback that is still
on its way."""

RUNG_OUT = 5
"""The same for somebody who is rung: it rings, they hear what it is about, and press a key."""


class ConversationReconciler:
    """Looks after the conversations that go on. Methods may raise `StateUnavailable`."""

    def __init__(
        self, queue: OperatorQueue, conferences: Conferences, telephone: Telephone
    ) -> None:
        self._queue = queue
        self._conferences = conferences
        self._telephone = telephone
        self._looked: dict[str, datetime] = {}
        self._unmet: dict[str, datetime] = {}
        self._seen: dict[str, dict[Event, int]] = {}
        self._redis_run = ""
        self._doubt_until: datetime | None = None

    def doubt_after_restart(self, redis_run: str, now: datetime) -> None:
        """Look soon at every conversation where Redis has been started anew, or we have:
        `redis_run` tells one run of Redis from another."""
        if redis_run != self._redis_run:
            self._redis_run, self._doubt_until = redis_run, now + DOUBT

    def forget_but(self, ids: Collection[str]) -> None:
        """Forget what was seen of conversations other than these, as they are over."""
        for seen in (self._looked, self._unmet, self._seen):
            for id_ in seen.keys() - set(ids):
                del seen[id_]

    def untold(self, conversation: Conversation, now: datetime) -> list[Event]:
        """What has happened that the conversation does not know of; nothing where it is over."""
        if conversation.phase is Phase.OVER:
            return []
        reservation = None if conversation.met else self._queue.reservation(conversation.id)
        if self._gone_elsewhere(conversation, reservation, now):
            return [Lapsed() if _rings(conversation) else Left(CALLER)]
        if reservation is not None and reservation.answered and _rings(conversation):
            return [self._has_answered(reservation)]
        in_doubt = self._doubt_until is not None and now < self._doubt_until
        settled = _is_settled(conversation) and not in_doubt
        every = LOOK_EVERY if settled else LOOK_EVERY_UNSETTLED
        if now - self._looked.get(conversation.id, conversation.began_at) < every:
            return []
        self._looked[conversation.id] = now
        return self._in_the_room(conversation)

    def _gone_elsewhere(
        self, conversation: Conversation, reservation: Reservation | None, now: datetime
    ) -> bool:
        """Whether the caller does not come: the queue does not keep them for the operator any
        more, or they took another way while the queue could not be told."""
        if conversation.met:
            return False
        if reservation is None:
            return True
        if conversation.callback or _rings(conversation):
            return False
        return now - self._unmet.setdefault(conversation.id, now) >= NOT_COMING

    def _has_answered(self, reservation: Reservation) -> Event:
        """What has become of an operator of whom the queue alone knows that they have answered:
        a process has died in between, or Redis has lost what was written then."""
        leg = reservation.leg or ""
        return Left(OPERATOR) if leg and self._has_ended(leg) else Answered(leg)

    def _in_the_room(self, conversation: Conversation) -> list[Event]:
        """What the carrier knows of the room, once it is sure."""
        try:
            present = self._conferences.present(room_of(conversation.id))
        except CarrierError as error:
            log.warning("conversation.room_unknown", error=str(error))
            return []
        before = self._seen.get(conversation.id, {})
        found = [RoomEnded()] if present is None else differences(conversation, present)
        seen = {event: before.get(event, 0) + 1 for event in found}
        self._seen[conversation.id] = seen
        return [
            event
            for event in found
            if seen[event] >= _sure(conversation, event) or self._is_over(conversation, event)
        ]

    def _is_over(self, conversation: Conversation, event: Event) -> bool:
        """Whether somebody who is not in the room is on no call any more, which is sure at once."""
        party = conversation.labelled(event.label) if isinstance(event, Left) else None
        return bool(party and party.leg and self._has_ended(party.leg))

    def _has_ended(self, leg: str) -> bool:
        """Whether the carrier says that a call is over; not where it cannot say."""
        try:
            return self._telephone.has_ended(leg)
        except CarrierError as error:
            log.warning("conversation.leg_unknown", error=str(error))
            return False


def differences(conversation: Conversation, present: Mapping[str, str]) -> list[Event]:
    """The events that make a conversation of what it thinks what it is. Pure.

    `present` has the call SID of everybody in the room, by their label. Who has left comes
    first, and the caller, whose leaving ends it, before all others. Who has a lease in the queue
    is the queue's to look after.
    """
    left = [
        Left(party.label, Why.NO_ANSWER if party.standing is PartyState.RINGING else Why.HUNG_UP)
        for party in sorted(conversation.parties, key=lambda one: one.role is not PartyRole.CALLER)
        if party.label not in present and not _has_a_lease(conversation, party)
    ]
    joined = [
        Joined(label, leg)
        for label, leg in present.items()
        if (party := conversation.labelled(label)) is None
        or not _known_to_be_in(conversation, party)
    ]
    return [*left, *joined]


def _known_to_be_in(conversation: Conversation, party: Party | None) -> bool:
    """A caller out of the queue is held until they have met the operator."""
    if party is None:
        return False
    if party.role is PartyRole.CALLER and not conversation.met:
        return party.standing is PartyState.IN
    return party.standing in (PartyState.IN, PartyState.HELD)


def _is_settled(conversation: Conversation) -> bool:
    """Whether everybody is in the room who is to be there; while the operator is rung, nobody is
    and the queue looks after them."""
    if _rings(conversation):
        return True
    return all(_known_to_be_in(conversation, party) for party in conversation.parties)


def _has_a_lease(conversation: Conversation, party: Party) -> bool:
    """Whether it is an operator who is rung, or a caller who is fetched for one."""
    if party.role is PartyRole.OPERATOR:
        return party.standing is PartyState.RINGING
    return party.role is PartyRole.CALLER and not (conversation.met or conversation.callback)


def _sure(conversation: Conversation, event: Event) -> int:
    if isinstance(event, RoomEnded) and _is_settled(conversation):
        return 1
    party = conversation.labelled(event.label) if isinstance(event, Left) else None
    return RUNG_OUT if party is not None and party.standing is PartyState.RINGING else SURE


def _rings(conversation: Conversation) -> bool:
    operator = conversation.party(PartyRole.OPERATOR)
    return operator is not None and operator.standing is PartyState.RINGING

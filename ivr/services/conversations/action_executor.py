"""Carries out a conversation's actions: at the carrier, in the queue, among the call backs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, assert_never

import structlog

from ivr.core.call_back import attempt
from ivr.core.conversation import actions as act
from ivr.core.conversation.actions import Action
from ivr.core.conversation.commands import Watching
from ivr.core.conversation.events import Event, Rung
from ivr.core.conversation.record import ConversationRecord
from ivr.core.conversation.state import Conversation, PartyRole
from ivr.core.queue.entry import room_of
from ivr.core.queue.facts import OfferEnd
from ivr.errors import CallGone, CarrierRefused, RecordsError, RecordsUnavailable
from ivr.services.conversations.links import MUSIC, RoomLinks
from ivr.services.protocols.carrier import Conferences, Telephone
from ivr.services.protocols.operator_queue import OperatorQueue

log = structlog.get_logger()


class CallBacks(Protocol):
    """Is told what comes of call backs, in which conversation. Each may be told twice, and late.

    Every method raises `RecordsError`.
    """

    def wanted(self, callback: str) -> bool:
        """Whether the promise still stands, so that they may be rung."""

    def reached(self, callback: str, conversation: str, call_sid: str, now: datetime) -> None:
        """Somebody has been called back, on the call of this SID."""

    def missed(self, callback: str, conversation: str, reason: str, now: datetime) -> None:
        """Nobody was reached: `busy`, `no answer`, `failed`, or `let go` by the operator."""

    def cut_off(self, callback: str, conversation: str, now: datetime) -> None:
        """Whoever was reached has lost us, and is called once more."""

    def done(self, callback: str, conversation: str, call_sid: str, now: datetime) -> None:
        """The conversation with whoever was reached, on that call, is over."""


@dataclass(frozen=True, slots=True)
class ActionExecutor:
    """Does one action at a time.

    `number` says which number is rung instead of one that a client's conversation asks for, as
    for a client in test mode; None where none is. `public_url` is our own address.
    Without `callbacks`, what they are to be told is left to a process that has them.
    """

    queue: OperatorQueue
    conferences: Conferences
    telephone: Telephone
    number: Callable[[str, str], str | None]
    callbacks: CallBacks | None
    public_url: str

    def run(self, record: ConversationRecord, action: Action, now: datetime) -> Event | None:
        """Do it; returns what has happened at once by that.

        What has been done already, or is of no use any more, is done. Raises `CarrierError`,
        `RecordsError` and `StateUnavailable`.
        """
        match action:
            case act.Ring():
                return self._ring(record.conversation, action)
            case act.Release() | act.Finish() | act.Requeue():
                self._queue(record, action, now)
            case act.Reached() | act.Missed() | act.CutOff() | act.Done():
                self._call_back(record.conversation, action, now)
            case _:
                with suppress(CallGone):  # that somebody has gone is told us too
                    self._steer(record.conversation, action)
        return None

    def _ring(self, conversation: Conversation, ring: act.Ring) -> Event:
        links, to = RoomLinks(conversation.id), ring.to
        if ring.role is PartyRole.SUPERVISOR:
            return Rung(ring.label, self._add_supervisor(conversation, ring, links))
        if not to.startswith("client:"):
            number = self.number(conversation.client, to)
            if number is None:
                raise CarrierRefused("The client is in test mode, and the agency has no telephone.")
            to = number
        page = links.third(ring.label)
        if ring.role is PartyRole.CALLER:
            if not self._wanted(conversation.callback):
                raise CarrierRefused("This call back has ended already; nobody is rung for it.")
            page = links.called_back
        leg = self.telephone.ring(to, conversation.called, page, links.leg(ring.label))
        return Rung(ring.label, leg)

    def _wanted(self, callback: str) -> bool:
        """Whether somebody is still to be called back; where nobody can say so, they are."""
        try:
            return self.callbacks is None or self.callbacks.wanted(callback)
        except RecordsError as error:
            log.warning("callback.lookup_failed", callback=callback, error=str(error))
            return True

    def _add_supervisor(self, conversation: Conversation, ring: act.Ring, links: RoomLinks) -> str:
        return self.conferences.add(
            room_of(conversation.id),
            ring.to,
            conversation.called,
            ring.label,
            status_url=f"{self.public_url}{links.leg(ring.label)}",
            muted=ring.how is Watching.LISTEN,
            coaching=_operators_leg(conversation) if ring.how is Watching.COACH else None,
        )

    def _steer(self, conversation: Conversation, action: Action) -> None:
        room, steer = room_of(conversation.id), self.conferences
        match action:
            case act.PutOnHold(label):
                steer.hold(room, label, True, f"{self.public_url}{MUSIC}")
            case act.TakeBack(label):
                steer.hold(room, label, False)
            case act.SetMute(label, muted):
                steer.mute(room, label, muted)
            case act.Coach(label, coaching):
                steer.coach(room, label, _operators_leg(conversation) if coaching else None)
            case act.SetPaused(paused):
                steer.pause_recording(room, paused)
            case act.EndWith(label):
                steer.ends_room(room, label, True)
            case act.Remove(leg):
                self.telephone.hang_up(leg)
            case act.EndRoom():
                steer.end(room)
            case _:
                raise AssertionError(f"not a request to the carrier: {action}")

    def _queue(
        self,
        record: ConversationRecord,
        action: act.Release | act.Finish | act.Requeue,
        now: datetime,
    ) -> None:
        id_ = record.conversation.id
        match action:
            case act.Release(missed, declined):
                unanswered = OfferEnd.MISSED if missed else OfferEnd.WITHDRAWN
                how = OfferEnd.DECLINED if declined else unanswered
                # The queue alone may know that they had answered, where Redis lost the rest.
                self.queue.release(id_, now, how) or self.queue.requeue(id_, now)
            case act.Finish():
                self.queue.finish(id_, now)
            case act.Requeue(to, lost):
                # The operator of a cold transfer has finished, and the queue forgotten the caller.
                if not self.queue.requeue(id_, now, to, lost):
                    self.queue.rejoin(record.ticket.anew(now, to), now)
            case _:
                assert_never(action)

    def _call_back(
        self,
        conversation: Conversation,
        action: act.Reached | act.Missed | act.CutOff | act.Done,
        now: datetime,
    ) -> None:
        callback, id_ = conversation.callback, attempt(conversation.began_at, conversation.id)
        if self.callbacks is None:
            raise RecordsUnavailable("Call backs are not kept here; the relay notes this later.")
        match action:
            case act.Reached(leg):
                self.callbacks.reached(callback, id_, leg, now)
            case act.Missed(reason):
                self.callbacks.missed(callback, id_, reason, now)
            case act.CutOff():
                self.callbacks.cut_off(callback, id_, now)
            case act.Done(leg):
                self.callbacks.done(callback, id_, leg, now)
            case _:
                assert_never(action)


def _operators_leg(conversation: Conversation) -> str | None:
    operator = conversation.party(PartyRole.OPERATOR)
    return operator.leg if operator else None

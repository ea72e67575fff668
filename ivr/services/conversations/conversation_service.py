"""`ConversationService`: every conversation of the agency, and the one place to act on them.

One process at a time acts on a conversation. The new state is written before its actions are
carried out, with what is still owed, so that a process that dies, or a carrier that cannot be
reached, leaves nobody behind: the relay does later what was not done (`tend`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from ivr.core.conversation import timeline_entries
from ivr.core.conversation.actions import OWED, Action, Ring
from ivr.core.conversation.commands import Command
from ivr.core.conversation.events import Answered, Event, Failed, Joined, Lapsed, Left
from ivr.core.conversation.machine import CALLER, OPERATOR, advance, begin
from ivr.core.conversation.record import ConversationRecord
from ivr.core.conversation.state import Conversation, Party, PartyRole, PartyState, Phase
from ivr.core.queue.entry import Reservation, room_of
from ivr.errors import (
    CallGone,
    CarrierError,
    ConversationError,
    RecordsError,
    StateUnavailable,
    TangoError,
)
from ivr.services.conversations.action_executor import ActionExecutor, CallBacks
from ivr.services.conversations.reconciler import ConversationReconciler
from ivr.services.protocols.conversations import ConversationStore
from ivr.services.protocols.operator_queue import OperatorQueue

__all__ = ["CallBacks", "ConversationService"]

log = structlog.get_logger()

PATIENCE = timedelta(seconds=20)
"""After so long, what is owed is owed by nobody who still works on it."""


class ConversationService:
    """The conversations. Every method may raise `StateUnavailable`; `now` is aware."""

    def __init__(
        self,
        store: ConversationStore,
        queue: OperatorQueue,
        executor: ActionExecutor,
        has_left: Callable[[str], bool] = lambda call_sid: False,
    ) -> None:
        """`has_left` says whether a caller whom the queue keeps does not wait any more, as they
        are leaving a message."""
        self._store = store
        self._queue = queue
        self._executor = executor
        self._has_left = has_left
        self._reconciler = ConversationReconciler(queue, executor.conferences, executor.telephone)

    def conversation(self, id_: str) -> Conversation | None:
        """The conversation of this id, also one that is over; None where it is unknown."""
        record = self._store.read(id_)
        return record.conversation if record else None

    def conversation_of(self, operator: str) -> Conversation | None:
        """The conversation that keeps `operator` busy; None where none does."""
        reservation = self._queue.reservation_of(operator)
        return self.conversation(reservation.id) if reservation else None

    def all(self) -> list[Conversation]:
        """The conversations that are not over, oldest first."""
        found = [record.conversation for record in self._store.going_on()]
        found = [each for each in found if each.phase is not Phase.OVER]
        return sorted(found, key=lambda each: each.began_at)

    def call_backs(self) -> set[str]:
        """The call backs of the conversations that are not over, or have still to say how they
        ended."""
        return {record.conversation.callback for record in self._store.going_on()} - {""}

    def begin(self, reservation: Reservation, address: str, now: datetime) -> Conversation:
        """The operator is about to be rung at `address`; begins the conversation but once."""
        with self._store.acting_on(reservation.id):
            record = self._begin(reservation, address, now)
        return record.conversation

    def command(self, id_: str, command: Command, by: str, now: datetime) -> Conversation:
        """Do as `by` asks.

        Raises `ConversationError` where that is not possible now, or the carrier has not done it:
        then it is as it was before.
        """
        with self._store.acting_on(id_):
            record = self._store.read(id_)
            if record is None:
                raise ConversationError("This conversation is over.")
            log.info("conversation.command", conversation=id_, command=_name(command), by=by)
            after, failure = self._advance(record, command, now)
            if failure is None:
                self._store.tell(timeline_entries.command(after.conversation, command, by, now))
        if failure is not None:
            raise ConversationError(f"The carrier has not done it; try again. {failure}")
        return after.conversation

    def event(self, id_: str, event: Event, now: datetime) -> Conversation | None:
        """Something has happened; None where no such conversation is known."""
        with self._store.acting_on(id_):
            record = self._store.read(id_)
            if record is None:
                return None
            if _has_forgotten_the_answer(record.conversation, event):
                self._queue.operator_answered(id_, now)
            return self._advance(record, event, now)[0].conversation

    def answered(self, reservation_id: str, leg: str, now: datetime) -> Conversation | None:
        """The operator has picked up: fetch the caller; None where there is none any more.

        The caller is fetched before the queue lets their own next turn find the room, so that
        they are never sent there twice.
        """
        with self._store.acting_on(reservation_id):
            reservation = self._queue.reservation(reservation_id)
            if reservation is None:
                self._lapsed(reservation_id, now)
                return None
            record = self._begin(reservation, "", now)
            if not reservation.answered and not reservation.ticket.callback:
                record, there = self._fetch(record, reservation, now)
                if not there:
                    self._advance(record, Left(CALLER), now)
                    return None
            kept = self._queue.operator_answered(reservation_id, now)
            what = Answered(leg) if kept else Lapsed()
            conversation = self._advance(record, what, now)[0].conversation
        return conversation if conversation.phase is not Phase.OVER else None

    def caller_gone(self, call_sid: str, now: datetime) -> None:
        """A caller's own call is over, whether or not they had come into the room."""
        for record in self._store.going_on():
            if record.conversation.call_sid == call_sid:
                self.event(record.conversation.id, Left(CALLER), now)

    def tend(self, now: datetime) -> int:
        """Do what is still owed, and let happen what nobody told us has happened; returns in how
        many conversations."""
        tended = 0
        self._reconciler.doubt_after_restart(self._store.redis_run(), now)
        going_on = self._store.going_on()
        self._reconciler.forget_but({record.conversation.id for record in going_on})
        for record in going_on:
            conversation = record.conversation
            if record.owed_since is not None and now - record.owed_since >= PATIENCE:
                self._make_good(conversation.id, now)
                tended += 1
                continue
            untold = self._reconciler.untold(conversation, now)
            for event in untold:
                log.info("conversation.untold", conversation=conversation.id, event_=_name(event))
                self.event(conversation.id, event, now)
            tended += bool(untold)
        return tended

    def _begin(self, reservation: Reservation, address: str, now: datetime) -> ConversationRecord:
        known = self._store.read(reservation.id)
        if known is not None:
            return known
        ticket = reservation.ticket
        operator = Party(
            PartyRole.OPERATOR,
            reservation.operator,
            address,
            PartyState.RINGING,
            reservation.leg,
            label=OPERATOR,
        )
        conversation = begin(
            reservation.id,
            ticket.client,
            ticket.caller,
            ticket.called,
            ticket.call_sid,
            operator,
            now,
            ticket.callback,
            ticket.recorded,
            ticket.direct,
        )
        self._store.tell(*timeline_entries.legs(None, conversation, None, now))
        return self._written(ConversationRecord(conversation, ticket))

    def _lapsed(self, id_: str, now: datetime) -> None:
        record = self._store.read(id_)
        if record is not None:
            self._advance(record, Lapsed(), now)

    def _fetch(
        self, record: ConversationRecord, reservation: Reservation, now: datetime
    ) -> tuple[ConversationRecord, bool]:
        """Send the caller to the room; False where they are not to come, or are gone.

        That they are fetched is noted first. Where a process has died since, they may be in the
        room already, and to fetch them again would take them out of it.
        """
        sid = reservation.ticket.call_sid
        if self._has_left(sid):
            log.info("operator.caller_has_left_the_line", call_sid=sid)
            self._queue.leave(sid, now)
            return record, False
        again = record.conversation.fetched
        record = self._written(replace(record, conversation=_fetched(record.conversation)))
        try:
            if not (again and self._is_there(record.conversation)):
                self._executor.telephone.redirect_caller(sid, reservation)
        except CallGone:
            self._queue.hang_up(sid, now)
            return record, False
        except CarrierError as error:  # then their own turn comes
            log.warning("operator.caller_not_fetched", call_sid=sid, error=str(error))
        return record, True

    def _is_there(self, conversation: Conversation) -> bool:
        """Whether the carrier says that the caller is in the room."""
        present = self._executor.conferences.present(room_of(conversation.id))
        return present is not None and CALLER in present

    def _advance(
        self, record: ConversationRecord, what: Event | Command, now: datetime
    ) -> tuple[ConversationRecord, TangoError | None]:
        """Let it happen and carry out what follows; also the failure that undid a command."""
        step = advance(record.conversation, what, now)
        after = replace(record, conversation=step.conversation)
        if after == record and not step.actions:
            return record, None
        owed = (*record.owed, *step.actions)
        after = replace(after, owed=owed, owed_since=_since(record, owed, now))
        after = self._written(after)
        self._store.tell(*timeline_entries.legs(record.conversation, after.conversation, what, now))
        if record.conversation.phase is not step.conversation.phase:
            _log(after.conversation, what)
        for i, action in enumerate(step.actions):
            try:
                happened = self._executor.run(after, action, now)
            except (CarrierError, RecordsError) as error:
                log.warning(
                    "conversation.action_failed",
                    conversation=record.conversation.id,
                    action=_name(action),
                    error=str(error),
                )
                if isinstance(action, OWED):
                    continue
                after = _without(after, step.actions[i:], now)
                if isinstance(what, Command):
                    return self._undo(record, after, step.actions[:i], action, now), error
                return self._advance(after, Failed(action), now)[0], error
            after = _without(after, (action,), now)
            if happened is not None:
                after = self._advance(after, happened, now)[0]
        return self._written(after), None

    def _undo(
        self,
        before: ConversationRecord,
        after: ConversationRecord,
        done: tuple[Action, ...],
        failed: Action,
        now: datetime,
    ) -> ConversationRecord:
        """A command that has come to nothing leaves things as they were."""
        if isinstance(failed, Ring) or done:
            return self._advance(after, Failed(failed), now)[0]
        return self._written(replace(after, conversation=before.conversation))

    def _make_good(self, id_: str, now: datetime) -> None:
        """Do what is owed once more; what cannot wait has failed."""
        with self._store.acting_on(id_):
            record = self._store.read(id_)
            if record is None:
                return
            for action in record.owed:
                if not isinstance(action, OWED):
                    record = _without(record, (action,), now)
                    record = self._advance(record, Failed(action), now)[0]
                    continue
                try:
                    self._executor.run(record, action, now)
                except (CarrierError, RecordsError) as error:
                    log.warning("conversation.still_owed", conversation=id_, error=str(error))
                else:
                    record = _without(record, (action,), now)
            self._written(replace(record, owed_since=now if record.owed else None))

    def _written(self, record: ConversationRecord) -> ConversationRecord:
        written = self._store.write(record)
        if written is None:
            raise StateUnavailable("Another process has acted on the conversation meanwhile.")
        return written


def _has_forgotten_the_answer(conversation: Conversation, event: Event) -> bool:
    """Whether an operator has come into the room of whom nobody knows that they have answered, as
    Redis has lost its last second: the queue is to know too."""
    operator = conversation.party(PartyRole.OPERATOR)
    rings = operator is not None and operator.standing is PartyState.RINGING
    return rings and isinstance(event, Joined) and event.label == OPERATOR


def _fetched(conversation: Conversation) -> Conversation:
    return replace(conversation, fetched=True)


def _without(
    record: ConversationRecord, actions: tuple[Action, ...], now: datetime
) -> ConversationRecord:
    left = list(record.owed)
    for action in actions:
        left.remove(action)
    owed = tuple(left)
    return replace(record, owed=owed, owed_since=_since(record, owed, now))


def _since(record: ConversationRecord, owed: tuple[Action, ...], now: datetime) -> datetime | None:
    return (record.owed_since or now) if owed else None


def _name(what: object) -> str:
    return type(what).__name__


def _log(conversation: Conversation, what: Event | Command) -> None:
    log.info(
        "conversation.phase",
        conversation=conversation.id,
        call_sid=conversation.call_sid,
        client=conversation.client,
        operator=conversation.operator,
        phase=conversation.phase.value,
        because=_name(what),
    )

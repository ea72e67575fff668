"""Keeps the operator queue in step with the call: who waits in the flow waits in the queue."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import structlog

from ivr.core.call.engine import CallFlow, Turn, advance, folded
from ivr.core.call.events import (
    Claimed,
    Dialled,
    Event,
    HungUp,
    NobodyAtWork,
    Pressed,
    QueueFull,
    QueueUnavailable,
)
from ivr.core.call.state import CallState
from ivr.core.queue.entry import QueueEntry
from ivr.errors import StateUnavailable
from ivr.services.outgoing_limits import PLACES, OutgoingLimits
from ivr.services.protocols.operator_queue import OperatorQueue

log = structlog.get_logger()


class WaitingLine:
    """The operator queue, as the turns of a call see it."""

    def __init__(self, queue: OperatorQueue, limits: OutgoingLimits | None = None) -> None:
        self._queue = queue
        self._limits = limits

    def event(self, state: CallState, event: Event, now: datetime) -> Event:
        """While a caller waits, what has happened is what the queue says of them.

        A key counts too, unless an operator is there for them.
        """
        if state.waiting is None or isinstance(event, HungUp | Claimed):
            return event
        if isinstance(event, Dialled):
            return self._after(state, event, now)
        stands = self._look(state, now)
        return event if isinstance(event, Pressed) and not isinstance(stands, Claimed) else stands

    def follow(self, flow: CallFlow, before: CallState, turn: Turn, now: datetime) -> Turn:
        """Out of the queue of the old node, into that of the new.

        Where the queue cannot be reached, or lets nobody in, the caller goes the flow's way for
        that in this turn; what they were told before they came to the queue is said all the same.
        """
        after = turn.state
        moved = after.node != before.node or after.waiting is None
        if before.waiting is not None and moved:
            self.leave(after, now)
        if after.waiting is None or (before.waiting is not None and not moved):
            return turn
        stands = QueueFull() if self._too_many(flow, after) else self._look(after, now)
        if not isinstance(stands, QueueUnavailable | QueueFull | NobodyAtWork):
            return turn
        instead = advance(flow, after, stands, now)
        said = [verb for passed in turn.passed for verb in passed.verbs]
        return replace(
            instead,
            verbs=folded([*said, *instead.verbs]),
            effects=(*turn.effects, *instead.effects),
            passed=(*turn.passed, *instead.passed),
        )

    def _too_many(self, flow: CallFlow, after: CallState) -> bool:
        """Whether the caller has had so many places that they must leave some to others."""
        if self._limits is None or after.caller is None:
            return False
        return self._limits.refused(
            PLACES, after.caller, client=flow.client_id, own=(), known=(), once=after.call_sid
        )

    def overtaken(self, winner: CallState | None, now: datetime) -> None:
        """Another turn has won: undo a joining of ours that it knows nothing of."""
        if winner is not None and winner.waiting is None:
            self.leave(winner, now)

    def leave_for_good(self, call_sid: str, now: datetime) -> None:
        """The call is over. Raises `StateUnavailable`."""
        self._queue.hang_up(call_sid, now)

    def _look(self, state: CallState, now: datetime) -> Event:
        """Join if need be, and say how things stand."""
        terms, since = state.waiting, state.waiting_since
        if terms is None or since is None:
            return QueueUnavailable()
        ticket = QueueEntry(
            call_sid=state.call_sid,
            client=state.client,
            caller=state.caller or "",
            called=state.called,
            priority=terms.priority,
            skills=terms.skills,
            joined_at=since,
            max_wait=terms.max_wait,
            circles=terms.circles,
            wrap_up=terms.wrap_up,
            recorded=terms.recorded,
        )
        try:
            return self._queue.wait(ticket, now, terms.max_before, terms.estimate)
        except StateUnavailable as error:
            log.error("queue.unavailable", call_sid=state.call_sid, error=str(error))
            return QueueUnavailable()

    def _after(self, state: CallState, talked: Dialled, now: datetime) -> Event:
        """The caller comes out of a room: their talk is over, or they are to wait once more."""
        try:
            stands = self._queue.look(state.call_sid, now)
        except StateUnavailable as error:
            log.error("queue.unavailable", call_sid=state.call_sid, error=str(error))
            return talked
        same = isinstance(stands, Claimed) and stands.room == state.memory.get("room")
        return talked if stands is None or same else stands

    def leave(self, state: CallState, now: datetime) -> None:
        """Out of the queue, if it can be told."""
        try:
            if state.ended_at is None:
                self._queue.leave(state.call_sid, now)
            else:
                self._queue.hang_up(state.call_sid, state.ended_at)
        except StateUnavailable as error:
            log.error("queue.unavailable", call_sid=state.call_sid, error=str(error))

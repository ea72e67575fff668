"""Numbered turns: a webhook happens to a call exactly once, however often it is delivered.

Around the pure engine this module reads the state, asks the operator queue, carries out effects and
writes the new state together with the answer. Where Redis cannot be reached it goes on without
stored state, from what the URL says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from ivr.call.engine import CallFlow, Turn, advance, resort_to_message, start
from ivr.call.state import BEFORE_FIRST, CallState
from ivr.carrier.call_store import CallStore, Stored
from ivr.carrier.links import Links, PlaceHint
from ivr.carrier.messages import MessageKeeper
from ivr.carrier.snapshots import snapshot
from ivr.carrier.twiml import render, spoken
from ivr.carrier.webhooks import CallLeg
from ivr.errors import RecordsError, StateUnavailable, UnknownClient
from ivr.events import (
    CallStarted,
    Claimed,
    Dialled,
    Event,
    HungUp,
    QueueUnavailable,
    WaitExpired,
    Waiting,
)
from ivr.flow.library import Library
from ivr.flow.phrases import FALLBACK, phrases
from ivr.metrics import TURNS
from ivr.nodes.base import Kind
from ivr.operators.queue import OperatorQueue
from ivr.operators.ticket import Ticket
from ivr.records import Records
from ivr.records.calls import CallSnapshot
from ivr.records.journal import snapshot_to_json

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class TurnRequest:
    """One webhook that takes a call further.

    `label` tells this request from every other of the same call; `number` is the turn's, None for
    a request that comes out of turn. `event` says what has happened, given whether the person who
    was rung took the call; None stands for the last resort. `hint` is what the URL says.
    """

    leg: CallLeg
    label: str
    number: int | None
    event: Callable[[bool], Event] | None
    hint: PlaceHint | None = None


class Turns:
    """Takes turns. `clock` gives the time, aware."""

    def __init__(
        self,
        library: Library[Kind],
        store: CallStore,
        queue: OperatorQueue,
        records: Records,
        keeper: MessageKeeper,
        clock: Callable[[], datetime],
    ) -> None:
        self._library = library
        self._store = store
        self._queue = queue
        self._records = records
        self._keeper = keeper
        self._clock = clock

    def take(self, request: TurnRequest) -> str:
        """The TwiML document that answers `request`."""
        leg = request.leg
        try:
            stored = self._store.read(leg.call_sid, request.label)
            state = stored.state
            if state is not None and stored.answer is None and _late(request, state):
                stored = replace(stored, answer=self._store.latest(leg.call_sid))
        except StateUnavailable as error:
            log.error("turn.without_state", call_sid=leg.call_sid, error=str(error))
            return self._without_state(request)
        if stored.answer is not None:
            TURNS.labels("repeated").inc()
            return stored.answer
        flow = self._flow(leg, state, request.hint)
        if flow is None:
            return self._unclaimed(leg)
        expected = state.turn if state else BEFORE_FIRST
        before = self._before(flow, state, request)
        turn = self._turn(flow, before, request, stored)
        TURNS.labels("taken").inc()
        return self._commit(expected, request.label, turn)

    def ended(self, request: TurnRequest) -> None:
        """The carrier says that the call is over."""
        leg, now = request.leg, self._clock()
        try:
            stored = self._store.read(leg.call_sid, request.label)
            if stored.state is not None and stored.state.ended_at is None:
                flow = self._flow(leg, stored.state, None)
                if flow is not None:
                    turn = advance(flow, stored.state, HungUp(), now)
                    self._commit(stored.state.turn, request.label, turn)
            self._queue.hang_up(leg.call_sid, now)
            if stored.state is not None:
                return
        except StateUnavailable as error:
            log.error("turn.without_state", call_sid=leg.call_sid, error=str(error))
        self._records.end_call(leg.call_sid, now, "hung up", leg.caller or "anonymous", leg.called)

    def rescue(self, leg: CallLeg) -> str:
        """What a caller hears when the server itself has failed: never an error, always a way."""
        TURNS.labels("failed").inc()
        flow = self._flow(leg, None, None)
        if flow is None:
            return self._say("apology")
        state = start(flow, leg.call_sid, leg.caller, leg.called, self._clock())
        turn = resort_to_message(flow, state, self._clock())
        return render(turn.verbs, Links(turn.state))

    def _flow(
        self, leg: CallLeg, state: CallState | None, hint: PlaceHint | None
    ) -> CallFlow | None:
        """The flow in the version that the call began with; None where nobody has the number."""
        known = state or hint
        if known is None or not known.client:
            return self._library.answering(leg.called)
        version = state.flow_version if state else hint.flow if hint else None
        try:
            return self._library.flow(known.client, version)
        except UnknownClient:
            return self._library.answering(leg.called)

    def _before(self, flow: CallFlow, state: CallState | None, request: TurnRequest) -> CallState:
        """The state in which the event happens.

        Where nothing is stored, or the store is behind because Redis lost its last second, the
        URL says where the call stands.
        """
        leg, number, hint = request.leg, request.number, request.hint
        known = state or start(flow, leg.call_sid, leg.caller, leg.called, self._clock())
        if number is None or number <= known.turn + 1:
            return known
        if hint is None:
            return replace(known, turn=number - 1)
        return replace(known, turn=number - 1, node=hint.node, attempt=hint.attempt)

    def _turn(
        self, flow: CallFlow, before: CallState, request: TurnRequest, stored: Stored
    ) -> Turn:
        now = self._clock()
        if request.event is None:
            turn = resort_to_message(flow, before, now)
        else:
            event = self._place(before, request.event(stored.accepted), now)
            turn = advance(flow, before, event, now)
        turn = self._queued(flow, before, turn, now)
        for effect in turn.effects:
            self._keeper.keep(flow, turn.state, effect, now)
        return turn

    def _place(self, state: CallState, event: Event, now: datetime) -> Event:
        """While a caller waits, what has happened is what the operator queue says."""
        if state.waiting is None or isinstance(event, HungUp | Claimed | Dialled):
            return event
        return self._look(state, now)

    def _look(self, state: CallState, now: datetime) -> Waiting | Claimed | WaitExpired | Event:
        terms, since = state.waiting, state.waiting_since
        if terms is None or since is None:
            return QueueUnavailable()
        ticket = Ticket(
            call_sid=state.call_sid,
            client=state.client,
            caller=state.caller or "",
            called=state.called,
            priority=terms.priority,
            skills=terms.skills,
            joined_at=since,
            max_wait=terms.max_wait,
        )
        try:
            return self._queue.wait(ticket, now)
        except StateUnavailable as error:
            log.error("queue.unavailable", call_sid=state.call_sid, error=str(error))
            return QueueUnavailable()

    def _queued(self, flow: CallFlow, before: CallState, turn: Turn, now: datetime) -> Turn:
        """Let the operator queue follow the call: out of the old node, into the new."""
        moved = turn.state.node != before.node or turn.state.waiting is None
        if before.waiting is not None and moved:
            self._leave_queue(turn.state)
        if turn.state.waiting is None or (before.waiting is not None and not moved):
            return turn
        if not isinstance(self._look(turn.state, now), QueueUnavailable):
            return turn
        instead = advance(flow, turn.state, QueueUnavailable(), now)
        return replace(instead, effects=(*turn.effects, *instead.effects))

    def _leave_queue(self, state: CallState) -> None:
        try:
            if state.ended_at is None:
                self._queue.leave(state.call_sid)
            else:
                self._queue.hang_up(state.call_sid, state.ended_at)
        except StateUnavailable as error:
            log.error("queue.unavailable", call_sid=state.call_sid, error=str(error))

    def _commit(self, expected: int, label: str, turn: Turn) -> str:
        answer = render(turn.verbs, Links(turn.state))
        noted = snapshot(turn.state)
        try:
            given = self._store.commit(expected, label, turn.state, answer, snapshot_to_json(noted))
            if given is not answer:
                self._yield_queue(turn.state)
        except StateUnavailable as error:
            log.error("turn.not_stored", call_sid=turn.state.call_sid, error=str(error))
            self._note(noted)
            return answer
        return given

    def _yield_queue(self, state: CallState) -> None:
        """Another process took this turn: undo a joining of ours that it has overtaken."""
        winner = self._store.read(state.call_sid, "").state
        if winner is not None and winner.waiting is None:
            self._leave_queue(winner)

    def _without_state(self, request: TurnRequest) -> str:
        """A turn with no more than what the carrier sends and the URL says."""
        TURNS.labels("without_state").inc()
        flow = self._flow(request.leg, None, request.hint)
        if flow is None:
            return self._unclaimed(request.leg)
        before = self._before(flow, None, request)
        turn = self._turn(flow, before, request, Stored())
        self._note(snapshot(turn.state))
        return render(turn.verbs, Links(turn.state))

    def _unclaimed(self, leg: CallLeg) -> str:
        """Nobody has this number: say so politely, and record it."""
        TURNS.labels("unclaimed").inc()
        now = self._clock()
        log.warning("call.unclaimed_number", call_sid=leg.call_sid, called=leg.called)
        self._note(
            CallSnapshot(
                call_sid=leg.call_sid,
                client=None,
                from_=leg.caller or "anonymous",
                to=leg.called,
                started_at=now,
                flow_version="",
                turn=0,
                ended_at=now,
                outcome="unknown number",
            )
        )
        return self._say("unknown_number")

    def _note(self, noted: CallSnapshot) -> None:
        """Straight into the records, where the journal is of no use."""
        try:
            self._records.note_call(noted)
        except RecordsError as error:
            log.error("call.not_recorded", call_sid=noted.call_sid, error=str(error))

    def _say(self, phrase: str) -> str:
        return spoken(phrases(FALLBACK)[phrase], "", "en-GB")


def _late(request: TurnRequest, state: CallState) -> bool:
    """Whether the call has gone on since, so that the request can change nothing any more."""
    if request.number is not None:
        return request.number <= state.turn
    return state.ended_at is not None


def started(_: bool) -> Event:
    """The event of a call's first turn."""
    return CallStarted()
